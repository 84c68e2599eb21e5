//! Does this server speak TLS itself, wholly? The files are read when it starts.

use super::{Findings, Settings};

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let tls = &settings.tls;
    match (&tls.cert, &tls.key) {
        (None, None) => return,
        (Some(_), Some(_)) => {}
        (Some(_), None) => findings.add_about(&["tls.key", "tls.cert"], "tls.cert needs it: set both or neither"),
        (None, Some(_)) => findings.add_about(&["tls.cert", "tls.key"], "tls.key needs it: set both or neither"),
    }
    for (key, file) in [("tls.cert", &tls.cert), ("tls.key", &tls.key)] {
        if file.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
            findings.add(key, "must not be empty; leave both out where a proxy speaks TLS");
        }
    }
    if settings.issuer.starts_with("http:") {
        findings.add_about(&["issuer", "tls.cert"], "must be https: with [tls] nobody is answered in plain HTTP");
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;

    #[test]
    fn a_certificate_needs_its_key_and_an_issuer_that_says_so() {
        let both = "tls.cert = 'c.pem'\ntls.key = 'k.pem'";
        table(&[
            (&format!("issuer = 'https://h'\n{both}"), ""),
            (both, "g.toml:1: issuer: must be https: with [tls] nobody is answered in plain HTTP"),
            ("issuer = 'https://h'\ntls.cert = 'c.pem'", "g.toml:2: tls.key: tls.cert needs it: set both or neither"),
            ("issuer = 'https://h'\ntls.key = 'k.pem'", "g.toml:2: tls.cert: tls.key needs it: set both or neither"),
            (
                "issuer = 'https://h'\ntls.cert = ''\ntls.key = 'k.pem'",
                "g.toml:2: tls.cert: must not be empty; leave both out where a proxy speaks TLS",
            ),
        ]);
    }
}

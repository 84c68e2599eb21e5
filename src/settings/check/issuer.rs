//! Is the issuer one that clients can compare and browsers can trust? (RFC 8414 section 2)

use url::Host;
use url::Url;

use super::Findings;
use super::Settings;

const KEY: &str = "issuer";

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let issuer = &settings.issuer;
    let Ok(url) = Url::parse(issuer) else {
        findings.add(KEY, "must be an absolute URL such as \"https://login.example.com\"");
        return;
    };
    let before = findings.0.len();
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => findings.add(KEY, "must be https; http is for loopback hosts only (localhost, 127.0.0.0/8, [::1])"),
        other => findings.add(KEY, format!("must be https, not {other}")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        findings.add(KEY, "must not hold a user name or a password");
    }
    if url.query().is_some() {
        findings.add(KEY, "must not have a query");
    }
    if url.fragment().is_some() {
        findings.add(KEY, "must not have a fragment");
    }
    if !matches!(url.path(), "" | "/") {
        findings.add(KEY, "an issuer with a path is not supported yet");
    }
    // Kept letter for letter, so it has to be written as browsers and clients write it themselves: they turn
    // `HTTPS://Host:443` into `https://host`, and would then find that the two differ. Only the last slash is a free choice.
    let usual = url.as_str();
    if findings.0.len() == before && usual != issuer && usual.strip_suffix('/') != Some(issuer) {
        findings
            .add(KEY, format!("write it as {:?}: that is the form which clients compare", usual.trim_end_matches('/')));
    }
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;

    fn refusal(issuer: &str) -> Option<String> {
        let said = said(&format!("issuer = {issuer:?}"));
        (!said.is_empty()).then(|| said.replace("g.toml:1: issuer: ", ""))
    }

    /// Proves: M-02 D-06 D-17
    #[test]
    fn an_issuer_is_https_or_on_loopback() {
        for sound in [
            "https://login.example.com",
            "https://login.example.com/",
            "https://login.example.com:8443",
            "https://[2001:db8::1]",
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://127.9.9.9:1",
            "http://[::1]:8080",
        ] {
            assert_eq!(refusal(sound), None, "{sound}");
        }
        let no_http = "must be https; http is for loopback hosts only (localhost, 127.0.0.0/8, [::1])";
        for plain in ["http://login.example.com", "http://10.0.0.1", "http://localhost.example.com", "http://[::2]"] {
            assert_eq!(refusal(plain).as_deref(), Some(no_http), "{plain}");
        }
        assert_eq!(refusal("ftp://host").as_deref(), Some("must be https, not ftp"));
        for nothing in ["", "login.example.com", "/device", "https://"] {
            let said = refusal(nothing);
            assert_eq!(
                said.as_deref(),
                Some("must be an absolute URL such as \"https://login.example.com\""),
                "{nothing}"
            );
        }
    }

    #[test]
    fn an_issuer_is_scheme_and_host_alone() {
        for (issuer, said) in [
            ("https://host?a=b", "must not have a query"),
            ("https://host/?", "must not have a query"),
            ("https://host#", "must not have a fragment"),
            ("https://me:hunter2@host", "must not hold a user name or a password"),
            ("https://host/x", "an issuer with a path is not supported yet"),
        ] {
            assert_eq!(refusal(issuer).as_deref(), Some(said), "{issuer}");
        }
        assert_eq!(
            refusal("http://host/x?y#z").map(|all| all.lines().count()),
            Some(4),
            "all that is wrong is told at once"
        );
    }

    #[test]
    fn an_issuer_is_written_as_clients_compare_it() {
        for odd in
            ["HTTPS://host", "https://HOST", "https://host:443", " https://host", "https:\\\\host", "https://@host"]
        {
            assert_eq!(
                refusal(odd).as_deref(),
                Some("write it as \"https://host\": that is the form which clients compare"),
                "{odd}"
            );
        }
    }
}

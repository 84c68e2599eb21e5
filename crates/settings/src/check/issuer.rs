//! Is the issuer one that clients can compare and browsers can trust? (RFC 8414 section 2)

use url::{Host, Url};

use super::{Findings, Settings};

const KEY: &str = "issuer";
/// What is answered beside the issuer's path, for supervisors (requirement L-07).
const AT_THE_ROOT: [&str; 2] = ["livez", "readyz"];

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    if let Some(page) = &settings.service_documentation
        && !Url::parse(page).is_ok_and(|page| matches!(page.scheme(), "https" | "http"))
    {
        findings.add("service_documentation", "must be an absolute URL such as \"https://login.example.com/docs\"");
    }
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
    if let Some(sentence) = misplaced(written_path(issuer)) {
        findings.add(KEY, sentence);
    }
    // Kept letter for letter, so it has to be written as browsers and clients write it themselves: they turn
    // `HTTPS://Host:443` into `https://host`, and would then find that the two differ. Only the last slash is a free choice.
    let usual = url.as_str();
    let usual = if issuer.ends_with('/') { usual } else { usual.trim_end_matches('/') };
    if findings.0.len() == before && usual != issuer {
        findings.add(KEY, format!("write it as {usual:?}: that is the form which clients compare"));
    }
}

/// The path as the operator wrote it: a parsed URL would have resolved and escaped what is to be refused here.
fn written_path(issuer: &str) -> &str {
    let after_scheme = issuer.split_once("://").map_or("", |(_, rest)| rest);
    let path = after_scheme.find('/').map_or("", |slash| &after_scheme[slash..]);
    path.split(['?', '#']).next().unwrap_or_default()
}

/// Why nothing can be served under a path. What two readers could read in two ways is refused, because proxies, browsers and
/// clients all read it; so is what would put two documents in one place.
fn misplaced(path: &str) -> Option<String> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    if segments.contains(&"") {
        return Some("must not have empty segments in its path: one slash between two names".to_owned());
    }
    if segments.iter().any(|segment| matches!(*segment, "." | "..")) {
        return Some("must not have dot segments in its path: whoever reads them resolves them".to_owned());
    }
    if path.contains('%') {
        return Some(
            "must not have percent escapes in its path: one letter could be written in several ways".to_owned(),
        );
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if !segments.iter().all(|segment| segment.bytes().all(plain)) {
        return Some("must have letters, digits and -._~ only in its path".to_owned());
    }
    if segments.iter().any(|segment| segment.eq_ignore_ascii_case(".well-known")) {
        return Some(
            "must not have .well-known in its path: a document there could be another issuer's (RFC 8414 section 3.1)"
                .to_owned(),
        );
    }
    let first = segments.first().filter(|first| AT_THE_ROOT.contains(*first));
    first.map(|first| format!("must not have a path below /{first}, which supervisors ask at the root of the host"))
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

    #[test]
    fn documentation_is_at_a_url() {
        assert_eq!(said("service_documentation = 'https://login.example.com/docs'"), "");
        for wrong in ["docs", "ftp://login.example.com", ""] {
            let told = said(&format!("service_documentation = {wrong:?}"));
            assert!(told.starts_with("g.toml:1: service_documentation: must be an absolute URL"), "{told}");
        }
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
            "https://login.example.com/tenant",
            "https://login.example.com/tenant/",
            "https://login.example.com/Realms/living-room_2.~x",
            "http://localhost:8080/livezone",
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
    fn an_issuer_is_scheme_host_and_path_alone() {
        for (issuer, said) in [
            ("https://host?a=b", "must not have a query"),
            ("https://host/?", "must not have a query"),
            ("https://host#", "must not have a fragment"),
            ("https://me:hunter2@host", "must not hold a user name or a password"),
            ("https://host/tenant?a=b", "must not have a query"),
        ] {
            assert_eq!(refusal(issuer).as_deref(), Some(said), "{issuer}");
        }
        assert_eq!(
            refusal("http://host/.?y#z").map(|all| all.lines().count()),
            Some(4),
            "all that is wrong is told at once"
        );
    }

    /// Proves: M-01 M-02
    #[test]
    fn a_path_can_be_read_in_one_way_and_shares_no_document() {
        let empty = "must not have empty segments in its path: one slash between two names";
        let dots = "must not have dot segments in its path: whoever reads them resolves them";
        let escapes = "must not have percent escapes in its path: one letter could be written in several ways";
        let letters = "must have letters, digits and -._~ only in its path";
        let shared =
            "must not have .well-known in its path: a document there could be another issuer's (RFC 8414 section 3.1)";
        for (path, said) in [
            ("//", empty),
            ("//tenant", empty),
            ("/a//b", empty),
            ("/tenant//", empty),
            ("/.", dots),
            ("/a/../b", dots),
            ("/tenant/..", dots),
            ("/%74enant", escapes),
            ("/%2e%2e/b", escapes),
            ("/a b", letters),
            ("/tenänt", letters),
            ("/{tenant}", letters),
            ("/{*all}", letters),
            ("/a;b", letters),
            ("/a\\b", letters),
            ("/.well-known", shared),
            ("/.well-known/openid-configuration", shared),
            ("/tenant/.Well-Known/x", shared),
            ("/livez", "must not have a path below /livez, which supervisors ask at the root of the host"),
            ("/readyz/x/", "must not have a path below /readyz, which supervisors ask at the root of the host"),
        ] {
            assert_eq!(refusal(&format!("https://host{path}")).as_deref(), Some(said), "{path}");
        }
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
        for (odd, usual) in [
            ("https://HOST/tenant", "https://host/tenant"),
            ("https://HOST/tenant/", "https://host/tenant/"),
            ("https://HOST/", "https://host/"),
        ] {
            let said = format!("write it as {usual:?}: that is the form which clients compare");
            assert_eq!(refusal(odd), Some(said), "{odd}");
        }
    }
}

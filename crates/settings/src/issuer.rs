//! The issuer identifier (RFC 8414 section 2): a URL that clients compare letter for letter.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

use super::web_url;

/// Paths at the root of the host, which supervisors ask (requirement L-07).
const AT_THE_ROOT: [&str; 2] = ["livez", "readyz"];

/// The issuer: its text as it was written, and the same parsed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Issuer {
    text: String,
    url: Url,
}

impl Issuer {
    /// The issuer, parsed.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Its path: empty, or such as `/tenant`. A slash at the end of the issuer is part of its name, but not of its addresses
    /// (RFC 8414 section 3.1 removes it, too).
    pub fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// Whether it is https.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

impl Deref for Issuer {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.text)
    }
}

/// Reads any URL, for a demonstration or a test. The rules of `TryFrom` are for the operator's file.
impl FromStr for Issuer {
    type Err = url::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self { text: text.to_owned(), url: Url::parse(text)? })
    }
}

impl TryFrom<String> for Issuer {
    type Error = String;

    /// The error has a line for each rule that is broken.
    fn try_from(text: String) -> Result<Self, String> {
        let Ok(issuer) = text.parse::<Self>() else {
            return Err("must be an absolute URL such as \"https://login.example.com\"".to_owned());
        };
        let url = &issuer.url;
        let mut flaws: Vec<String> = web_url::flaws(url).into_iter().map(str::to_owned).collect();
        if url.query().is_some() {
            flaws.push("must not have a query".to_owned());
        }
        flaws.extend(misplaced(written_path(&text)));
        // Browsers and clients turn `HTTPS://Host:443` into `https://host`, and then the two differ. Only the last slash is
        // free.
        let usual = if text.ends_with('/') { url.as_str() } else { url.as_str().trim_end_matches('/') };
        if flaws.is_empty() && usual != text {
            flaws.push(format!("write it as {usual:?}: that is the form which clients compare"));
        }
        if flaws.is_empty() { Ok(issuer) } else { Err(flaws.join("\n")) }
    }
}

impl From<Issuer> for String {
    fn from(issuer: Issuer) -> Self {
        issuer.text
    }
}

/// The path as the operator wrote it: parsing a URL resolves and escapes what has to be refused here.
fn written_path(issuer: &str) -> &str {
    let after_scheme = issuer.split_once("://").map_or("", |(_, rest)| rest);
    let path = after_scheme.find('/').map_or("", |slash| &after_scheme[slash..]);
    path.split(['?', '#']).next().unwrap_or_default()
}

/// Why nothing can be served under a path. Proxies, browsers and clients read it, so a path that two of them may read
/// differently is refused, and so is a path that would give two documents one address.
fn misplaced(path: &str) -> Option<String> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let flaw = if segments.contains(&"") {
        "must not have empty segments in its path: one slash between two names"
    } else if segments.iter().any(|segment| matches!(*segment, "." | "..")) {
        "must not have dot segments in its path: browsers and clients resolve them"
    } else if path.contains('%') {
        "must not have percent escapes in its path: one letter could be written in several ways"
    } else if !segments.iter().all(|segment| segment.bytes().all(plain)) {
        "must have letters, digits and -._~ only in its path"
    } else if segments.iter().any(|segment| segment.eq_ignore_ascii_case(".well-known")) {
        "must not have .well-known in its path: a document there could be another issuer's (RFC 8414 section 3.1)"
    } else {
        let first = segments.first().filter(|first| AT_THE_ROOT.contains(*first))?;
        return Some(format!("must not have a path below /{first}, which supervisors ask at the root of the host"));
    };
    Some(flaw.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;

    fn refusal(issuer: &str) -> Option<String> {
        let said = said(&format!("issuer = {issuer:?}"));
        (!said.is_empty()).then(|| said.replace("g.toml:1:10: issuer: ", ""))
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
        for plain in [
            "http://login.example.com",
            "http://10.0.0.1",
            "http://localhost.example.com",
            "http://[::2]",
            "ftp://host",
        ] {
            assert_eq!(refusal(plain).as_deref(), Some(no_http), "{plain}");
        }
        let meant = "must be an absolute URL: write \"https://login.example.com\"";
        assert_eq!(refusal("login.example.com").as_deref(), Some(meant));
        for nothing in ["", "login", "/device", "https://"] {
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
        let dots = "must not have dot segments in its path: browsers and clients resolve them";
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

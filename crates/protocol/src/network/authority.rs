//! The host that a request names: `uri-host [ ":" port ]` (RFC 9110 section 7.2, RFC 3986 section 3.2).

use url::{Host, Url};

/// A host and an optional port. They are compared as browsers do it: names without case, `127.1` as an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    host: Host,
    port: Option<u16>,
}

impl Authority {
    /// Parses it. `None` for anything else, such as a user before the host, a path after it, or an empty text.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (host, port) = match text.rfind(']') {
            Some(end) => text.split_at(end + 1),
            None => text.split_at(text.find(':').unwrap_or(text.len())),
        };
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => None,
            // RFC 3986 section 3.2.3 allows an empty port.
            Some("") => None,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits.parse().ok()?),
            None | Some(_) => return None,
        };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&byte);
        let is_literal = host.starts_with('[');
        if !is_literal && (host.is_empty() || !host.bytes().all(is_name)) {
            return None;
        }
        // A proxy joins two header lines with a comma.
        if host.contains(',') {
            return None;
        }
        Some(Self { host: Host::parse(host).ok()?, port })
    }

    /// The host and the port of a URL, if it has a host.
    pub fn of(url: &Url) -> Option<Self> {
        Some(Self { host: url.host()?.to_owned(), port: url.port() })
    }

    /// Whether both are the same. `default_port` is meant where none is named.
    pub fn same_as(&self, other: &Self, default_port: Option<u16>) -> bool {
        self.host == other.host && self.port.or(default_port) == other.port.or(default_port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Proves: FB-04
    #[test]
    fn a_host_and_a_port_are_read_and_nothing_else() {
        let issuer = Url::parse("https://login.example").unwrap();
        let ours = |text: &str| {
            let named = Authority::parse(text.as_bytes());
            named.map(|named| named.same_as(&Authority::of(&issuer).unwrap(), Some(443)))
        };
        for text in ["login.example", "LOGIN.Example", "login.example:443", "login.example:", "login.example:0443"] {
            assert_eq!(ours(text), Some(true), "{text}");
        }
        for text in ["login.example.", "login.example:80", "evil.example", "127.0.0.1", "[::1]", "[::1]:443"] {
            assert_eq!(ours(text), Some(false), "{text}");
        }
        for text in [
            "",
            ":443",
            "a@login.example",
            "login.example/x",
            "login.example#x",
            "login.example?x",
            "login.example\\",
            "login example",
            "login.example:44a",
            "login.example:65536",
            "login.example:+1",
            "login.example:1:1",
            "login.example,evil.example",
            "https://login.example",
            "[::1",
            "::1",
            "[::1]x",
            "[v1.x]",
            "1.2.3.256",
            "login.example%00",
            "login.ex\u{e4}mple",
        ] {
            assert_eq!(ours(text), None, "{text}");
        }
        assert_eq!(Authority::parse(b"\xff"), None);
    }
}

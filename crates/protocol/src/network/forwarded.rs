//! The address of a request that proxies passed on: `X-Forwarded-For` or `Forwarded` (RFC 7239), requirement L-05.
//!
//! Each proxy adds an element at the right, so the text of a stranger is at the left. The header is read as bytes from
//! the right, element by element: nothing further left can change how an element is read.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::named::named;
use crate::network::prefix::is_within;

named! {
    /// The header in which trusted proxies name the client. Only one is read. A proxy sets one of them and passes the
    /// other on as the client sent it, so reading both would trust the client.
    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum ForwardedHeader {
        /// The usual header of most proxies.
        XForwardedFor = "x-forwarded-for",
        /// The header of RFC 7239.
        Forwarded = "forwarded",
    }
}

impl ForwardedHeader {
    /// The header that is not read.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::XForwardedFor => Self::Forwarded,
            Self::Forwarded => Self::XForwardedFor,
        }
    }
}

/// The address of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForwardedAddress {
    /// The first address that is not that of a trusted proxy, or the last one that could be read.
    pub address: IpAddr,
    /// What a trusted proxy did wrong, if the address is that of a trusted proxy for this reason.
    pub silence: Option<Silence>,
}

/// What a trusted proxy left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// It sent no such header.
    Missing,
    /// The element that it added holds no address.
    Unreadable,
}

/// Reads the lines of a header from the right, from proxy to proxy, up to the first address that is not trusted. It
/// counts only if the peer is trusted. An element without an address ends the reading at the proxy that passed it on.
pub fn forwarded_address<'a>(
    peer: IpAddr,
    lines: impl DoubleEndedIterator<Item = &'a [u8]>,
    header: ForwardedHeader,
    trusted: &[IpNet],
) -> ForwardedAddress {
    let mut address = peer.to_canonical();
    let mut silence = Some(Silence::Missing);
    for element in lines.rev().flat_map(|line| from_the_right(line, header)) {
        if !is_within(address, trusted) {
            break;
        }
        let Some(hop) = address_in(element, header) else {
            return ForwardedAddress { address, silence: Some(Silence::Unreadable) };
        };
        (address, silence) = (hop.to_canonical(), None);
    }
    ForwardedAddress { address, silence: silence.filter(|_| is_within(address, trusted)) }
}

/// The elements of a line, from the last to the first. In `Forwarded` a quoted string may contain a comma.
fn from_the_right(line: &[u8], header: ForwardedHeader) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let comma = last_comma(line, header == ForwardedHeader::Forwarded);
        rest = comma.map(|at| &line[..at]);
        Some(&line[comma.map_or(0, |at| at + 1)..])
    })
}

fn last_comma(line: &[u8], heeds_quotes: bool) -> Option<usize> {
    let mut quoted = false;
    line.iter().enumerate().rev().find_map(|(at, byte)| {
        quoted ^= heeds_quotes && is_quote(line, at);
        (*byte == b',' && !quoted).then_some(at)
    })
}

/// Whether there is a quotation mark that is not escaped by a backslash (RFC 9110 section 5.6.4).
fn is_quote(line: &[u8], at: usize) -> bool {
    line[at] == b'"' && line[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0
}

fn address_in(element: &[u8], header: ForwardedHeader) -> Option<IpAddr> {
    match header {
        ForwardedHeader::XForwardedFor => node(std::str::from_utf8(element).ok()?),
        ForwardedHeader::Forwarded => node(std::str::from_utf8(only_for(element)?).ok()?),
    }
}

/// The value of `for`, which an element may have once (RFC 7239 section 4).
fn only_for(element: &[u8]) -> Option<&[u8]> {
    let mut quoted = false;
    let mut start = 0;
    let mut found = None;
    for at in 0..=element.len() {
        if at < element.len() {
            quoted ^= is_quote(element, at);
            if quoted || element[at] != b';' {
                continue;
            }
        }
        let pair = element[start..at].trim_ascii();
        start = at + 1;
        if pair.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"for=")) && found.replace(&pair[4..]).is_some() {
            return None;
        }
    }
    found.filter(|_| !quoted)
}

/// Parses an address as proxies write it: bare, in quotes, in brackets, with a port, with a zone.
fn node(written: &str) -> Option<IpAddr> {
    let written = written.trim();
    let written = written.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(written);
    if let Some(bracketed) = written.strip_prefix('[') {
        let (address, after) = bracketed.split_once(']')?;
        let is_whole = after.is_empty() || after.strip_prefix(':').is_some_and(is_port);
        return ipv6(address).filter(|_| is_whole);
    }
    if let Some((address, port)) = written.split_once(':')
        && let Ok(address) = address.parse::<Ipv4Addr>()
    {
        return is_port(port).then_some(address.into());
    }
    written.parse::<Ipv4Addr>().map(IpAddr::from).ok().or_else(|| ipv6(written))
}

fn ipv6(written: &str) -> Option<IpAddr> {
    let address = written.split_once('%').map_or(written, |(address, _zone)| address);
    address.parse::<Ipv6Addr>().ok().map(IpAddr::from)
}

/// Whether it is a port of RFC 7239 section 6: a number, or an obfuscated word.
fn is_port(written: &str) -> bool {
    match written.strip_prefix('_') {
        Some(hidden) => {
            !hidden.is_empty() && hidden.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        }
        None => written.bytes().all(|byte| byte.is_ascii_digit()) && written.parse::<u16>().is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walked(peer: &str, lines: &[&[u8]], header: ForwardedHeader, trusted: &[&str]) -> (String, Option<Silence>) {
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let found = forwarded_address(peer.parse().unwrap(), lines.iter().copied(), header, &trusted);
        (found.address.to_string(), found.silence)
    }

    fn walk(peer: &str, lines: &[&str], trusted: &[&str]) -> String {
        let lines: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
        walked(peer, &lines, ForwardedHeader::XForwardedFor, trusted).0
    }

    #[test]
    fn a_stranger_cannot_speak_for_an_address() {
        assert_eq!(walk("203.0.113.9", &["1.2.3.4"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(walk("203.0.113.9", &["1.2.3.4"], &[]), "203.0.113.9");
    }

    #[test]
    fn the_rightmost_untrusted_hop_is_the_client() {
        let proxies = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(walk("10.0.0.1", &["6.6.6.6, 198.51.100.7, 10.0.0.2"], &proxies), "198.51.100.7");
        assert_eq!(walk("::ffff:10.0.0.1", &["6.6.6.6", "198.51.100.7"], &proxies), "198.51.100.7");
        assert_eq!(walk("10.0.0.1", &["10.0.0.3"], &proxies), "10.0.0.3");
        assert_eq!(walk("10.0.0.1", &[], &proxies), "10.0.0.1");
        assert_eq!(walk("10.0.0.1", &["1.2.3.4, evil"], &proxies), "10.0.0.1");
        assert_eq!(walk("10.0.0.1", &["1.2.3.4, [fd00::2%eth0]:80 , ::ffff:10.0.0.9"], &proxies), "1.2.3.4");
    }

    /// Proves: FB-02: who has to be told that a proxy does not say for whom it asks.
    #[test]
    fn a_silent_proxy_is_known_from_a_client_within_its_network() {
        let at = |lines: &[&[u8]]| walked("10.0.0.1", lines, ForwardedHeader::XForwardedFor, &["10.0.0.0/8"]).1;
        assert_eq!(at(&[]), Some(Silence::Missing));
        assert_eq!(at(&[b""]), Some(Silence::Unreadable));
        assert_eq!(at(&[b"unknown"]), Some(Silence::Unreadable));
        assert_eq!(at(&[b"\xff, 10.0.0.2"]), Some(Silence::Unreadable), "10.0.0.2 passed it on");
        assert_eq!(at(&[b"10.0.0.3"]), None, "a client that stands beside the proxy");
        assert_eq!(at(&[b"\xff, 203.0.113.9"]), None);
        let stranger = walked("203.0.113.9", &[b"\xff"], ForwardedHeader::XForwardedFor, &["10.0.0.0/8"]);
        assert_eq!(stranger, ("203.0.113.9".to_owned(), None));
    }

    /// Proves: FB-01 FB-02
    #[test]
    fn an_element_of_forwarded_is_read_whatever_stands_left_of_it() {
        let read = |line: &[u8]| walked("10.0.0.1", &[line], ForwardedHeader::Forwarded, &["10.0.0.0/8"]).0;
        for (line, address) in [
            (&b"for=192.0.2.60;proto=http;by=203.0.113.43"[..], "192.0.2.60"),
            (b"For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            (b"proto=https; for=192.0.2.43:_p ;host=h", "192.0.2.43"),
            (b"for=192.0.2.43, for=\"198.51.100.17:9\"", "198.51.100.17"),
            (b"\xff\", for=198.51.100.17", "198.51.100.17"),
            (b"for=\", for=\"[2001:db8::1]:2\"", "2001:db8::1"),
            (b"for=1.2.3.4, for=198.51.100.17;host=\"a, for=5.6.7.8\"", "198.51.100.17"),
            (b"for=198.51.100.17;host=\"x\\\", for=5.6.7.8;y=\\\"\"", "198.51.100.17"),
            (b"for=198.51.100.17;host=\";for=5.6.7.8\"", "198.51.100.17"),
            (b"for=1.2.3.4, for=10.0.0.2", "1.2.3.4"),
            (b"for=1.2.3.4;for=5.6.7.8", "10.0.0.1"),
            (b"for=1.2.3.4, for=unknown", "10.0.0.1"),
            (b"for=1.2.3.4, for=\"_gazonk\"", "10.0.0.1"),
            (b"for=1.2.3.4, by=5.6.7.8", "10.0.0.1"),
            (b"for=1.2.3.4, for=\"5.6.7.8", "10.0.0.1"),
            (b"for=1.2.3.4, ", "10.0.0.1"),
            (b"1.2.3.4", "10.0.0.1"),
        ] {
            assert_eq!(read(line), address, "{}", String::from_utf8_lossy(line));
        }
    }

    #[test]
    fn what_only_looks_like_an_address_is_none() {
        for written in [
            "203.0.113.7:",
            "203.0.113.7:+1",
            "203.0.113.7:70000",
            "203.0.113.7:_",
            "[203.0.113.7]",
            "[::1",
            "[::1]x",
            "[::1]:y",
            "::1]",
            "1.2.3",
            "localhost",
            "\"",
            "1.2.3.4 5.6.7.8",
        ] {
            assert_eq!(node(written), None, "{written}");
        }
    }
}

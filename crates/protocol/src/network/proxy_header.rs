//! The PROXY protocol, versions 1 and 2 (HAProxy's `proxy-protocol.txt`), with which a balancer names its client.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::{Deserialize, Serialize};

/// How trusted proxies begin a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ProxyProtocol {
    /// With the bytes of the client.
    None,
    /// With a line of text.
    V1,
    /// With a block of bytes.
    V2,
}

/// What follows the first 16 bytes of version 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyHead {
    is_local: bool,
    family: u8,
    /// The number of bytes.
    pub length: usize,
}

/// Why the PROXY header of a connection is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyFlaw {
    /// There is no header of this version: perhaps one of the other version, perhaps none.
    #[error("it does not begin with a PROXY header of the version in proxies.protocol")]
    Absent,
    /// The header is malformed.
    #[error("its PROXY header is malformed")]
    Malformed,
    /// It is for a datagram or for a local socket of the balancer.
    #[error("its PROXY header is not for a TCP connection")]
    NotTcp,
}

impl ProxyHead {
    const SIGNATURE: &'static [u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";
    /// The number of bytes that it is read from.
    pub const LENGTH: usize = 16;

    /// A head that names no client (the command LOCAL), as a program sends that speaks for itself.
    pub const LOCAL: [u8; Self::LENGTH] = *b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";

    /// Reads the first bytes of a connection.
    ///
    /// # Errors
    /// When they are not the head of version 2.
    pub fn parse(bytes: [u8; Self::LENGTH]) -> Result<Self, ProxyFlaw> {
        let [signature @ .., version, family, high, low] = bytes;
        if &signature != Self::SIGNATURE {
            return Err(ProxyFlaw::Absent);
        }
        let is_local = match version {
            0x20 => true,
            0x21 => false,
            _ => return Err(ProxyFlaw::Malformed),
        };
        Ok(Self { is_local, family, length: usize::from(u16::from_be_bytes([high, low])) })
    }

    /// The client, from the `length` bytes that follow; `None` when the proxy speaks for itself or does not know it.
    /// What follows the addresses (TLVs) is ignored.
    ///
    /// # Errors
    /// When the addresses are cut off, or of another family.
    pub fn client(self, block: &[u8]) -> Result<Option<SocketAddr>, ProxyFlaw> {
        if self.is_local {
            return Ok(None);
        }
        match self.family {
            // Unspecified: the address of the connection itself counts.
            0x00 => Ok(None),
            0x11 => {
                let (source, port) = block.first_chunk::<4>().zip(port(block, 8)).ok_or(ProxyFlaw::Malformed)?;
                block.get(..12).ok_or(ProxyFlaw::Malformed)?;
                Ok(Some((Ipv4Addr::from(*source), port).into()))
            }
            0x21 => {
                let (source, port) = block.first_chunk::<16>().zip(port(block, 32)).ok_or(ProxyFlaw::Malformed)?;
                block.get(..36).ok_or(ProxyFlaw::Malformed)?;
                Ok(Some((Ipv6Addr::from(*source), port).into()))
            }
            0x12 | 0x22 | 0x31 | 0x32 => Err(ProxyFlaw::NotTcp),
            _ => Err(ProxyFlaw::Malformed),
        }
    }
}

fn port(block: &[u8], at: usize) -> Option<u16> {
    block.get(at..)?.first_chunk::<2>().map(|bytes| u16::from_be_bytes(*bytes))
}

/// The greatest length of a line of version 1, with its line break.
pub const LONGEST_PROXY_LINE: usize = 107;

/// The client in a line of version 1 without its line break; `None` when the proxy does not know it.
///
/// # Errors
/// When it is not such a line.
pub fn client_in_proxy_line(line: &[u8]) -> Result<Option<SocketAddr>, ProxyFlaw> {
    let line = std::str::from_utf8(line).map_err(|_| ProxyFlaw::Absent)?;
    let said = line.strip_prefix("PROXY ").ok_or(ProxyFlaw::Absent)?;
    if said == "UNKNOWN" || said.starts_with("UNKNOWN ") {
        return Ok(None);
    }
    let [protocol, source, _, port, _] = said.split(' ').collect::<Vec<_>>()[..] else {
        return Err(ProxyFlaw::Malformed);
    };
    let source: IpAddr = source.parse().map_err(|_| ProxyFlaw::Malformed)?;
    let is_of_family = match protocol {
        "TCP4" => source.is_ipv4(),
        "TCP6" => source.is_ipv6(),
        _ => false,
    };
    let port = port.parse().map_err(|_| ProxyFlaw::Malformed)?;
    if is_of_family { Ok(Some(SocketAddr::new(source, port))) } else { Err(ProxyFlaw::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: impl AsRef<[u8]>, block: &[u8]) -> Result<Option<String>, ProxyFlaw> {
        let mut bytes = [0; ProxyHead::LENGTH];
        bytes[..12].copy_from_slice(ProxyHead::SIGNATURE);
        bytes[12..].copy_from_slice(head.as_ref());
        let head = ProxyHead::parse(bytes)?;
        Ok(head.client(block)?.map(|client| client.to_string()))
    }

    /// Proves: FE-10
    #[test]
    fn version_2_names_a_client_or_nobody() {
        let v4 = b"\xc6\x33\x64\x07\x0a\0\0\x01\xc8\x22\x01\xbb";
        assert_eq!(read(b"\x21\x11\0\x0c", v4), Ok(Some("198.51.100.7:51234".to_owned())));
        assert_eq!(
            read(b"\x21\x11\0\x10", &[&v4[..], b"\x03\0\x04abcd"].concat()),
            Ok(Some("198.51.100.7:51234".into()))
        );
        let v6 = [&[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7][..], &[0; 16], b"\0\x09\x01\xbb"].concat();
        assert_eq!(read(b"\x21\x21\0\x24", &v6), Ok(Some("[2001:db8::7]:9".to_owned())));
        for nobody in [b"\x20\x11\0\x0c", b"\x20\0\0\0", b"\x21\0\0\0"] {
            assert_eq!(read(nobody, b""), Ok(None), "{nobody:?}");
        }
        for (head, block, flaw) in [
            (b"\x21\x11\0\x0b", &v4[..11], ProxyFlaw::Malformed),
            (b"\x21\x21\0\x0c", v4, ProxyFlaw::Malformed),
            (b"\x11\x11\0\x0c", v4, ProxyFlaw::Malformed),
            (b"\x22\x11\0\x0c", v4, ProxyFlaw::Malformed),
            (b"\x21\x41\0\x0c", v4, ProxyFlaw::Malformed),
            (b"\x21\x12\0\x0c", v4, ProxyFlaw::NotTcp),
            (b"\x21\x31\0\x0c", v4, ProxyFlaw::NotTcp),
        ] {
            assert_eq!(read(head, block), Err(flaw), "{head:?}");
        }
        assert_eq!(ProxyHead::parse(*b"GET /livez HTTP/"), Err(ProxyFlaw::Absent));
        assert_eq!(ProxyHead::parse(*b"PROXY TCP4 1.2.3"), Err(ProxyFlaw::Absent));
        assert_eq!(ProxyHead::parse(ProxyHead::LOCAL).unwrap().client(b""), Ok(None));
    }

    /// Proves: FE-10
    #[test]
    fn version_1_names_a_client_or_nobody() {
        let read = |line: &[u8]| client_in_proxy_line(line).map(|client| client.map(|client| client.to_string()));
        assert_eq!(read(b"PROXY TCP4 198.51.100.7 10.0.0.1 51234 443"), Ok(Some("198.51.100.7:51234".to_owned())));
        assert_eq!(read(b"PROXY TCP6 2001:db8::7 ::1 9 443"), Ok(Some("[2001:db8::7]:9".to_owned())));
        assert_eq!(read(b"PROXY UNKNOWN"), Ok(None));
        assert_eq!(read(b"PROXY UNKNOWN ffff::1 ffff::2 1 2"), Ok(None));
        for (line, flaw) in [
            (&b"GET /livez HTTP/1.1"[..], ProxyFlaw::Absent),
            (b"\r\n\r\n\0\r\nQUIT\n", ProxyFlaw::Absent),
            (b"\xff", ProxyFlaw::Absent),
            (b"PROXY TCP4 198.51.100.7 10.0.0.1 51234", ProxyFlaw::Malformed),
            (b"PROXY TCP4 2001:db8::7 ::1 9 443", ProxyFlaw::Malformed),
            (b"PROXY TCP6 198.51.100.7 10.0.0.1 9 443", ProxyFlaw::Malformed),
            (b"PROXY UDP4 198.51.100.7 10.0.0.1 9 443", ProxyFlaw::Malformed),
            (b"PROXY TCP4 198.51.100.7 10.0.0.1 99999 443", ProxyFlaw::Malformed),
            (b"PROXY UNKNOWNX", ProxyFlaw::Malformed),
        ] {
            assert_eq!(read(line), Err(flaw), "{}", String::from_utf8_lossy(line));
        }
    }
}

//! Where does a request come from, and which addresses count as one place? RFC 9700 section 4.13, requirement L-05.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use ipnet::Ipv6Net;

/// What budgets are kept for: one IPv4 address, or the /64 that one IPv6 subscriber has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpNet);

impl Network {
    /// The network of an address; an IPv4 address in IPv6 clothes counts as what it is.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => Self(Ipv6Net::new_assert(v6, 64).trunc().into()),
            v4 @ IpAddr::V4(_) => Self(v4.into()),
        }
    }

    /// The network of that many leading bits around an address; no more than the address has.
    pub(super) fn around(address: IpAddr, prefix: u8) -> Self {
        let address = address.to_canonical();
        let most = if address.is_ipv4() { 32 } else { 128 };
        Self(IpNet::new_assert(address, prefix.min(most)).trunc())
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpNet::V4(host) if host.prefix_len() == 32 => write!(f, "{}", host.addr()),
            network => write!(f, "{network}"),
        }
    }
}

/// Walks `X-Forwarded-For` from the right, from proxy to proxy, to the first address that is not a trusted one. Only
/// a trusted peer's word counts; a word that is not an address ends the walk at the proxy that passed it on.
pub fn forwarded_address<'a>(peer: IpAddr, forwarded_for: impl Iterator<Item = &'a str>, trusted: &[IpNet]) -> IpAddr {
    let hops: Vec<&str> = forwarded_for.flat_map(|header| header.split(',')).map(str::trim).collect();
    let mut from = peer.to_canonical();
    for hop in hops.into_iter().rev() {
        if !is_within(from, trusted) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(address) => from = address.to_canonical(),
            Err(_) => break,
        }
    }
    from
}

/// Whether an address is in one of the networks.
pub(crate) fn is_within(address: IpAddr, networks: &[IpNet]) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(peer: &str, headers: &[&str], trusted: &[&str]) -> String {
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        forwarded_address(peer.parse().unwrap(), headers.iter().copied(), &trusted).to_string()
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
    }

    #[test]
    fn a_subscriber_is_one_network() {
        let network = |address: &str| Network::of(address.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}

//! The network that an address counts as (requirement L-05).

use std::fmt;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv6Net};

/// The unit of budgets: one IPv4 address, or the /64 of one IPv6 subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpNet);

impl Network {
    /// The network of an address. An IPv4 address in IPv6 form counts as IPv4.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => Self(Ipv6Net::new_assert(v6, 64).trunc().into()),
            v4 @ IpAddr::V4(_) => Self(v4.into()),
        }
    }

    /// The network of the first `prefix` bits of an address, or of all its bits if it has fewer.
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

/// Whether an address is in one of these networks.
pub(crate) fn is_within(address: IpAddr, networks: &[IpNet]) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscriber_is_one_network() {
        let network = |address: &str| Network::of(address.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}

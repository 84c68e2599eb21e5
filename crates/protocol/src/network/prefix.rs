//! The network that an address counts as (requirement L-05).

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

/// The unit of budgets: one IPv4 address, or the /64 of one IPv6 subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpNet);

impl Network {
    /// The network of an address. An IPv4 address in IPv6 form counts as IPv4.
    pub fn of(address: IpAddr) -> Self {
        let prefix = if address.to_canonical().is_ipv4() { 32 } else { 64 };
        Self::around(address, prefix)
    }

    /// The network of the first `prefix` bits of an address.
    pub(super) fn around(address: IpAddr, prefix: u8) -> Self {
        Self(IpNet::new_assert(address.to_canonical(), prefix).trunc())
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

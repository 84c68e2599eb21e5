//! The places around an address that share a limit: the network of one subscriber, and the sites that contain it.
//!
//! A limit for each network alone does not bound somebody with many networks: an IPv6 customer gets a /56 or a /48,
//! which are 256 or 65 536 networks, and an IPv4 /24 is the smallest block that is sold. So every limit by network also
//! holds for the sites around it. There it is higher, because several people may share a site.

use std::net::IpAddr;

use crate::network::prefix::Network;

/// The size of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// One IPv4 address or one IPv6 /64, as a household has.
    Network,
    /// An IPv6 /56, as many households and small offices have.
    Subscriber,
    /// An IPv6 /48 or an IPv4 /24, the largest that one customer usually gets.
    Site,
}

/// A place that has a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The addresses in it.
    pub network: Network,
    /// The size that its limit depends on.
    pub extent: Extent,
}

impl Place {
    /// The places around an address, the smallest first.
    pub fn around(address: IpAddr) -> Vec<Self> {
        let extents: &[(Extent, u8)] = match address.to_canonical() {
            IpAddr::V4(_) => &[(Extent::Network, 32), (Extent::Site, 24)],
            IpAddr::V6(_) => &[(Extent::Network, 64), (Extent::Subscriber, 56), (Extent::Site, 48)],
        };
        extents.iter().map(|&(extent, prefix)| Self { network: Network::around(address, prefix), extent }).collect()
    }

    /// The limit of this place, where one network has `each`.
    pub fn share(self, each: u32) -> u32 {
        each.saturating_mul(match self.extent {
            Extent::Network => 1,
            Extent::Subscriber => 4,
            Extent::Site => 10,
        })
    }

    /// The same where the whole server has at most `all`: a site gets at most a tenth of that, so that nine tenths are
    /// left to others. No site gets less than one network.
    pub fn share_of(self, each: u32, all: u32) -> u32 {
        self.share(each).min(all / 10).max(each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(address: &str) -> Vec<String> {
        Place::around(address.parse().unwrap()).into_iter().map(|place| place.network.to_string()).collect()
    }

    /// Proves: FA-02
    #[test]
    fn an_address_is_in_a_network_and_its_sites() {
        assert_eq!(around("2001:db8:1:203::5"), ["2001:db8:1:203::/64", "2001:db8:1:200::/56", "2001:db8:1::/48"]);
        assert_eq!(around("192.0.2.9"), ["192.0.2.9", "192.0.2.0/24"]);
        assert_eq!(around("::ffff:192.0.2.9"), ["192.0.2.9", "192.0.2.0/24"]);
        for address in ["2001:db8:1:203::5", "192.0.2.9"] {
            let address = address.parse().unwrap();
            assert_eq!(Place::around(address)[0].network, Network::of(address));
        }
    }

    /// Proves: FA-02
    #[test]
    fn a_site_has_more_than_a_network_and_a_tenth_of_the_server_at_most() {
        let shares = |each, all| {
            let places = Place::around("2001:db8::1".parse().unwrap());
            places.into_iter().map(|place| place.share_of(each, all)).collect::<Vec<u32>>()
        };
        assert_eq!(shares(30, 1_000_000), [30, 120, 300]);
        assert_eq!(shares(30, 1_000), [30, 100, 100]);
        assert_eq!(shares(30, 3), [30, 30, 30], "a site is never narrower than the networks in it");
        assert_eq!(shares(u32::MAX, u32::MAX), [u32::MAX; 3]);
    }
}

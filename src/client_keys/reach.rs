//! The addresses that a `jwks_uri` may have: public ones, and those in networks that the operator names. Other addresses would
//! be a way into the network of this server (RFC 7591 section 5).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Whether an address may be connected to.
pub(super) fn may_be_reached(address: IpAddr, private_networks: &[IpNet]) -> bool {
    let address = address.to_canonical();
    let public = match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    };
    public || private_networks.iter().any(|network| network.contains(&address))
}

/// Whether the IANA registry of special-purpose addresses (RFC 6890) does not list it.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocols = (a, b, c) == (192, 0, 0) || (a, b, c) == (192, 88, 99);
    let benchmarks = a == 198 && (18..20).contains(&b);
    !(a == 0
        || a >= 224
        || shared
        || protocols
        || benchmarks
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation())
}

/// Whether it is global unicast, has no IPv4 address inside (6to4, Teredo; NAT64 is not global unicast), and is not listed.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let global_unicast = (0x2000..0x4000).contains(&a);
    let protocols = a == 0x2001 && b < 0x0200;
    let documentation = (a, b) == (0x2001, 0x0db8) || (a == 0x3fff && b < 0x1000);
    let six_to_four = a == 0x2002;
    global_unicast && !protocols && !documentation && !six_to_four
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(address: &str, networks: &[&str]) -> bool {
        let networks: Vec<IpNet> = networks.iter().map(|network| network.parse().unwrap()).collect();
        may_be_reached(address.parse().unwrap(), &networks)
    }

    /// Proves: S-20
    #[test]
    fn only_public_addresses_are_reached_unasked() {
        for public in ["8.8.8.8", "100.63.255.255", "172.32.0.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111"] {
            assert!(reached(public, &[]), "{public}");
        }
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.1.2.3",
            "::ffff:169.254.169.254",
            "64:ff9b::a01:203",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:a01:203::1",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!reached(private, &[]), "{private}");
        }
    }

    #[test]
    fn a_named_network_is_reached_and_no_other() {
        assert!(reached("10.1.2.3", &["10.0.0.0/8"]));
        assert!(reached("::ffff:10.1.2.3", &["10.0.0.0/8"]));
        assert!(!reached("10.1.2.3", &["192.168.0.0/16"]));
        assert!(reached("fd00::1", &["fd00::/8"]));
    }
}

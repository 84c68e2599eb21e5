//! Whether a device and a browser are in one place, as far as their addresses show: RFC 10027 section 6.1.1,
//! requirement P-02.

use std::net::{IpAddr, Ipv4Addr};

use crate::network::Network;

/// How near a device and a browser are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proximity {
    /// In one network: behind one IPv4 address, or in one IPv6 /64.
    Same,
    /// In different networks.
    Different,
    /// The addresses cannot be compared. That is no reason for trust, because an attacker can choose such addresses.
    Unknown(Incomparable),
}

/// Why two addresses cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomparable {
    /// One is an IPv4 address and the other an IPv6 address.
    Families,
    /// One is an address inside of a network.
    Private,
    /// The server sees only the address of its own proxy.
    OnlyProxy,
}

impl Proximity {
    /// The name in the audit table. Its meaning never changes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Compares the two addresses, as this server sees them.
    ///
    /// - On an intranet each machine has an IPv4 address of its own: private addresses are near in one /24.
    /// - An IPv4 and an IPv6 address cannot be compared, though a home may have both. Nor can a private and a public
    ///   one, which are two ways to a server that is reached from inside and from outside.
    pub fn between(device: IpAddr, browser: IpAddr) -> Self {
        let (device, browser) = (device.to_canonical(), browser.to_canonical());
        if Network::of(device) == Network::of(browser) || (device.is_loopback() && browser.is_loopback()) {
            return Self::Same;
        }
        match (device, browser) {
            (IpAddr::V4(device), IpAddr::V4(browser)) if is_inside(device) && is_inside(browser) => {
                if device.octets()[..3] == browser.octets()[..3] { Self::Same } else { Self::Different }
            }
            (IpAddr::V4(device), IpAddr::V4(browser)) if is_inside(device) == is_inside(browser) => Self::Different,
            (IpAddr::V6(device), IpAddr::V6(browser))
                if device.is_unique_local() == browser.is_unique_local()
                    && device.is_unicast_link_local() == browser.is_unicast_link_local()
                    && device.is_loopback() == browser.is_loopback() =>
            {
                Self::Different
            }
            (IpAddr::V4(_), IpAddr::V4(_)) | (IpAddr::V6(_), IpAddr::V6(_)) => Self::Unknown(Incomparable::Private),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => Self::Unknown(Incomparable::Families),
        }
    }
}

/// Whether it is an address of this machine or its neighbours. The addresses of carriers (100.64.0.0/10) are not:
/// there, each one is a subscriber.
fn is_inside(address: Ipv4Addr) -> bool {
    address.is_private() || address.is_link_local() || address.is_loopback()
}

#[cfg(test)]
mod tests {
    use super::{Incomparable, Proximity};

    /// Proves: P-02.
    #[test]
    fn one_place_is_one_address_or_one_subnet() {
        for (device, browser, near) in [
            ("203.0.113.5", "203.0.113.5", "same"),
            ("203.0.113.5", "203.0.113.6", "different"),
            ("::ffff:203.0.113.5", "203.0.113.5", "same"),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "same"),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", "different"),
            ("203.0.113.5", "2001:db8:1:2::1", "unknown"),
            ("192.168.1.5", "192.168.1.200", "same"),
            ("192.168.1.5", "192.168.2.5", "different"),
            ("10.0.0.5", "192.168.0.5", "different"),
            ("192.168.1.5", "203.0.113.5", "unknown"),
            ("100.64.0.1", "100.64.0.2", "different"),
            ("169.254.7.1", "169.254.7.9", "same"),
            ("127.0.0.1", "127.0.0.1", "same"),
            ("127.0.0.1", "::1", "same"),
            ("127.0.0.1", "203.0.113.5", "unknown"),
            ("::1", "2001:db8::1", "unknown"),
            ("fe80::1", "fe80::2", "same"),
            ("fe80::1", "2001:db8::2", "unknown"),
            ("fd00::1", "fd00::9", "same"),
            ("fd00::1", "fd00:0:0:1::1", "different"),
            ("fd00::1", "2001:db8::1", "unknown"),
        ] {
            let [one, other] = [device, browser].map(|address| address.parse().unwrap());
            assert_eq!(Proximity::between(one, other).name(), near, "{device} and {browser}");
            assert_eq!(Proximity::between(other, one).name(), near, "{browser} and {device}");
        }
    }

    /// Proves: FC-08: every pair that cannot be compared has a reason, and it is true.
    #[test]
    fn what_cannot_be_compared_has_a_reason() {
        for (device, browser, why) in [
            ("203.0.113.5", "2001:db8:1:2::1", Incomparable::Families),
            ("192.168.1.5", "2001:db8:1:2::1", Incomparable::Families),
            ("192.168.1.5", "203.0.113.5", Incomparable::Private),
            ("127.0.0.1", "203.0.113.5", Incomparable::Private),
            ("::ffff:10.0.0.5", "203.0.113.5", Incomparable::Private),
            ("fd00::1", "2001:db8::1", Incomparable::Private),
            ("fe80::1", "fd00::1", Incomparable::Private),
        ] {
            let [one, other] = [device, browser].map(|address| address.parse().unwrap());
            assert_eq!(Proximity::between(one, other), Proximity::Unknown(why), "{device} and {browser}");
            assert_eq!(Proximity::between(other, one), Proximity::Unknown(why), "{browser} and {device}");
        }
    }
}

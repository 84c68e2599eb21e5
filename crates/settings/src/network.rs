//! Networks: `10.0.0.0/8`, or one address.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// Reads networks. An address without a length is a network of one address.
pub(super) fn networks<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<IpNet>, D::Error> {
    let written = Vec::<String>::deserialize(from)?;
    written.iter().map(|written| parse(written).map_err(D::Error::custom)).collect()
}

/// The same for a list that may be left out.
pub(super) fn optional_networks<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<IpNet>>, D::Error> {
    let Some(written) = Option::<Vec<String>>::deserialize(from)? else { return Ok(None) };
    written.iter().map(|written| parse(written).map_err(D::Error::custom)).collect::<Result<_, _>>().map(Some)
}

fn parse(written: &str) -> Result<IpNet, String> {
    written
        .parse::<IpNet>()
        .or_else(|_| written.parse::<IpAddr>().map(IpNet::from))
        .map(canonical)
        .map_err(|_| format!("{written:?} is not a network such as \"10.0.0.0/8\", nor an address"))
}

/// An IPv4-mapped network becomes a network of IPv4 addresses, because addresses are compared in that form.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(v6) = network else { return network };
    let inner = v6.addr().to_ipv4_mapped().zip(v6.prefix_len().checked_sub(96));
    inner.and_then(|(address, length)| Ipv4Net::new(address, length).ok()).map_or(network, IpNet::V4)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_network_or_an_address_is_read() {
        assert_eq!(parse("10.0.0.0/8"), Ok("10.0.0.0/8".parse().unwrap()));
        assert_eq!(parse("127.0.0.1"), Ok("127.0.0.1/32".parse().unwrap()));
        assert_eq!(parse("::1"), Ok("::1/128".parse().unwrap()));
        assert_eq!(parse("::ffff:10.0.0.1"), Ok("10.0.0.1/32".parse().unwrap()));
        assert_eq!(parse("::ffff:10.0.0.0/104"), Ok("10.0.0.0/8".parse().unwrap()));
        assert!(parse("localhost").is_err());
    }
}

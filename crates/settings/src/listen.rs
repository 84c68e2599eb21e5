//! `[listen]`, `[tls]` and `[proxies]`: connections, their certificate, and the proxies in front of the server.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::findings::{A_DAY, Findings};
use super::{Settings, network, span};
use protocol::{ForwardedHeader, ProxyProtocol};

/// `[listen]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Listen {
    #[serde(deserialize_with = "address")]
    pub address: SocketAddr,
    pub max_connections: usize,
    pub max_connections_per_address: usize,
    #[serde(with = "span")]
    pub read_timeout: Duration,
    #[serde(with = "span")]
    pub idle_timeout: Duration,
}

/// `[tls]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Tls {
    pub cert: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

/// `[proxies]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Proxies {
    #[serde(deserialize_with = "network::networks")]
    pub trusted: Vec<IpNet>,
    pub header: ForwardedHeader,
    pub protocol: ProxyProtocol,
}

fn address<'de, D: Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(|_| D::Error::custom(not_an_address(&text)))
}

/// What is wrong with an address, and what to write instead. A name is not looked up: it may have several addresses.
fn not_an_address(text: &str) -> String {
    let bare = text.trim_start_matches("http://").trim_start_matches("https://").trim_end_matches('/');
    let (host, port) = match (bare.parse::<IpAddr>(), bare.rsplit_once(':')) {
        (Ok(_), _) | (_, None) => (bare, ""),
        (_, Some(_)) if bare.ends_with(']') => (bare, ""),
        (_, Some(parts)) => parts,
    };
    let (host, port) = if host.parse::<u16>().is_ok() && port.is_empty() { ("localhost", host) } else { (host, port) };
    let port = port.parse::<u16>().unwrap_or(8080);
    let write = match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(address) => format!("{:?}", SocketAddr::new(address, port).to_string()),
        Err(_) if host == "localhost" => format!("\"127.0.0.1:{port}\" or \"[::1]:{port}\""),
        Err(_) => {
            format!("\"[::]:{port}\" for all addresses of this machine, or one of them such as \"127.0.0.1:{port}\"")
        }
    };
    format!("{text:?} is not an IP address and a port: write {write}")
}

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let (listen, proxies) = (&settings.listen, &settings.proxies);
    // A semaphore of the runtime can count more than any number of sockets.
    findings.count_within("listen.max_connections", listen.max_connections, 1..=1_000_000);
    findings.count_within("listen.max_connections_per_address", listen.max_connections_per_address, 1..=1_000_000);
    findings.within("listen.read_timeout", listen.read_timeout, Duration::from_secs(1)..=Duration::from_secs(60));
    findings.within("listen.idle_timeout", listen.idle_timeout, Duration::from_secs(1)..=A_DAY);
    findings.require_of(
        proxies.protocol == ProxyProtocol::None || !proxies.trusted.is_empty(),
        ["proxies.trusted", "proxies.protocol"],
        "must name the proxies that proxies.protocol is for: connections from elsewhere are refused then",
    );
    tls(settings, findings);
}

fn tls(settings: &Settings, findings: &mut Findings) {
    let Tls { cert, key } = &settings.tls;
    if cert.is_none() && key.is_none() {
        return;
    }
    findings.require_of(key.is_some(), ["tls.key", "tls.cert"], "tls.cert needs it: set both or neither");
    findings.require_of(cert.is_some(), ["tls.cert", "tls.key"], "tls.key needs it: set both or neither");
    findings.file("tls.cert", cert.as_ref(), "both out where a proxy speaks TLS");
    findings.file("tls.key", key.as_ref(), "both out where a proxy speaks TLS");
    let why = "must be https: a server with [tls] answers nobody in plain HTTP";
    findings.require_of(settings.issuer.is_https(), ["issuer", "tls.cert"], why);
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;

    #[test]
    fn a_certificate_needs_its_key_and_an_issuer_that_says_so() {
        let both = "tls.cert = 'c.pem'\ntls.key = 'k.pem'";
        table(&[
            (&format!("issuer = 'https://h'\n{both}"), ""),
            (both, "g.toml:1: issuer: must be https: a server with [tls] answers nobody in plain HTTP"),
            ("issuer = 'https://h'\ntls.cert = 'c.pem'", "g.toml:2: tls.key: tls.cert needs it: set both or neither"),
            ("issuer = 'https://h'\ntls.key = 'k.pem'", "g.toml:2: tls.cert: tls.key needs it: set both or neither"),
            (
                "issuer = 'https://h'\ntls.cert = ''\ntls.key = 'k.pem'",
                "g.toml:2: tls.cert: must not be empty; leave both out where a proxy speaks TLS",
            ),
        ]);
    }

    #[test]
    fn an_address_is_that_of_this_machine_and_no_name() {
        let any = "\"[::]:9000\" for all addresses of this machine, or one of them such as \"127.0.0.1:9000\"";
        let loopback = "\"127.0.0.1:9000\" or \"[::1]:9000\"";
        for (address, write) in [
            ("localhost:9000", loopback),
            ("9000", loopback),
            ("http://localhost:9000/", loopback),
            (":9000", any),
            ("*:9000", any),
            ("login.example.com:9000", any),
            ("10.0.0.7", "\"10.0.0.7:8080\""),
            ("::1", "\"[::1]:8080\""),
            ("[::1]", "\"[::1]:8080\""),
        ] {
            let told =
                format!("g.toml:1:18: listen.address: {address:?} is not an IP address and a port: write {write}");
            table(&[(&format!("listen.address = {address:?}"), &told)]);
        }
        table(&[("listen.address = '[::]:0'", "")]);
    }

    #[test]
    fn connections_and_fetches_are_bounded() {
        table(&[
            ("listen.max_connections = 0", "g.toml:1: listen.max_connections: must be from 1 to 1000000, not 0"),
            (
                "listen.max_connections_per_address = 0",
                "g.toml:1: listen.max_connections_per_address: must be from 1 to 1000000, not 0",
            ),
            ("listen.idle_timeout = '500ms'", "g.toml:1: listen.idle_timeout: must be from 1s to 24h, not 500ms"),
            ("listen.idle_timeout = '24h'", ""),
            ("proxies.protocol = 'v1'\nproxies.trusted = ['10.0.0.1']", ""),
            (
                "proxies.protocol = 'v2'",
                "g.toml:1: proxies.trusted: must name the proxies that proxies.protocol is for: connections from elsewhere \
                 are refused then",
            ),
            ("client_assertions.fetch_timeout = '10s'", ""),
            (
                "client_assertions.fetch_timeout = '11s'",
                "g.toml:1: client_assertions.fetch_timeout: must be from 1s to 10s, not 11s",
            ),
            ("listen.read_timeout = '1s'", ""),
            ("listen.read_timeout = '2m'", "g.toml:1: listen.read_timeout: must be from 1s to 1m, not 2m"),
        ]);
    }
}

//! Look up the host of a URL of the configuration once, and connect to those addresses only.
//!
//! So a name that resolves to other addresses a moment later (DNS rebinding) has no effect. No redirect is followed, and no proxy
//! is used, because it would choose its own addresses. The caller decides whether the addresses may be reached.

use std::io;
use std::net::{IpAddr, SocketAddr};

use reqwest::redirect::Policy;
use url::{Host, Url};

/// A URL with all addresses of its host, one at least.
#[derive(Debug)]
pub(crate) struct Destination {
    url: Url,
    addresses: Vec<SocketAddr>,
}

/// Why a URL cannot be opened. Never holds the URL itself, which may hold a secret.
#[derive(Debug, thiserror::Error)]
pub enum NoDestination {
    /// A name without an address.
    #[error("its host has no address")]
    NoAddress,
    /// The look-up of the name failed.
    #[error("its host cannot be looked up")]
    Lookup(#[source] io::Error),
    /// A request in clear must stay on this machine.
    #[error("it is http, and its host is at {0}, which is another machine")]
    InClear(IpAddr),
}

impl Destination {
    /// Looks the host up.
    pub(crate) async fn of(url: &Url) -> Result<Self, NoDestination> {
        let port = url.port_or_known_default().unwrap_or(443);
        let addresses = match url.host().ok_or(NoDestination::NoAddress)? {
            Host::Domain(name) => tokio::net::lookup_host((name, port)).await.map_err(NoDestination::Lookup)?.collect(),
            Host::Ipv4(address) => vec![(address, port).into()],
            Host::Ipv6(address) => vec![(address, port).into()],
        };
        Self::at(url.clone(), addresses)
    }

    fn at(url: Url, addresses: Vec<SocketAddr>) -> Result<Self, NoDestination> {
        if addresses.is_empty() {
            return Err(NoDestination::NoAddress);
        }
        let elsewhere = addresses.iter().map(SocketAddr::ip).find(|address| !address.to_canonical().is_loopback());
        match elsewhere.filter(|_| url.scheme() != "https") {
            Some(address) => Err(NoDestination::InClear(address)),
            None => Ok(Self { url, addresses }),
        }
    }

    /// The URL.
    pub(crate) fn url(&self) -> Url {
        self.url.clone()
    }

    /// Every address that may be connected to.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.addresses.iter().map(SocketAddr::ip)
    }

    /// A client that connects to these addresses and to no others.
    pub(crate) fn client(&self) -> reqwest::Result<reqwest::Client> {
        // An error means that the process has a provider already, and any provider will do.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .user_agent(concat!("grantd/", env!("CARGO_PKG_VERSION")));
        if let Some(Host::Domain(name)) = self.url.host() {
            builder = builder.resolve_to_addrs(name, &self.addresses);
        }
        if self.url.scheme() == "http" {
            // A bare container has no certificate store, and http needs none.
            builder = builder.tls_certs_only([]);
        }
        builder.build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str, addresses: &[&str]) -> Result<Destination, NoDestination> {
        let addresses = addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 443));
        Destination::at(Url::parse(url).unwrap(), addresses.collect())
    }

    #[test]
    fn without_tls_nothing_leaves_this_machine() {
        assert!(at("https://h.example/a", &["8.8.8.8", "2606:4700::1111"]).is_ok());
        assert!(at("http://localhost/a", &["127.0.0.1", "::1", "::ffff:127.0.0.1"]).is_ok());
        assert!(matches!(at("http://localhost/a", &["::1", "8.8.8.8"]), Err(NoDestination::InClear(_))));
        assert!(matches!(at("https://h.example/a", &[]), Err(NoDestination::NoAddress)));
    }
}

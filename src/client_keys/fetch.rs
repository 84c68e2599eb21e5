//! How is a `jwks_uri` opened? Without redirects or proxies, only where it may lead, within a time and a size.

use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::ACCEPT;
use reqwest::header::CACHE_CONTROL;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use url::Host;
use url::Url;

use crate::client_keys::reach::may_be_reached;
use crate::protocol::JwkSet;
use crate::settings::ClientAssertions;

/// More than a set of keys needs.
const LARGEST_BODY: usize = 64 * 1024;

/// What was found.
#[derive(Debug)]
pub(super) struct Fetched {
    /// The keys that are fit, one at least.
    pub(super) keys: JwkSet,
    /// For how long its publisher lets it be kept.
    pub(super) max_age: Option<Duration>,
}

/// Why nothing was found. For the operator's log.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("it is not a URL")]
    Url(#[from] url::ParseError),
    #[error("its host has no address")]
    NoAddress,
    #[error("its host cannot be looked up")]
    Lookup(#[source] io::Error),
    #[error("its host is at {0}, which is no public address: name the network in client_assertions.private_networks")]
    Private(IpAddr),
    #[error("it is http, and its host is at {0}, which is another machine")]
    InClear(IpAddr),
    #[error("it cannot be asked")]
    Http(#[from] reqwest::Error),
    #[error("it answers {0}; redirects are not followed")]
    Status(StatusCode),
    #[error("it is neither application/jwk-set+json nor application/json")]
    Type,
    #[error("it is larger than 64 KiB")]
    TooLarge,
    #[error("it is no JWK Set")]
    NotASet,
    #[error("none of its keys is a public key that verifies here")]
    NoKey,
    #[error("it did not answer within client_assertions.fetch_timeout")]
    TooSlow,
}

/// Fetches the keys once.
pub(super) async fn fetch(uri: &str, settings: &ClientAssertions) -> Result<Fetched, FetchError> {
    let fetched = tokio::time::timeout(settings.fetch_timeout, fetch_patiently(uri, settings));
    fetched.await.map_err(|_| FetchError::TooSlow)?
}

async fn fetch_patiently(uri: &str, settings: &ClientAssertions) -> Result<Fetched, FetchError> {
    let url = Url::parse(uri)?;
    let addresses = addresses(&url).await?;
    check(&url, &addresses, settings)?;
    let mut response =
        client(&url, &addresses)?.get(url).header(ACCEPT, "application/jwk-set+json, application/json").send().await?;
    if response.status() != StatusCode::OK {
        return Err(FetchError::Status(response.status()));
    }
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let media = header(CONTENT_TYPE).and_then(|value| value.split(';').next()).map(str::trim);
    let is_json = |media: &str| {
        ["application/jwk-set+json", "application/json"].iter().any(|json| media.eq_ignore_ascii_case(json))
    };
    if !media.is_some_and(is_json) {
        return Err(FetchError::Type);
    }
    let max_age = header(CACHE_CONTROL).and_then(max_age);
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let (keys, unfit) = JwkSet::read(&body).ok_or(FetchError::NotASet)?;
    for (place, reason) in unfit {
        tracing::debug!(uri, place, %reason, "a key of a client is left out");
    }
    if keys.keys().is_empty() { Err(FetchError::NoKey) } else { Ok(Fetched { keys, max_age }) }
}

/// All addresses of the host. They are looked up here and nowhere else: a name that leads elsewhere a moment later (DNS
/// rebinding) leads nowhere.
async fn addresses(url: &Url) -> Result<Vec<SocketAddr>, FetchError> {
    let port = url.port_or_known_default().unwrap_or(443);
    match url.host().ok_or(FetchError::NoAddress)? {
        Host::Domain(name) => Ok(tokio::net::lookup_host((name, port)).await.map_err(FetchError::Lookup)?.collect()),
        Host::Ipv4(address) => Ok(vec![(address, port).into()]),
        Host::Ipv6(address) => Ok(vec![(address, port).into()]),
    }
}

/// Every address has to be one that may be reached: of several, nobody knows which would be taken.
fn check(url: &Url, addresses: &[SocketAddr], settings: &ClientAssertions) -> Result<(), FetchError> {
    if addresses.is_empty() {
        return Err(FetchError::NoAddress);
    }
    for address in addresses.iter().map(SocketAddr::ip) {
        if !may_be_reached(address, &settings.private_networks) {
            return Err(FetchError::Private(address));
        }
        if url.scheme() != "https" && !address.to_canonical().is_loopback() {
            return Err(FetchError::InClear(address));
        }
    }
    Ok(())
}

/// A client that connects to these addresses and to no others. A proxy would connect where it likes.
fn client(url: &Url, addresses: &[SocketAddr]) -> Result<reqwest::Client, reqwest::Error> {
    // An error says that the process has a provider already, and any will do.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .user_agent(concat!("grantd/", env!("CARGO_PKG_VERSION")));
    if let Some(Host::Domain(name)) = url.host() {
        builder = builder.resolve_to_addrs(name, addresses);
    }
    if url.scheme() == "http" {
        // A bare container has no certificate store, which is no reason to fail where nobody speaks TLS.
        builder = builder.tls_certs_only([]);
    }
    builder.build()
}

/// RFC 9111 section 5.2.2: `no-store` and `no-cache` count as an age of nothing.
fn max_age(header: &str) -> Option<Duration> {
    let mut found = None;
    for directive in header.split(',').map(|directive| directive.trim().to_ascii_lowercase()) {
        if directive == "no-store" || directive == "no-cache" {
            return Some(Duration::ZERO);
        }
        if let Some(seconds) = directive.strip_prefix("max-age=") {
            found = seconds.trim_matches('"').parse().ok().map(Duration::from_secs);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(private_networks: &[&str]) -> ClientAssertions {
        ClientAssertions {
            require_typ: false,
            fetch_timeout: Duration::from_secs(5),
            private_networks: private_networks.iter().map(|network| network.parse().unwrap()).collect(),
        }
    }

    /// Proves: S-20
    #[test]
    fn one_address_that_may_not_be_reached_spoils_the_host() {
        let url = Url::parse("https://keys.example.test/jwks").unwrap();
        let at = |addresses: &[&str]| -> Vec<SocketAddr> {
            addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 443)).collect()
        };
        assert!(check(&url, &at(&["8.8.8.8", "2606:4700::1111"]), &settings(&[])).is_ok());
        assert!(matches!(check(&url, &at(&[]), &settings(&[])), Err(FetchError::NoAddress)));
        let private = check(&url, &at(&["8.8.8.8", "10.0.0.1"]), &settings(&[]));
        assert!(matches!(private, Err(FetchError::Private(_))), "{private:?}");
        assert!(check(&url, &at(&["8.8.8.8", "10.0.0.1"]), &settings(&["10.0.0.0/8"])).is_ok());
    }

    #[test]
    fn without_tls_nothing_leaves_this_machine() {
        let url = Url::parse("http://localhost/jwks").unwrap();
        let at = |address: &str| vec![SocketAddr::new(address.parse().unwrap(), 80)];
        assert!(check(&url, &at("127.0.0.1"), &settings(&["127.0.0.0/8"])).is_ok());
        assert!(matches!(check(&url, &at("8.8.8.8"), &settings(&[])), Err(FetchError::InClear(_))));
        assert!(matches!(check(&url, &at("127.0.0.1"), &settings(&[])), Err(FetchError::Private(_))));
    }

    #[test]
    fn an_age_is_read_from_among_the_directives() {
        for (header, age) in [
            ("public, max-age=300", Some(300)),
            ("Max-Age=\"300\"", Some(300)),
            ("max-age=300, no-store", Some(0)),
            ("no-cache", Some(0)),
            ("max-age=soon", None),
            ("max-age=-1", None),
            ("s-maxage=7", None),
            ("", None),
        ] {
            assert_eq!(max_age(header), age.map(Duration::from_secs), "{header}");
        }
    }
}

//! Fetch a `jwks_uri`: without redirects or proxies, only from allowed addresses, within a time and a size.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use url::Url;

use crate::client_keys::reach::may_be_reached;
use crate::destination::{Destination, NoDestination};
use protocol::JwkSet;
use settings::ClientAssertions;

/// Larger than a set of keys needs.
const LARGEST_BODY: usize = 64 * 1024;

/// The keys that were fetched.
#[derive(Debug)]
pub(super) struct Fetched {
    /// The usable keys, at least one.
    pub(super) keys: JwkSet,
    /// How long the publisher allows the answer to be kept.
    pub(super) max_age: Option<Duration>,
}

/// Why no keys were fetched, for the operator's log.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error(transparent)]
    Nowhere(#[from] NoDestination),
    #[error("its host is at {0}, which is no public address: name the network in client_assertions.private_networks")]
    Private(IpAddr),
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
pub(super) async fn fetch(uri: &Url, settings: &ClientAssertions) -> Result<Fetched, FetchError> {
    let fetched = tokio::time::timeout(settings.fetch_timeout, fetch_patiently(uri, settings));
    fetched.await.map_err(|_| FetchError::TooSlow)?
}

async fn fetch_patiently(uri: &Url, settings: &ClientAssertions) -> Result<Fetched, FetchError> {
    let publisher = Destination::of(uri).await?;
    check(publisher.addresses(), settings)?;
    let asked = publisher.client()?.get(publisher.url()).header(ACCEPT, "application/jwk-set+json, application/json");
    let mut response = asked.send().await?;
    if response.status() != StatusCode::OK {
        return Err(FetchError::Status(response.status()));
    }
    let header = |name| response.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let media = header(CONTENT_TYPE);
    let media = media.as_deref().and_then(|value| value.split(';').next()).map(str::trim);
    let is_json = |media: &str| {
        ["application/jwk-set+json", "application/json"].iter().any(|json| media.eq_ignore_ascii_case(json))
    };
    if !media.is_some_and(is_json) {
        return Err(FetchError::Type);
    }
    let max_age = header(CACHE_CONTROL).as_deref().and_then(max_age);
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let (keys, unfit) = JwkSet::read(&body).ok_or(FetchError::NotASet)?;
    for (place, reason) in unfit {
        tracing::debug!(uri = uri.as_str(), place, %reason, "a key of a client is left out");
    }
    if keys.keys().is_empty() { Err(FetchError::NoKey) } else { Ok(Fetched { keys, max_age }) }
}

/// Checks that all addresses may be reached: the connection may use any of them.
fn check(mut addresses: impl Iterator<Item = IpAddr>, settings: &ClientAssertions) -> Result<(), FetchError> {
    match addresses.find(|address| !may_be_reached(*address, &settings.private_networks)) {
        Some(private) => Err(FetchError::Private(private)),
        None => Ok(()),
    }
}

/// Reads RFC 9111 section 5.2.2; `no-store` and `no-cache` count as an age of zero.
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
        let at = |addresses: &[&str], private: &[&str]| {
            let addresses: Vec<IpAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
            check(addresses.into_iter(), &settings(private))
        };
        assert!(at(&["8.8.8.8", "2606:4700::1111"], &[]).is_ok());
        for private in [at(&["8.8.8.8", "10.0.0.1"], &[]), at(&["127.0.0.1"], &[])] {
            assert!(matches!(private, Err(FetchError::Private(_))), "{private:?}");
        }
        assert!(at(&["8.8.8.8", "10.0.0.1"], &["10.0.0.0/8"]).is_ok());
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

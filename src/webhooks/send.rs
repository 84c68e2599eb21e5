//! How is a notice carried to its receiver? By one `POST`: without redirects or proxies, over TLS unless it stays on this
//! machine, within a time. Of the answer only the status is looked at.
//!
//! Unlike a `jwks_uri`, which somebody else may choose, the address is the operator's own word, and nobody sees what it
//! answers. So it may lead into private networks; https has to prove whose it is.

use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use url::Host;
use url::Url;

use crate::protocol::Timestamp;

/// Why a notice was not taken, without the address, which may hold a secret.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The settings were not checked.
    #[error("it is not a URL")]
    Url(#[from] url::ParseError),
    /// A name without an address.
    #[error("its host has no address")]
    NoAddress,
    /// No answer about the name.
    #[error("its host cannot be looked up")]
    Lookup(#[source] io::Error),
    /// What is sent in clear has to stay here.
    #[error("it is http, and its host is at {0}, which is another machine")]
    InClear(IpAddr),
    /// No connection, no TLS, no answer.
    #[error("it cannot be reached")]
    Http(#[source] reqwest::Error),
    /// An answer that does not say that it was taken.
    #[error("it answered {0}")]
    Status(StatusCode),
    /// Too slow.
    #[error("it did not answer within notices.timeout")]
    TooSlow,
}

impl SendError {
    /// All of it in one line.
    pub fn chain(&self) -> String {
        let error: &dyn std::error::Error = self;
        let chain: Vec<String> =
            std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect();
        chain.join(": ")
    }
}

/// A notice with what a receiver verifies it by.
pub(super) struct Signed<'a> {
    pub(super) id: &'a str,
    pub(super) at: Timestamp,
    pub(super) signature: &'a str,
    pub(super) body: &'a str,
}

/// Posts it once.
pub(super) async fn post(url: &str, signed: &Signed<'_>, timeout: Duration) -> Result<u16, SendError> {
    tokio::time::timeout(timeout, post_patiently(url, signed)).await.map_err(|_| SendError::TooSlow)?
}

async fn post_patiently(url: &str, signed: &Signed<'_>) -> Result<u16, SendError> {
    let url = Url::parse(url)?;
    let addresses = addresses(&url).await?;
    let elsewhere = addresses.iter().map(SocketAddr::ip).find(|address| !address.to_canonical().is_loopback());
    if let Some(address) = elsewhere.filter(|_| url.scheme() != "https") {
        return Err(SendError::InClear(address));
    }
    let sent = client(&url, &addresses)?
        .post(url)
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", signed.id)
        .header("webhook-timestamp", signed.at.seconds())
        .header("webhook-signature", signed.signature)
        .body(signed.body.to_owned());
    let status = sent.send().await.map_err(without_url)?.status();
    if status.is_success() { Ok(status.as_u16()) } else { Err(SendError::Status(status)) }
}

/// All addresses of the host, looked up once: what was checked is what is connected to.
async fn addresses(url: &Url) -> Result<Vec<SocketAddr>, SendError> {
    let port = url.port_or_known_default().unwrap_or(443);
    let addresses = match url.host().ok_or(SendError::NoAddress)? {
        Host::Domain(name) => tokio::net::lookup_host((name, port)).await.map_err(SendError::Lookup)?.collect(),
        Host::Ipv4(address) => vec![(address, port).into()],
        Host::Ipv6(address) => vec![(address, port).into()],
    };
    if addresses.is_empty() { Err(SendError::NoAddress) } else { Ok(addresses) }
}

/// A client that connects to these addresses and to no others.
fn client(url: &Url, addresses: &[SocketAddr]) -> Result<reqwest::Client, SendError> {
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
    builder.build().map_err(without_url)
}

fn without_url(error: reqwest::Error) -> SendError {
    SendError::Http(error.without_url())
}

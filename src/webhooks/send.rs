//! Send a notice to its receiver with one `POST`: without redirects or proxies, over TLS unless it stays on this
//! machine, within a time limit. Only the status of the answer is read.
//!
//! The operator chooses the address, and nobody sees the answer. So, unlike a `jwks_uri`, the address may be in a private
//! network; https proves the identity of the receiver.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use url::Url;

use crate::destination::{Destination, NoDestination};
use protocol::Timestamp;

/// Why a notice was not accepted, without the address, which may contain a secret.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The address has no destination.
    #[error(transparent)]
    Nowhere(#[from] NoDestination),
    /// There is no connection, no TLS or no answer.
    #[error("it cannot be reached")]
    Http(#[source] reqwest::Error),
    /// The status of the answer is not a success.
    #[error("it answered {0}")]
    Status(StatusCode),
    /// The answer took too long.
    #[error("it did not answer within notices.timeout")]
    TooSlow,
}

/// A notice with its signature.
pub(super) struct Signed<'a> {
    pub(super) id: &'a str,
    pub(super) at: Timestamp,
    pub(super) signature: &'a str,
    pub(super) body: &'a str,
}

/// Posts it once.
pub(super) async fn post(url: &Url, signed: &Signed<'_>, timeout: Duration) -> Result<u16, SendError> {
    tokio::time::timeout(timeout, post_patiently(url, signed)).await.map_err(|_| SendError::TooSlow)?
}

async fn post_patiently(url: &Url, signed: &Signed<'_>) -> Result<u16, SendError> {
    let receiver = Destination::of(url).await?;
    let sent = receiver
        .client()
        .map_err(without_url)?
        .post(receiver.url())
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", signed.id)
        .header("webhook-timestamp", signed.at.seconds())
        .header("webhook-signature", signed.signature)
        .body(signed.body.to_owned());
    let status = sent.send().await.map_err(without_url)?.status();
    if status.is_success() { Ok(status.as_u16()) } else { Err(SendError::Status(status)) }
}

fn without_url(error: reqwest::Error) -> SendError {
    SendError::Http(error.without_url())
}

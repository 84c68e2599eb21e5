//! The keys of clients: those in the configuration, or those that the client publishes at its `jwks_uri` (RFC 7591
//! section 2, OpenID Connect Core section 10.1.1), which are fetched and kept for a while.
//!
//! This server opens that URL from within its network. [`reach`] decides which addresses are allowed, [`fetch`] fetches the
//! keys, and [`published`] decides when.

mod fetch;
mod published;
mod reach;

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use url::Url;

use crate::client_keys::published::Published;

pub use crate::client_keys::published::Unavailable;
use protocol::{Jws, KeySource, PublicJwk, Timestamp};
use settings::ClientAssertions;

/// The published keys as they were fetched last. They outlive a reload of the configuration.
#[derive(Default)]
pub struct ClientKeys {
    published: Mutex<HashMap<Url, Arc<Published>>>,
}

impl ClientKeys {
    /// The key of a client that may have signed this; `None` when the client has no such key.
    pub async fn signer(
        &self,
        source: &KeySource,
        jws: &Jws,
        settings: &ClientAssertions,
        now: Timestamp,
    ) -> Result<Option<PublicJwk>, Unavailable> {
        match source {
            KeySource::Inline(keys) => Ok(keys.signer(jws).cloned()),
            // No key could verify it.
            KeySource::Remote(_) if jws.algorithm().is_none() => Ok(None),
            KeySource::Remote(uri) => {
                let keys = self.published(uri).keys(|keys| keys.signer(jws).is_some(), settings, now).await?;
                Ok(keys.signer(jws).cloned())
            }
        }
    }

    /// Clients of one fleet may share a URI, and then they share its keys.
    fn published(&self, uri: &Url) -> Arc<Published> {
        let mut published = self.published.lock();
        Arc::clone(published.entry(uri.clone()).or_insert_with(|| Arc::new(Published::at(uri))))
    }
}

//! Why signing keys cannot be used.

use store::StoreError;

use crate::root_secret::Unsealable;
use protocol::display_text;

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// They cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key in the database does not open.
    #[error("the signing key {0} cannot be opened")]
    Sealed(String, #[source] Unsealable),
    /// The library refused.
    #[error("a signing key cannot be used")]
    Unusable(#[from] jsonwebtoken::errors::Error),
    /// No key could be drawn.
    #[error("no signing key could be made")]
    NotMade,
    /// A row names an algorithm that this program does not know.
    #[error("a signing key has the unknown algorithm {0:?}")]
    UnknownAlgorithm(String),
    /// There is no key of this id.
    #[error("there is no key {}: `grantd key list` has the published ones", display_text(.0, 64))]
    UnknownKey(String),
    /// Another process changed the keys.
    #[error("the keys were changed meanwhile, and nothing is withdrawn: try again")]
    Changed,
    /// No key of this algorithm is there.
    #[error("there is no {0} key to sign with")]
    Missing(&'static str),
}

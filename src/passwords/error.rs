//! Why passwords cannot be hashed.

/// The hasher could not be set up or could not hash.
#[derive(Debug, thiserror::Error)]
#[error("passwords cannot be hashed: {0}")]
pub struct PasswordsError(pub(super) String);

//! Draw a client secret, or digest an existing one. The digest is for the configuration; nothing is stored here.

use crate::entropy::{Entropy, SystemEntropy};
use crate::flow::operator::OperatorError;
use crate::flow::operator::secret_strength::estimated_bits;
use protocol::{Digest, Secret};

pub(crate) use crate::flow::operator::secret_strength::ENOUGH_BITS;

/// A digested secret.
pub(crate) struct DigestedSecret {
    pub(crate) digest: Digest,
    /// The estimated bits of the secret, if they are fewer than [`ENOUGH_BITS`].
    pub(crate) weak: Option<f64>,
}

/// Draws a secret. It has only letters, digits, `-` and `_`, so form encoding, which some clients forget, does not
/// change it.
pub(crate) fn draw() -> Secret {
    Secret::from_random("gcs_", SystemEntropy.secret())
}

/// Digests a secret that a person may have chosen. A digest does not slow guesses down, so a weak secret is reported.
pub(crate) fn digest(typed: &str) -> Result<DigestedSecret, OperatorError> {
    if typed.len() > 1024 {
        return Err(OperatorError::LongSecret);
    }
    if typed.contains(char::is_control) {
        return Err(OperatorError::MalformedSecret);
    }
    let weak = Some(estimated_bits(typed)).filter(|bits| *bits < ENOUGH_BITS);
    Ok(DigestedSecret { digest: Secret::presented(typed).digest(), weak })
}

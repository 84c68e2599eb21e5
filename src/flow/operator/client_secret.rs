//! Client secrets: draw one, or digest one that exists. The configuration takes the digest; nothing is stored here.

use crate::entropy::{Entropy, SystemEntropy};
use crate::flow::operator::OperatorError;
use crate::flow::operator::secret_strength::estimated_bits;
use protocol::{Digest, Secret};

pub(crate) use crate::flow::operator::secret_strength::ENOUGH_BITS;

/// A digested secret.
pub(crate) struct DigestedSecret {
    pub(crate) digest: Digest,
    /// The bits that the secret seems to have, where they are too few; [`ENOUGH_BITS`] are needed.
    pub(crate) weak: Option<f64>,
}

/// Draws a secret. It has letters, digits, `-` and `_` only: form-encoded or not, it is the same text (some clients do not
/// encode).
pub(crate) fn draw() -> Secret {
    Secret::from_random("gcs_", SystemEntropy.secret())
}

/// Digests a secret that somebody may have thought of. A digest does not slow guesses down, so a weak secret is noticed.
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

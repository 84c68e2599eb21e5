//! PKCE for the device flow (RFC 7636 section 4): who polls has to know what the request for codes came with.
//!
//! RFC 8628 does not have it. A server that knows it here takes the challenge with the request and the verifier with each
//! poll; any other server ignores both, as RFC 6749 section 3.1 demands of unknown parameters.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use protocol::Secret;

/// A `code_verifier`: 256 random bits, for one request.
#[derive(Clone, Debug)]
pub struct CodeVerifier(Secret);

impl CodeVerifier {
    /// The only method that is used: `plain` would reveal the verifier with the request.
    pub(super) const METHOD: &str = "S256";

    /// The verifier with these random bits.
    pub fn from_random(random: [u8; 32]) -> Self {
        Self(Secret::from_random("", random))
    }

    /// What the request for codes has of it.
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.0.reveal().as_bytes()))
    }

    /// What each poll has of it.
    pub(super) fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

#[cfg(test)]
mod tests {
    use super::{CodeVerifier, Secret};

    #[test]
    fn the_example_of_the_rfc_fits() {
        let verifier = CodeVerifier(Secret::presented("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn it_is_as_long_as_it_has_to_be_and_does_not_print() {
        let verifier = CodeVerifier::from_random([7; 32]);
        assert_eq!(verifier.reveal().len(), 43);
        assert!(!format!("{verifier:?}").contains(verifier.reveal()));
    }
}

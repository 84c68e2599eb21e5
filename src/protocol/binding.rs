//! Who may go on with what was begun? Sender constraint: of a device code from its first request (RFC 9449 section 10 by
//! analogy, RFC 7636), of a refresh token from its first use.

use crate::protocol::{Client, CodeChallenge, OAuthError};

/// What a device tied its code to. Unbound is the default, and stays as RFC 8628 has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Binding {
    /// The thumbprint (RFC 7638) of the key that was proven with the device authorization request.
    pub jkt: Option<String>,
    /// The PKCE challenge that came with it.
    pub challenge: Option<CodeChallenge>,
}

/// What a poll showed of the verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifierVerdict {
    /// The right one, or none where none is due.
    Fits,
    /// None where one is due, or one where none is: `invalid_grant`.
    Misplaced,
    /// Not the one that is due: `invalid_grant`, and it counts.
    Wrong,
}

impl Binding {
    /// Judges the `code_verifier` of a poll.
    pub fn judge_verifier(&self, verifier: Option<&str>) -> VerifierVerdict {
        match (&self.challenge, verifier) {
            (None, None) => VerifierVerdict::Fits,
            (Some(challenge), Some(verifier)) if challenge.fits(verifier) => VerifierVerdict::Fits,
            (Some(_), Some(_)) => VerifierVerdict::Wrong,
            // A verifier without a challenge means that somebody took the challenge away (RFC 9700 section 4.8.2).
            (Some(_), None) | (None, Some(_)) => VerifierVerdict::Misplaced,
        }
    }
}

impl Client {
    /// Whether the proven key, if any, is the one that a code or a token is bound to.
    ///
    /// # Errors
    /// `invalid_dpop_proof` when no key is proven and one has to be, `invalid_grant` when it is another key.
    pub fn may_use(&self, bound_to: Option<&str>, proven: Option<&str>) -> Result<(), OAuthError> {
        match (bound_to, proven) {
            (None, None) if self.demands.dpop => {
                Err(OAuthError::InvalidDpopProof("this client has to send a DPoP proof".into()))
            }
            (Some(_), None) => {
                Err(OAuthError::InvalidDpopProof("this is bound to a key: send a DPoP proof of it".into()))
            }
            (Some(bound_to), Some(proven)) if bound_to != proven => Err(OAuthError::InvalidGrant),
            (None, None | Some(_)) | (Some(_), Some(_)) => Ok(()),
        }
    }

    /// The key that a refresh token of this client is bound to, out of the one that its family was issued to. The
    /// tokens of a confidential client are bound to its credentials instead (RFC 9449 section 5).
    pub fn refreshes_with<'a>(&self, family: Option<&'a str>) -> Option<&'a str> {
        family.filter(|_| self.is_public())
    }
}

//! Sender constraint: a device code is bound from its first request on (RFC 9449 section 10 by analogy, RFC 7636), a
//! refresh token from its first use.

use crate::client::Client;
use crate::proof::pkce::CodeChallenge;
use crate::wire::OAuthError;

/// What a device code is bound to. By default it is not bound, as in RFC 8628.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Binding {
    /// The thumbprint (RFC 7638) of the key that was proven with the device authorization request.
    pub jkt: Option<String>,
    /// The PKCE challenge that came with it.
    pub challenge: Option<CodeChallenge>,
}

/// The result of checking the verifier of a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifierVerdict {
    /// It is right, or it is absent and none is due.
    Fits,
    /// It is absent although one is due, or present although none is: `invalid_grant`.
    Misplaced,
    /// It is wrong: `invalid_grant`, and the try counts.
    Wrong,
}

impl Binding {
    /// Checks the `code_verifier` of a poll.
    pub fn judge_verifier(&self, verifier: Option<&str>) -> VerifierVerdict {
        match (&self.challenge, verifier) {
            (None, None) => VerifierVerdict::Fits,
            (Some(challenge), Some(verifier)) if challenge.fits(verifier) => VerifierVerdict::Fits,
            (Some(_), Some(_)) => VerifierVerdict::Wrong,
            // A verifier without a challenge means that somebody removed the challenge (RFC 9700 section 4.8.2).
            (Some(_), None) | (None, Some(_)) => VerifierVerdict::Misplaced,
        }
    }
}

impl Client {
    /// Checks that the proven key, if any, is the one that a code or a token is bound to.
    ///
    /// # Errors
    /// `invalid_dpop_proof` when a key is due and none is proven, `invalid_grant` when it is another key.
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

    /// The key that a refresh token of this client is bound to, given the key that its family was issued to. The tokens
    /// of a confidential client are bound to its credentials instead (RFC 9449 section 5).
    pub fn refreshes_with<'a>(&self, family: Option<&'a str>) -> Option<&'a str> {
        family.filter(|_| self.is_public())
    }
}

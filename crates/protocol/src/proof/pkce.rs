//! PKCE for the device flow (RFC 7636 section 4): the device that polls has to know what it asked with.
//!
//! No RFC says how PKCE applies here, so requirement T-24 does: the challenge comes with the device authorization
//! request, and every poll contains the verifier. Only `S256` is supported, because a `plain` challenge reveals the
//! verifier to everybody who saw the request.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::digest::Digest;
use crate::wire::OAuthError;

/// A `code_challenge` of the method `S256` (section 4.2): the digest of a verifier that only the device knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeChallenge(Digest);

impl CodeChallenge {
    /// The only supported method.
    pub const METHOD: &str = "S256";
    /// How many wrong verifiers a grant accepts; one more ends it (requirement T-24).
    pub const WRONG_VERIFIERS: u32 = 10;

    /// Reads `code_challenge` and `code_challenge_method` of a device authorization request; `None` if there are none.
    ///
    /// # Errors
    /// `invalid_request` (section 4.4.1) for another method, `plain` by default included, and for a challenge that is
    /// not the 43 characters of a SHA-256.
    pub fn requested(challenge: Option<&str>, method: Option<&str>) -> Result<Option<Self>, OAuthError> {
        let refused = |why: &'static str| Err(OAuthError::invalid_request(why));
        match (challenge, method) {
            (None, None) => Ok(None),
            (None, Some(_)) => refused("code_challenge_method is sent without code_challenge"),
            (Some(_), None) => refused("send code_challenge_method=S256: plain, its default, is not supported"),
            (Some(challenge), Some(Self::METHOD)) => match read(challenge) {
                Some(digest) => Ok(Some(Self(digest))),
                None => refused("code_challenge is not a SHA-256 in base64url, 43 characters without padding"),
            },
            (Some(_), Some(_)) => refused("code_challenge_method has to be S256"),
        }
    }

    /// Reads the digest of a row.
    pub fn of_digest(digest: Digest) -> Self {
        Self(digest)
    }

    /// The digest that a row stores.
    pub fn digest(&self) -> Digest {
        self.0
    }

    /// Whether a `code_verifier` is well-formed (section 4.1) and belongs to the challenge (section 4.6), in time that
    /// does not depend on where they differ.
    pub fn fits(&self, verifier: &str) -> bool {
        is_verifier(verifier) & self.0.same_as(&Digest::sha256(verifier.as_bytes()))
    }
}

/// Whether it has 43 to 128 unreserved characters (section 4.1).
fn is_verifier(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

fn read(challenge: &str) -> Option<Digest> {
    Digest::from_row(&URL_SAFE_NO_PAD.decode(challenge).ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The example of RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn challenge_of(verifier: &str) -> CodeChallenge {
        CodeChallenge(Digest::sha256(verifier.as_bytes()))
    }

    /// Proves: T-24, RFC 7636 appendix B.
    #[test]
    fn the_example_of_the_rfc_fits() {
        let challenge = CodeChallenge::requested(Some(CHALLENGE), Some("S256")).unwrap().unwrap();
        assert!(challenge.fits(VERIFIER));
        assert!(!challenge.fits(CHALLENGE), "the challenge is not the verifier");
        assert!(!challenge.fits(&VERIFIER.to_lowercase()));
        assert_eq!(CodeChallenge::requested(None, None), Ok(None));
    }

    /// Proves: T-24 N67, in the parser.
    #[test]
    fn only_s256_and_only_a_digest_is_a_challenge() {
        let digest_of_42 = &CHALLENGE[..42];
        for (challenge, method) in [
            (Some(CHALLENGE), None),
            (Some(CHALLENGE), Some("plain")),
            (Some(CHALLENGE), Some("s256")),
            (Some(CHALLENGE), Some("S512")),
            (None, Some("S256")),
            (Some(digest_of_42), Some("S256")),
            (Some(&*format!("{CHALLENGE}=")), Some("S256")),
            (Some(&*format!("{CHALLENGE}A")), Some("S256")),
            (Some(&*CHALLENGE.replace('-', "+")), Some("S256")),
            (Some("é".repeat(22).as_str()), Some("S256")),
        ] {
            let read = CodeChallenge::requested(challenge, method);
            assert!(matches!(read, Err(OAuthError::InvalidRequest(_))), "{challenge:?} {method:?}: {read:?}");
        }
    }

    /// Proves: T-24 N67: even the text that the challenge was made of is none, if it is no verifier.
    #[test]
    fn a_verifier_has_its_length_and_its_characters() {
        for right in ["a".repeat(43), "-._~".repeat(32), VERIFIER.to_owned()] {
            assert!(challenge_of(&right).fits(&right), "{right}");
        }
        for wrong in
            ["", "a", &"a".repeat(42), &"a".repeat(129), &"é".repeat(30), &"a b".repeat(20), &"a+/=".repeat(12)]
        {
            assert!(!challenge_of(wrong).fits(wrong), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_verifier_fits_its_own_challenge_and_no_other(one in "[A-Za-z0-9._~-]{43,128}", other in ".{0,140}") {
            let sent = URL_SAFE_NO_PAD.encode(Digest::sha256(one.as_bytes()).as_bytes());
            let challenge = CodeChallenge::requested(Some(&sent), Some("S256")).unwrap().unwrap();
            prop_assert!(challenge.fits(&one));
            prop_assert_eq!(challenge.fits(&other), one == other);
        }

        #[test]
        fn any_challenge_is_read_or_refused(challenge in ".{0,60}", method in "(S256|plain|.{0,6})") {
            if let Ok(Some(read)) = CodeChallenge::requested(Some(&challenge), Some(&method)) {
                prop_assert_eq!(URL_SAFE_NO_PAD.encode(read.digest().as_bytes()), challenge);
                prop_assert_eq!(method, "S256");
            }
        }
    }
}

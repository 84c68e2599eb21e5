//! Parses a compact JWS (RFC 7515 section 7.1) whose payload is a claims set (RFC 7519). Nothing is verified here.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::proof::public_algorithm::PublicAlgorithm;
use crate::wire::unambiguous::Unambiguous;

/// A JWS in compact serialisation, split and decoded. Nothing in it is true before a key has verified it. Its `Debug`
/// shows nothing of it, because it may be a credential.
pub struct Jws {
    /// The protected header, the only header of this serialisation.
    pub header: Map<String, Value>,
    /// The claims set in the payload.
    pub claims: Map<String, Value>,
    signed: String,
    signature: Vec<u8>,
}

impl Jws {
    /// The greatest number of bytes of a JWS.
    pub const LONGEST: usize = 8 * 1024;

    /// Parses a JWS: strict base64url, two JSON objects without a repeated member, and a signature that is not empty.
    /// `crit` is refused, because this server supports no extension (RFC 7515 section 4.1.11).
    pub fn parse(compact: &str) -> Option<Self> {
        if compact.len() > Self::LONGEST {
            return None;
        }
        let (signed, signature) = compact.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        // A second dot in the claims is not base64url, and fails here.
        let header = Unambiguous::object(&URL_SAFE_NO_PAD.decode(header).ok()?)?;
        let claims = Unambiguous::object(&URL_SAFE_NO_PAD.decode(claims).ok()?)?;
        if header.contains_key("crit") || signature.is_empty() {
            return None;
        }
        Some(Self { header, claims, signed: signed.to_owned(), signature })
    }

    /// `alg`, if a public key verifies it.
    pub fn algorithm(&self) -> Option<PublicAlgorithm> {
        PublicAlgorithm::named(self.header_text("alg")?)
    }

    /// A member of the header that is a string.
    pub fn header_text(&self, member: &str) -> Option<&str> {
        self.header.get(member)?.as_str()
    }

    /// The signed bytes (RFC 7515 section 5.2, step 8).
    pub fn signed(&self) -> &[u8] {
        self.signed.as_bytes()
    }

    /// The bytes of the signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

impl fmt::Debug for Jws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Jws([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn compact(header: &str, claims: &str) -> String {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn header_and_claims_are_read() {
        let jws = Jws::parse(&compact(r#"{"alg":"ES256","typ":"JWT"}"#, r#"{"jti":"x"}"#)).unwrap();
        assert_eq!(jws.algorithm(), Some(PublicAlgorithm::ES256));
        assert_eq!((jws.header_text("typ"), jws.header_text("alg1")), (Some("JWT"), None));
        assert_eq!(jws.claims["jti"], "x");
        assert_eq!(format!("{jws:?}"), "Jws([redacted])");
    }

    #[test]
    fn no_algorithm_but_an_asymmetric_one_is_known() {
        for other in ["none", "None", "HS256", "es256", "RS1", "ES512", ""] {
            let jws = Jws::parse(&compact(&format!(r#"{{"alg":"{other}"}}"#), "{}")).unwrap();
            assert_eq!(jws.algorithm(), None, "{other}");
        }
        assert_eq!(Jws::parse(&compact(r#"{"alg":["ES256"]}"#, "{}")).unwrap().algorithm(), None);
    }

    #[test]
    fn what_has_two_readings_or_none_is_refused() {
        let good = compact(r#"{"alg":"ES256"}"#, "{}");
        assert!(Jws::parse(&good).is_some());
        for wrong in [
            String::new(),
            "..".to_owned(),
            "a.b".to_owned(),
            good.replace(".c2ln", "."),
            good.replace(".c2ln", ".c2ln."),
            good.replace(".c2ln", ".c2lu=="),
            good.replace(".c2ln", ".c2l"),
            good.replace(".c2ln", ".c2+n"),
            format!("{good}.c2ln"),
            format!(" {good}"),
            format!("{good}\n"),
            compact(r#"{"alg":"ES256","crit":[]}"#, "{}"),
            compact(r#"{"alg":"ES256","alg":"ES256"}"#, "{}"),
            compact(r#"{"alg":"ES256"}"#, r#"{"sub":"a","sub":"b"}"#),
            compact(r#"{"alg":"ES256"}"#, "[]"),
            compact("null", "{}"),
            compact(r#"{"alg":"ES256"}"#, &format!(r#"{{"pad":"{}"}}"#, "x".repeat(Jws::LONGEST))),
        ] {
            assert!(Jws::parse(&wrong).is_none(), "{wrong}");
        }
        // The last character of a group of two bytes has unused bits: they have to be zero.
        assert!(Jws::parse(&good.replace(".c2ln", ".c2k")).is_some());
        assert!(Jws::parse(&good.replace(".c2ln", ".c2l")).is_none());
    }

    proptest! {
        #[test]
        fn any_text_is_taken_apart_or_refused(text in ".{0,300}") {
            let _ = Jws::parse(&text);
        }

        #[test]
        fn any_bytes_in_the_three_places_are_taken_apart_or_refused(
            header in prop::collection::vec(any::<u8>(), 0..60),
            claims in prop::collection::vec(any::<u8>(), 0..60),
            signature in prop::collection::vec(any::<u8>(), 0..60),
        ) {
            let parts = [&header, &claims, &signature].map(|part| URL_SAFE_NO_PAD.encode(part));
            if let Some(jws) = Jws::parse(&parts.join(".")) {
                prop_assert_eq!(jws.signature(), signature);
            }
        }

        #[test]
        fn a_truncated_one_is_taken_apart_or_refused(cut in 0_usize..80) {
            let whole = compact(r#"{"alg":"ES256","typ":"JWT"}"#, r#"{"jti":"x","exp":1}"#);
            let _ = Jws::parse(whole.get(..cut).unwrap_or(&whole));
        }
    }
}

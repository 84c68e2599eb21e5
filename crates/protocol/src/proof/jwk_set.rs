//! JWK Sets (RFC 7517 section 5), and the choice of the key that signed a JWS (OpenID Connect Core section 10.1).

use serde_json::Value;

use crate::proof::jws::Jws;
use crate::proof::public_jwk::{PublicJwk, UnfitKey};
use crate::wire::unambiguous::Unambiguous;

/// The public keys of one owner.
#[derive(Clone, Debug, Default)]
pub struct JwkSet(Vec<PublicJwk>);

impl JwkSet {
    /// The greatest number of keys, more than anybody needs while one key replaces another.
    pub const MOST_KEYS: usize = 64;

    /// Reads a set. Keys that are not usable are left out, as RFC 7517 section 5 advises, and returned by their
    /// position with the reason. `None` when it is not a set, or too large a one.
    pub fn read(json: &[u8]) -> Option<(Self, Vec<(usize, UnfitKey)>)> {
        let set = Unambiguous::object(json)?;
        let written = set.get("keys").and_then(Value::as_array).filter(|keys| keys.len() <= Self::MOST_KEYS)?;
        let (mut keys, mut unfit) = (Vec::new(), Vec::new());
        for (place, jwk) in written.iter().enumerate() {
            match PublicJwk::read(jwk) {
                Ok(key) => keys.push(key),
                Err(reason) => unfit.push((place, reason)),
            }
        }
        Some((Self(keys), unfit))
    }

    /// The usable keys.
    pub fn keys(&self) -> &[PublicJwk] {
        &self.0
    }

    /// The one key that may have signed this: it verifies `alg` and has the `kid`. Without `kid`, or if two keys have
    /// it, it is the only key that verifies `alg`: a signature is never tried with several keys.
    pub fn signer(&self, jws: &Jws) -> Option<&PublicJwk> {
        let algorithm = jws.algorithm()?;
        let kid = match jws.header.get("kid") {
            Some(kid) => Some(kid.as_str()?),
            None => None,
        };
        let mut fitting =
            self.0.iter().filter(|key| kid.is_none_or(|kid| key.key_id() == Some(kid)) && key.verifies(algorithm));
        let only = fitting.next()?;
        fitting.next().is_none().then_some(only)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;

    fn ed25519(kid: Option<&str>, byte: u8) -> Value {
        let mut jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode([byte; 32]) });
        if let Some(kid) = kid {
            jwk["kid"] = kid.into();
        }
        jwk
    }

    fn set(keys: &[Value]) -> JwkSet {
        JwkSet::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap().0
    }

    fn signer<'a>(set: &'a JwkSet, header: &str) -> Option<&'a str> {
        let jws = Jws::parse(&format!("{}.e30.c2ln", URL_SAFE_NO_PAD.encode(header))).unwrap();
        set.signer(&jws).map(PublicJwk::thumbprint)
    }

    #[test]
    fn kid_and_alg_name_one_key() {
        let keys = set(&[ed25519(Some("a"), 1), ed25519(Some("b"), 2), ed25519(Some("b"), 3)]);
        let thumbprint = |place: usize| Some(keys.keys()[place].thumbprint());
        assert_eq!(signer(&keys, r#"{"alg":"EdDSA","kid":"a"}"#), thumbprint(0));
        for nobody in [
            r#"{"alg":"EdDSA","kid":"c"}"#,
            r#"{"alg":"EdDSA","kid":"b"}"#,
            r#"{"alg":"EdDSA","kid":""}"#,
            r#"{"alg":"EdDSA","kid":1}"#,
            r#"{"alg":"EdDSA","kid":null}"#,
            r#"{"alg":"EdDSA"}"#,
            r#"{"alg":"ES256","kid":"a"}"#,
            r#"{"alg":"HS256","kid":"a"}"#,
            r#"{"alg":"none","kid":"a"}"#,
            r#"{"kid":"a"}"#,
        ] {
            assert_eq!(signer(&keys, nobody), None, "{nobody}");
        }
        let alone = set(&[ed25519(None, 1)]);
        assert_eq!(signer(&alone, r#"{"alg":"EdDSA"}"#), Some(alone.keys()[0].thumbprint()));
        assert_eq!(signer(&alone, r#"{"alg":"EdDSA","kid":"a"}"#), None);
    }

    #[test]
    fn an_unfit_key_does_not_spoil_the_others() {
        let secret = json!({ "kty": "oct", "k": "c2VjcmV0" });
        let json = json!({ "keys": [secret, ed25519(None, 1), "nonsense"], "more": 1 }).to_string();
        let (keys, unfit) = JwkSet::read(json.as_bytes()).unwrap();
        assert_eq!(keys.keys().len(), 1);
        assert_eq!(unfit, [(0, UnfitKey::Private("k")), (2, UnfitKey::NotAnObject)]);
    }

    #[test]
    fn what_is_no_set_is_refused() {
        let many = json!({ "keys": vec![ed25519(None, 1); 65] }).to_string();
        for wrong in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[],"keys":[]}"#, "<html>", &many] {
            assert!(JwkSet::read(wrong.as_bytes()).is_none(), "{wrong}");
        }
    }
}

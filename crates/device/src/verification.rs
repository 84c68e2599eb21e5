//! Verifies an ID token by its signature and claims (OpenID Connect Core section 3.1.3.7), and userinfo by its `sub` (section
//! 5.3.2).

use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::error::DeviceError;
use crate::timekeeper::Timekeeper;
use protocol::{Secret, Timestamp};

/// Only asymmetric algorithms: the public key of a server must never serve as an HMAC secret.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::ES256, Algorithm::RS256, Algorithm::EdDSA];
/// The clocks of devices are not exact.
const LEEWAY: Duration = Duration::from_mins(1);

/// The claims of an ID token, or the answer of userinfo.
pub type Claims = Map<String, Value>;

/// What the claims must say.
pub struct Expected<'a> {
    /// `iss`, letter for letter.
    pub issuer: &'a str,
    /// `aud`.
    pub client_id: &'a str,
    /// `nonce`, if one was sent.
    pub nonce: Option<&'a str>,
}

/// The keys of a server. Each is parsed alone, so that an unknown kind does not make the others unusable.
#[derive(Deserialize)]
pub(super) struct KeySet {
    keys: Vec<Value>,
}

impl Client<'_> {
    /// Fetches the keys of the server and verifies `id_token` with them.
    pub(super) async fn verify(
        &self,
        id_token: &Secret,
        nonce: Option<&str>,
        time: &impl Timekeeper,
    ) -> Result<Claims, DeviceError> {
        let unverifiable = || DeviceError::unverified("the server names no jwks_uri to check them with");
        let jwks_uri = self.server.jwks_uri.as_ref().ok_or_else(unverifiable)?;
        let jwks: Value = self.http.get_patiently(jwks_uri, None, time).await?.granted()?;
        let expected = Expected { issuer: &self.server.issuer, client_id: &self.id, nonce };
        verified_claims(id_token, &jwks, &expected, time.now())
    }

    /// Asks the server about the person, who must be the one in `claims`.
    pub(super) async fn userinfo(
        &self,
        access_token: &Secret,
        claims: &Claims,
        time: &impl Timekeeper,
    ) -> Result<Option<Claims>, DeviceError> {
        let Some(endpoint) = &self.server.userinfo_endpoint else { return Ok(None) };
        let userinfo: Claims = self.http.get_patiently(endpoint, Some(access_token), time).await?.granted()?;
        if userinfo.get("sub").is_none_or(|sub| Some(sub) != claims.get("sub")) {
            return Err(DeviceError::unverified("userinfo speaks of somebody else than the id_token"));
        }
        Ok(Some(userinfo))
    }
}

/// The claims of `id_token`, if a key of the set `jwks` (RFC 7517 section 5) signed it and they say what is `expected`.
pub fn verified_claims(
    id_token: &Secret,
    jwks: &Value,
    expected: &Expected<'_>,
    now: Timestamp,
) -> Result<Claims, DeviceError> {
    let keys = KeySet::deserialize(jwks).map_err(|error| DeviceError::unverified(error.to_string()))?;
    let claims = signed_claims(id_token.reveal(), &keys).map_err(DeviceError::unverified)?;
    check(&claims, expected, now).map_err(DeviceError::unverified)?;
    Ok(claims)
}

fn signed_claims(id_token: &str, keys: &KeySet) -> Result<Claims, String> {
    let header = decode_header(id_token).map_err(|error| format!("the id_token is malformed: {error}"))?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(format!("the id_token is signed with {:?}; ES256, RS256 and EdDSA are accepted", header.alg));
    }
    if header.extras.inner().contains_key("crit") {
        return Err("the id_token demands extensions that are not understood here".to_owned());
    }
    // `check` checks the claims instead: letter for letter, against the clock of the caller, with one error for each.
    let mut validation = Validation::new(header.alg);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let mut outcome = Err("no key of the server fits the id_token".to_owned());
    for key in keys.fitting(&header) {
        match decode::<Claims>(id_token, &key, &validation) {
            Ok(verified) => return Ok(verified.claims),
            Err(error) => outcome = Err(format!("the id_token does not verify: {error}")),
        }
    }
    outcome
}

impl KeySet {
    fn fitting<'a>(&'a self, header: &'a Header) -> impl Iterator<Item = DecodingKey> + 'a {
        self.keys
            .iter()
            .filter_map(|key| Jwk::deserialize(key).ok())
            .filter(|key| header.kid.is_none() || key.common.key_id == header.kid)
            .filter(|key| {
                key.common.public_key_use.as_ref().is_none_or(|used_for| *used_for == PublicKeyUse::Signature)
            })
            .filter(|key| key.common.key_algorithm.is_none_or(|alg| alg == KeyAlgorithm::from(header.alg)))
            .filter_map(|key| DecodingKey::from_jwk(&key).ok())
            .filter(|key| key.family().algorithms().contains(&header.alg))
    }
}

fn check(claims: &Claims, expected: &Expected<'_>, now: Timestamp) -> Result<(), &'static str> {
    let text = |claim| claims.get(claim).and_then(Value::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err("the id_token comes from another issuer");
    }
    if !is_for(claims, expected.client_id) {
        return Err("the id_token is meant for another client");
    }
    if text("sub").is_none_or(str::is_empty) {
        return Err("the id_token names nobody");
    }
    let expires_at = claims.get("exp").and_then(Value::as_f64).ok_or("the id_token does not say when it expires")?;
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit a double for millions of years")]
    if (now - LEEWAY).seconds() as f64 >= expires_at {
        return Err("the id_token has expired");
    }
    if expected.nonce.is_some() && text("nonce") != expected.nonce {
        return Err("the id_token does not carry the nonce of this request");
    }
    Ok(())
}

/// `aud` must be the client, or a list with it. In a list of several, `azp` must name the client (section 3.1.3.7, 4 and 5).
fn is_for(claims: &Claims, client_id: &str) -> bool {
    let azp = claims.get("azp");
    match claims.get("aud") {
        Some(Value::String(audience)) => audience == client_id && azp.is_none_or(|azp| azp == client_id),
        Some(Value::Array(audiences)) => {
            audiences.iter().any(|audience| audience == client_id)
                && azp.map_or(audiences.len() == 1, |azp| azp == client_id)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::{Expected, KeySet, check, signed_claims};
    use crate::scripted_server::SigningKey;
    use protocol::Timestamp;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn claims_with(change: &Value) -> Result<(), &'static str> {
        let mut claims = json!({
            "iss": "https://a.example", "aud": "tv", "sub": "ada", "exp": NOW.seconds() + 300, "nonce": "n"
        });
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let expected = Expected { issuer: "https://a.example", client_id: "tv", nonce: Some("n") };
        check(claims.as_object().unwrap(), &expected, NOW)
    }

    #[test]
    fn the_right_claims_are_believed() {
        for change in [json!({}), json!({"aud": ["tv"]}), json!({"aud": ["tv", "api"], "azp": "tv"})] {
            assert_eq!(claims_with(&change), Ok(()), "{change}");
        }
    }

    #[test]
    fn each_wrong_claim_is_refused() {
        for change in [
            json!({"iss": "https://a.example/"}),
            json!({"aud": "radio"}),
            json!({"aud": ["tv", "radio"]}),
            json!({"azp": "radio"}),
            json!({"aud": null}),
            json!({"sub": ""}),
            json!({"exp": null}),
            json!({"exp": (NOW - Duration::from_secs(61)).seconds()}),
            json!({"nonce": "other"}),
            json!({"nonce": null}),
        ] {
            assert!(claims_with(&change).is_err(), "{change}");
        }
    }

    #[test]
    fn a_signature_holds_only_for_its_key_and_its_claims() {
        let (key, other) = (SigningKey::generate("k"), SigningKey::generate("k"));
        let token = key.sign(&json!({"sub": "ada"}));
        assert_eq!(signed_claims(&token, &key.jwks()).unwrap()["sub"], "ada");
        assert!(signed_claims(&token, &other.jwks()).is_err());
        let (head, rest) = token.split_once('.').unwrap();
        let forged = format!("{head}.{}.{}", "eyJzdWIiOiJldmUifQ", rest.split_once('.').unwrap().1);
        assert!(signed_claims(&forged, &key.jwks()).is_err());
    }

    #[test]
    fn unknown_keys_do_not_spoil_the_known_one() {
        let key = SigningKey::generate("k");
        let mut keys = key.jwks();
        keys.keys.insert(0, json!({"kty": "AKP", "alg": "ML-DSA-44", "kid": "k"}));
        keys.keys.insert(0, json!("nonsense"));
        assert!(signed_claims(&key.sign(&json!({"sub": "ada"})), &keys).is_ok());
    }

    #[test]
    fn an_hmac_is_never_a_signature() {
        let keys = KeySet { keys: vec![json!({"kty": "oct", "k": "c2VjcmV0", "kid": "k"})] };
        let token =
            encode(&Header::new(Algorithm::HS256), &json!({"sub": "eve"}), &EncodingKey::from_secret(b"secret"))
                .unwrap();
        assert!(signed_claims(&token, &keys).unwrap_err().contains("HS256"));
    }
}

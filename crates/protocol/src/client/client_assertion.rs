//! Checks the header and the claims of a client assertion: RFC 7523 section 3 as its successor (rfc7523bis) narrows it,
//! OpenID Connect Core section 9.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::digest::Digest;
use crate::proof::Jws;
use crate::timestamp::Timestamp;

/// The `client_assertion` of a request, parsed where that is possible.
#[derive(Debug)]
pub struct ClientAssertion(Option<Jws>);

/// What this server demands of every assertion.
#[derive(Clone, Copy, Debug)]
pub struct AssertionPolicy<'a> {
    /// The only audience that is accepted, letter for letter.
    pub issuer: &'a str,
    /// Whether `typ` has to say that this is a client assertion, and not another signed JWT.
    pub requires_typ: bool,
}

/// Why an assertion is refused. This is for the operator's log; clients learn only that it was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssertionFlaw {
    /// It is not a compact JWS with claims, or it has `crit`.
    #[error("it is no JWT that can be read")]
    Unreadable,
    /// It is another kind of JWT or assertion.
    #[error("typ is not client-authentication+jwt")]
    Type,
    /// `iss` or `sub` is not the client id.
    #[error("iss and sub are not both the client_id")]
    Subject,
    /// `aud` is not the issuer alone.
    #[error("aud is not the issuer of this server alone")]
    Audience,
    /// `exp`, `nbf` or `iat` is missing or not a NumericDate.
    #[error("{0} is missing or no NumericDate")]
    Time(&'static str),
    /// It has expired.
    #[error("it has expired")]
    Expired,
    /// It is valid for too long.
    #[error("exp is more than five minutes ahead, or iat more than five minutes ago")]
    TooLong,
    /// It is not valid yet: the clock of the client is ahead.
    #[error("nbf or iat lies ahead")]
    NotYet,
    /// `jti` is missing or too long.
    #[error("jti is missing or too long")]
    Name,
    /// The client is unknown or disabled.
    #[error("there is no such client")]
    UnknownClient,
    /// The client is registered for another method.
    #[error("the client is registered for another token_endpoint_auth_method")]
    Method,
    /// No key of the client fits `alg` and `kid`, or several do.
    #[error("not exactly one key of the client fits alg and kid")]
    NoKey,
    /// The signature does not verify.
    #[error("the signature is not the client's")]
    Signature,
    /// Its `jti` was used before.
    #[error("jti was used before")]
    Replayed,
}

impl ClientAssertion {
    /// The value of `client_assertion_type` (RFC 7523 section 2.2).
    pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    /// How far ahead `exp` may lie.
    pub const LONGEST_LIFE: Duration = Duration::from_mins(5);
    /// How far the clock of a client may be ahead of this one. For a clock that is behind there is the life of the
    /// assertion.
    pub const LEEWAY: Duration = Duration::from_secs(30);
    const LONGEST_NAME: usize = 255;

    /// Parses what was presented.
    pub fn presented(compact: &str) -> Self {
        Self(Jws::parse(compact))
    }

    /// The client that it claims to come from, unverified.
    pub fn subject(&self) -> Option<&str> {
        text(&self.0.as_ref()?.claims, "sub")
    }

    /// Checks header and claims, for a client and an instant. Returns the JWS, whose signature the caller has to
    /// verify.
    ///
    /// # Errors
    /// The first flaw that was found.
    pub fn judge(&self, client_id: &str, policy: &AssertionPolicy<'_>, now: Timestamp) -> Result<&Jws, AssertionFlaw> {
        let jws = self.0.as_ref().ok_or(AssertionFlaw::Unreadable)?;
        let claims = &jws.claims;
        if !typ_fits(jws.header.get("typ"), policy.requires_typ) {
            return Err(AssertionFlaw::Type);
        }
        if text(claims, "iss") != Some(client_id) || text(claims, "sub") != Some(client_id) {
            return Err(AssertionFlaw::Subject);
        }
        if !names_alone(claims.get("aud"), policy.issuer) {
            return Err(AssertionFlaw::Audience);
        }
        let expires_at = time(claims, "exp")?.ok_or(AssertionFlaw::Time("exp"))?;
        let (issued_at, not_before) = (time(claims, "iat")?, time(claims, "nbf")?);
        if expires_at <= now {
            return Err(AssertionFlaw::Expired);
        }
        let bound = Self::LONGEST_LIFE + Self::LEEWAY;
        if expires_at > now + bound || issued_at.is_some_and(|issued_at| issued_at < now - bound) {
            return Err(AssertionFlaw::TooLong);
        }
        if [issued_at, not_before].into_iter().flatten().any(|instant| instant > now + Self::LEEWAY) {
            return Err(AssertionFlaw::NotYet);
        }
        text(claims, "jti").filter(|jti| (1..=Self::LONGEST_NAME).contains(&jti.len())).ok_or(AssertionFlaw::Name)?;
        Ok(jws)
    }

    /// The key under which its single use is stored, and until when: then it has expired. The key includes the client,
    /// so that one client cannot use up the `jti`s of another.
    pub fn single_use(jws: &Jws) -> Option<(Digest, Timestamp)> {
        let (client_id, jti) = (text(&jws.claims, "sub")?, text(&jws.claims, "jti")?);
        let name = format!("client_assertion {} {client_id} {jti}", client_id.len());
        Some((Digest::sha256(name.as_bytes()), time(&jws.claims, "exp").ok()??))
    }
}

/// Checks `typ` (RFC 8725 section 3.11). Libraries that do not know this value write `JWT` or leave it out. A media
/// type may be written in full and in any case (RFC 7515 section 4.1.9).
fn typ_fits(typ: Option<&Value>, required: bool) -> bool {
    let Some(typ) = typ else { return !required };
    let Some(typ) = typ.as_str().map(str::to_ascii_lowercase) else { return false };
    match typ.strip_prefix("application/").unwrap_or(&typ) {
        "client-authentication+jwt" => true,
        "jwt" => !required,
        _ => false,
    }
}

/// Whether `aud` is this one value. Some libraries write one value as a list (RFC 7519 section 4.1.3), which is
/// accepted: rfc7523bis forbids only a second value.
fn names_alone(audience: Option<&Value>, issuer: &str) -> bool {
    match audience {
        Some(Value::String(audience)) => audience == issuer,
        Some(Value::Array(audiences)) => matches!(audiences.as_slice(), [Value::String(only)] if only == issuer),
        _ => false,
    }
}

fn text<'a>(claims: &'a Map<String, Value>, claim: &str) -> Option<&'a str> {
    claims.get(claim)?.as_str()
}

/// The instant of a claim, if the claims have it.
fn time(claims: &Map<String, Value>, claim: &'static str) -> Result<Option<Timestamp>, AssertionFlaw> {
    let Some(value) = claims.get(claim) else { return Ok(None) };
    Timestamp::from_numeric_date(value).map(Some).ok_or(AssertionFlaw::Time(claim))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://login.example.test";
    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn made(header: &Value, claims: &Value) -> ClientAssertion {
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        ClientAssertion::presented(&format!("{}.{}.c2ln", part(header), part(claims)))
    }

    fn flaw(header: &Value, changes: &Value, requires_typ: bool) -> Option<AssertionFlaw> {
        let now = NOW.seconds();
        let mut claims = json!({ "iss": "tv", "sub": "tv", "aud": ISSUER, "exp": now + 60, "iat": now, "jti": "1" });
        let members = claims.as_object_mut().unwrap();
        for (name, value) in changes.as_object().unwrap() {
            if value.is_null() {
                members.remove(name);
            } else {
                members.insert(name.clone(), value.clone());
            }
        }
        made(header, &claims).judge("tv", &AssertionPolicy { issuer: ISSUER, requires_typ }, NOW).err()
    }

    fn of(changes: &Value) -> Option<AssertionFlaw> {
        flaw(&json!({ "alg": "ES256" }), changes, false)
    }

    /// Proves: S-20
    #[test]
    fn each_claim_is_judged() {
        let at = |seconds: i64| NOW.seconds() + seconds;
        for sound in [
            json!({}),
            json!({ "aud": [ISSUER] }),
            json!({ "iat": null }),
            json!({ "nbf": at(0) }),
            json!({ "exp": at(1) }),
            json!({ "exp": at(330), "iat": at(30), "nbf": at(30) }),
            json!({ "exp": 1_800_000_060.5 }),
            json!({ "jti": "x".repeat(255) }),
            json!({ "more": true }),
        ] {
            assert_eq!(of(&sound), None, "{sound}");
        }
        for (changes, expected) in [
            (json!({ "iss": null }), AssertionFlaw::Subject),
            (json!({ "iss": "radio" }), AssertionFlaw::Subject),
            (json!({ "sub": "radio" }), AssertionFlaw::Subject),
            (json!({ "sub": ["tv"] }), AssertionFlaw::Subject),
            (json!({ "aud": null }), AssertionFlaw::Audience),
            (json!({ "aud": [] }), AssertionFlaw::Audience),
            (json!({ "aud": [[ISSUER]] }), AssertionFlaw::Audience),
            (json!({ "aud": [ISSUER, ISSUER] }), AssertionFlaw::Audience),
            (json!({ "aud": [ISSUER, "https://login.example.test/token"] }), AssertionFlaw::Audience),
            (json!({ "aud": "https://login.example.test/" }), AssertionFlaw::Audience),
            (json!({ "aud": "https://login.example.test/token" }), AssertionFlaw::Audience),
            (json!({ "aud": "HTTPS://login.example.test" }), AssertionFlaw::Audience),
            (json!({ "exp": null }), AssertionFlaw::Time("exp")),
            (json!({ "exp": "1800000060" }), AssertionFlaw::Time("exp")),
            (json!({ "exp": 1e300 }), AssertionFlaw::Time("exp")),
            (json!({ "exp": -1 }), AssertionFlaw::Time("exp")),
            (json!({ "exp": at(0) }), AssertionFlaw::Expired),
            (json!({ "exp": at(331) }), AssertionFlaw::TooLong),
            (json!({ "iat": at(-331) }), AssertionFlaw::TooLong),
            (json!({ "iat": at(31) }), AssertionFlaw::NotYet),
            (json!({ "nbf": at(31) }), AssertionFlaw::NotYet),
            (json!({ "iat": "now" }), AssertionFlaw::Time("iat")),
            (json!({ "nbf": false }), AssertionFlaw::Time("nbf")),
            (json!({ "jti": null }), AssertionFlaw::Name),
            (json!({ "jti": "" }), AssertionFlaw::Name),
            (json!({ "jti": 1 }), AssertionFlaw::Name),
            (json!({ "jti": "x".repeat(256) }), AssertionFlaw::Name),
        ] {
            assert_eq!(of(&changes), Some(expected), "{changes}");
        }
    }

    /// Proves: S-20
    #[test]
    fn typ_keeps_other_tokens_out() {
        for (typ, tolerated, required) in [
            (json!("client-authentication+jwt"), true, true),
            (json!("application/Client-Authentication+JWT"), true, true),
            (json!("JWT"), true, false),
            (json!("jwt"), true, false),
            (json!("at+jwt"), false, false),
            (json!("dpop+jwt"), false, false),
            (json!(""), false, false),
            (json!(1), false, false),
        ] {
            let header = json!({ "alg": "ES256", "typ": typ });
            assert_eq!(flaw(&header, &json!({}), false).is_none(), tolerated, "{header}");
            assert_eq!(flaw(&header, &json!({}), true).is_none(), required, "{header}");
        }
        assert_eq!(flaw(&json!({ "alg": "ES256" }), &json!({}), true), Some(AssertionFlaw::Type));
    }

    #[test]
    fn a_name_is_the_clients_own() {
        let name = |client: &str, jti: &str| {
            let assertion = made(&json!({ "alg": "ES256" }), &json!({ "sub": client, "jti": jti, "exp": 7 }));
            ClientAssertion::single_use(assertion.0.as_ref().unwrap())
        };
        assert_eq!(name("tv", "1").map(|(_, until)| until), Some(Timestamp::from_millis(7000)));
        assert_eq!(name("tv", "1"), name("tv", "1"));
        assert_ne!(name("tv", "1"), name("tv", "2"));
        assert_ne!(name("tv", "1"), name("radio", "1"));
        assert_ne!(name("tv 1", "1"), name("tv", "1 1"));
    }

    proptest! {
        #[test]
        fn any_assertion_is_judged_or_refused(header in ".{0,40}", claims in ".{0,120}") {
            let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
            let assertion = ClientAssertion::presented(&format!("{}.{}.c2ln", part(&header), part(&claims)));
            let policy = AssertionPolicy { issuer: ISSUER, requires_typ: false };
            prop_assert!(assertion.judge("tv", &policy, NOW).is_err());
        }
    }
}

//! The messages of a server as a device reads them. Unknown members are ignored, absent ones have their RFC's meaning.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

use crate::error::DeviceError;
use crate::printable::printable;
use crate::secret::Secret;

/// Authorization server metadata (RFC 8414 section 2, RFC 8628 section 4).
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    pub(super) device_authorization_endpoint: Option<String>,
    pub(super) token_endpoint: Option<String>,
    pub(super) userinfo_endpoint: Option<String>,
    pub(super) revocation_endpoint: Option<String>,
    pub(super) introspection_endpoint: Option<String>,
    pub(super) jwks_uri: Option<String>,
    pub(super) token_endpoint_auth_methods_supported: Option<Vec<String>>,
    pub(super) dpop_signing_alg_values_supported: Option<Vec<String>>,
}

/// The device authorization response (RFC 8628 section 3.2).
#[derive(Debug, Deserialize)]
pub(super) struct DeviceAuthorizationResponse {
    pub(super) device_code: Secret,
    pub(super) user_code: String,
    pub(super) verification_uri: Option<String>,
    /// The name before the RFC, which some servers keep.
    pub(super) verification_url: Option<String>,
    pub(super) verification_uri_complete: Option<String>,
    #[serde(default, deserialize_with = "seconds")]
    pub(super) expires_in: Option<u64>,
    #[serde(default, deserialize_with = "seconds")]
    pub(super) interval: Option<u64>,
    /// An extension: the number that the person has to pick in the browser. Anything but a text counts as absent.
    #[serde(default, deserialize_with = "text")]
    pub(super) match_number: Option<String>,
    /// An extension: the browser shows a PIN that polls have to bring. Anything but `true` counts as absent.
    #[serde(default, deserialize_with = "truth")]
    pub(super) initiation_pin_required: bool,
}

/// The successful token response (RFC 6749 section 5.1, OpenID Connect Core section 3.1.3.3).
#[derive(Clone, Debug, Deserialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: Secret,
    /// How to use it; compared without regard to case.
    pub token_type: Option<String>,
    /// Its lifetime in seconds.
    #[serde(default, deserialize_with = "seconds")]
    pub expires_in: Option<u64>,
    /// What was granted; absent: what was asked for.
    pub scope: Option<String>,
    /// Buys new access tokens.
    pub refresh_token: Option<Secret>,
    /// Says who signed in; believed only when verified.
    pub id_token: Option<Secret>,
}

impl TokenResponse {
    /// The response, unless its token is of a type that the device does not understand and so must not use (RFC 6749
    /// section 7.1). Where the device proved a key, a token that is not bound to it is not what was asked for (RFC 9449
    /// section 5).
    pub(super) fn usable(self, endpoint: &Url, proven: bool) -> Result<Self, DeviceError> {
        let unusable =
            |kind: &str| Err(DeviceError::unexpected(endpoint, format!("its tokens are of the type {kind}")));
        match (&self.token_type, proven) {
            (Some(kind), false) if !kind.eq_ignore_ascii_case("bearer") => unusable(kind),
            (Some(kind), true) if !kind.eq_ignore_ascii_case("dpop") => unusable(kind),
            (None, true) => unusable("Bearer"),
            (Some(_), _) | (None, false) => Ok(self),
        }
    }
}

/// The introspection response (RFC 7662 section 2.2).
#[derive(Clone, Debug, Deserialize)]
pub struct IntrospectionResponse {
    /// Whether the token can be used.
    pub active: bool,
    /// What it allows.
    pub scope: Option<String>,
    /// Whose it is.
    pub client_id: Option<String>,
    /// The person.
    pub sub: Option<String>,
}

/// An error response (RFC 6749 section 5.2).
#[derive(Debug, Deserialize)]
pub(super) struct ErrorResponse {
    pub(super) error: String,
    pub(super) error_description: Option<String>,
    /// An extension: `wrong` about the PIN that was sent.
    #[serde(default, deserialize_with = "text")]
    pub(super) initiation_pin: Option<String>,
    /// An extension: how many PINs may be sent yet.
    #[serde(default, deserialize_with = "seconds")]
    pub(super) initiation_pin_tries_left: Option<u64>,
}

impl From<ErrorResponse> for DeviceError {
    fn from(refusal: ErrorResponse) -> Self {
        match refusal.error.as_str() {
            "access_denied" => Self::Denied,
            "expired_token" => Self::Expired,
            code => Self::Refused {
                code: printable(code),
                description: refusal.error_description.as_deref().map(printable).filter(|words| !words.is_empty()),
            },
        }
    }
}

fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => Some(text).filter(|text| !text.trim().is_empty()),
        _ => None,
    })
}

fn truth<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(Value::deserialize(from)? == Value::Bool(true))
}

/// Whole seconds. The RFCs demand a number; a number in quotes is read as one, and anything else counts as absent.
fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Number(number) => number.as_u64().or_else(|| number.to_string().split('.').next()?.parse().ok()),
        Value::String(digits) => digits.parse().ok(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::{DeviceAuthorizationResponse, TokenResponse};

    #[test]
    fn unknown_members_and_loose_numbers_are_read_kindly() {
        let read: DeviceAuthorizationResponse = serde_json::from_str(
            r#"{"device_code":"d","user_code":"u","verification_uri":"https://a.example","verification_url":"https://a.example",
                "expires_in":"600","interval":5.5,"more":{}}"#,
        )
        .unwrap();
        assert_eq!((read.expires_in, read.interval), (Some(600), Some(5)));
    }

    #[test]
    fn an_extension_that_is_something_else_is_absent() {
        for (number, required) in [("47", "1"), ("null", "null"), ("[]", "\"true\""), ("\" \"", "{}")] {
            let read: DeviceAuthorizationResponse = serde_json::from_str(&format!(
                r#"{{"device_code":"d","user_code":"u","match_number":{number},"initiation_pin_required":{required}}}"#
            ))
            .unwrap();
            assert_eq!((read.match_number, read.initiation_pin_required), (None, false), "{number} {required}");
        }
    }

    #[test]
    fn a_device_that_proves_a_key_takes_tokens_of_that_key_alone() {
        let url = "https://a.example/token".parse().unwrap();
        for (kind, free, bound) in
            [("Bearer", true, false), ("bearer", true, false), ("DPoP", false, true), ("mac", false, false)]
        {
            let tokens: TokenResponse =
                serde_json::from_str(&format!(r#"{{"access_token":"a","token_type":"{kind}"}}"#)).unwrap();
            assert_eq!(tokens.clone().usable(&url, false).is_ok(), free, "{kind}");
            assert_eq!(tokens.usable(&url, true).is_ok(), bound, "{kind}");
        }
    }

    #[test]
    fn secrets_do_not_print() {
        let tokens: TokenResponse =
            serde_json::from_str(r#"{"access_token":"a-secret","refresh_token":"r-secret","id_token":"i-secret"}"#)
                .unwrap();
        assert!(!format!("{tokens:?}").contains("-secret"));
    }
}

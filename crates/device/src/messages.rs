//! The messages of a server, as a device reads them. Unknown members are ignored, absent members have the meaning of the RFC.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

use crate::error::DeviceError;
use crate::printable::printable;
use protocol::Secret;

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
    pub(super) code_challenge_methods_supported: Option<Vec<String>>,
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
    /// An extension: the number that the person must pick in the browser. Anything but a string counts as absent.
    #[serde(default)]
    pub(super) match_number: Value,
    /// An extension: the browser shows a PIN that polls must carry. Anything but `true` counts as absent.
    #[serde(default)]
    pub(super) initiation_pin_required: Value,
}

/// The successful token response (RFC 6749 section 5.1, OpenID Connect Core section 3.1.3.3).
#[derive(Clone, Debug, Deserialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: Secret,
    /// How to use it. Upper and lower case are the same.
    pub token_type: Option<String>,
    /// Its lifetime in seconds.
    #[serde(default, deserialize_with = "seconds")]
    pub expires_in: Option<u64>,
    /// The granted scope, if it is not what was asked for.
    pub scope: Option<String>,
    /// Buys new access tokens.
    pub refresh_token: Option<Secret>,
    /// Who signed in. It must be verified first.
    pub id_token: Option<Secret>,
}

impl TokenResponse {
    /// The response, unless the device does not understand the type of its token: then it must not use it (RFC 6749 section
    /// 7.1). A device that proved a key only takes a token that is bound to the key (RFC 9449 section 5).
    pub(super) fn usable(self, endpoint: &Url, proven: bool) -> Result<Self, DeviceError> {
        let kind = self.token_type.as_deref().unwrap_or("Bearer");
        if kind.eq_ignore_ascii_case(if proven { "DPoP" } else { "Bearer" }) {
            return Ok(self);
        }
        Err(DeviceError::unexpected(endpoint, format!("its tokens are of the type {kind}")))
    }
}

/// The introspection response (RFC 7662 section 2.2).
#[derive(Clone, Debug, Deserialize)]
pub struct IntrospectionResponse {
    /// Whether the token can be used.
    pub active: bool,
    /// What it allows.
    pub scope: Option<String>,
    /// The person.
    pub sub: Option<String>,
}

/// An error response (RFC 6749 section 5.2).
#[derive(Debug, Deserialize)]
pub(super) struct ErrorResponse {
    pub(super) error: String,
    pub(super) error_description: Option<String>,
    /// An extension: `wrong` about the PIN that was sent.
    #[serde(default)]
    pub(super) initiation_pin: Value,
    /// An extension: the number of tries that are left.
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

/// Whole seconds. The RFCs demand a number. A number in quotes is also read; anything else counts as absent.
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

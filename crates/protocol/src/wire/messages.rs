//! The response bodies, member for member (RFC 8628 section 3.2, RFC 6749 sections 5.1 and 5.2).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::client::Audience;

use crate::token::Confirmation;

/// The answer of RFC 8628 section 3.2. `interval` is always present, because some clients need it.
#[derive(Serialize)]
pub struct DeviceAuthorizationResponse {
    /// The secret for the device.
    pub device_code: String,
    /// The code for the person, as it is shown.
    pub user_code: String,
    /// The page where the person types the code.
    pub verification_uri: String,
    /// The same page under the name in drafts of RFC 8628, for devices that expect that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification_url: Option<String>,
    /// The same page with the code in the URL, for a QR code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification_uri_complete: Option<String>,
    /// Where to go and what to type there, in words, for devices that show this text alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Lifetime of both codes, in seconds.
    pub expires_in: u64,
    /// Seconds between two polls.
    pub interval: u64,
    /// An extension: the number that the device shows, which the person picks on the decision page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_number: Option<String>,
    /// An extension: true when the device has to send the PIN that the browser shows after the approval.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub initiation_pin_required: bool,
}

/// How an access token is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum TokenType {
    /// RFC 6750: whoever has the token may use it.
    Bearer,
    /// RFC 9449: only with a proof of the key that the token is bound to.
    DPoP,
}

impl TokenType {
    /// The type of a token, by the key that it is bound to.
    pub fn bound_to(key: Option<&str>) -> Self {
        if key.is_some() { Self::DPoP } else { Self::Bearer }
    }
}

/// The answer of RFC 6749 section 5.1. `expires_in` and `scope` are always present.
#[derive(Deserialize, Serialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: String,
    /// `Bearer`, or `DPoP` when a key was proven.
    pub token_type: TokenType,
    /// Lifetime of the access token, in seconds.
    pub expires_in: u64,
    /// The granted scope.
    pub scope: String,
    /// The refresh token, for a client that may refresh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The ID token (OpenID Connect Core section 3.1.3.3), when `openid` was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
}

impl TokenResponse {
    /// The response as JSON, to be sealed and stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a response is texts and numbers under names")
    }

    /// Reads what [`Self::to_bytes`] wrote.
    pub fn from_bytes(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }
}

/// The answer of RFC 7662 section 2.2. For an inactive token it has only the first member.
#[derive(Debug, Default, Serialize)]
pub struct IntrospectionResponse {
    /// Whether the token can be used.
    pub active: bool,
    /// The granted scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The client that the token was issued to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The `sub` of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// The user name of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The audience of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<Audience>,
    /// The issuer of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// When the token expires, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// When the token was issued, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// The id of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// `Bearer` or `DPoP`; absent for a refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<TokenType>,
    /// The key that the token is bound to (RFC 9449 section 6.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
    /// When the person authenticated, in seconds (RFC 9470 section 6.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// The level of the authentication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The claims that the operator adds.
    #[serde(flatten)]
    pub custom: Map<String, Value>,
}

/// The signed form of RFC 9701 section 5. It has neither `sub` nor `exp`, so that it is not mistaken for a token of the
/// person.
#[derive(Debug, Serialize)]
pub struct SignedIntrospectionResponse {
    /// The issuer, letter for letter.
    pub iss: String,
    /// The client that asked.
    pub aud: String,
    /// When the answer was made, in seconds.
    pub iat: i64,
    /// The answer as without a signature.
    pub token_introspection: IntrospectionResponse,
}

/// The error of RFC 6749 section 5.2.
#[derive(Debug, Default, Serialize)]
pub struct ErrorResponse {
    /// The registered error code.
    pub error: &'static str,
    /// The description for the developer of the client.
    pub error_description: String,
    /// An extension: `wrong` when the PIN that was sent is not the one of the approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiation_pin: Option<&'static str>,
    /// An extension: how many PINs the device may still send.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiation_pin_tries_left: Option<u32>,
}

/// The answer of OpenID Connect Core section 5.3.2.
#[derive(Debug, Serialize)]
pub struct UserinfoResponse {
    /// The `sub` of the person, as in the ID token.
    pub sub: String,
    /// The name, with the scope `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The user name, with the scope `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// The address, with the scope `email`. There is no `email_verified`, because the server does not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The claims that the operator adds.
    #[serde(flatten)]
    pub custom: Map<String, Value>,
}

/// The metadata of RFC 8414 section 2. `authorization_endpoint` and `response_types_supported` are absent: no grant of
/// this server uses them, and RFC 8414 forbids empty lists (section 3.2).
#[derive(Debug, Serialize)]
pub struct Metadata {
    /// The issuer, letter for letter as it is configured.
    pub issuer: String,
    /// The endpoint of RFC 8628 section 4; absent when the grant is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_authorization_endpoint: Option<String>,
    /// The token endpoint (RFC 6749 section 3.2).
    pub token_endpoint: String,
    /// The endpoint of OpenID Connect Core section 5.3.
    pub userinfo_endpoint: String,
    /// The endpoint of RFC 7009.
    pub revocation_endpoint: String,
    /// The endpoint of RFC 7662.
    pub introspection_endpoint: String,
    /// The address of the public signing keys.
    pub jwks_uri: String,
    /// The scopes that clients may have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<String>,
    /// The grant types. Always present, because its absence would mean others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grant_types_supported: Vec<&'static str>,
    /// The methods of client authentication. Always present, because its absence would mean Basic only.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// The algorithms that may sign client assertions.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// The same methods as at the token endpoint.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// The same algorithms as at the token endpoint.
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// The methods without `none`, because a client has to authenticate for introspection.
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// The same algorithms as at the token endpoint.
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// The algorithms that sign introspection responses (RFC 9701 section 7).
    pub introspection_signing_alg_values_supported: Vec<&'static str>,
    /// The documentation for developers, if the operator names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_documentation: Option<String>,
    /// The privacy policy, if the operator names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op_policy_uri: Option<String>,
    /// The terms of use, if the operator names them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op_tos_uri: Option<String>,
    /// Always `public`: every client gets the same `sub`.
    pub subject_types_supported: Vec<&'static str>,
    /// The algorithms that sign ID tokens.
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
    /// The algorithms that may sign a proof of possession (RFC 9449 section 5.1).
    pub dpop_signing_alg_values_supported: Vec<&'static str>,
    /// The PKCE methods, by analogy with RFC 7636 section 6.2.1; absent when the device grant is switched off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub code_challenge_methods_supported: Vec<&'static str>,
    /// The levels of authentication (OpenID Connect Discovery section 3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acr_values_supported: Vec<String>,
    /// The languages that the pages offer.
    pub ui_locales_supported: Vec<&'static str>,
    /// The claims that any client can get. Those that an operator adds for one client are not listed.
    pub claims_supported: Vec<&'static str>,
    /// Always false, like its absence.
    pub claims_parameter_supported: bool,
    /// Always false, like its absence.
    pub request_parameter_supported: bool,
    /// Always false; its absence would mean true.
    pub request_uri_parameter_supported: bool,
}

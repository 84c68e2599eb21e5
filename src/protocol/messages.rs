//! What travels? Response bodies, member for member (RFC 8628 section 3.2, RFC 6749 sections 5.1 and 5.2).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::protocol::Audience;

use crate::protocol::Confirmation;

/// RFC 8628 section 3.2. `interval` is always sent: some clients cannot do without it.
#[derive(Serialize)]
pub struct DeviceAuthorizationResponse {
    /// For the device.
    pub device_code: String,
    /// For the person, as they see it.
    pub user_code: String,
    /// Where to type it.
    pub verification_uri: String,
    /// The same by the name that drafts of RFC 8628 had for it, for devices that look for that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification_url: Option<String>,
    /// The same with the code in it, for a QR code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification_uri_complete: Option<String>,
    /// Lifetime of both codes, in seconds.
    pub expires_in: u64,
    /// Seconds between two polls.
    pub interval: u64,
    /// An extension: what the device shows beside the code, for the person to pick it on the decision page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_number: Option<String>,
    /// An extension: true when polls get nothing without the PIN that the browser shows after the approval.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub initiation_pin_required: bool,
}

/// How an access token is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum TokenType {
    /// RFC 6750: who has it may use it.
    Bearer,
    /// RFC 9449: with a proof of the key that it is bound to.
    DPoP,
}

impl TokenType {
    /// The type of a token that is bound to a key, or is not.
    pub fn bound_to(key: Option<&str>) -> Self {
        if key.is_some() { Self::DPoP } else { Self::Bearer }
    }
}

/// RFC 6749 section 5.1. `expires_in` and `scope` are always sent.
#[derive(Deserialize, Serialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: String,
    /// `Bearer`, or `DPoP` when a key was proven.
    pub token_type: TokenType,
    /// Lifetime of the access token, in seconds.
    pub expires_in: u64,
    /// What was granted.
    pub scope: String,
    /// For a client that may refresh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// OpenID Connect Core section 3.1.3.3, when `openid` was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
}

/// RFC 7662 section 2.2. An inactive token has no members but the first.
#[derive(Debug, Default, Serialize)]
pub struct IntrospectionResponse {
    /// Whether it can be used.
    pub active: bool,
    /// What it allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// What the person signs in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// For whom it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<Audience>,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// When it ends, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// When it was issued, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// `Bearer` or `DPoP`; absent for a refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<TokenType>,
    /// To which key it is bound (RFC 9449 section 6.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
    /// When the person authenticated, in seconds (RFC 9470 section 6.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// At which level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// What the operator has the token say besides.
    #[serde(flatten)]
    pub custom: Map<String, Value>,
}

/// RFC 9701 section 5: the same, signed for who asked. It has neither `sub` nor `exp`, so that nobody takes it for a token
/// of the person that it speaks of.
#[derive(Debug, Serialize)]
pub struct SignedIntrospectionResponse {
    /// The issuer, letter for letter.
    pub iss: String,
    /// Who asked.
    pub aud: String,
    /// When it was answered, in seconds.
    pub iat: i64,
    /// The answer.
    pub token_introspection: IntrospectionResponse,
}

/// RFC 6749 section 5.2.
#[derive(Debug, Default, Serialize)]
pub struct ErrorResponse {
    /// The registered code.
    pub error: &'static str,
    /// For the developer of the client.
    pub error_description: String,
    /// An extension: `wrong` when the PIN that was sent is not the one of the approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiation_pin: Option<&'static str>,
    /// An extension: how many PINs may be sent yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiation_pin_tries_left: Option<u32>,
}

/// OpenID Connect Core section 5.3.2.
#[derive(Debug, Serialize)]
pub struct UserinfoResponse {
    /// The person, as in the ID token.
    pub sub: String,
    /// With scope `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// With scope `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// With scope `email`. Whether it was verified is not known here, so `email_verified` is not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What the operator has it say besides.
    #[serde(flatten)]
    pub custom: Map<String, Value>,
}

/// RFC 8414 section 2. There is no `authorization_endpoint`, and so neither `response_types_supported`: RFC 8414 allows
/// both to be left out by a server none of whose grants use them, and forbids empty lists (section 3.2).
#[derive(Debug, Serialize)]
pub struct Metadata {
    /// Letter for letter what was configured.
    pub issuer: String,
    /// RFC 8628 section 4; absent when the grant is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_authorization_endpoint: Option<String>,
    /// The token endpoint.
    pub token_endpoint: String,
    /// OpenID Connect Core section 5.3.
    pub userinfo_endpoint: String,
    /// RFC 7009.
    pub revocation_endpoint: String,
    /// RFC 7662.
    pub introspection_endpoint: String,
    /// The signing keys.
    pub jwks_uri: String,
    /// What can be asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<String>,
    /// Always explicit: its absence would mean other grants.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grant_types_supported: Vec<&'static str>,
    /// Always explicit: its absence would mean Basic alone.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// What may sign the assertions of clients.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// As at the token endpoint.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// As at the token endpoint.
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// Without `none`: who asks about tokens has to prove who they are.
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// As at the token endpoint.
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// What signs answers about tokens (RFC 9701 section 7).
    pub introspection_signing_alg_values_supported: Vec<&'static str>,
    /// Where developers read about this server, if the operator says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_documentation: Option<String>,
    /// What happens to people's data, if the operator says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op_policy_uri: Option<String>,
    /// The terms of use, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op_tos_uri: Option<String>,
    /// `public`
    pub subject_types_supported: Vec<&'static str>,
    /// What signs ID tokens.
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
    /// RFC 9449 section 5.1: what may sign a proof of possession.
    pub dpop_signing_alg_values_supported: Vec<&'static str>,
    /// RFC 7636 section 6.2.1 by analogy; absent when the device grant is switched off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub code_challenge_methods_supported: Vec<&'static str>,
    /// How people can be authenticated (OpenID Connect Discovery section 3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acr_values_supported: Vec<String>,
    /// The languages of the pages.
    pub ui_locales_supported: Vec<&'static str>,
    /// What userinfo and ID tokens can say to any client; what an operator has them say to one is not listed.
    pub claims_supported: Vec<&'static str>,
    /// False; absent would be false too.
    pub claims_parameter_supported: bool,
    /// False; absent would be false too.
    pub request_parameter_supported: bool,
    /// False; absent would mean true.
    pub request_uri_parameter_supported: bool,
}

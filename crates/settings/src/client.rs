//! `[[client]]`: a registered client (RFC 6749 section 2; RFC 7591 section 2 names the fields).

use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use url::Url;

use super::{ClientUserCode, InlineKeys, SecretDigest, network, span, web_url};
use protocol::{
    AccessTokenFormat, AuthenticationMethodName, Consent, CustomClaim, GrantType, NetworkMismatch, RefreshPolicy,
    SigningAlgorithm,
};

/// `[[client]]`: clients are only in the configuration, so that one file lists all of them.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the configuration, and is read there by its name")]
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ClientSettings {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub owner: String,
    #[serde(rename = "type")]
    pub client_type: ClientType,
    #[serde(default)]
    pub grant_types: Vec<GrantType>,
    #[serde(default)]
    pub scopes: Vec<String>,
    pub device_scopes: Option<Vec<String>>,
    #[serde(default)]
    pub optional_scopes: Vec<String>,
    #[serde(default)]
    pub verified: bool,
    pub token_endpoint_auth_method: Option<AuthenticationMethodName>,
    #[serde(default)]
    pub secret_digests: Vec<SecretDigest>,
    #[serde(default)]
    pub jwks: InlineKeys,
    #[serde(default, deserialize_with = "publisher", serialize_with = "web_url::write_optional")]
    pub jwks_uri: Option<Url>,
    #[serde(default)]
    pub secret_file: PathBuf,
    pub access_token_format: Option<AccessTokenFormat>,
    pub access_token_signing_alg: Option<SigningAlgorithm>,
    pub id_token_signed_response_alg: Option<SigningAlgorithm>,
    pub introspection_signed_response_alg: Option<SigningAlgorithm>,
    #[serde(default, with = "span::optional")]
    pub access_token_lifetime: Option<Duration>,
    #[serde(default, with = "span::optional")]
    pub id_token_lifetime: Option<Duration>,
    pub refresh_token_policy: Option<RefreshPolicy>,
    #[serde(default, with = "span::optional")]
    pub refresh_token_absolute: Option<Duration>,
    #[serde(default, with = "span::optional")]
    pub refresh_token_idle: Option<Duration>,
    pub refresh_token_rotation: Option<bool>,
    #[serde(default)]
    pub require_dpop: bool,
    #[serde(default)]
    pub require_pkce: bool,
    #[serde(default)]
    pub introspect: bool,
    pub audiences: Option<Vec<String>>,
    #[serde(default)]
    pub resources: Vec<String>,
    #[serde(default)]
    pub claims: Vec<CustomClaim>,
    pub prefilled_code: Option<bool>,
    pub consent: Option<Consent>,
    pub network_mismatch: Option<NetworkMismatch>,
    #[serde(default, with = "span::optional")]
    pub max_auth_age: Option<Duration>,
    #[serde(default, deserialize_with = "network::optional_networks")]
    pub allowed_networks: Option<Vec<IpNet>>,
    pub number_match: Option<bool>,
    pub initiation_pin: Option<bool>,
    pub user_code: Option<ClientUserCode>,
    #[serde(default = "enabled")]
    pub enabled: bool,
}

/// RFC 6749 section 2.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientType {
    /// Cannot keep a secret: a television, a CLI.
    Public,
    /// Can keep one: a server.
    Confidential,
}

fn enabled() -> bool {
    true
}

fn publisher<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Url>, D::Error> {
    web_url::read_optional(from, "https://fleet.example.com/jwks.json")
}

impl ClientSettings {
    /// A public client with the defaults of all other keys.
    pub fn public(id: &str, name: &str, grant_types: &[GrantType], scope: &str) -> Self {
        let scopes: Vec<&str> = scope.split_whitespace().collect();
        let table = json!({ "id": id, "name": name, "type": "public", "grant_types": grant_types, "scopes": scopes });
        serde_json::from_value(table).expect("all other keys of a client have a default")
    }

    /// Whether its devices may request codes.
    pub(super) fn has_device_grant(&self) -> bool {
        self.grant_types.contains(&GrantType::DeviceCode)
    }
}

//! Who may ask? One `[[client]]` of the configuration (RFC 7591 section 2 names the fields).

use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{ClientUserCode, RefreshTokenPolicy, network, span};
use protocol::{AccessTokenFormat, ClaimPlace, Consent, GrantType, NetworkMismatch, SigningAlgorithm, UserField};

/// `[[client]]`: clients live in the configuration only, so that a file says the whole truth about who may ask.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the configuration, and is read there by its name")]
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ClientSettings {
    /// `client_id`.
    pub id: String,
    /// What people read on the consent page.
    pub name: String,
    /// Who answers for it, shown to operators.
    #[serde(default)]
    pub owner: String,
    /// Whether it can keep a secret (RFC 6749 section 2.1).
    #[serde(rename = "type")]
    pub client_type: ClientType,
    /// Grant types it may use; none by default: the device grant is opt-in.
    #[serde(default)]
    pub grant_types: Vec<String>,
    /// Scopes it may ask for.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Scopes it may ask for from a device; unset: all of `scopes` (RFC 10027 section 6.1.9).
    #[serde(default)]
    pub device_scopes: Option<Vec<String>>,
    /// Scopes that a person may leave out when they decide; every other one that is asked for comes with an approval.
    #[serde(default)]
    pub optional_scopes: Vec<String>,
    /// Whether the operator has made sure who is behind the name, as the decision page then says.
    #[serde(default)]
    pub verified: bool,
    /// `none`, `private_key_jwt`, `client_secret_basic`, `client_secret_post` or `client_secret_jwt`; unset: `none` for
    /// public, basic for confidential clients.
    #[serde(default)]
    pub token_endpoint_auth_method: Option<String>,
    /// `sha256:` digests of its secrets, as `grantd client new-secret` prints them; two while one replaces the other.
    #[serde(default)]
    pub secret_digests: Vec<String>,
    /// Its public keys, a JWK Set (RFC 7517 section 5) as JSON; empty: none.
    #[serde(default)]
    pub jwks: String,
    /// Where it publishes them; empty: nowhere.
    #[serde(default)]
    pub jwks_uri: String,
    /// The file with the secret of `client_secret_jwt`; empty: none.
    #[serde(default)]
    pub secret_file: PathBuf,
    /// What its access tokens are; unset: JWTs.
    #[serde(default)]
    pub access_token_format: Option<AccessTokenFormat>,
    /// What signs its access tokens; unset: ES256, or the first of `keys.algorithms`.
    #[serde(default)]
    pub access_token_signing_alg: Option<SigningAlgorithm>,
    /// What signs its ID tokens; unset: the same.
    #[serde(default)]
    pub id_token_signed_response_alg: Option<SigningAlgorithm>,
    /// What signs the answers to its introspection requests; unset: the same.
    #[serde(default)]
    pub introspection_signed_response_alg: Option<SigningAlgorithm>,
    /// Lifetime of its access tokens.
    #[serde(default, with = "span::optional")]
    pub access_token_lifetime: Option<Duration>,
    /// Lifetime of its ID tokens.
    #[serde(default, with = "span::optional")]
    pub id_token_lifetime: Option<Duration>,
    /// Overrides `tokens.refresh_token_policy`.
    #[serde(default)]
    pub refresh_token_policy: Option<RefreshTokenPolicy>,
    /// Overrides `tokens.refresh_token_absolute`.
    #[serde(default, with = "span::optional")]
    pub refresh_token_absolute: Option<Duration>,
    /// Overrides `tokens.refresh_token_idle`.
    #[serde(default, with = "span::optional")]
    pub refresh_token_idle: Option<Duration>,
    /// Whether each use of a refresh token makes a new one; only a confidential client may go without.
    #[serde(default)]
    pub refresh_token_rotation: Option<bool>,
    /// Whether it has to prove a key (RFC 9449) with every request for codes or tokens.
    #[serde(default)]
    pub require_dpop: bool,
    /// Whether its devices have to send a PKCE challenge (RFC 7636).
    #[serde(default)]
    pub require_pkce: bool,
    /// Whether it is a resource server that may introspect tokens.
    #[serde(default)]
    pub introspect: bool,
    /// The audiences it introspects tokens for; unset: `tokens.audience`.
    #[serde(default)]
    pub audiences: Option<Vec<String>>,
    /// The resources that it may ask tokens for, each a `[[resource]]`.
    #[serde(default)]
    pub resources: Vec<String>,
    /// Claims that it is told beside the standard ones.
    #[serde(default)]
    pub claims: Vec<ClaimSettings>,
    /// Overrides `device.prefilled_code`.
    #[serde(default)]
    pub prefilled_code: Option<bool>,
    /// Overrides `device.consent`.
    #[serde(default)]
    pub consent: Option<Consent>,
    /// Overrides `device.network_mismatch`.
    #[serde(default)]
    pub network_mismatch: Option<NetworkMismatch>,
    /// Overrides `device.max_auth_age`.
    #[serde(default, with = "span::optional")]
    pub max_auth_age: Option<Duration>,
    /// Overrides `device.allowed_networks`.
    #[serde(default, deserialize_with = "network::optional_networks")]
    pub allowed_networks: Option<Vec<IpNet>>,
    /// Overrides `device.number_match`.
    #[serde(default)]
    pub number_match: Option<bool>,
    /// Overrides `device.initiation_pin`.
    #[serde(default)]
    pub initiation_pin: Option<bool>,
    /// What its user codes have of their own.
    #[serde(default)]
    pub user_code: Option<ClientUserCode>,
    /// A disabled client is an unknown client.
    #[serde(default = "enabled")]
    pub enabled: bool,
}

/// One of the `claims` of a client: `value` or `from`, never both.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ClaimSettings {
    /// The claim's name.
    pub name: String,
    /// The same value for everybody.
    #[serde(default)]
    pub value: Option<serde_json::Value>,
    /// The field of the person that is the value.
    #[serde(default)]
    pub from: Option<UserField>,
    /// Where it is told.
    #[serde(rename = "in")]
    pub places: Vec<ClaimPlace>,
    /// The scope that has to be granted for it; unset: none.
    #[serde(default)]
    pub scope: Option<String>,
}

/// RFC 6749 section 2.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientType {
    /// Cannot keep a secret: a television, a CLI.
    Public,
    /// Can: a server.
    Confidential,
}

fn enabled() -> bool {
    true
}

impl ClientSettings {
    /// A public client with nothing said that has a default.
    pub fn public(id: &str, name: &str, grant_types: &[GrantType], scope: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            owner: String::new(),
            client_type: ClientType::Public,
            grant_types: grant_types.iter().map(|grant_type| grant_type.name().to_owned()).collect(),
            scopes: scope.split_whitespace().map(str::to_owned).collect(),
            device_scopes: None,
            optional_scopes: Vec::new(),
            verified: false,
            token_endpoint_auth_method: None,
            secret_digests: Vec::new(),
            jwks: String::new(),
            jwks_uri: String::new(),
            secret_file: PathBuf::new(),
            access_token_format: None,
            access_token_signing_alg: None,
            id_token_signed_response_alg: None,
            introspection_signed_response_alg: None,
            access_token_lifetime: None,
            id_token_lifetime: None,
            refresh_token_policy: None,
            refresh_token_absolute: None,
            refresh_token_idle: None,
            refresh_token_rotation: None,
            require_dpop: false,
            require_pkce: false,
            introspect: false,
            audiences: None,
            resources: Vec::new(),
            claims: Vec::new(),
            prefilled_code: None,
            consent: None,
            network_mismatch: None,
            max_auth_age: None,
            allowed_networks: None,
            number_match: None,
            initiation_pin: None,
            user_code: None,
            enabled: true,
        }
    }
}

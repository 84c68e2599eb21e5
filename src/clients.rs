//! The registered clients: the `[[client]]` tables of the configuration as the endpoints use them.

mod secret_file;

use std::collections::HashMap;
use std::time::Duration;

use crate::secret_file::SecretFileError;
use protocol::{
    AccessTokenFormat, ApprovalPolicy, AuthenticationMethod, AuthenticationMethodName, BindingDemands, Client,
    GrantType, InitiationDemands, KeySource, Scope, SigningAlgorithm,
};
use settings::{ClientSettings, SecretDigest, Settings};

/// The clients that may be used now. A disabled client is not among them: every endpoint treats it as unknown.
#[derive(Clone, Debug, Default)]
pub struct Clients(HashMap<String, Client>);

impl Clients {
    /// Reads checked settings, and the files of shared secrets that they name.
    pub fn read(settings: &Settings) -> Result<Self, SecretFileError> {
        let enabled = settings.client.iter().filter(|client| client.enabled);
        let clients = enabled.map(|client| {
            let mut registered = effective(client, settings);
            if let AuthenticationMethod::ClientSecretJwt(secrets) = &mut registered.authentication {
                *secrets = secret_file::read(&client.id, &client.secret_file)?;
            }
            Ok((client.id.clone(), registered))
        });
        clients.collect::<Result<_, _>>().map(Self)
    }

    /// The client of an id.
    pub fn find(&self, id: &str) -> Option<&Client> {
        self.0.get(id)
    }

    /// Whether the code of any client may come by a link.
    pub fn take_links(&self) -> bool {
        self.asking().any(|client| client.approval.prefilled_code)
    }

    /// The greatest age of a login that may enter a code. The client of the code may demand a fresher one.
    pub fn longest_max_auth_age(&self) -> Duration {
        self.asking().map(|client| client.approval.max_auth_age).max().unwrap_or_default()
    }

    /// The clients whose devices may ask for codes.
    pub fn asking(&self) -> impl Iterator<Item = &Client> {
        self.0.values().filter(|client| client.may(GrantType::DeviceCode).is_ok())
    }
}

/// The client as the endpoints see it: its own settings, and the general ones where it has none. Secrets in files are not
/// read.
pub(crate) fn effective(client: &ClientSettings, settings: &Settings) -> Client {
    let (tokens, device) = (&settings.tokens, &settings.device);
    let usual = settings.keys.algorithms.first().copied().unwrap_or(SigningAlgorithm::ES256);
    let digests = || client.secret_digests.iter().map(|SecretDigest(digest)| *digest).collect();
    let scope = Scope::of(client.scopes.iter().cloned());
    let mut device_scope =
        client.device_scopes.as_ref().map_or(scope.clone(), |scopes| Scope::of(scopes.iter().cloned()));
    if let Some(allowed) = &device.scopes {
        device_scope = device_scope.within(&Scope::of(allowed.iter().cloned()));
    }
    let default = settings.scope.iter().filter(|scope| scope.default).map(|scope| scope.name.clone());
    Client {
        id: client.id.clone(),
        name: client.name.clone(),
        authentication: match client.authentication() {
            AuthenticationMethodName::None => AuthenticationMethod::None,
            AuthenticationMethodName::ClientSecretBasic => AuthenticationMethod::ClientSecretBasic(digests()),
            AuthenticationMethodName::ClientSecretPost => AuthenticationMethod::ClientSecretPost(digests()),
            AuthenticationMethodName::ClientSecretJwt => AuthenticationMethod::ClientSecretJwt(Vec::new()),
            AuthenticationMethodName::PrivateKeyJwt => AuthenticationMethod::PrivateKeyJwt(match &client.jwks_uri {
                Some(uri) => KeySource::Remote(uri.clone()),
                None => KeySource::Inline(client.jwks.keys().clone()),
            }),
        },
        grant_types: client.grant_types.clone(),
        refresh_token_policy: client.refresh_token_policy.unwrap_or(tokens.refresh_token_policy),
        refresh_token_absolute: client.refresh_token_absolute.unwrap_or(tokens.refresh_token_absolute),
        refresh_token_idle: client.refresh_token_idle.unwrap_or(tokens.refresh_token_idle),
        rotates_refresh_tokens: client.refresh_token_rotation.unwrap_or(true),
        demands: BindingDemands { dpop: client.require_dpop, pkce: client.require_pkce },
        introspects: match &client.audiences {
            _ if !client.introspect => Vec::new(),
            Some(audiences) => audiences.clone(),
            None => vec![tokens.audience.clone().unwrap_or_else(|| settings.issuer.to_string())],
        },
        scope: scope.clone(),
        default_scope: Scope::of(default).within(&scope),
        device_scope,
        optional_scope: Scope::of(client.optional_scopes.iter().cloned()),
        is_verified: client.verified,
        approval: ApprovalPolicy {
            consent: client.consent.unwrap_or(device.consent),
            network_mismatch: client.network_mismatch.unwrap_or(device.network_mismatch),
            prefilled_code: client.prefilled_code.unwrap_or(device.prefilled_code),
            max_auth_age: client.max_auth_age.unwrap_or(device.max_auth_age),
        },
        allowed_networks: client.allowed_networks.as_ref().unwrap_or(&device.allowed_networks).clone(),
        verifies: InitiationDemands {
            number: client.number_match.unwrap_or(device.number_match),
            pin: client.initiation_pin.unwrap_or(device.initiation_pin),
        },
        access_token_format: client.access_token_format.unwrap_or(AccessTokenFormat::Jwt),
        access_token_algorithm: client.access_token_signing_alg.unwrap_or(usual),
        id_token_algorithm: client.id_token_signed_response_alg.unwrap_or(usual),
        introspection_algorithm: client.introspection_signed_response_alg.unwrap_or(usual),
        resources: client.resources.clone(),
        claims: client.claims.clone(),
        access_token_lifetime: client.access_token_lifetime.unwrap_or(tokens.access_token_lifetime),
        id_token_lifetime: client.id_token_lifetime.unwrap_or(tokens.id_token_lifetime),
    }
}

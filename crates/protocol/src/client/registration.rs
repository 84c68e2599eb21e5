//! A registered client (RFC 6749 section 2).

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::GrantType;
use crate::client::custom_claim::CustomClaim;
use crate::client::scope::Scope;
use crate::digest::{Digest, HmacKey};
use crate::grant::ApprovalPolicy;
use crate::named::named;
use crate::network::prefix::is_within;
use crate::proof::JwkSet;
use crate::token::SigningAlgorithm;
use crate::wire::OAuthError;

/// A client with the settings that the endpoints need.
#[derive(Clone, Debug)]
pub struct Client {
    /// The `client_id`.
    pub id: String,
    /// The name that people read.
    pub name: String,
    /// How the client authenticates.
    pub authentication: AuthenticationMethod,
    /// The grant types that it may use at the token endpoint.
    pub grant_types: Vec<GrantType>,
    /// All scopes that it may have.
    pub scope: Scope,
    /// The scopes that its devices may ask for.
    pub device_scope: Scope,
    /// The scope of a request that names none.
    pub default_scope: Scope,
    /// The scopes of its devices that a person may leave out.
    pub optional_scope: Scope,
    /// Whether the operator has verified who is behind the name.
    pub is_verified: bool,
    /// The conditions for approving its devices.
    pub approval: ApprovalPolicy,
    /// The networks that its devices may ask from. Empty: any network.
    pub allowed_networks: Vec<IpNet>,
    /// What people have to carry between its devices and the browser.
    pub verifies: InitiationDemands,
    /// Whether its access tokens are JWTs or opaque.
    pub access_token_format: AccessTokenFormat,
    /// The algorithm that signs its access tokens.
    pub access_token_algorithm: SigningAlgorithm,
    /// The algorithm that signs its ID tokens.
    pub id_token_algorithm: SigningAlgorithm,
    /// The algorithm that signs its introspection responses (RFC 9701 section 6).
    pub introspection_algorithm: SigningAlgorithm,
    /// Lifetime of its access tokens.
    pub access_token_lifetime: Duration,
    /// Lifetime of its ID tokens.
    pub id_token_lifetime: Duration,
    /// When its devices get a refresh token.
    pub refresh_token_policy: RefreshPolicy,
    /// How long its devices stay signed in at most.
    pub refresh_token_absolute: Duration,
    /// How long its devices stay signed in without refreshing.
    pub refresh_token_idle: Duration,
    /// Whether every use of a refresh token issues a new one. Always true for public clients (RFC 9700 section 2.2.2).
    pub rotates_refresh_tokens: bool,
    /// What it has to bind its codes and tokens to.
    pub demands: BindingDemands,
    /// The audiences whose tokens it may introspect as a resource server. Empty: it may not introspect.
    pub introspects: Vec<String>,
    /// The resources that it may ask tokens for (RFC 8707).
    pub resources: Vec<String>,
    /// The claims that it gets besides the standard ones.
    pub claims: Vec<CustomClaim>,
}

/// The form of an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessTokenFormat {
    /// A JWT that every API can verify (RFC 9068).
    Jwt,
    /// A random name that only this server can resolve.
    Opaque,
}

/// What a client has to bind its codes and tokens to. It may bind them in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BindingDemands {
    /// A DPoP key, proven with every request for codes or tokens (RFC 9449 section 5.2).
    pub dpop: bool,
    /// A PKCE challenge, sent with the request for codes.
    pub pkce: bool,
}

/// What people have to carry from one screen to the other (requirement B-04).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InitiationDemands {
    /// The number of the device, to be picked in the browser.
    pub number: bool,
    /// The PIN of the browser, to be typed at the device.
    pub pin: bool,
}

/// When a device gets a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshPolicy {
    /// When its client is registered for the grant type `refresh_token`.
    Registered,
    /// When, in addition, `offline_access` was granted (OpenID Connect Core section 11).
    OfflineAccess,
    /// Never, whatever the client is registered for.
    Never,
}

named! {
    /// A `token_endpoint_auth_method` (RFC 7591 section 2).
    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum AuthenticationMethodName {
        /// A public client has no secret.
        None = "none",
        /// An assertion that is signed with the client's own key.
        PrivateKeyJwt = "private_key_jwt",
        /// The secret in the `Authorization` header.
        ClientSecretBasic = "client_secret_basic",
        /// The secret in the body of the request.
        ClientSecretPost = "client_secret_post",
        /// An assertion under a shared secret.
        ClientSecretJwt = "client_secret_jwt",
    }
}

/// The method of a client, with what is needed to check it.
#[derive(Clone, Debug)]
pub enum AuthenticationMethod {
    /// A public client has no secret.
    None,
    /// HTTP Basic. Any of these digests is accepted: there are two while one secret replaces the other.
    ClientSecretBasic(Vec<Digest>),
    /// The secret in the body of the request.
    ClientSecretPost(Vec<Digest>),
    /// An assertion that is signed with the client's own key (OpenID Connect Core section 9). The server keeps no
    /// secret.
    PrivateKeyJwt(KeySource),
    /// An assertion under a shared secret, which the operator keeps in a file. Any of these secrets is accepted.
    ClientSecretJwt(Vec<HmacKey>),
}

impl AuthenticationMethod {
    /// Which method it is.
    pub fn name(&self) -> &'static str {
        let name = match self {
            Self::None => AuthenticationMethodName::None,
            Self::ClientSecretBasic(_) => AuthenticationMethodName::ClientSecretBasic,
            Self::ClientSecretPost(_) => AuthenticationMethodName::ClientSecretPost,
            Self::PrivateKeyJwt(_) => AuthenticationMethodName::PrivateKeyJwt,
            Self::ClientSecretJwt(_) => AuthenticationMethodName::ClientSecretJwt,
        };
        name.name()
    }
}

/// Where a client's public keys are (RFC 7591 section 2).
#[derive(Clone, Debug)]
pub enum KeySource {
    /// `jwks`: the keys stand in the configuration.
    Inline(JwkSet),
    /// `jwks_uri`: the client publishes the keys, and may change them at any time.
    Remote(Url),
}

impl Client {
    /// The bytes that every client may send as a list of scopes, however few it has: some clients repeat scopes.
    const SCOPE_ROOM: usize = 1024;

    /// Checks that the client is registered for a grant type.
    ///
    /// # Errors
    /// `unauthorized_client` (RFC 6749 section 5.2).
    pub fn may(&self, grant_type: GrantType) -> Result<(), OAuthError> {
        if self.grant_types.contains(&grant_type) { Ok(()) } else { Err(OAuthError::UnauthorizedClient) }
    }

    /// Checks that its devices may ask from this address (RFC 10027 section 6.1.8).
    ///
    /// # Errors
    /// `unauthorized_client`, the only error of RFC 6749 section 5.2 for a client that may not do something.
    pub fn may_ask_from(&self, address: IpAddr) -> Result<(), OAuthError> {
        let address = address.to_canonical();
        let allowed = self.allowed_networks.is_empty() || is_within(address, &self.allowed_networks);
        if allowed { Ok(()) } else { Err(OAuthError::NetworkNotAllowed) }
    }

    /// Whether an approval of this scope leads to a refresh token.
    pub fn gets_refresh_token(&self, granted: &Scope) -> bool {
        self.may(GrantType::RefreshToken).is_ok()
            && match self.refresh_token_policy {
                RefreshPolicy::Registered => true,
                RefreshPolicy::OfflineAccess => granted.contains("offline_access"),
                RefreshPolicy::Never => false,
            }
    }

    /// Whether it is a public client, which cannot keep a secret.
    pub fn is_public(&self) -> bool {
        matches!(self.authentication, AuthenticationMethod::None)
    }

    /// The resources of a request, each once and in the order of the request.
    ///
    /// # Errors
    /// `invalid_target` for a resource that is malformed or not registered for this client (RFC 8707 section 2).
    pub fn resources_for<'a>(&self, asked: impl Iterator<Item = &'a str>) -> Result<Vec<String>, OAuthError> {
        let mut resources: Vec<String> = Vec::new();
        for resource in asked {
            let refusal = if Url::parse(resource).is_err() {
                "a resource is not an absolute URI"
            } else if resource.contains('#') {
                "a resource has a fragment"
            } else if !self.resources.iter().any(|known| known == resource) {
                "this client may not ask for this resource"
            } else {
                if !resources.iter().any(|has| has == resource) {
                    resources.push(resource.to_owned());
                }
                continue;
            };
            return Err(OAuthError::InvalidTarget(refusal.into()));
        }
        Ok(resources)
    }

    /// The resources of the next tokens: those that are asked for now out of those that were approved, or all of these
    /// (RFC 8707 section 2.2). A resource that the operator has since taken from the client is left out.
    ///
    /// # Errors
    /// `invalid_target` for a resource that was not approved, and when none of the approved ones is left.
    pub fn resources_within<'a>(
        &self,
        approved: &[String],
        asked: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<String>, OAuthError> {
        let mut resources = self.resources_for(asked)?;
        if resources.is_empty() {
            resources = approved.iter().filter(|resource| self.resources.contains(resource)).cloned().collect();
            if resources.is_empty() && !approved.is_empty() {
                return Err(OAuthError::InvalidTarget(
                    "this client may not have the approved resources any more".into(),
                ));
            }
        }
        if resources.iter().all(|resource| approved.contains(resource)) {
            Ok(resources)
        } else {
            Err(OAuthError::InvalidTarget("this resource was not approved".into()))
        }
    }

    /// The greatest number of bytes that a list of scopes may have.
    pub fn longest_scope(&self) -> usize {
        self.scope.to_string().len().max(Self::SCOPE_ROOM)
    }

    /// The scope of a device authorization request. Nothing is dropped silently (RFC 6749 section 3.3, requirement
    /// D-13).
    ///
    /// # Errors
    /// `invalid_scope` when the text is malformed, when it has a scope that the client may not have, or when neither
    /// the request nor the configuration names a scope.
    pub fn device_scope_for(&self, asked: Option<&str>) -> Result<Scope, OAuthError> {
        let Some(asked) = asked else {
            let default = self.default_scope.within(&self.device_scope);
            return if default.is_empty() {
                Err(OAuthError::InvalidScope("name a scope: this client has none by default".into()))
            } else {
                Ok(default)
            };
        };
        let asked = Scope::requested(asked)?;
        if asked.is_empty() {
            return Err(OAuthError::InvalidScope("scope names no scope".into()));
        }
        let beyond = asked.beyond(&self.device_scope);
        if beyond.is_empty() {
            Ok(asked)
        } else {
            Err(OAuthError::InvalidScope(
                format!("this client may not ask for {} from a device", beyond.named()).into(),
            ))
        }
    }
}

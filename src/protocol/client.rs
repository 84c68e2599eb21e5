//! Who may ask, and for what? A registered client (RFC 6749 section 2).

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::protocol::named::named;
use crate::protocol::network::is_within;
use crate::protocol::{ApprovalPolicy, CustomClaim, Digest, HmacKey, JwkSet, OAuthError, Scope, SigningAlgorithm};

/// A client as the endpoints see it.
#[derive(Clone, Debug)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// What people read.
    pub name: String,
    /// How it proves who it is.
    pub authentication: AuthenticationMethod,
    /// What it may do at the token endpoint.
    pub grant_types: Vec<GrantType>,
    /// All that it may ever have.
    pub scope: Scope,
    /// What it may ask for from a device.
    pub device_scope: Scope,
    /// What it gets when it does not say.
    pub default_scope: Scope,
    /// What a person may leave out of what it asks for from a device.
    pub optional_scope: Scope,
    /// Whether the operator has made sure who is behind its name.
    pub is_verified: bool,
    /// What approvals of its devices take.
    pub approval: ApprovalPolicy,
    /// Where its devices may ask from; none: anywhere.
    pub allowed_networks: Vec<IpNet>,
    /// What its devices and the people before them have to show each other.
    pub verifies: InitiationDemands,
    /// Whether its access tokens can be read, or only be asked about.
    pub access_token_format: AccessTokenFormat,
    /// What signs its access tokens.
    pub access_token_algorithm: SigningAlgorithm,
    /// What signs its ID tokens.
    pub id_token_algorithm: SigningAlgorithm,
    /// What signs the answers to its questions about tokens (RFC 9701 section 6).
    pub introspection_algorithm: SigningAlgorithm,
    /// Lifetime of its access tokens.
    pub access_token_lifetime: Duration,
    /// Lifetime of its ID tokens.
    pub id_token_lifetime: Duration,
    /// When its devices get a refresh token.
    pub refresh_token_policy: RefreshPolicy,
    /// How long they stay signed in at most.
    pub refresh_token_absolute: Duration,
    /// How long they stay signed in without a word.
    pub refresh_token_idle: Duration,
    /// Whether every use of a refresh token makes a new one. Always so for public clients (RFC 9700 section 2.2.2).
    pub rotates_refresh_tokens: bool,
    /// What its codes and tokens have to be bound to.
    pub demands: BindingDemands,
    /// The audiences whose tokens it may introspect, as the resource server that it is; none: it may not introspect.
    pub introspects: Vec<String>,
    /// What it may ask tokens for (RFC 8707).
    pub resources: Vec<String>,
    /// What it is told beside the standard claims.
    pub claims: Vec<CustomClaim>,
}

/// What an access token is to who holds it (requirement decision 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessTokenFormat {
    /// A signed statement (RFC 9068).
    Jwt,
    /// A random name, of which only this server knows the meaning.
    Opaque,
}

/// What a client has to bind its codes and tokens to; it may do so in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BindingDemands {
    /// A key, proven with every request for codes or tokens (RFC 9449 section 5.2).
    pub dpop: bool,
    /// A PKCE challenge, sent with the request for codes.
    pub pkce: bool,
}

/// What a client has the people at its devices carry from one screen to the other (requirement B-04).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InitiationDemands {
    /// The number of the device, to be picked in the browser.
    pub number: bool,
    /// The PIN of the browser, to be typed at the device.
    pub pin: bool,
}

/// When a refresh token is issued (requirement decision 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshPolicy {
    /// To a client that is registered for the grant type.
    Registered,
    /// To such a client, when `offline_access` was granted (OpenID Connect Core section 11).
    OfflineAccess,
    /// To nobody.
    Never,
}

/// RFC 7591 section 2, `token_endpoint_auth_method`, with what is needed to check it.
#[derive(Clone, Debug)]
pub enum AuthenticationMethod {
    /// A public client has no secret.
    None,
    /// HTTP Basic; any of these digests will do, two while one secret replaces the other.
    ClientSecretBasic(Vec<Digest>),
    /// The secret in the body.
    ClientSecretPost(Vec<Digest>),
    /// An assertion signed with the client's own key (OpenID Connect Core section 9): nothing secret is kept here.
    PrivateKeyJwt(KeySource),
    /// An assertion under a shared secret, which the operator keeps in a file; any of these will do.
    ClientSecretJwt(Vec<HmacKey>),
}

/// Where a client's public keys are (RFC 7591 section 2).
#[derive(Clone, Debug)]
pub enum KeySource {
    /// `jwks`: in the configuration.
    Inline(JwkSet),
    /// `jwks_uri`: the client publishes them, and changes them when it likes.
    Remote(String),
}

impl AuthenticationMethod {
    /// The registered name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientSecretBasic(_) => "client_secret_basic",
            Self::ClientSecretPost(_) => "client_secret_post",
            Self::PrivateKeyJwt(_) => "private_key_jwt",
            Self::ClientSecretJwt(_) => "client_secret_jwt",
        }
    }
}

named! {
    /// The grant types that exist here. `password` and `implicit` never will (RFC 9700 section 2.4).
    pub enum GrantType {
        /// RFC 8628 section 3.4
        DeviceCode = "urn:ietf:params:oauth:grant-type:device_code",
        /// RFC 6749 section 6
        RefreshToken = "refresh_token",
    }
}

impl Client {
    /// Bytes of a list of scopes that every client may send, however few it has: some repeat themselves.
    const SCOPE_ROOM: usize = 1024;

    /// Whether the client is registered for a grant type.
    ///
    /// # Errors
    /// `unauthorized_client` (RFC 6749 section 5.2).
    pub fn may(&self, grant_type: GrantType) -> Result<(), OAuthError> {
        if self.grant_types.contains(&grant_type) { Ok(()) } else { Err(OAuthError::UnauthorizedClient) }
    }

    /// Whether its devices may ask from this address (RFC 10027 section 6.1.8).
    ///
    /// # Errors
    /// `unauthorized_client`: what RFC 6749 section 5.2 has for a client that may not do this, and this endpoint no other.
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

    /// Whether it can keep a secret.
    pub fn is_public(&self) -> bool {
        matches!(self.authentication, AuthenticationMethod::None)
    }

    /// What a request asks tokens for: each resource once, in the order in which they were asked for.
    ///
    /// # Errors
    /// `invalid_target` for what is malformed or not for this client (RFC 8707 section 2).
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

    /// What tokens are for this time: of what was approved what is asked for now, or all of it (RFC 8707 section 2.2), and
    /// never what the operator has taken from the client since.
    ///
    /// # Errors
    /// `invalid_target` for what was not approved, and when nothing is left of what was.
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

    /// Bytes that a list of scopes may have: all that there is to ask for.
    pub fn longest_scope(&self) -> usize {
        self.scope.to_string().len().max(Self::SCOPE_ROOM)
    }

    /// What a device request asks for: nothing is dropped silently (RFC 6749 section 3.3, requirement D-13).
    ///
    /// # Errors
    /// `invalid_scope` when the text is malformed, holds what the client may not have, or when neither the request
    /// nor the configuration names a scope.
    pub fn device_scope_for(&self, asked: Option<&str>) -> Result<Scope, OAuthError> {
        let Some(asked) = asked else {
            let default = self.default_scope.within(&self.device_scope);
            return if default.is_empty() {
                Err(OAuthError::InvalidScope("name a scope: this client has none by default".into()))
            } else {
                Ok(default)
            };
        };
        let asked: Scope =
            asked.parse().map_err(|_| OAuthError::InvalidScope("scope has characters that no scope has".into()))?;
        if asked.is_empty() {
            return Err(OAuthError::InvalidScope("scope names no scope".into()));
        }
        if asked.beyond(&self.device_scope).is_empty() {
            Ok(asked)
        } else {
            Err(OAuthError::InvalidScope("this client may not ask for this scope from a device".into()))
        }
    }
}

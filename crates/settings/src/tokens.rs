//! How are tokens made, and what is proven on the way to them? `[tokens]`, `[keys]`, `[client_assertions]` and `[dpop]`.

use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{network, span};
use protocol::{KeySchedule, SigningAlgorithm};

/// `[tokens]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Tokens {
    /// Lifetime of an access token, unless the client says otherwise.
    #[serde(with = "span")]
    pub access_token_lifetime: Duration,
    /// Lifetime of an ID token, unless the client says otherwise.
    #[serde(with = "span")]
    pub id_token_lifetime: Duration,
    /// When a device gets a refresh token, unless the client says otherwise.
    pub refresh_token_policy: RefreshTokenPolicy,
    /// How long a device stays signed in at most.
    #[serde(with = "span")]
    pub refresh_token_absolute: Duration,
    /// How long a device stays signed in without refreshing.
    #[serde(with = "span")]
    pub refresh_token_idle: Duration,
    /// How long a spent refresh token is answered with the same successor.
    #[serde(with = "span")]
    pub rotation_grace: Duration,
    /// `aud` of access tokens when no resource was asked for; unset: the issuer.
    pub audience: Option<String>,
}

/// `[keys]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Keys {
    /// What tokens can be signed with; a key of each is published.
    pub algorithms: Vec<SigningAlgorithm>,
    /// How long a key signs.
    #[serde(with = "span")]
    pub rotate_every: Duration,
    /// How long it is published before.
    #[serde(with = "span")]
    pub announce: Duration,
    /// How long it is published afterwards.
    #[serde(with = "span")]
    pub keep: Duration,
}

impl Keys {
    /// The rhythm of rotation.
    pub fn schedule(&self) -> KeySchedule {
        KeySchedule { rotate_every: self.rotate_every, announce: self.announce, keep: self.keep }
    }
}

/// `[client_assertions]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ClientAssertions {
    /// Whether the `typ` of an assertion has to be `client-authentication+jwt`.
    pub require_typ: bool,
    /// How long fetching a `jwks_uri` may take.
    #[serde(with = "span")]
    pub fetch_timeout: Duration,
    /// Networks that a `jwks_uri` may lead to though they are not public.
    #[serde(deserialize_with = "network::networks")]
    pub private_networks: Vec<IpNet>,
}

/// `[dpop]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Dpop {
    /// How far the `iat` of a proof may lie from the time of this server; with nonces, how long one is given out.
    #[serde(with = "span")]
    pub window: Duration,
    /// Whether every proof has to carry a nonce of this server.
    pub nonce: bool,
}

/// When a device gets a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshTokenPolicy {
    /// When its client is registered for the `refresh_token` grant.
    Registered,
    /// When, besides, `offline_access` was granted.
    OfflineAccess,
    /// Never.
    Never,
}

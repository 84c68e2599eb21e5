//! How are tokens made? Signed first, remembered by the caller, and shown only when that has succeeded.

use crate::app::App;
use crate::protocol::AccessTokenClaims;
use crate::protocol::Client;
use crate::protocol::Confirmation;
use crate::protocol::Digest;
use crate::protocol::IdTokenClaims;
use crate::protocol::Scope;
use crate::protocol::Timestamp;
use crate::protocol::half_hash;
use crate::protocol::messages::TokenResponse;
use crate::protocol::messages::TokenType;
use crate::web::error::ApiError;

/// What tokens say of the person and of what they allowed.
pub(super) struct Grounds<'a> {
    /// `sub`
    pub(super) subject: &'a str,
    /// What is granted with these tokens.
    pub(super) scope: &'a Scope,
    /// When the approving browser session authenticated.
    pub(super) auth_time: Timestamp,
    /// How.
    pub(super) amr: &'a [String],
    /// At which level.
    pub(super) acr: Option<&'a str>,
    /// Echoed in the first ID token; a refresh has none (OpenID Connect Core section 12.2).
    pub(super) nonce: Option<&'a str>,
    /// The key that was proven, to which the access token is bound (RFC 9449 section 6).
    pub(super) jkt: Option<&'a str>,
}

/// Tokens that are signed, and what has to be remembered of them before they are shown.
pub(super) struct Issue {
    /// Under which the access token's row is kept.
    pub(super) access_token_name: Digest,
    /// When the access token ends.
    pub(super) expires_at: Timestamp,
    /// What the client is shown; a refresh token is put in by the caller.
    pub(super) response: TokenResponse,
}

impl Issue {
    /// Signs an access token, and an ID token when `openid` is granted.
    pub(super) fn sign(app: &App, client: &Client, grounds: &Grounds<'_>, now: Timestamp) -> Result<Self, ApiError> {
        let jti = app.entropy.identifier();
        let (iss, sub) = (app.settings.issuer.clone(), grounds.subject.to_owned());
        let (amr, acr) = (grounds.amr.to_vec(), grounds.acr.map(str::to_owned));
        let auth_time = grounds.auth_time.seconds();
        let expires_at = now + client.access_token_lifetime;
        let access_token = app.keys.sign(
            client.access_token_algorithm,
            "at+jwt",
            &AccessTokenClaims {
                iss: iss.clone(),
                aud: app.audience().to_owned(),
                sub: sub.clone(),
                client_id: client.id.clone(),
                exp: expires_at.seconds(),
                iat: now.seconds(),
                jti: jti.clone(),
                scope: grounds.scope.to_string(),
                auth_time,
                amr: amr.clone(),
                acr: acr.clone(),
                cnf: grounds.jkt.map(|jkt| Confirmation { jkt: jkt.to_owned() }),
            },
        )?;
        let id_token = if grounds.scope.contains("openid") {
            Some(app.keys.sign(
                client.id_token_algorithm,
                "JWT",
                &IdTokenClaims {
                    iss,
                    sub,
                    aud: vec![client.id.clone()],
                    exp: (now + client.id_token_lifetime).seconds(),
                    iat: now.seconds(),
                    auth_time,
                    amr,
                    acr,
                    nonce: grounds.nonce.map(str::to_owned),
                    at_hash: half_hash(client.id_token_algorithm, &access_token),
                },
            )?)
        } else {
            None
        };
        let response = TokenResponse {
            access_token,
            token_type: TokenType::bound_to(grounds.jkt),
            expires_in: client.access_token_lifetime.as_secs(),
            scope: grounds.scope.to_string(),
            refresh_token: None,
            id_token,
        };
        Ok(Self { access_token_name: Digest::sha256(jti.as_bytes()), expires_at, response })
    }
}

//! What is a poll told, and when are tokens issued? RFC 8628 sections 3.4 and 3.5, RFC 6749 section 5.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::app::App;
use crate::protocol::AccessTokenClaims;
use crate::protocol::Approval;
use crate::protocol::Claim;
use crate::protocol::Client;
use crate::protocol::DeviceCode;
use crate::protocol::DeviceGrant;
use crate::protocol::Digest;
use crate::protocol::GrantType;
use crate::protocol::IdTokenClaims;
use crate::protocol::OAuthError;
use crate::protocol::Poll;
use crate::protocol::Timestamp;
use crate::protocol::half_hash;
use crate::protocol::messages::TokenResponse;
use crate::store;
use crate::store::TokenFamily;
use crate::web::error::ApiError;
use crate::web::error::log_fault;
use crate::web::error::no_store;
use crate::web::form::OAuthRequest;
use crate::web::oauth::authenticated;

/// `POST /token`, in the order of checks of requirements section 1.1.
pub(in crate::web) async fn token(State(app): State<Arc<App>>, request: OAuthRequest) -> Result<Response, ApiError> {
    let client = authenticated(&app, &request)?;
    let name = request.form.get("grant_type").ok_or(OAuthError::invalid_request("grant_type is missing"))?;
    let response = match GrantType::named(name) {
        Some(GrantType::DeviceCode) if app.settings.device.enabled => {
            client.may(GrantType::DeviceCode)?;
            let code = request.form.at_most("device_code", DeviceCode::MAX_LENGTH);
            let code = code.map_err(|malformed| OAuthError::InvalidRequest(malformed.into_reason()))?;
            let code = code.ok_or(OAuthError::invalid_request("device_code is missing"))?;
            redeem(&app, client, &DeviceCode::presented(code)).await?
        }
        Some(GrantType::DeviceCode | GrantType::RefreshToken) | None => {
            return Err(OAuthError::UnsupportedGrantType.into());
        }
    };
    Ok(no_store(Json(response).into_response()))
}

/// Answers a poll. A redemption that loses a race is decided again on what the winner left: the loop ends, because
/// each loss means that the grant moved on.
async fn redeem(app: &App, client: &Client, code: &DeviceCode) -> Result<TokenResponse, ApiError> {
    let mut void_revision = None;
    loop {
        let found = store::find_by_device_code(&app.db, &code.digest()).await?;
        // Another client's code is told as one that never was, and nothing of it moves (CVE-2023-2585).
        let found = found.filter(|found| found.value.client_id == client.id).ok_or(OAuthError::InvalidGrant)?;
        let now = app.clock.now();
        match found.value.poll(now, app.settings.device.tolerance) {
            Poll::AuthorizationPending(pace) => {
                note(app, &found.value, &pace).await;
                return Err(OAuthError::AuthorizationPending.into());
            }
            Poll::SlowDown(pace) => {
                note(app, &found.value, &pace).await;
                return Err(OAuthError::SlowDown.into());
            }
            Poll::AccessDenied => return Err(OAuthError::AccessDenied.into()),
            Poll::ExpiredToken => return Err(OAuthError::ExpiredToken.into()),
            Poll::AlreadyRedeemed { family, revoke } => {
                if revoke && store::revoke_family(&app.db, &family, now).await? {
                    tracing::warn!(
                        grant = found.value.id,
                        client = client.id,
                        "a spent code came back: tokens revoked"
                    );
                }
                return Err(OAuthError::InvalidGrant.into());
            }
            Poll::Issue(..) if void_revision == Some(found.revision) => {
                // Nobody was faster: the person was disabled, or signed out everywhere, after they approved (SM-06).
                return Err(OAuthError::InvalidGrant.into());
            }
            Poll::Issue(claim, approval) => {
                // Signed before the approval is spent: if signing fails, the device can simply poll again.
                let issue = Issue::sign(app, client, &found.value, &claim, approval, now)?;
                let expires_at = now + client.access_token_lifetime;
                let (family, name) = (&issue.family, &issue.access_token_name);
                if store::redeem_device_grant(&app.db, found.revision, family, name, expires_at).await? {
                    tracing::info!(grant = found.value.id, client = client.id, "a device signed in");
                    return Ok(issue.response);
                }
                void_revision = Some(found.revision);
            }
        }
    }
}

/// Remembers how a grant is polled. The answer is true whether or not that succeeds.
async fn note(app: &App, grant: &DeviceGrant, pace: &crate::protocol::Pace) {
    if let Err(error) = store::note_pace(&app.db, grant, pace).await {
        log_fault(&error);
    }
}

/// Tokens that are signed, and what has to be remembered of them before they are shown.
struct Issue {
    family: TokenFamily,
    access_token_name: Digest,
    response: TokenResponse,
}

impl Issue {
    fn sign(
        app: &App,
        client: &Client,
        grant: &DeviceGrant,
        claim: &Claim,
        approval: Approval,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        let jti = app.entropy.identifier();
        let (iss, sub) = (app.settings.issuer.clone(), claim.subject.as_str().to_owned());
        let auth_time = approval.auth_time.seconds();
        let access_token = app.keys.sign(
            "at+jwt",
            &AccessTokenClaims {
                iss: iss.clone(),
                aud: app.audience().to_owned(),
                sub: sub.clone(),
                client_id: client.id.clone(),
                exp: (now + client.access_token_lifetime).seconds(),
                iat: now.seconds(),
                jti: jti.clone(),
                scope: approval.scope.to_string(),
                auth_time,
                amr: approval.amr.clone(),
                acr: approval.acr.clone(),
            },
        )?;
        let id_token = if approval.scope.contains("openid") {
            Some(app.keys.sign(
                "JWT",
                &IdTokenClaims {
                    iss,
                    sub,
                    aud: vec![client.id.clone()],
                    exp: (now + client.id_token_lifetime).seconds(),
                    iat: now.seconds(),
                    auth_time,
                    amr: approval.amr.clone(),
                    acr: approval.acr.clone(),
                    nonce: grant.nonce.clone(),
                    at_hash: half_hash(&access_token),
                },
            )?)
        } else {
            None
        };
        let response = TokenResponse {
            access_token,
            token_type: "Bearer",
            expires_in: client.access_token_lifetime.as_secs(),
            scope: approval.scope.to_string(),
            id_token,
        };
        let family = TokenFamily {
            id: app.entropy.identifier(),
            grant_id: grant.id.clone(),
            client_id: client.id.clone(),
            subject: claim.subject.clone(),
            approval,
            issued_at: now,
            purge_at: now + client.access_token_lifetime + app.settings.device.tombstone_for,
        };
        Ok(Self { family, access_token_name: Digest::sha256(jti.as_bytes()), response })
    }
}

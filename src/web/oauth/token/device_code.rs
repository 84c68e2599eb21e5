//! What is a poll told, and when are tokens issued? RFC 8628 sections 3.4 and 3.5.

use crate::app::App;
use crate::protocol::Client;
use crate::protocol::DeviceCode;
use crate::protocol::DeviceGrant;
use crate::protocol::Form;
use crate::protocol::OAuthError;
use crate::protocol::Pace;
use crate::protocol::Poll;
use crate::protocol::RefreshToken;
use crate::protocol::messages::TokenResponse;
use crate::store;
use crate::store::NewChain;
use crate::store::TokenFamily;
use crate::web::error::ApiError;
use crate::web::error::log_fault;
use crate::web::oauth::token::issue::Grounds;
use crate::web::oauth::token::issue::Issue;

/// Answers a poll. A redemption that loses a race is decided again on what the winner left: the loop ends, because
/// each loss means that the grant moved on.
pub(super) async fn redeem(
    app: &App,
    client: &Client,
    code: &DeviceCode,
    form: &Form,
) -> Result<TokenResponse, ApiError> {
    let mut void_revision = None;
    loop {
        let found = store::find_by_device_code(&app.db, &code.digest()).await?;
        // Another client's code is told as one that never was, and nothing of it moves (CVE-2023-2585).
        let found = found.filter(|found| found.value.client_id == client.id).ok_or(OAuthError::InvalidGrant)?;
        let now = app.clock.now();
        // No person can change it, so no device waits for one; told even when it is too late (SM-09).
        if found.value.is_undecided() && found.value.wishes.demand_unmet(&app.settings.sessions.password_acr_values) {
            return Err(OAuthError::UnmetAuthentication.into());
        }
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
                let approved = &found.value.wishes.resources;
                let resources = client.resources_within(approved, form.all("resource"))?;
                let grounds = Grounds {
                    subject: &claim.subject,
                    scope: &approval.scope,
                    auth_time: approval.auth_time,
                    amr: &approval.amr,
                    acr: approval.acr.as_deref(),
                    nonce: found.value.nonce.as_deref(),
                    resources: &resources,
                };
                let mut issue = Issue::sign(app, client, &grounds, now).await?;
                let refresh_token = client.gets_refresh_token(&approval.scope).then(|| first_link(app));
                let ends_at = if refresh_token.is_some() { now + client.refresh_token_absolute } else { now };
                let family = TokenFamily {
                    id: app.entropy.identifier(),
                    grant_id: found.value.id.clone(),
                    client_id: client.id.clone(),
                    subject: claim.subject.clone(),
                    issued_at: now,
                    purge_at: issue.access_token.expires_at.max(ends_at) + app.settings.device.tombstone_for,
                    refresh: refresh_token.as_ref().map(|token| NewChain {
                        key: token.chain_key(),
                        digest: token.digest(),
                        idle_until: (now + client.refresh_token_idle).min(ends_at),
                        ends_at,
                    }),
                    approval,
                    resources: approved.clone(),
                };
                if store::redeem_device_grant(&app.db, found.revision, &family, &issue.access_token).await? {
                    tracing::info!(grant = found.value.id, client = client.id, "a device signed in");
                    issue.response.refresh_token = refresh_token.map(|token| token.reveal().to_owned());
                    return Ok(issue.response);
                }
                void_revision = Some(found.revision);
            }
        }
    }
}

fn first_link(app: &App) -> RefreshToken {
    let mut chain = [0; 16];
    app.entropy.fill(&mut chain);
    RefreshToken::first(chain, app.entropy.secret())
}

/// Remembers how a grant is polled. The answer is true whether or not that succeeds.
async fn note(app: &App, grant: &DeviceGrant, pace: &Pace) {
    if let Err(error) = store::note_pace(&app.db, grant, pace).await {
        log_fault(&error);
    }
}

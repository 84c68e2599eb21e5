//! What is a poll told, and when are tokens issued? RFC 8628 sections 3.4 and 3.5.

use crate::app::App;
use crate::flow::throttle::unknown_device_code;
use crate::flow::{ClientRequest, log_fault};
use crate::web::TRIES;
use crate::web::error::ApiError;
use crate::web::oauth::token::issue::{Grounds, Issue};
use crate::web::oauth::token::{initiation_pin, possession, redelivery};
use protocol::messages::TokenResponse;
use protocol::{
    Channel, Client, DeviceCode, DeviceGrant, Event, OAuthError, Pace, Poll, RefreshToken, Source, Timestamp,
};
use store::{NewChain, NotedPoll, StoreError, TokenFamily};

/// Answers a poll, once it has proven what its code is bound to. One that loses to a decision or a redemption is decided again
/// on what that left. One that loses to another poll is answered as a repeated one.
pub(super) async fn redeem(
    app: &App,
    client: &Client,
    code: &DeviceCode,
    request: &ClientRequest,
) -> Result<TokenResponse, ApiError> {
    let source = request.source(Channel::Token);
    let mut void_revision = None;
    let mut proven = None;
    let mut sent_pin = None;
    for _ in 0..TRIES {
        let found = store::find_by_device_code(&app.db, &code.digest()).await?;
        // Another client's code is told as one that never was, and nothing of it moves (CVE-2023-2585).
        let found = found.filter(|found| found.value.client_id == client.id);
        let found = found.ok_or_else(|| unknown_device_code(app, request.address))?;
        // Once a request: what a grant is bound to never changes, and a proof is good once.
        let jkt = match &proven {
            Some(jkt) => jkt,
            None => proven.insert(possession::proven_device(app, client, request, &found.value).await?),
        };
        let now = app.shared_now();
        // No person can change it, so no device waits for one; told even when it is too late (SM-09).
        if found.value.is_undecided() && found.value.wishes.demand_unmet(&app.settings.sessions.password_acr_values) {
            return Err(OAuthError::UnmetAuthentication.into());
        }
        let pin = match &mut sent_pin {
            Some(pin) => pin,
            None => sent_pin.insert(initiation_pin::sent(app, request, &found.value)?),
        };
        match found.value.poll(now, app.settings.device.tolerance, pin) {
            Poll::AuthorizationPending(pace) | Poll::SlowDown(pace) => {
                wait(app, &found.value, &pace, now, wait_more).await?;
            }
            Poll::PayForPin => initiation_pin::pay(app, &found.value, pin).await?,
            Poll::WrongPin(verdict) => {
                let (pace, tries_left) = initiation_pin::wrong(&found.value, verdict);
                let refusal = |hasty| OAuthError::WrongInitiationPin { hasty, tries_left };
                wait(app, &found.value, &pace, now, refusal).await?;
            }
            Poll::PinsSpent => initiation_pin::deny(app, found, now, &source).await?,
            Poll::AccessDenied => return Err(OAuthError::AccessDenied.into()),
            Poll::ExpiredToken => return Err(OAuthError::ExpiredToken.into()),
            Poll::AlreadyRedeemed { family, revoke, redeliver_since } => {
                if let (Some(jkt), Some(since)) = (jkt, redeliver_since)
                    && let Some(answer) = redelivery::given_again(app, code, &found.value.id, jkt, since, now).await?
                {
                    let told = app.event(Event::GrantRedelivered, &source).of_grant(&found.value).of_family(&family);
                    store::add_audit_event(&app.db, &told).await?;
                    tracing::info!(grant = found.value.id, client = client.id, "a device asked again for its answer");
                    return Ok(answer);
                }
                if revoke {
                    ring(app, &found.value, &family, &source).await?;
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
                let resources = client.resources_within(approved, request.form.all("resource"))?;
                let grounds = Grounds {
                    subject: &claim.subject,
                    scope: &approval.scope,
                    auth_time: approval.auth_time,
                    amr: &approval.amr,
                    acr: approval.acr.as_deref(),
                    nonce: found.value.nonce.as_deref(),
                    jkt: jkt.as_deref(),
                    resources: &resources,
                };
                let mut issue = Issue::sign(app, client, &grounds, now).await?;
                let refresh_token = client.gets_refresh_token(&approval.scope).then(|| first_link(app));
                issue.response.refresh_token = refresh_token.as_ref().map(|token| token.reveal().to_owned());
                let ends_at = if refresh_token.is_some() { now + client.refresh_token_absolute } else { now };
                let family = TokenFamily {
                    id: app.entropy.identifier(),
                    grant_id: found.value.id.clone(),
                    client_id: client.id.clone(),
                    subject: claim.subject.clone(),
                    origin: found.value.origin.clone(),
                    issued_at: now,
                    purge_at: issue.access_token.expires_at.max(ends_at) + app.settings.device.tombstone_for,
                    refresh: refresh_token.as_ref().map(|token| NewChain {
                        key: token.chain_key(),
                        digest: token.digest(),
                        idle_until: (now + client.refresh_token_idle).min(ends_at),
                        ends_at,
                    }),
                    key: jkt.as_deref().map(|jkt| redelivery::kept(code, &found.value.id, jkt, &issue.response, now)),
                    approval,
                    resources: approved.clone(),
                };
                let redeemed = app.event(Event::GrantRedeemed, &source).of_grant(&found.value).of_family(&family.id);
                let redeemed = redeemed.with_initiation(&found.value.initiation);
                let token = &issue.access_token;
                if store::redeem_device_grant(&app.db, found.revision, &family, token, &redeemed).await? {
                    tracing::info!(grant = found.value.id, client = client.id, "a device signed in");
                    return Ok(issue.response);
                }
                void_revision = Some(found.revision);
            }
        }
    }
    // True of whatever moves so fast, and an answer after which every client asks again.
    Err(OAuthError::AuthorizationPending.into())
}

fn first_link(app: &App) -> RefreshToken {
    let mut chain = [0; 16];
    app.entropy.fill(&mut chain);
    RefreshToken::first(chain, app.entropy.secret())
}

/// A spent code came back too late to be a retry: whatever was issued for it ends. The alarm rings once.
async fn ring(app: &App, grant: &DeviceGrant, family: &str, source: &Source) -> Result<(), StoreError> {
    let alarm = Event::GrantReplayed;
    let happened = |event| app.event(event, source).of_grant(grant).of_family(family);
    let events = [happened(alarm), happened(Event::TokensRevoked).with("by", "reuse")];
    if store::revoke_family(&app.db, family, app.clock.now(), &events).await? {
        tracing::warn!(
            alarm = alarm.name(),
            grant = grant.id,
            client = grant.client_id,
            "a spent code came back: tokens revoked"
        );
    }
    Ok(())
}

/// What a device is told that waits for its person.
fn wait_more(hasty: bool) -> OAuthError {
    if hasty { OAuthError::SlowDown } else { OAuthError::AuthorizationPending }
}

/// Lets a device wait on, and remembers how it polls, unless the grant has moved on: then it is decided again. If it cannot be
/// remembered, the answer is true all the same.
async fn wait(
    app: &App,
    grant: &DeviceGrant,
    pace: &Pace,
    now: Timestamp,
    refusal: impl Fn(bool) -> OAuthError,
) -> Result<(), OAuthError> {
    let noted = store::note_poll(&app.db, grant, pace, now).await.unwrap_or_else(|error| {
        log_fault(&error);
        NotedPoll::AsJudged
    });
    match noted {
        NotedPoll::AsJudged => Err(refusal(pace.slowed)),
        NotedPoll::AfterAnother { slowed } => Err(refusal(slowed)),
        NotedPoll::Moved => Ok(()),
    }
}

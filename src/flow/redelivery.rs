//! Give the tokens of a redeemed grant once more to a device whose answer got lost (requirement B-11), and end them when a
//! spent code comes back too late to be a retry (requirement T-19).
//!
//! Only the owner of the key that the tokens were issued to is given them again, for half a minute. The answer is kept sealed
//! under a key that is derived from the device code, which no row holds, and for the key that was proven, so that neither the
//! code nor the database nor the key is enough by itself.

use crate::app::App;
use crate::flow::FlowError;
use crate::flow::proven_device::ProvenDevice;
use crate::root_secret::{Purpose, SealingKey};
use protocol::messages::TokenResponse;
use protocol::{DeviceCode, DeviceGrant, Event, OAuthError, Redemption, Timestamp};
use store::{KeyBound, StoreError};

/// What is remembered of an answer that is about to be given to the owner of a key.
pub(super) fn keep(code: &DeviceCode, grant: &str, jkt: &str, answer: &TokenResponse, now: Timestamp) -> KeyBound {
    KeyBound {
        jkt: jkt.to_owned(),
        sealed_answer: key(code).seal(&context(grant, jkt), &answer.to_bytes()),
        answer_until: now + Redemption::REDELIVERY,
    }
}

/// Answers a device whose grant is redeemed already.
pub(super) async fn answer_again(
    app: &App,
    device: &ProvenDevice<'_>,
    grant: &DeviceGrant,
    redemption: &Redemption,
    now: Timestamp,
) -> Result<TokenResponse, FlowError> {
    if let Some(jkt) = &device.jkt
        && redemption.may_be_redelivered(now)
        && let Some(answer) = kept_answer(app, &device.code, &grant.id, jkt).await?
    {
        let event = app.event(Event::GrantRedelivered, &device.source).of_grant(grant).of_family(&redemption.family);
        store::add_audit_event(&app.db, &event).await?;
        tracing::info!(grant = grant.id, client = grant.client_id, "a device asked again for its answer");
        // Its lifetime is what is left of it.
        let expires_in = answer.expires_in.saturating_sub(now.since(redemption.at).as_secs());
        return Ok(TokenResponse { expires_in, ..answer });
    }
    if redemption.is_replayed(now) {
        revoke_reused(app, device, grant, &redemption.family).await?;
    }
    Err(OAuthError::InvalidGrant.into())
}

/// The answer to a redemption; `None` when it was given to another key, is over, or what it carries was revoked.
async fn kept_answer(
    app: &App,
    code: &DeviceCode,
    grant: &str,
    jkt: &str,
) -> Result<Option<TokenResponse>, StoreError> {
    let sealed = store::find_redelivery(&app.db, grant).await?;
    let opened = sealed.and_then(|sealed| key(code).open(&context(grant, jkt), &sealed).ok());
    Ok(opened.and_then(|plain| TokenResponse::from_bytes(&plain)))
}

/// Ends whatever was issued for a stolen code. The alarm is raised once.
async fn revoke_reused(
    app: &App,
    device: &ProvenDevice<'_>,
    grant: &DeviceGrant,
    family: &str,
) -> Result<(), StoreError> {
    let alarm = Event::GrantReplayed;
    let happened = |event| app.event(event, &device.source).of_grant(grant).of_family(family);
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

fn key(code: &DeviceCode) -> SealingKey {
    SealingKey::derive(code.reveal().as_bytes(), Purpose::Redelivery)
}

fn context(grant: &str, jkt: &str) -> Vec<u8> {
    [grant, jkt].join("\n").into_bytes()
}

//! Give the tokens of a redeemed grant again to a device whose answer was lost (requirement B-11), and end them when a used
//! code comes back too late to be a retry (requirement T-19).
//!
//! Only the owner of the key that the tokens are bound to gets them again, for half a minute. The answer is kept sealed
//! under a key that is derived from the device code, which no row holds, and for the key that was proven. So the code
//! alone is not enough, and neither is the database or the key.

use crate::app::App;
use crate::flow::FlowError;
use crate::flow::possession::ProvenDevice;
use crate::flow::reuse::revoke_reused;
use crate::root_secret::{Purpose, SealingKey};
use protocol::messages::TokenResponse;
use protocol::{DeviceCode, DeviceGrant, Event, OAuthError, Redemption, Timestamp};
use store::Redelivery;

/// Seals the answer that the owner of a key is about to get.
pub(super) fn keep(code: &DeviceCode, grant: &str, jkt: &str, answer: &TokenResponse, now: Timestamp) -> Redelivery {
    let sealed = key(code).seal(&context(grant, jkt), &answer.to_bytes());
    Redelivery { sealed, expires_at: now + Redemption::REDELIVERY }
}

/// Answers a device whose grant is redeemed already.
pub(super) async fn answer_again(
    app: &App,
    device: &ProvenDevice<'_>,
    grant: &DeviceGrant,
    redemption: &Redemption,
    now: Timestamp,
) -> Result<TokenResponse, FlowError> {
    // There is no answer if it was for another key, is too old, or its tokens were revoked.
    if let Some(jkt) = &device.jkt
        && redemption.may_be_redelivered(now)
        && let Some(sealed) = store::find_redelivery(&app.db, &grant.id).await?
        && let Ok(plain) = key(&device.code).open(&context(&grant.id, jkt), &sealed)
        && let Some(answer) = TokenResponse::from_bytes(&plain)
    {
        let event = app.event(Event::GrantRedelivered, &device.source).of_grant(grant).of_family(&redemption.family);
        store::add_audit_event(&app.db, &event).await?;
        tracing::info!(grant = grant.id, client = grant.client_id, "a device asked again for its answer");
        // The token expires when it would have expired anyway.
        let expires_in = answer.expires_in.saturating_sub(now.since(redemption.at).as_secs());
        return Ok(TokenResponse { expires_in, ..answer });
    }
    if redemption.is_replayed(now) {
        let event = |event| app.event(event, &device.source).of_grant(grant);
        let words = "a spent code came back: tokens revoked";
        revoke_reused(app, &redemption.family, event, Event::GrantReplayed, words).await?;
    }
    Err(OAuthError::InvalidGrant.into())
}

fn key(code: &DeviceCode) -> SealingKey {
    SealingKey::derive(code.reveal().as_bytes(), Purpose::Redelivery)
}

fn context(grant: &str, jkt: &str) -> Vec<u8> {
    [grant, jkt].join("\n").into_bytes()
}

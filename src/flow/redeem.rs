//! Redeem an approved grant: sign its tokens, then spend the approval (RFC 8628 section 3.5).
//!
//! Tokens are signed before the approval is spent. If signing fails, the device can poll again.

use crate::app::App;
use crate::flow::issue::{Grounds, issue};
use crate::flow::possession::ProvenDevice;
use crate::flow::{FlowError, redelivery};
use protocol::messages::TokenResponse;
use protocol::{Approval, Claim, DeviceGrant, Event, OAuthError, RefreshToken, Timestamp};
use store::{ApprovedGrant, FamilyRoot, NewChain, TokenFamily, Versioned};

/// The tokens of an approval; `None` when another request was faster, and the grant has to decide again.
pub(super) async fn redeem(
    app: &App,
    device: &ProvenDevice<'_>,
    found: &Versioned<DeviceGrant>,
    claim: Claim,
    approval: Approval,
    now: Timestamp,
) -> Result<Option<TokenResponse>, FlowError> {
    let (client, grant) = (device.client, &found.value);
    let approved = &grant.wishes.resources;
    let grounds = Grounds {
        subject: &claim.subject,
        scope: &approval.scope,
        auth_time: Some(approval.auth_time),
        amr: &approval.amr,
        acr: approval.acr.as_deref(),
        nonce: grant.nonce.as_deref(),
        jkt: device.jkt.as_deref(),
        resources: &client.resources_within(approved, device.request.form.all("resource"))?,
    };
    let mut issued = issue(app, client, &grounds, now).await?;
    let refresh_token = client.gets_refresh_token(&approval.scope).then(|| first_refresh_token(app));
    issued.response.refresh_token = refresh_token.as_ref().map(|token| token.reveal().to_owned());
    let refresh = refresh_token.map(|token| {
        let ends_at = now + client.refresh_token_absolute;
        let idle_until = (now + client.refresh_token_idle).min(ends_at);
        NewChain { key: token.chain_key(), digest: token.digest(), idle_until, ends_at }
    });
    let ends_at = refresh.as_ref().map_or(now, |chain| chain.ends_at);
    let family = TokenFamily {
        id: app.entropy.row_identifier(now),
        root: FamilyRoot::Device(ApprovedGrant {
            id: grant.id.clone(),
            subject: claim.subject,
            auth_time: approval.auth_time,
            amr: approval.amr,
            acr: approval.acr,
        }),
        client_id: client.id.clone(),
        scope: approval.scope,
        resources: approved.clone(),
        origin: grant.origin.clone(),
        issued_at: now,
        purge_at: issued.access_token.expires_at.max(ends_at) + app.settings.device.tombstone_for,
        refresh,
        jkt: device.jkt.clone(),
    };
    let kept = device.jkt.as_deref().map(|jkt| redelivery::keep(&device.code, &grant.id, jkt, &issued.response, now));
    let event = app.event(Event::GrantRedeemed, &device.source).of_grant(grant).of_family(&family.id);
    let event = event.with_initiation(&grant.initiation);
    if store::redeem_device_grant(&app.db, found, &family, &issued.access_token, kept.as_ref(), &event).await? {
        tracing::info!(grant = grant.id, client = client.id, "a device signed in");
        return Ok(Some(issued.response));
    }
    let left = store::find_by_device_code(&app.db, &device.code.digest()).await?;
    if left.is_some_and(|left| left.revision == found.revision) {
        // The person was disabled, or signed out everywhere, after they approved (requirement SM-06).
        return Err(OAuthError::InvalidGrant.into());
    }
    Ok(None)
}

fn first_refresh_token(app: &App) -> RefreshToken {
    let mut chain = [0; 16];
    app.entropy.fill(&mut chain);
    RefreshToken::first(chain, app.entropy.secret())
}

//! Answer the poll of a device (RFC 8628 sections 3.4 and 3.5).
//!
//! 1. Find the grant of the device code. The code of another client gets the answer of an unknown code (CVE-2023-2585).
//! 2. Check what the code is bound to, before the grant is shown or changed.
//! 3. Refuse at once a grant that no person can approve.
//! 4. Let the grant decide the answer, and act on it. A poll that loses to a decision or a redemption is decided again on
//!    the new state; one that loses to another poll is answered as a repeated one.

use crate::app::App;
use crate::flow::possession::prove_device;
use crate::flow::{ClientRequest, FlowError, TRIES, limit_reached, log_fault, redeem, redelivery};
use protocol::messages::TokenResponse;
use protocol::{
    Client, DeviceCode, DeviceGrant, Event, Initiation, InitiationPin, OAuthError, Pace, Poll, SentPin, Source,
    Timestamp,
};
use store::{NotedPoll, StoreError, Versioned};

/// Answers a poll with the tokens of its grant, or with the reason why there are none.
pub(super) async fn poll(app: &App, client: &Client, request: &ClientRequest) -> Result<TokenResponse, FlowError> {
    let code = DeviceCode::presented(request.required("device_code", DeviceCode::MAX_LENGTH)?);
    let mut found = find(app, client, request, &code).await?;
    // Once for all tries: what a grant is bound to never changes, and a proof is good once.
    let device = prove_device(app, client, request, code, &found.value).await?;
    refuse_unmet_demand(app, &found.value)?;
    let mut pin = read_pin(app, request, &found.value)?;
    for _ in 0..TRIES {
        let now = app.shared_now();
        let grant = &found.value;
        match grant.poll(now, app.settings.device.tolerance, &pin) {
            Poll::Waiting(pace) => {
                if let Some(hasty) = note(app, grant, &pace, now).await {
                    let pending = if hasty { OAuthError::SlowDown } else { OAuthError::AuthorizationPending };
                    return Err(pending.into());
                }
            }
            Poll::PayForPin => pin = pay_for_pin(app, grant, pin).await?,
            Poll::WrongPin(pace) => {
                let tries_left = grant.initiation.tries_left();
                tracing::info!(grant = grant.id, client = client.id, tries_left, "a wrong PIN");
                if let Some(hasty) = note(app, grant, &pace, now).await {
                    return Err(OAuthError::WrongInitiationPin { hasty, tries_left }.into());
                }
            }
            Poll::PinsSpent => deny(app, found, now, &device.source).await?,
            Poll::AccessDenied => return Err(OAuthError::AccessDenied.into()),
            Poll::ExpiredToken => return Err(OAuthError::ExpiredToken.into()),
            Poll::AlreadyRedeemed(redemption) => {
                return redelivery::answer_again(app, &device, grant, &redemption, now).await;
            }
            Poll::Issue(claim, approval) => {
                if let Some(tokens) = redeem::redeem(app, &device, &found, claim, approval, now).await? {
                    return Ok(tokens);
                }
            }
        }
        found = find(app, client, request, &device.code).await?;
    }
    // Whatever changes so fast is still pending, and every client polls again after this answer.
    Err(OAuthError::AuthorizationPending.into())
}

/// The client's grant of a code. Unknown codes are counted for each network, in memory only.
async fn find(
    app: &App,
    client: &Client,
    request: &ClientRequest,
    code: &DeviceCode,
) -> Result<Versioned<DeviceGrant>, FlowError> {
    let found = store::find_by_device_code(&app.db, &code.digest()).await?;
    if let Some(found) = found.filter(|found| found.value.client_id == client.id) {
        return Ok(found);
    }
    let counted = app.limits.rates.unknown_device_code(&app.settings.limits, request.address, app.clock.now());
    counted.map_err(|wait| limit_reached("unknown device codes", wait))?;
    Err(OAuthError::InvalidGrant.into())
}

/// Refuses a grant that demands a login that this server does not offer. No person can change that, so the device does not
/// wait for one. This is the answer even after the code has expired (requirement SM-09).
fn refuse_unmet_demand(app: &App, grant: &DeviceGrant) -> Result<(), OAuthError> {
    let unmet = grant.is_undecided() && grant.wishes.demand_unmet(&app.settings.sessions.password_acr_values);
    if unmet { Err(OAuthError::UnmetAuthentication) } else { Ok(()) }
}

/// The `initiation_pin` of a poll (requirement B-04). A grant that needs no PIN ignores it as an unknown parameter.
fn read_pin(app: &App, request: &ClientRequest, grant: &DeviceGrant) -> Result<SentPin, OAuthError> {
    if !grant.initiation.pin {
        return Ok(SentPin::Nothing);
    }
    let pin = request.parameter("initiation_pin", InitiationPin::LONGEST)?;
    Ok(SentPin::read(pin, app.keys.initiation.iter(), &grant.id))
}

/// Pays for a PIN before it is judged. A PIN that finds no try left stays unpaid, and the grant decides again.
async fn pay_for_pin(app: &App, grant: &DeviceGrant, pin: SentPin) -> Result<SentPin, StoreError> {
    let paid = store::pay_for_pin(&app.db, &grant.id, Initiation::PIN_TRIES).await?;
    Ok(if paid { pin.paid() } else { pin })
}

/// Denies a grant whose PIN was guessed too often, unless another request was faster.
async fn deny(app: &App, found: Versioned<DeviceGrant>, now: Timestamp, source: &Source) -> Result<(), StoreError> {
    let Some(denied) = found.value.deny(now) else { return Ok(()) };
    let event = app.event(Event::GrantDenied, source).of_grant(&denied).with("by", "wrong_pins");
    if store::save_device_grant(&app.db, found.revision, &denied, &event).await? {
        tracing::warn!(grant = denied.id, client = denied.client_id, "too many wrong PINs: the request is denied");
    }
    Ok(())
}

/// Stores when a waiting grant was polled, and returns whether the poll was too fast; `None` when the grant has changed
/// and has to decide again. A poll that cannot be stored is still answered.
async fn note(app: &App, grant: &DeviceGrant, pace: &Pace, now: Timestamp) -> Option<bool> {
    match store::note_poll(&app.db, grant, pace, now).await {
        Ok(NotedPoll::AsJudged) => Some(pace.slowed),
        Ok(NotedPoll::AfterAnother { slowed }) => Some(slowed),
        Ok(NotedPoll::Moved) => None,
        Err(error) => {
            log_fault(&error);
            Some(pace.slowed)
        }
    }
}

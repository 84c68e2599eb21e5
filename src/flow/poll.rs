//! Answer the poll of a device (RFC 8628 sections 3.4 and 3.5).
//!
//! 1. Find the grant of the device code. The code of another client gets the answer of an unknown code (CVE-2023-2585).
//! 2. Check what the code is bound to, before the grant is shown or changed.
//! 3. A grant that is known to wait is answered from memory, by its pace alone.
//! 4. Refuse at once a grant that no person can approve.
//! 5. Let the grant decide the answer, and act on it. A poll that loses to a decision or a redemption is decided again on
//!    the new state; one that loses to another poll is answered as a repeated one.

use crate::app::App;
use crate::flow::possession::{ProvenDevice, prove_device};
use crate::flow::{ClientRequest, FlowError, TRIES, limit_reached, log_fault, redeem, redelivery};
use protocol::messages::TokenResponse;
use protocol::{
    Client, DeviceCode, DeviceGrant, Event, Initiation, InitiationPin, OAuthError, Poll, SentPin, Source, Timestamp,
};
use store::{JudgedPoll, PolledGrant, StoreError, Versioned};

/// Answers a poll with the tokens of its grant, or with the reason why there are none.
pub(super) async fn poll(app: &App, client: &Client, request: &ClientRequest) -> Result<TokenResponse, FlowError> {
    let code = DeviceCode::presented(request.required("device_code", DeviceCode::MAX_LENGTH)?);
    let known = store::recall_waiting(&app.db, &code.digest(), app.shared_now());
    if let Some(known) = known.filter(|known| *known.client_id == client.id) {
        let device = prove_device(app, client, request, code, &known.binding).await?;
        let (now, tolerance) = (app.shared_now(), app.settings.device.tolerance);
        if let Some(judged) = store::judge_recalled(&app.db, &device.code.digest(), now, tolerance).await {
            return Err(pending(pace(app, &device.code, judged).await).into());
        }
        let found = find(app, client, request, &device.code).await?;
        return decide(app, &device, found).await;
    }
    let polled = find(app, client, request, &code).await?;
    // Once for all tries: what a grant is bound to never changes, and a proof is good once.
    let device = prove_device(app, client, request, code, &polled.found.value.binding).await?;
    decide(app, &device, polled).await
}

/// Lets the grant decide the answer, as its row is.
async fn decide(app: &App, device: &ProvenDevice<'_>, mut polled: PolledGrant) -> Result<TokenResponse, FlowError> {
    let (client, request) = (device.client, device.request);
    refuse_unmet_demand(app, &polled.found.value)?;
    let mut pin = read_pin(app, request, &polled.found.value)?;
    for _ in 0..TRIES {
        let now = app.shared_now();
        let grant = &polled.found.value;
        match grant.poll(now, &pin) {
            Poll::Waiting => {
                if let Some(hasty) = judge(app, &device.code, &polled, now).await {
                    return Err(pending(hasty).into());
                }
            }
            Poll::PayForPin => pin = pay_for_pin(app, grant, pin).await?,
            Poll::WrongPin => {
                let tries_left = grant.initiation.tries_left();
                tracing::info!(grant = grant.id, client = client.id, tries_left, "a wrong PIN");
                if let Some(hasty) = judge(app, &device.code, &polled, now).await {
                    return Err(OAuthError::WrongInitiationPin { hasty, tries_left }.into());
                }
            }
            Poll::PinsSpent => deny(app, polled.found, now, &device.source).await?,
            Poll::AccessDenied => return Err(OAuthError::AccessDenied.into()),
            Poll::ExpiredToken => return Err(OAuthError::ExpiredToken.into()),
            Poll::AlreadyRedeemed(redemption) => {
                return redelivery::answer_again(app, device, grant, &redemption, now).await;
            }
            Poll::Issue(claim, approval) => {
                if let Some(tokens) = redeem::redeem(app, device, &polled.found, claim, approval, now).await? {
                    return Ok(tokens);
                }
            }
        }
        polled = find(app, client, request, &device.code).await?;
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
) -> Result<PolledGrant, FlowError> {
    let polled = store::find_polled(&app.db, &code.digest()).await?;
    if let Some(polled) = polled.filter(|polled| polled.found.value.client_id == client.id) {
        return Ok(polled);
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

/// Whether the poll of a grant that waits was too fast; `None` when the grant may have changed, and has to decide again.
async fn judge(app: &App, code: &DeviceCode, polled: &PolledGrant, now: Timestamp) -> Option<bool> {
    let tolerance = app.settings.device.tolerance;
    let judged = store::judge_found(&app.db, &code.digest(), polled, now, tolerance).await?;
    Some(pace(app, code, judged).await)
}

/// Writes a raised interval, and returns whether the poll was too fast. A poll is answered even if nothing can be written.
async fn pace(app: &App, code: &DeviceCode, judged: JudgedPoll) -> bool {
    if judged.is_raised
        && let Err(error) = store::raise_interval(&app.db, &code.digest(), &judged.pace).await
    {
        log_fault(&error);
    }
    judged.pace.slowed
}

fn pending(hasty: bool) -> OAuthError {
    if hasty { OAuthError::SlowDown } else { OAuthError::AuthorizationPending }
}

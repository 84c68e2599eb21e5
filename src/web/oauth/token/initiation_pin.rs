//! Did the browser's PIN come to the device? The `initiation_pin` of a poll (requirement B-04).

use crate::app::App;
use crate::flow::ClientRequest;
use protocol::{
    Decision, DeviceGrant, Event, Initiation, InitiationPin, OAuthError, Pace, SentPin, Source, Timestamp, Verdict,
};
use store::{StoreError, Versioned};

/// The PIN that a poll brings; of a grant that needs none it is a parameter that nobody knows.
pub(super) fn sent(app: &App, request: &ClientRequest, grant: &DeviceGrant) -> Result<SentPin, OAuthError> {
    if !grant.initiation.pin {
        return Ok(SentPin::Nothing);
    }
    let pin = request.parameter("initiation_pin", InitiationPin::LONGEST)?;
    Ok(SentPin::read(pin, app.keys.initiation.iter(), &grant.id))
}

/// Pays for a PIN before it is judged. One that finds no try left is decided again, unpaid, on what the others left.
pub(super) async fn pay(app: &App, grant: &DeviceGrant, pin: &mut SentPin) -> Result<(), StoreError> {
    if store::pay_for_pin(&app.db, &grant.id, Initiation::PIN_TRIES).await? {
        *pin = pin.clone().paid();
    }
    Ok(())
}

/// The pace that has to be remembered of a PIN that is not the right one, and how many may be sent yet.
pub(super) fn wrong(grant: &DeviceGrant, verdict: Verdict) -> (Pace, u32) {
    let tries_left = grant.initiation.tries_left();
    tracing::info!(grant = grant.id, client = grant.client_id, tries_left, "a wrong PIN");
    let (Verdict::Polite(pace) | Verdict::Hasty(pace)) = verdict;
    (pace, tries_left)
}

/// Denies a grant whose PIN was guessed too often. Who loses the race for it is decided again on what the winner left.
pub(super) async fn deny(
    app: &App,
    found: Versioned<DeviceGrant>,
    now: Timestamp,
    source: &Source,
) -> Result<(), StoreError> {
    let Decision::Made(denied) = found.value.deny(now) else { return Ok(()) };
    let event = app.event(Event::GrantDenied, source).of_grant(&denied).with("by", "wrong_pins");
    if store::save_device_grant(&app.db, found.revision, &denied, &event).await? {
        tracing::warn!(grant = denied.id, client = denied.client_id, "too many wrong PINs: the request is denied");
    }
    Ok(())
}

//! Does the person see the device? The choice of its number on the decision page, and the PIN that goes the other way
//! (requirement B-04).

use crate::app::App;
use crate::protocol::{
    Decision, DeviceGrant, Event, Form, Initiated, InitiationPin, MatchNumbers, Pick, Secret, Source, State, Timestamp,
};
use crate::store::{self, StoreError, Versioned};
use crate::web::browser::Browser;
use crate::web::pages::ShownCode;
use crate::web::pages::decision::choice::Written;
use crate::web::pages::views::{Denial, NumberChoice};

/// What a form chose of the numbers of a grant; `None` when their key is gone with a root secret, so that none is right.
pub(super) fn picked(app: &App, grant: &DeviceGrant, form: &Form) -> Option<Pick> {
    let Some(digest) = &grant.initiation.number else { return Some(Pick::Unasked) };
    let numbers = MatchNumbers::kept(app.keys.initiation.iter(), &grant.id, digest)?;
    Some(numbers.judge(form.get("match_number")))
}

/// Whether a form says yes with the tick and another number than the device's. That denies, whatever else is said, and also
/// what was approved meanwhile: of two answers at once the wrong one counts (requirement SM-04).
pub(in crate::web) fn is_missed(app: &App, grant: &DeviceGrant, form: &Form) -> bool {
    form.get("device_present") == Some("true") && picked(app, grant, form) == Some(Pick::Wrong)
}

/// The three to choose from, for a grant that asks for one.
pub(in crate::web) fn choice(app: &App, grant: &DeviceGrant, missing: bool) -> Option<NumberChoice> {
    let digest = grant.initiation.number.as_ref()?;
    let numbers = MatchNumbers::kept(app.keys.initiation.iter(), &grant.id, digest)?;
    Some(NumberChoice { numbers: numbers.shown().map(|number| number.to_string()), missing })
}

/// What an approval on this page shows of its giver, who picked the right number where one is asked for.
pub(in crate::web) fn initiated(app: &App, grant: &DeviceGrant, handle: &Secret, pick: Pick) -> Initiated {
    let key = grant.initiation.pin.then_some(&app.keys.initiation.current);
    Initiated {
        number_matched: pick == Pick::Right,
        pin: key.map(|key| InitiationPin::of_handle(key, handle.reveal()).digest(key, &grant.id)),
    }
}

/// The PIN that the page of an approval shows while its device has not come, if that has to send one: to the session that
/// approved, and to no other of the same person.
pub(in crate::web) fn pin(app: &App, browser: &Browser, grant: &DeviceGrant, handle: &Secret) -> Option<ShownCode> {
    let State::Approved(claim, approval) = &grant.state else { return None };
    if claim.session != browser.digest() {
        return None;
    }
    let digest = approval.initiated.pin.as_ref()?;
    let pin = InitiationPin::kept(app.keys.initiation.iter(), handle.reveal(), &grant.id, digest)?;
    Some(ShownCode::new(pin.grouped()))
}

/// Why a request stands denied, where it was not the person who said no.
pub(super) fn why_denied(grant: &DeviceGrant) -> Option<Denial> {
    if grant.initiation.number_missed {
        Some(Denial::WrongNumber)
    } else if grant.initiation.tries_left() == 0 {
        Some(Denial::WrongPins)
    } else {
        None
    }
}

/// Denies a request of whose numbers the wrong one was picked.
pub(in crate::web) async fn deny_missed(
    app: &App,
    found: Versioned<DeviceGrant>,
    now: Timestamp,
    source: &Source,
) -> Result<Written, StoreError> {
    let Decision::Made(next) = found.value.miss_number(now) else { return Ok(Written::Unneeded) };
    let denied = app.event(Event::GrantDenied, source).of_grant(&next).with("by", "wrong_number");
    let won = store::save_device_grant(&app.db, found.revision, &next, &denied).await?;
    Ok(Written::won(won))
}

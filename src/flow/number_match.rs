//! Check the number that an end user reads from the device, and make the PIN that they type into it (requirement B-04).

use crate::app::App;
use protocol::{DeviceGrant, Digest, Form, Initiated, InitiationPin, MatchNumbers, Pick, Secret, State};

/// The numbers to choose from, if the grant needs one. `None` if their key was lost with a former root secret.
pub(crate) fn match_numbers(app: &App, grant: &DeviceGrant) -> Option<MatchNumbers> {
    MatchNumbers::kept(app.keys.initiation.iter(), &grant.id, grant.initiation.number.as_ref()?)
}

/// The number that a form picks; `None` if the key of the numbers was lost, so that no number is right.
pub(super) fn pick(app: &App, grant: &DeviceGrant, form: &Form) -> Option<Pick> {
    if grant.initiation.number.is_none() {
        return Some(Pick::Unasked);
    }
    Some(match_numbers(app, grant)?.judge(form.get("match_number")))
}

/// What an approval under this handle proves about its person.
pub(super) fn initiated(app: &App, grant: &DeviceGrant, handle: &Secret, pick: Pick) -> Initiated {
    let key = if grant.initiation.pin { Some(&app.keys.initiation.current) } else { None };
    Initiated {
        number_matched: pick == Pick::Right,
        pin: key.map(|key| InitiationPin::of_handle(key, handle.reveal()).digest(key, &grant.id)),
    }
}

/// The PIN of an approval, if the device has to send one and has not redeemed the approval. Only the session that
/// approved sees it, and no other session of the same person.
pub(crate) fn approval_pin(app: &App, session: &Digest, grant: &DeviceGrant, handle: &Secret) -> Option<InitiationPin> {
    match &grant.state {
        State::Approved(claim, approval) if claim.session == *session => {
            let digest = approval.initiated.pin.as_ref()?;
            InitiationPin::kept(app.keys.initiation.iter(), handle.reveal(), &grant.id, digest)
        }
        _ => None,
    }
}

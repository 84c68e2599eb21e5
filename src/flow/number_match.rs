//! What an end user carries between the screens (requirement B-04): the number that the device shows, and the PIN that the
//! page of an approval shows.

use crate::app::App;
use protocol::{DeviceGrant, Digest, Form, Initiated, InitiationPin, MatchNumbers, Pick, Secret, State};

/// The numbers to choose from, for a grant that asks for one. None when their key is gone with a former root secret.
pub(crate) fn match_numbers(app: &App, grant: &DeviceGrant) -> Option<MatchNumbers> {
    MatchNumbers::kept(app.keys.initiation.iter(), &grant.id, grant.initiation.number.as_ref()?)
}

/// Which number a form picks; `None` when the key of the numbers is gone, so that none is right.
pub(super) fn pick(app: &App, grant: &DeviceGrant, form: &Form) -> Option<Pick> {
    if grant.initiation.number.is_none() {
        return Some(Pick::Unasked);
    }
    Some(match_numbers(app, grant)?.judge(form.get("match_number")))
}

/// What an approval under this handle proves of its giver.
pub(super) fn initiated(app: &App, grant: &DeviceGrant, handle: &Secret, pick: Pick) -> Initiated {
    let key = if grant.initiation.pin { Some(&app.keys.initiation.current) } else { None };
    Initiated {
        number_matched: pick == Pick::Right,
        pin: key.map(|key| InitiationPin::of_handle(key, handle.reveal()).digest(key, &grant.id)),
    }
}

/// The PIN of an approval that waits for its device, if the device has to send one: for the session that approved, and for no
/// other of the same person.
pub(crate) fn approval_pin(app: &App, session: &Digest, grant: &DeviceGrant, handle: &Secret) -> Option<InitiationPin> {
    match &grant.state {
        State::Approved(claim, approval) if claim.session == *session => {
            let digest = approval.initiated.pin.as_ref()?;
            InitiationPin::kept(app.keys.initiation.iter(), handle.reveal(), &grant.id, digest)
        }
        _ => None,
    }
}

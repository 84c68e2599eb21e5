//! What a person can do with a request that is not theirs: give the claim back for another account, or report it (RFC
//! 10027 sections 6.1.6 and 6.1.14).

use crate::digest::Digest;
use crate::grant::{DeviceGrant, State};
use crate::timestamp::Timestamp;

impl DeviceGrant {
    /// Gives a claim back, so that another account can enter the same code. Only the session that holds the claim can
    /// do so, and only while nothing is decided. The page of the claim ends with it. `None`: there is nothing to give
    /// back.
    #[must_use]
    pub fn release(self, session: &Digest, now: Timestamp) -> Option<Self> {
        let held = matches!(&self.state, State::Claimed(claim) if claim.session.same_as(session));
        (held && now < self.expires_at).then_some(Self { state: State::Pending, ..self })
    }

    /// Records that the person who entered the code did not start the request, and ends what can still end here: a
    /// grant that was not redeemed is denied. The caller has to revoke the tokens of a redeemed one. An expired grant
    /// stays expired, so that its device gets the same answer as before (requirement SM-09).
    #[must_use]
    pub fn report(self, now: Timestamp) -> Option<Self> {
        if self.reported_at.is_some() {
            return None;
        }
        let state = match self.state {
            State::Claimed(claim) if now < self.expires_at => State::Denied(claim),
            State::Approved(claim, _) => State::Denied(claim),
            state @ (State::Claimed(_) | State::Denied(_) | State::Redeemed(..)) => state,
            State::Pending | State::Revoked => return None,
        };
        Some(Self { state, reported_at: Some(now), ..self })
    }
}

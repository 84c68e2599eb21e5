//! Where does a grant stand, and what may happen to it next? The state machine of RFC 8628.
//!
//! ```text
//! pending -> claimed(subject) -> approved -> redeemed
//!      ^          |                 |
//!      +- release +---> denied <----+         revoked: ended by an operator before redemption
//! ```
//! Expiry is not a state: it is a question asked of a clock. Every transition takes `now` and gives the next grant;
//! the store writes it only if the row is still the one that was decided on.

use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::protocol::named::named;
use crate::protocol::{
    Binding, Digest, Initiated, Initiation, Pace, Scope, SentPin, Subject, Timestamp, Verdict, Wishes,
};

/// One request of one device, from its first word to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceGrant {
    /// A random identifier, for logs and the audit trail. Knowing it gives nothing.
    pub id: String,
    /// Who asked.
    pub client_id: String,
    /// What was asked for.
    pub scope: Scope,
    /// To be echoed in the ID token.
    pub nonce: Option<String>,
    /// What its polls have to prove.
    pub binding: Binding,
    /// What was asked for besides.
    pub wishes: Wishes,
    /// What the person has to carry from one screen to the other.
    pub initiation: Initiation,
    /// When and from where.
    pub origin: Origin,
    /// The last instant at which a person may decide, and the device redeem what was not approved late.
    pub expires_at: Timestamp,
    /// How it is being polled.
    pub pace: Pace,
    /// Where it stands.
    pub state: State,
    /// When whoever entered its code said that they did not start it.
    pub reported_at: Option<Timestamp>,
}

/// Where a request came from, for the person who decides (RFC 8628 section 5.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// When it arrived.
    pub at: Timestamp,
    /// The network address, past trusted proxies.
    pub address: IpAddr,
    /// What the device called itself, cleaned and cut short.
    pub user_agent: Option<String>,
}

/// Each state carries exactly its own facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has entered the code.
    Pending,
    /// Somebody has, and is looking at the decision page.
    Claimed(Claim),
    /// They allowed it, and the device has not come for it yet.
    Approved(Claim, Approval),
    /// They refused it.
    Denied(Claim),
    /// An operator ended it before the device came.
    Revoked,
    /// The device has its tokens.
    Redeemed(Claim, Redemption),
}

/// Who entered the code, and on which page they may decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The account.
    pub subject: Subject,
    /// Digest of the browser session.
    pub session: Digest,
    /// Digest of the handle in the decision page's URL. A new claim makes a new one, and the older page dies.
    pub handle: Digest,
    /// How the code came into the form.
    pub entry: CodeEntry,
    /// The code, sealed under the handle: the page shows it for comparison, and no row can tell it.
    pub sealed_code: Vec<u8>,
}

named! {
    /// How the code came into the form.
    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum CodeEntry {
        /// Typed by hand, so it was seen on a device or told by somebody.
        Typed = "typed",
        /// Opened from a link or a QR code.
        Link = "link",
    }
}

/// What was allowed, and how its giver was known (OpenID Connect Core section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// When.
    pub at: Timestamp,
    /// What, a part of what was asked for.
    pub scope: Scope,
    /// When the approving browser session authenticated.
    pub auth_time: Timestamp,
    /// How, in words of RFC 8176.
    pub amr: Vec<String>,
    /// At which level, where one is known.
    pub acr: Option<String>,
    /// What shows that its giver sees the device.
    pub initiated: Initiated,
}

/// What became of an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// When.
    pub at: Timestamp,
    /// The token family that was issued.
    pub family: String,
}

/// What a poll is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Poll {
    /// `authorization_pending`; the pace has to be remembered.
    AuthorizationPending(Pace),
    /// `slow_down`; the pace has to be remembered.
    SlowDown(Pace),
    /// A PIN came: pay for a try, and ask again with it paid (requirement B-04).
    PayForPin,
    /// The PIN is not the one of the approval: told as `authorization_pending` or `slow_down`, by the pace, which has to be
    /// remembered.
    WrongPin(Verdict),
    /// No PIN is left to be tried: the grant has to be denied.
    PinsSpent,
    /// `access_denied`
    AccessDenied,
    /// `expired_token`
    ExpiredToken,
    /// Tokens, if the redemption wins.
    Issue(Claim, Approval),
    /// `invalid_grant`: the tokens were issued before. A presentation that is not the retry of a client whose answer
    /// got lost means that the code was stolen, and `revoke` says so (requirement T-19).
    AlreadyRedeemed {
        /// What was issued.
        family: String,
        /// Whether it has to be revoked.
        revoke: bool,
        /// Since when it is issued. Who proves the key that it was issued to gets the same answer once more instead,
        /// within [`DeviceGrant::REDELIVERY`] (requirement B-11).
        redeliver_since: Option<Timestamp>,
    },
}

/// What came of a person's decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The grant moves on: write this.
    Made(Box<DeviceGrant>),
    /// Nothing moves: it was decided so before, or can no longer be decided. The page says how it stands.
    Stands,
}

named! {
    /// How a grant stands, to the person who may decide it.
    pub enum Standing {
        /// It waits for them.
        Undecided = "undecided",
        /// Allowed; the device has not come for it.
        Approved = "approved",
        /// Allowed, and the device is signed in.
        SignedIn = "signed_in",
        /// Refused, or ended by an operator.
        Denied = "denied",
        /// Too late.
        Expired = "expired",
    }
}

impl DeviceGrant {
    /// A redeemed code that is presented again within this time is a retry, later it is theft.
    const RETRY_WINDOW: Duration = Duration::from_secs(10);
    /// How long an answer that may have got lost is given again, to the key that it was issued to.
    pub const REDELIVERY: Duration = Duration::from_secs(30);
    /// What a person may take to decide after they logged in.
    const DECIDING: Duration = Duration::from_secs(300);

    /// Until when an approval can be redeemed: its giver saw "success", so the device gets the time of two polls, and
    /// at least 15 s, past expiry (requirement SM-08).
    pub fn redeemable_until(&self) -> Timestamp {
        self.expires_at + (self.pace.interval * 2).max(Duration::from_secs(15))
    }

    /// Whether a login is fresh enough to approve this: no older than the device and the server (`allowed`) want it
    /// (requirements U-13, S-02). A login since the device asked is fresh for five minutes in any case: nobody reads and
    /// decides in no time, and "always" (`max_age=0`) means a login for this very request.
    pub fn accepts_login(&self, auth_time: Timestamp, allowed: Duration, now: Timestamp) -> bool {
        let age = now.since(auth_time);
        age <= self.wishes.longest_login_age(allowed) || (auth_time >= self.origin.at && age <= Self::DECIDING)
    }

    /// Whether it still waits for a person, however late it is.
    pub fn is_undecided(&self) -> bool {
        matches!(self.state, State::Pending | State::Claimed(_))
    }

    /// Enters the code. A person may take their own claim over from another page; anybody else hears what they would
    /// hear of a code that does not exist, and so does everybody once it is decided (`None`).
    #[must_use]
    pub fn claim(self, claim: Claim, now: Timestamp) -> Option<Self> {
        self.is_open_to(&claim.subject, now).then_some(Self { state: State::Claimed(claim), ..self })
    }

    /// Whether this person may enter the code.
    #[must_use]
    pub fn is_open_to(&self, subject: &Subject, now: Timestamp) -> bool {
        let open = match &self.state {
            State::Pending => true,
            State::Claimed(held) => held.subject == *subject,
            State::Approved(..) | State::Denied(_) | State::Revoked | State::Redeemed(..) => false,
        };
        open && now < self.expires_at
    }

    /// Allows what was asked for, or a part of it. An approval that lacks what the grant asks of its giver is none: not one
    /// without the number of the device, and not one without the PIN that the device will have to send.
    #[must_use]
    pub fn approve(self, approval: Approval) -> Decision {
        match &self.state {
            State::Claimed(claim)
                if approval.at < self.expires_at && self.initiation.is_met_by(&approval.initiated) =>
            {
                let claim = claim.clone();
                let approval = Approval { scope: approval.scope.within(&self.scope), ..approval };
                Decision::Made(Box::new(Self { state: State::Approved(claim, approval), ..self }))
            }
            State::Pending
            | State::Claimed(_)
            | State::Approved(..)
            | State::Denied(_)
            | State::Revoked
            | State::Redeemed(..) => Decision::Stands,
        }
    }

    /// Refuses it. Denying wins over an approval that was not redeemed yet (requirement SM-04).
    #[must_use]
    pub fn deny(self, now: Timestamp) -> Decision {
        match &self.state {
            State::Claimed(claim) if now < self.expires_at => {
                let claim = claim.clone();
                Decision::Made(Box::new(Self { state: State::Denied(claim), ..self }))
            }
            State::Approved(claim, _) => {
                let claim = claim.clone();
                Decision::Made(Box::new(Self { state: State::Denied(claim), ..self }))
            }
            State::Pending | State::Claimed(_) | State::Denied(_) | State::Revoked | State::Redeemed(..) => {
                Decision::Stands
            }
        }
    }

    /// Refuses it, because another number was picked than the device shows: whoever picked does not see that device.
    #[must_use]
    pub fn miss_number(self, now: Timestamp) -> Decision {
        match self.deny(now) {
            Decision::Made(mut denied) => {
                denied.initiation.number_missed = true;
                Decision::Made(denied)
            }
            Decision::Stands => Decision::Stands,
        }
    }

    /// Answers the device (the order of requirements section 1.1, steps 8 to 12), which sent this PIN, if any. Only a grant
    /// that waits, for a person or for its PIN, can be told to slow down; a decided one answers at once.
    pub fn poll(&self, now: Timestamp, tolerance: Duration, pin: &SentPin) -> Poll {
        match &self.state {
            State::Redeemed(_, redemption) => Poll::AlreadyRedeemed {
                family: redemption.family.clone(),
                revoke: now.since(redemption.at) > Self::RETRY_WINDOW,
                redeliver_since: (now.since(redemption.at) <= Self::REDELIVERY).then_some(redemption.at),
            },
            State::Denied(_) | State::Revoked => Poll::AccessDenied,
            State::Approved(claim, approval) if now < self.redeemable_until() => match &approval.initiated.pin {
                Some(due) => self.judge_pin(due, pin, now, tolerance).unwrap_or_else(|| issue(claim, approval)),
                None => issue(claim, approval),
            },
            State::Approved(..) => Poll::ExpiredToken,
            State::Pending | State::Claimed(_) if now >= self.expires_at => Poll::ExpiredToken,
            State::Pending | State::Claimed(_) => self.keep_waiting(now, tolerance),
        }
    }

    fn keep_waiting(&self, now: Timestamp, tolerance: Duration) -> Poll {
        match self.pace.judge(now, tolerance) {
            Verdict::Polite(pace) => Poll::AuthorizationPending(pace),
            Verdict::Hasty(pace) => Poll::SlowDown(pace),
        }
    }

    /// What stands between an approval and its device: `None` when the right PIN came and is paid for. A device that sends
    /// none waits as it did before the approval, and learns nothing of it.
    fn judge_pin(&self, due: &Digest, sent: &SentPin, now: Timestamp, tolerance: Duration) -> Option<Poll> {
        match sent {
            SentPin::Paid(digests) if digests.contains(due) => None,
            _ if self.initiation.tries_left() == 0 => Some(Poll::PinsSpent),
            SentPin::Nothing => Some(self.keep_waiting(now, tolerance)),
            SentPin::Unpaid(_) => Some(Poll::PayForPin),
            SentPin::Malformed | SentPin::Paid(_) => Some(Poll::WrongPin(self.pace.judge(now, tolerance))),
        }
    }

    /// Marks an approval as spent. `None` unless it is approved and in time.
    #[must_use]
    pub fn redeem(self, redemption: Redemption) -> Option<Self> {
        match &self.state {
            State::Approved(claim, _) if redemption.at < self.redeemable_until() => {
                let claim = claim.clone();
                Some(Self { state: State::Redeemed(claim, redemption), ..self })
            }
            State::Pending
            | State::Claimed(_)
            | State::Approved(..)
            | State::Denied(_)
            | State::Revoked
            | State::Redeemed(..) => None,
        }
    }

    /// How it stands, for the page.
    pub fn standing(&self, now: Timestamp) -> Standing {
        match &self.state {
            State::Pending | State::Claimed(_) if now >= self.expires_at => Standing::Expired,
            State::Pending | State::Claimed(_) => Standing::Undecided,
            State::Approved(..) if now >= self.redeemable_until() => Standing::Expired,
            State::Approved(..) => Standing::Approved,
            State::Denied(_) | State::Revoked => Standing::Denied,
            State::Redeemed(..) => Standing::SignedIn,
        }
    }

    /// The claim, in every state that has one.
    pub fn claimed(&self) -> Option<&Claim> {
        match &self.state {
            State::Claimed(claim) | State::Approved(claim, _) | State::Denied(claim) | State::Redeemed(claim, _) => {
                Some(claim)
            }
            State::Pending | State::Revoked => None,
        }
    }
}

fn issue(claim: &Claim, approval: &Approval) -> Poll {
    Poll::Issue(claim.clone(), approval.clone())
}

#[cfg(test)]
#[path = "device_grant_tests.rs"]
mod tests;

//! The state machine of a device grant (RFC 8628).
//!
//! ```text
//! pending -> claimed(subject) -> approved -> redeemed
//!      ^          |                 |
//!      +- release +---> denied <----+         revoked: ended by an operator before redemption
//! ```
//!
//! Expiry is not a state: it follows from the time. Every transition takes `now` and returns the next grant. The store
//! writes it only if the row is still the one that the decision was made on.

use std::net::IpAddr;
use std::time::Duration;

use crate::client::{Scope, Subject};
use crate::digest::Digest;
use crate::grant::code_entry::CodeEntry;
use crate::grant::initiation::{Initiated, Initiation, SentPin};
use crate::grant::pace::Pace;
use crate::grant::wishes::Wishes;
use crate::named::named;
use crate::proof::Binding;
use crate::timestamp::Timestamp;

/// One request of one device, from the request for codes to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceGrant {
    /// A random identifier for logs and the audit table. Knowing it grants nothing.
    pub id: String,
    /// The client that asked.
    pub client_id: String,
    /// The scope that was asked for.
    pub scope: Scope,
    /// The `nonce` of the request, which the ID token repeats.
    pub nonce: Option<String>,
    /// The key and the challenge that polls have to prove.
    pub binding: Binding,
    /// The other parameters of the request.
    pub wishes: Wishes,
    /// What the person has to carry from one screen to the other.
    pub initiation: Initiation,
    /// When and from where the device asked.
    pub origin: Origin,
    /// The last instant at which a person may decide. An approval in the last moment may be redeemed a little later.
    pub expires_at: Timestamp,
    /// The pace of its polls.
    pub pace: Pace,
    /// The state, with its facts.
    pub state: State,
    /// When the person who entered the code reported that they did not start it.
    pub reported_at: Option<Timestamp>,
}

/// Where a request came from, for the person who decides (RFC 8628 section 5.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// When the request arrived.
    pub at: Timestamp,
    /// The network address, without those of trusted proxies.
    pub address: IpAddr,
    /// The name that the device gave itself, cleaned and cut.
    pub user_agent: Option<String>,
}

/// The state of a grant. Each variant carries exactly its own facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has entered the code yet.
    Pending,
    /// A person has entered the code and sees the decision page.
    Claimed(Claim),
    /// The person approved, and the device has not redeemed the code yet.
    Approved(Claim, Approval),
    /// The person denied the request.
    Denied(Claim),
    /// An operator ended the request before the device redeemed it.
    Revoked,
    /// The device has got its tokens.
    Redeemed(Claim, Redemption),
}

/// The person who entered the code, and the page on which they may decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The account of the person.
    pub subject: Subject,
    /// The digest of the browser session.
    pub session: Digest,
    /// The digest of the handle in the URL of the decision page. A new claim has a new handle, which ends the older
    /// page.
    pub handle: Digest,
    /// How the code was entered.
    pub entry: CodeEntry,
    /// The code, sealed under the handle. The page shows it for comparison, and the row does not reveal it.
    pub sealed_code: Vec<u8>,
}

/// What a person approved, and how they had authenticated (OpenID Connect Core section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// When the person approved.
    pub at: Timestamp,
    /// The scope that was granted: all that was asked for, or a part.
    pub scope: Scope,
    /// When the approving browser session authenticated.
    pub auth_time: Timestamp,
    /// How the person authenticated, in the values of RFC 8176.
    pub amr: Vec<String>,
    /// The level of the authentication (`acr`), where one is known.
    pub acr: Option<String>,
    /// What shows that the person sees the device.
    pub initiated: Initiated,
}

/// The redemption of an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// When the code was redeemed.
    pub at: Timestamp,
    /// The token family that was issued.
    pub family: String,
}

impl Redemption {
    /// A redeemed code that comes back within this time is a retry; later it is a theft.
    const RETRY_WINDOW: Duration = Duration::from_secs(10);
    /// How long an answer that may have been lost is given again, to the key that it was issued to.
    pub const REDELIVERY: Duration = Duration::from_secs(30);

    /// Whether the code comes back too late to be a retry of a poll whose answer was lost: then it was stolen (requirement
    /// T-19).
    pub fn is_replayed(&self, now: Timestamp) -> bool {
        now.since(self.at) > Self::RETRY_WINDOW
    }

    /// Whether a device that proves the key of the family may get the same answer again (requirement B-11).
    pub fn may_be_redelivered(&self, now: Timestamp) -> bool {
        now.since(self.at) <= Self::REDELIVERY
    }
}

/// The answer to a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "it is used at once and never kept")]
pub enum Poll {
    /// `slow_down` if the poll was too fast for the pace, otherwise `authorization_pending`.
    Waiting,
    /// The poll contains a PIN: charge a try, and poll again with the PIN marked as paid (requirement B-04).
    PayForPin,
    /// The PIN is wrong. The answer is `authorization_pending` or `slow_down`, by the pace.
    WrongPin,
    /// All tries of a PIN are used: the grant has to be denied.
    PinsSpent,
    /// `access_denied`.
    AccessDenied,
    /// `expired_token`.
    ExpiredToken,
    /// Tokens, if the redemption is not lost to another request.
    Issue(Claim, Approval),
    /// The tokens were issued before. A device whose answer may have been lost gets it again; a stolen code ends the tokens;
    /// otherwise the answer is `invalid_grant`.
    AlreadyRedeemed(Redemption),
}

named! {
    /// The state of a grant, as the person who may decide sees it.
    pub enum Standing {
        /// It waits for a decision.
        Undecided = "undecided",
        /// Approved; the device has not redeemed it.
        Approved = "approved",
        /// Approved, and the device is signed in.
        SignedIn = "signed_in",
        /// Denied, or ended by an operator.
        Denied = "denied",
        /// It has expired.
        Expired = "expired",
    }
}

impl DeviceGrant {
    /// The time to decide after a login.
    const DECIDING: Duration = Duration::from_secs(300);

    /// A new grant of this lifetime and this interval between polls, without anything that a request may have besides.
    pub fn new(
        id: String,
        client_id: String,
        scope: Scope,
        origin: Origin,
        lifetime: Duration,
        interval: Duration,
    ) -> Self {
        Self {
            id,
            client_id,
            scope,
            nonce: None,
            binding: Binding::default(),
            wishes: Wishes::default(),
            initiation: Initiation::default(),
            expires_at: origin.at + lifetime,
            origin,
            pace: Pace::new(interval),
            state: State::Pending,
            reported_at: None,
        }
    }

    /// Until when an approval can be redeemed. The person has seen that it succeeded, so the device has the time of two
    /// polls, and at least 15 s, after the expiry (requirement SM-08).
    pub fn redeemable_until(&self) -> Timestamp {
        self.expires_at + (self.pace.interval * 2).max(Duration::from_secs(15))
    }

    /// Whether a login is recent enough to approve this: no older than the device and the server (`allowed`) demand
    /// (requirements U-13, S-02). A login after the request is accepted for five minutes in any case: reading and
    /// deciding takes time, and `max_age=0` means a login for this very request.
    pub fn accepts_login(&self, auth_time: Timestamp, allowed: Duration, now: Timestamp) -> bool {
        let age = now.since(auth_time);
        age <= self.wishes.longest_login_age(allowed) || (auth_time >= self.origin.at && age <= Self::DECIDING)
    }

    /// Whether it waits for a decision, even if it has expired.
    pub fn is_undecided(&self) -> bool {
        matches!(self.state, State::Pending | State::Claimed(_))
    }

    /// Enters the code. A person may take their own claim over from another page. Anybody else gets `None`, as for a
    /// code that does not exist, and so does everybody once it is decided.
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

    /// Approves what was asked for, or a part of it. `None`: nothing changes, because the grant was decided before or can no
    /// longer be decided, or because the approval lacks what the grant demands: the number of the device, or the PIN that
    /// the device will have to send.
    #[must_use]
    pub fn approve(self, approval: Approval) -> Option<Self> {
        let State::Claimed(claim) = &self.state else { return None };
        if approval.at >= self.expires_at || !self.initiation.is_met_by(&approval.initiated) {
            return None;
        }
        let claim = claim.clone();
        let approval = Approval { scope: approval.scope.within(&self.scope), ..approval };
        Some(Self { state: State::Approved(claim, approval), ..self })
    }

    /// Denies it. A denial wins over an approval that was not redeemed yet (requirement SM-04). `None`: nothing
    /// changes.
    #[must_use]
    pub fn deny(self, now: Timestamp) -> Option<Self> {
        match &self.state {
            State::Claimed(_) if now >= self.expires_at => None,
            State::Claimed(claim) | State::Approved(claim, _) => {
                Some(Self { state: State::Denied(claim.clone()), ..self })
            }
            State::Pending | State::Denied(_) | State::Revoked | State::Redeemed(..) => None,
        }
    }

    /// Denies it because the wrong number was picked: that person does not see the device.
    #[must_use]
    pub fn miss_number(self, now: Timestamp) -> Option<Self> {
        let mut denied = self.deny(now)?;
        denied.initiation.number_missed = true;
        Some(denied)
    }

    /// Answers a poll, which may contain a PIN. Only a grant that waits, for a person or for its PIN, can be told to
    /// slow down; a decided one answers at once.
    pub fn poll(&self, now: Timestamp, pin: &SentPin) -> Poll {
        match &self.state {
            State::Redeemed(_, redemption) => Poll::AlreadyRedeemed(redemption.clone()),
            State::Denied(_) | State::Revoked => Poll::AccessDenied,
            State::Approved(claim, approval) if now < self.redeemable_until() => match &approval.initiated.pin {
                Some(due) => self.judge_pin(due, pin).unwrap_or_else(|| issue(claim, approval)),
                None => issue(claim, approval),
            },
            State::Approved(..) => Poll::ExpiredToken,
            State::Pending | State::Claimed(_) if now >= self.expires_at => Poll::ExpiredToken,
            State::Pending | State::Claimed(_) => Poll::Waiting,
        }
    }

    /// Why an approval is not issued yet; `None` when the right PIN came and is paid for. A device that sends no PIN
    /// waits as before the approval, and does not learn of it.
    fn judge_pin(&self, due: &Digest, sent: &SentPin) -> Option<Poll> {
        match sent {
            SentPin::Paid(digests) if digests.contains(due) => None,
            _ if self.initiation.tries_left() == 0 => Some(Poll::PinsSpent),
            SentPin::Nothing => Some(Poll::Waiting),
            SentPin::Unpaid(_) => Some(Poll::PayForPin),
            SentPin::Malformed | SentPin::Paid(_) => Some(Poll::WrongPin),
        }
    }

    /// Redeems an approval. `None` unless it is approved and in time.
    #[must_use]
    pub fn redeem(self, redemption: Redemption) -> Option<Self> {
        let State::Approved(claim, _) = &self.state else { return None };
        let claim = claim.clone();
        (redemption.at < self.redeemable_until()).then_some(Self { state: State::Redeemed(claim, redemption), ..self })
    }

    /// The state for the page.
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

//! The outcome of a decision, for the page or the program that sent it.

use crate::flow::consent::Answers;
use protocol::DeviceGrant;

/// The outcome of a decision.
pub(crate) enum DecisionOutcome {
    /// The decision is written. This is the new state of the grant.
    Decided(Box<DeviceGrant>),
    /// Nothing changed: it was decided before, or has expired.
    Unchanged,
    /// Nothing changed: it was to be denied, and the device has signed in already.
    TooLate,
    /// The approval named another number than the device shows: the grant is denied.
    WrongNumber,
    /// Nothing changed: an answer is missing.
    Incomplete(Box<DeviceGrant>, Answers),
    /// Nothing changed: a scope was ticked that is not optional.
    UnknownScope,
    /// Nothing changed: the login is too old for this approval, or the session has ended.
    LoginRequired,
    /// Nothing changed: the detector of campaigns lets nobody approve such a request at present.
    Held,
    /// There is no such claim, or this session does not hold it.
    NotFound,
    /// The client may not get any more what its grant asks for.
    ClientNotAllowed,
    /// Another person holds the claim.
    OtherAccount,
}

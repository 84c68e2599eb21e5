//! What comes of a decision, for the page and for the program that sent it.

use crate::flow::consent::Answers;
use protocol::DeviceGrant;

/// What came of a decision.
pub(crate) enum DecisionOutcome {
    /// The decision is written. This is the grant as it stands now.
    Decided(Box<DeviceGrant>),
    /// Nothing changed: it was decided so before, or it is too late.
    Unchanged,
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
    /// There is no such claim, this session does not hold it, or the client may not be approved any more.
    NotFound,
    /// Another person holds the claim.
    OtherAccount,
}

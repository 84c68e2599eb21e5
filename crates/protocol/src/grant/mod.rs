//! The grant of a device: its states, who approved what, and the pace of its polls (RFC 8628).

mod approval_policy;
mod code_entry;
mod device_grant;
mod initiation;
mod number_match;
mod pace;
mod proximity;
mod scope_choice;
mod wishes;

pub use approval_policy::{ApprovalPolicy, Consent, Demand, NetworkMismatch};
pub use code_entry::CodeEntry;
pub use device_grant::{Approval, Claim, DeviceGrant, Origin, Poll, Redemption, Standing, State};
pub use initiation::{Initiated, Initiation, InitiationPin, SentPin};
pub use number_match::{MatchNumber, MatchNumbers, Pick};
pub use pace::Pace;
pub use proximity::{Incomparable, Proximity};
pub use scope_choice::{NotOffered, ScopeChoice, Ticked};
pub use wishes::Wishes;

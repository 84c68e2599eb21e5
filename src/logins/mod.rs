//! What does this node remember of logins that are turned away? Nothing that a restart may not forget.

mod alarm;
mod waits;

pub use alarm::{LoginAlarm, TurnedAway};
pub use waits::LoginWaits;

/// Both memories.
#[derive(Debug, Default)]
pub struct Logins {
    /// What was told of logins that were turned away.
    pub alarm: LoginAlarm,
    /// Waits that this node measures itself.
    pub waits: LoginWaits,
}

//! What this node remembers of logins that were turned away. A restart may forget it.

mod alarm;
mod waits;

pub use alarm::{LoginAlarm, TurnedAway};
pub use waits::LoginWaits;

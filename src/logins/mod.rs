//! The memory of this node about refused logins. A restart may lose it.

mod alarm;
mod waits;

pub use alarm::{LoginAlarm, TurnedAway};
pub use waits::LoginWaits;

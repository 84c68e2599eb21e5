//! The time for polling, as a trait, so that tests do not sleep.

use std::time::Duration;

use protocol::Timestamp;

/// A clock that can wait.
pub trait Timekeeper {
    /// The current time.
    fn now(&self) -> Timestamp;

    /// Returns after `span`.
    fn wait(&self, span: Duration) -> impl Future<Output = ()> + Send;
}

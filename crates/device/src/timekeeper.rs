//! The time of polling, as a trait, so that a test neither sleeps nor needs a network.

use std::time::Duration;

use protocol::Timestamp;

/// The two things that polling has to know about time.
pub trait Timekeeper {
    /// The current time.
    fn now(&self) -> Timestamp;

    /// Returns after `span`.
    fn wait(&self, span: Duration) -> impl Future<Output = ()> + Send;
}

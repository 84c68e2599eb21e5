//! What time is it? Asked of a value that is handed in, so that tests move time by hand and never sleep.

use std::sync::Arc;
use std::time::Duration;
use std::time::SystemTime;

use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::protocol::Timestamp;

/// The one source of time (requirement SM-07).
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Waits until an instant has come.
    fn sleep_until(&self, instant: Timestamp) -> BoxFuture<'static, ()>;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads it")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn sleep_until(&self, instant: Timestamp) -> BoxFuture<'static, ()> {
        let wait = instant.since(self.now());
        #[expect(clippy::disallowed_methods, reason = "this is the place that sleeps")]
        Box::pin(tokio::time::sleep(wait))
    }
}

/// A clock that stands still until it is moved. Every clone shows the same time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<watch::Sender<Timestamp>>);

impl ManualClock {
    /// Stands at an instant.
    pub fn at(instant: Timestamp) -> Self {
        Self(Arc::new(watch::Sender::new(instant)))
    }

    /// Moves on, and wakes whoever slept until then.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now = *now + by);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.borrow()
    }

    fn sleep_until(&self, instant: Timestamp) -> BoxFuture<'static, ()> {
        let mut time = self.0.subscribe();
        Box::pin(async move {
            // The sender lives in the clock; when that is gone, nobody waits for it any more.
            let _ = time.wait_for(|now| *now >= instant).await;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_moved() {
        let clock = ManualClock::at(Timestamp::from_millis(0));
        let sleeper = tokio::spawn(clock.sleep_until(Timestamp::from_millis(5_000)));
        clock.advance(Duration::from_secs(5));
        sleeper.await.unwrap();
        assert_eq!(clock.now(), Timestamp::from_millis(5_000));
    }
}

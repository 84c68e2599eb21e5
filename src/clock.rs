//! The clock. It is passed in, so that tests set the time and never sleep.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use tokio::sync::watch;

use protocol::Timestamp;

/// The one source of time (requirement SM-07).
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Whether it is the clock of the machine, which can be compared with those of other machines.
    fn is_of_machine(&self) -> bool {
        false
    }

    /// Waits until an instant.
    fn sleep_until(&self, instant: Timestamp) -> BoxFuture<'static, ()>;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads it")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn is_of_machine(&self) -> bool {
        true
    }

    fn sleep_until(&self, instant: Timestamp) -> BoxFuture<'static, ()> {
        let wait = instant.since(self.now());
        #[expect(clippy::disallowed_methods, reason = "this is the place that sleeps")]
        Box::pin(tokio::time::sleep(wait))
    }
}

/// A clock that does not move by itself. Every clone shows the same time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<watch::Sender<Hands>>);

/// The time that the clock shows, which can be set, and the steady time, which only advances.
#[derive(Clone, Copy, Debug)]
struct Hands {
    shown: Timestamp,
    steady: Timestamp,
}

impl ManualClock {
    /// A clock that shows this instant.
    pub fn at(instant: Timestamp) -> Self {
        Self(Arc::new(watch::Sender::new(Hands { shown: instant, steady: instant })))
    }

    /// Advances, and wakes the tasks that slept until then.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now = Hands { shown: now.shown + by, steady: now.steady + by });
    }

    /// Shows another time from now on, as after a correction. It does not change when sleeping tasks wake.
    pub fn set(&self, instant: Timestamp) {
        self.0.send_modify(|now| now.shown = instant);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.0.borrow().shown
    }

    fn sleep_until(&self, instant: Timestamp) -> BoxFuture<'static, ()> {
        let mut time = self.0.subscribe();
        let Hands { shown, steady } = *time.borrow();
        let end = steady + instant.since(shown);
        Box::pin(async move {
            // The clock owns the sender. After the clock is dropped, no task waits.
            let _ = time.wait_for(|now| now.steady >= end).await;
        })
    }
}

/// Lets one message in a minute through and counts the others, so that nobody can fill the log.
#[derive(Debug, Default)]
pub struct OnceAMinute(Mutex<Option<(Timestamp, u64)>>);

impl OnceAMinute {
    /// Whether a message may be written now, and how many were held back since the last. After the clock was set back,
    /// the next message may be written.
    pub fn due(&self, now: Timestamp) -> Option<u64> {
        let mut last = self.0.lock();
        match &mut *last {
            Some((at, held_back)) if *at <= now && now < *at + Duration::from_secs(60) => {
                *held_back += 1;
                None
            }
            last => Some(last.replace((now, 0)).map_or(0, |(_, held_back)| held_back)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_due_once_a_minute() {
        let message = OnceAMinute::default();
        let due = |seconds: i64| message.due(Timestamp::from_millis(seconds * 1000));
        assert_eq!([due(100), due(101), due(159), due(160)], [Some(0), None, None, Some(2)]);
        assert_eq!([due(161), due(90), due(91)], [None, Some(1), None], "the clock was set back");
    }

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_moved() {
        let clock = ManualClock::at(Timestamp::from_millis(0));
        let sleeper = tokio::spawn(clock.sleep_until(Timestamp::from_millis(5_000)));
        clock.advance(Duration::from_secs(5));
        sleeper.await.unwrap();
        assert_eq!(clock.now(), Timestamp::from_millis(5_000));
    }
}

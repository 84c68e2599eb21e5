//! The alarm about guessed user codes, and the length of new ones while it lasts (requirements E-03 and E-04).
//!
//! The database knows when the alarm ends. Each node looks once a second at most, because every request of a device asks.

use std::time::Duration;

use parking_lot::Mutex;

use protocol::{GuessBound, Timestamp, UserCodeFormat};
use store::{Db, StoreError};

const FRESH: Duration = Duration::from_secs(1);
/// Codes about whose length is written at once; where it wavers, more often would be noise.
const WRITTEN_EVERY: Duration = Duration::from_secs(60);

/// The alarm as this node last read it, and the lengths that it logged.
#[derive(Debug, Default)]
pub struct Guessing {
    alarm: Mutex<Alarm>,
    lengths: Mutex<Vec<LoggedLength>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Alarm {
    read_at: Option<Timestamp>,
    until: Option<Timestamp>,
}

/// The length that was written of a format, and when.
#[derive(Debug)]
struct LoggedLength {
    of: UserCodeFormat,
    length: usize,
    at: Timestamp,
}

impl Guessing {
    /// Whether the alarm is up.
    pub async fn alarm_is_up(&self, db: &Db, now: Timestamp) -> Result<bool, StoreError> {
        let mut alarm = *self.alarm.lock();
        let is_fresh = alarm.read_at.is_some_and(|at| at.is_within(FRESH, now));
        if !is_fresh {
            alarm = Alarm { read_at: Some(now), until: store::guessing_alarm(db, now).await? };
            *self.alarm.lock() = alarm;
        }
        Ok(alarm.until.is_some_and(|until| now < until))
    }

    /// The alarm was raised on this node.
    pub fn alarm_was_raised(&self, now: Timestamp, until: Timestamp) {
        let raised = Alarm { read_at: Some(now), until: Some(until) };
        *self.alarm.lock() = raised;
    }

    /// Writes of the length of new codes when it is another than before: the figures by which an operator sees how near
    /// their server is to the bound.
    pub fn watch_length(&self, of: &UserCodeFormat, length: usize, bound: GuessBound, live: u64, now: Timestamp) {
        let mut lengths = self.lengths.lock();
        let known = lengths.iter_mut().find(|written| written.of == *of);
        let (_, usual, _) = of.size();
        match known {
            Some(written) if written.length == length || written.at.is_within(WRITTEN_EVERY, now) => return,
            Some(written) => (written.length, written.at) = (length, now),
            None if length == usual => return,
            None => lengths.push(LoggedLength { of: of.clone(), length, at: now }),
        }
        drop(lengths);
        tracing::info!(length, live, wrong_codes_borne = bound.guesses, "new user codes have another length");
    }
}

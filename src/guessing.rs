//! The alarm that codes are guessed, and the length of new codes, as this node knows them (requirements E-03 and E-04).
//!
//! The database holds the end of the alarm. A node reads it at most once a second, because every device authorization request
//! needs it.

use std::time::Duration;

use parking_lot::Mutex;

use protocol::{GuessBound, Timestamp, UserCodeFormat};
use store::{Db, StoreError};

const FRESH: Duration = Duration::from_secs(1);
/// A length that changes back and forth is logged no more often.
const LOGGED_EVERY: Duration = Duration::from_secs(60);

/// The alarm and the lengths, as this node knows them.
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

/// The length of new codes of a format that was logged last.
#[derive(Debug)]
struct LoggedLength {
    format: UserCodeFormat,
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

    /// Notes that the alarm was raised on this node.
    pub fn alarm_was_raised(&self, now: Timestamp, until: Timestamp) {
        let raised = Alarm { read_at: Some(now), until: Some(until) };
        *self.alarm.lock() = raised;
    }

    /// Logs the length of new codes when it has changed: from it an operator sees how near their server is to the bound.
    pub fn watch_length(&self, format: &UserCodeFormat, length: usize, bound: GuessBound, live: u64, now: Timestamp) {
        let mut lengths = self.lengths.lock();
        let known = lengths.iter_mut().find(|logged| logged.format == *format);
        let (_, usual, _) = format.size();
        match known {
            Some(logged) if logged.length == length || logged.at.is_within(LOGGED_EVERY, now) => return,
            Some(logged) => (logged.length, logged.at) = (length, now),
            None if length == usual => return,
            None => lengths.push(LoggedLength { format: format.clone(), length, at: now }),
        }
        drop(lengths);
        tracing::info!(length, live, wrong_codes_borne = bound.guesses, "new user codes have another length");
    }
}

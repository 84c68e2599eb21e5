//! Compare this node's clock with the clock of the database, which all nodes share (requirement FE-18), and notice when
//! it is set back (FE-07).

use std::time::Duration;

use parking_lot::Mutex;

use crate::clock::Clock;
use protocol::Timestamp;
use store::{Db, StoreError};

/// How often the clocks are compared.
pub(crate) const EVERY: Duration = Duration::from_mins(1);
/// What is worth a warning: devices notice more than that.
const NOTABLE: i64 = 1_000;
/// How often the same warning is given.
const WARNED_EVERY: Duration = Duration::from_hours(1);
/// A clock that is further from the database's is not asked what lies in the future.
const TRUSTED: i64 = 60_000;

/// What this node knows of its clock.
#[derive(Debug, Default)]
pub struct Timekeeping {
    known: Mutex<ClockState>,
}

#[derive(Clone, Copy, Debug, Default)]
struct ClockState {
    /// By how many milliseconds this clock is ahead of the database's; negative behind it.
    ahead: Option<i64>,
    looked_at: Option<Timestamp>,
    warned_at: Option<Timestamp>,
}

impl Timekeeping {
    /// By how many milliseconds this node's clock is ahead of the database's, below zero when it is behind; `None` where they
    /// are one, or have not been compared.
    pub fn ahead(&self) -> Option<i64> {
        self.known.lock().ahead
    }

    /// Takes note of by how many milliseconds this clock is ahead, where that is known in another way than by asking the database.
    pub fn note(&self, ahead: i64) {
        self.known.lock().ahead = Some(ahead);
    }

    /// What this clock would show if it agreed with the database's. For what nodes measure together by the second: when a device
    /// was answered last, and when a refresh token was rotated.
    pub fn shared(&self, now: Timestamp) -> Timestamp {
        shared(now, self.ahead().unwrap_or_default())
    }

    /// Compares the clocks. At the first look, and when the clock was set back since the last one, what was stored by a clock that
    /// was ahead is put right, unless this clock is the wrong one.
    pub(crate) async fn look(&self, db: &Db, clock: &dyn Clock) -> Result<(), StoreError> {
        if clock.is_of_machine() {
            self.compare(db, clock).await?;
        }
        let now = clock.now();
        let was_set_back = {
            let mut known = self.known.lock();
            known.looked_at.replace(now).is_none_or(|looked_at| now < looked_at)
        };
        let is_trusted = self.known.lock().ahead.is_none_or(|ahead| ahead.abs() <= TRUSTED);
        if was_set_back && is_trusted {
            let moved = store::put_right(db, now).await?;
            if moved > 0 {
                tracing::warn!(
                    rows = moved,
                    "a clock was ahead: times that were stored in the future are now put right"
                );
            }
        }
        Ok(())
    }

    async fn compare(&self, db: &Db, clock: &dyn Clock) -> Result<(), StoreError> {
        let before = clock.now();
        let Some(there) = store::time_at_database(db).await? else { return Ok(()) };
        let after = clock.now();
        let ahead = ahead(before, there, after);
        let mut known = self.known.lock();
        let was_notable = known.ahead.is_some_and(|ahead| ahead.abs() > NOTABLE);
        known.ahead = Some(ahead);
        if ahead.abs() <= NOTABLE {
            known.warned_at = None;
            if was_notable {
                tracing::info!(ahead_ms = ahead, "this node's clock and the database's agree again");
            }
        } else if !known.warned_at.is_some_and(|at| at.is_within(WARNED_EVERY, after)) {
            known.warned_at = Some(after);
            tracing::warn!(
                ahead_ms = ahead,
                "this node's clock differs from the database's: let NTP keep the clocks of all machines"
            );
        }
        Ok(())
    }
}

fn shared(now: Timestamp, ahead: i64) -> Timestamp {
    Timestamp::from_millis(now.millis().saturating_sub(ahead))
}

/// By how many milliseconds a clock is ahead that read `before` and `after` around a question that was answered `there`. The
/// answer was given at some moment between: what may be the way there and back is no difference.
fn ahead(before: Timestamp, there: Timestamp, after: Timestamp) -> i64 {
    let (before, there, after) = (before.millis(), there.millis(), after.millis());
    if there < before { before - there } else { (after - there).min(0) }
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, ahead, shared};

    /// Proves: FE-18
    #[test]
    fn nodes_whose_clocks_differ_measure_intervals_in_one_time() {
        let at = Timestamp::from_millis;
        // One node is two seconds ahead and the other fifteen behind; the database says 100 s, and 105 s later on.
        let (one, other) = (ahead(at(102_000), at(100_000), at(102_000)), ahead(at(90_000), at(105_000), at(90_000)));
        assert_eq!((one, other), (2_000, -15_000));
        let (answered, polled) = (shared(at(102_000), one), shared(at(90_000), other));
        assert_eq!(polled.since(answered).as_secs(), 5);
    }

    /// Proves: FE-18
    #[test]
    fn the_way_to_the_database_is_no_difference_of_clocks() {
        let of = |before, there, after| {
            let at = Timestamp::from_millis;
            ahead(at(before), at(there), at(after))
        };
        assert_eq!(of(10_000, 10_000, 10_000), 0);
        assert_eq!(of(10_000, 13_000, 15_000), 0, "an answer that took five seconds");
        assert_eq!(of(10_000, 8_000, 10_010), 2_000);
        assert_eq!(of(10_000, 12_010, 10_010), -2_000);
    }
}

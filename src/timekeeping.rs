//! Compare this node's clock with the clock of the database, which all nodes share (requirement FE-18), and notice when
//! it is set back (FE-07).

use std::time::Duration;

use parking_lot::Mutex;

use crate::clock::Clock;
use protocol::Timestamp;
use store::{Db, StoreError};

/// How often the clocks are compared.
pub(crate) const EVERY: Duration = Duration::from_mins(1);
/// The difference in milliseconds above which there is a warning, because devices notice it.
const NOTABLE: i64 = 1_000;
/// How often the same warning is logged.
const WARNED_EVERY: Duration = Duration::from_hours(1);
/// A clock that differs more from the database's does not decide which stored times are in the future.
const TRUSTED: i64 = 60_000;

/// The state of this node's clock.
#[derive(Debug, Default)]
pub struct Timekeeping {
    known: Mutex<ClockState>,
}

#[derive(Clone, Copy, Debug, Default)]
struct ClockState {
    /// The milliseconds by which this clock is ahead of the database's, negative if it is behind.
    ahead: Option<i64>,
    looked_at: Option<Timestamp>,
    warned_at: Option<Timestamp>,
}

impl Timekeeping {
    /// The milliseconds by which this node's clock is ahead of the database's, negative if it is behind. `None`: they
    /// are the same clock, or were not compared yet.
    pub fn ahead(&self) -> Option<i64> {
        self.known.lock().ahead
    }

    /// Sets the milliseconds by which this clock is ahead, if that is known without the database.
    pub fn note(&self, ahead: i64) {
        self.known.lock().ahead = Some(ahead);
    }

    /// The time that this clock would show if it agreed with the database's. It is for times that nodes compare by the
    /// second: the last poll of a device, and the rotation of a refresh token.
    pub fn shared(&self, now: Timestamp) -> Timestamp {
        shared(now, self.ahead().unwrap_or_default())
    }

    /// Compares the clocks. At the first call, and when this clock was set back, corrects the times that a clock which
    /// was ahead has stored, unless this clock itself is wrong.
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

/// The milliseconds by which a clock is ahead that showed `before` and `after` around a query, whose answer was
/// `there`. The database answered at some moment between, so a difference that the duration of the query can explain
/// does not count.
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

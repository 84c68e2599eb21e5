//! Rates: a bucket of tries that fills at a steady pace (requirements D-15, T-10, T-17).
//!
//! The whole state of a bucket is one instant: when it will be full again. A full bucket equals one that never existed,
//! so it need not be stored. This is the "generic cell rate algorithm". A crate for it would bring a clock and a map of
//! its own, and that map neither forgets by the clock of the server nor has a greatest size.

use std::time::Duration;

use crate::network::Place;
use crate::timestamp::Timestamp;

/// A rate: `burst` at once, and then one after each pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In microseconds: at 2 000 a second a pause is half a millisecond.
    pause: i64,
    burst: i64,
}

/// The state of a rate for one sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bucket {
    /// In microseconds since the epoch.
    full_at: i64,
}

impl Rate {
    /// `count` in each `window`, of which `burst` may come at once. None of them is zero, which the settings check.
    pub fn new(count: u32, window: Duration, burst: u32) -> Self {
        let pause = i64::try_from(window.as_micros()).unwrap_or(i64::MAX) / i64::from(count.max(1));
        Self { pause: pause.max(1), burst: i64::from(burst.max(1)) }
    }

    /// `count` in each `window`, all of them at once if necessary.
    pub fn of(count: u32, window: Duration) -> Self {
        Self::new(count, window, count)
    }

    /// The same rate for a place that may have more than one network (see [`Place`]).
    #[must_use]
    pub fn share(self, place: Place) -> Self {
        let times = |number: i64| i64::from(place.share(u32::try_from(number).unwrap_or(u32::MAX)));
        Self { pause: (self.pause / times(1)).max(1), burst: times(self.burst) }
    }

    /// Puts one try back that was taken and not used.
    pub fn give_back(self, bucket: &mut Bucket) {
        bucket.full_at = bucket.full_at.saturating_sub(self.pause);
    }

    /// Takes one try from the bucket.
    ///
    /// # Errors
    /// How long to wait for the next try. Then none was taken.
    pub fn take(self, bucket: &mut Bucket, now: Timestamp) -> Result<(), Duration> {
        let now = micros(now);
        let most = self.pause.saturating_mul(self.burst);
        // At most what an empty bucket lacks, also after a clock was set back or a rate was raised.
        let lacking = bucket.full_at.saturating_sub(now).clamp(0, most);
        let over = lacking + self.pause - most;
        bucket.full_at = now + if over > 0 { lacking } else { lacking + self.pause };
        if over > 0 { Err(Duration::from_micros(over.unsigned_abs())) } else { Ok(()) }
    }
}

impl Bucket {
    /// Whether the bucket equals one that was never used.
    pub fn is_full(self, now: Timestamp) -> bool {
        self.full_at <= micros(now)
    }
}

fn micros(instant: Timestamp) -> i64 {
    instant.millis().saturating_mul(1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    /// How many tries of a flood are admitted at once.
    fn let_through(rate: Rate, bucket: &mut Bucket, now: Timestamp) -> usize {
        (0..100_000).take_while(|_| rate.take(bucket, now).is_ok()).count()
    }

    #[test]
    fn a_burst_and_then_a_steady_pace() {
        let (rate, mut bucket) = (Rate::of(30, MINUTE), Bucket::default());
        assert_eq!(let_through(rate, &mut bucket, at(0)), 30);
        assert_eq!(rate.take(&mut bucket, at(0)), Err(Duration::from_secs(2)));
        assert_eq!(rate.take(&mut bucket, at(1_500)), Err(Duration::from_millis(500)), "a refusal costs nothing");
        assert_eq!(let_through(rate, &mut bucket, at(2_000)), 1);
        assert_eq!(let_through(rate, &mut bucket, at(12_000)), 5);
        assert!(!bucket.is_full(at(71_999)) && bucket.is_full(at(72_000)));
        assert_eq!(let_through(rate, &mut bucket, at(3_600_000)), 30, "it never holds more than the burst");
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let (rate, mut bucket) = (Rate::of(30, MINUTE), Bucket::default());
        assert_eq!(let_through(rate, &mut bucket, at(0)), 30);
        rate.give_back(&mut bucket);
        assert_eq!(let_through(rate, &mut bucket, at(0)), 1);
    }

    /// Proves: FA-02
    #[test]
    fn a_site_has_a_wider_rate_than_a_network() {
        let site = Place::around("192.0.2.1".parse().unwrap())[1];
        let (rate, mut bucket) = (Rate::new(30, MINUTE, 3).share(site), Bucket::default());
        assert_eq!(let_through(rate, &mut bucket, at(0)), 30);
        assert_eq!(rate.take(&mut bucket, at(0)), Err(Duration::from_millis(200)));
    }

    #[test]
    fn a_rate_may_be_faster_than_a_millisecond() {
        let (rate, mut bucket) = (Rate::of(2_000, Duration::from_secs(1)), Bucket::default());
        assert_eq!(let_through(rate, &mut bucket, at(0)), 2_000);
        assert_eq!(let_through(rate, &mut bucket, at(1)), 2);
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let (rate, mut bucket) = (Rate::of(30, MINUTE), Bucket::default());
        assert_eq!(let_through(rate, &mut bucket, at(86_400_000)), 30);
        assert_eq!(rate.take(&mut bucket, at(0)), Err(Duration::from_secs(2)));
        assert_eq!(rate.take(&mut bucket, at(2_000)), Ok(()));
    }

    proptest! {
        #[test]
        fn no_stretch_of_time_holds_more_than_the_burst_and_the_pace(
            count in 1_u32..100, burst in 1_u32..100, pauses in proptest::collection::vec(0_i64..5_000, 1..400)
        ) {
            let (rate, mut bucket) = (Rate::new(count, MINUTE, burst), Bucket::default());
            let mut now = 0;
            let mut admitted = Vec::new();
            for pause in pauses {
                now += pause;
                match rate.take(&mut bucket, at(now)) {
                    Ok(()) => admitted.push(now),
                    // The wait is sufficient, when it is rounded up to the milliseconds of the clock.
                    Err(wait) => {
                        let then = at(now) + wait + Duration::from_millis(1);
                        prop_assert!(rate.take(&mut bucket.clone(), then).is_ok());
                    }
                }
            }
            for first in 0..admitted.len() {
                for (further, until) in (0_i64..).zip(&admitted[first..]) {
                    let beyond_the_burst = further + 1 - i64::from(burst);
                    // In thousandths of a try, one of which is for rounding.
                    let due = (until - admitted[first]) * i64::from(count) / 60 + 1;
                    prop_assert!(beyond_the_burst * 1_000 <= due, "{further} after {first}");
                }
            }
        }
    }
}

//! The pace of polls: RFC 8628 section 3.5 and the habits of real clients.
//!
//! The interval runs from the answer of one poll to the arrival of the next. A poll within a second of the last one is
//! the same poll sent twice (some libraries try two ways to authenticate) and gets the same answer; a third one is too
//! early.

use std::time::Duration;

use crate::timestamp::Timestamp;

/// The state of the polls of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The interval that holds now: the one that the device was told, plus 5 s for every `slow_down`.
    pub interval: Duration,
    /// When the last poll was answered. `None`: the first poll is never too early.
    pub answered_at: Option<Timestamp>,
    /// Whether that answer was `slow_down`.
    pub slowed: bool,
    /// Whether that poll was sent twice already.
    pub repeated: bool,
}

impl Pace {
    const SAME_POLL: Duration = Duration::from_secs(1);
    /// What each `slow_down` adds to the interval (RFC 8628 section 3.5).
    pub const STEP: Duration = Duration::from_secs(5);
    /// The longest interval that this leads to.
    pub const LONGEST: Duration = Duration::from_secs(60);

    /// The pace of a new grant.
    pub fn new(interval: Duration) -> Self {
        Self { interval, answered_at: None, slowed: false, repeated: false }
    }

    /// Judges a poll that arrives at `now`. It may be early by `tolerance`. Returns the pace that has to be stored; it is
    /// `slowed` if the poll was too early.
    #[must_use]
    pub fn judge(&self, now: Timestamp, tolerance: Duration) -> Self {
        let Some(answered_at) = self.answered_at else {
            return Self { answered_at: Some(now), slowed: false, ..self.clone() };
        };
        let waited = now.since(answered_at);
        if waited + tolerance >= self.interval {
            Self { answered_at: Some(now), slowed: false, repeated: false, ..self.clone() }
        } else if waited < Self::SAME_POLL && !self.repeated {
            Self { repeated: true, ..self.clone() }
        } else {
            let interval = (self.interval + Self::STEP).min(Self::LONGEST.max(self.interval));
            Self { interval, answered_at: Some(now), slowed: true, repeated: false }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLERANCE: Duration = Duration::from_secs(1);

    /// Polls at the given milliseconds and spells the answers: `p` pending, `s` slow_down.
    fn answers(at: &[i64]) -> (String, Duration) {
        let mut pace = Pace::new(Duration::from_secs(5));
        let mut told = String::new();
        for millis in at {
            pace = pace.judge(Timestamp::from_millis(*millis), TOLERANCE);
            told.push(if pace.slowed { 's' } else { 'p' });
        }
        (told, pace.interval)
    }

    #[test]
    fn a_device_that_keeps_the_interval_is_never_slowed() {
        assert_eq!(answers(&[0, 5_000, 10_000, 14_100, 19_100]).0, "ppppp");
    }

    #[test]
    fn each_hasty_poll_costs_five_seconds_up_to_a_minute() {
        let polls: Vec<i64> = (0..20).map(|n| n * 1_000).collect();
        let (told, interval) = answers(&polls);
        assert_eq!(told, "psssssssssssssssssss");
        assert_eq!(interval, Duration::from_secs(60));
    }

    #[test]
    fn the_raised_interval_is_enough_and_stays() {
        assert_eq!(answers(&[0, 2_000, 12_000, 22_000]).0, "pspp");
        assert_eq!(answers(&[0, 2_000, 12_000, 17_000]).0, "psps");
    }

    #[test]
    fn a_poll_sent_twice_is_one_poll_and_a_third_is_too_fast() {
        assert_eq!(answers(&[0, 5, 5_000, 5_005]).0, "pppp");
        assert_eq!(answers(&[0, 5, 10]).0, "pps");
        assert_eq!(answers(&[0, 2_000, 2_005]), ("pss".to_owned(), Duration::from_secs(10)));
    }

    #[test]
    fn a_clock_set_back_does_not_trap_the_device() {
        assert_eq!(answers(&[10_000, 0, 5_000]).0, "pps");
    }
}

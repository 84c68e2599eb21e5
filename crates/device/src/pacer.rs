//! When the device may poll again: RFC 8628 section 3.5, as a decision without clock and network.

use std::time::Duration;

/// RFC 8628 section 3.5: each `slow_down` adds this, "for this and all subsequent requests".
const SLOW_DOWN: Duration = Duration::from_secs(5);
/// A server that comes back is noticed within a minute.
const LONGEST_BACKOFF: Duration = Duration::from_mins(1);

/// What the last poll heard, as long as nothing is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollState {
    /// `authorization_pending`: nobody decided yet.
    Pending,
    /// `slow_down`: the same, and this device is too eager.
    SlowDown,
    /// No answer, or one that says that the server has trouble of its own.
    Unanswered,
}

/// Decides how long to wait from what the last poll heard.
#[derive(Clone, Debug)]
pub struct Pacer {
    interval: Duration,
    expires_in: Duration,
    unanswered: u32,
}

impl Pacer {
    /// A pacer for codes that live for `expires_in` and may be polled every `interval`.
    pub fn new(interval: Duration, expires_in: Duration) -> Self {
        Self { interval, expires_in, unanswered: 0 }
    }

    /// How long to wait before the first poll: nobody types a code in no time.
    pub fn first(&self) -> Duration {
        self.interval
    }

    /// How long to wait after a poll that heard `state` when `elapsed` has passed since the codes came; `None` when they
    /// have expired.
    pub fn after(&mut self, state: PollState, elapsed: Duration) -> Option<Duration> {
        let left = self.expires_in.checked_sub(elapsed).filter(|left| !left.is_zero())?;
        match state {
            PollState::Pending => self.unanswered = 0,
            PollState::SlowDown => {
                self.unanswered = 0;
                self.interval = self.interval.saturating_add(SLOW_DOWN);
            }
            PollState::Unanswered => self.unanswered = self.unanswered.saturating_add(1),
        }
        // Never sooner than the interval; otherwise one poll falls on the end, for who approved in the last moment.
        Some(self.backoff().min(left).max(self.interval))
    }

    /// Doubled for each silence in a row (RFC 8628 section 3.5 on time-outs).
    fn backoff(&self) -> Duration {
        let doubled = self.interval.saturating_mul(2_u32.saturating_pow(self.unanswered));
        doubled.min(LONGEST_BACKOFF).max(self.interval)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Pacer;
    use super::PollState::{Pending, SlowDown, Unanswered};

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn pacer() -> Pacer {
        Pacer::new(secs(5), secs(600))
    }

    #[test]
    fn pending_keeps_the_interval() {
        let mut pacer = pacer();
        assert_eq!(pacer.first(), secs(5));
        assert_eq!(pacer.after(Pending, secs(5)), Some(secs(5)));
        assert_eq!(pacer.after(Pending, secs(10)), Some(secs(5)));
    }

    #[test]
    fn slow_down_holds_for_good_and_adds_up() {
        let mut pacer = pacer();
        assert_eq!(pacer.after(SlowDown, secs(5)), Some(secs(10)));
        assert_eq!(pacer.after(Pending, secs(15)), Some(secs(10)));
        assert_eq!(pacer.after(SlowDown, secs(25)), Some(secs(15)));
        assert_eq!(pacer.after(Pending, secs(40)), Some(secs(15)));
    }

    #[test]
    fn silence_doubles_the_wait_up_to_a_minute_until_the_server_speaks() {
        let mut pacer = pacer();
        let waits: Vec<_> = (1..=6).map(|poll| pacer.after(Unanswered, secs(poll)).unwrap().as_secs()).collect();
        assert_eq!(waits, [10, 20, 40, 60, 60, 60]);
        assert_eq!(pacer.after(Pending, secs(300)), Some(secs(5)));
        assert_eq!(pacer.after(Unanswered, secs(305)), Some(secs(10)));
    }

    #[test]
    fn an_interval_beyond_the_cap_is_kept() {
        let mut pacer = Pacer::new(secs(90), secs(600));
        assert_eq!(pacer.after(Unanswered, secs(90)), Some(secs(90)));
    }

    #[test]
    fn the_last_poll_falls_on_the_end_but_never_before_the_interval() {
        let mut pacer = pacer();
        pacer.after(Unanswered, secs(500));
        pacer.after(Unanswered, secs(520));
        assert_eq!(pacer.after(Unanswered, secs(580)), Some(secs(20)));
        assert_eq!(pacer.after(Pending, secs(598)), Some(secs(5)));
    }

    #[test]
    fn nothing_follows_on_the_end() {
        for state in [Pending, SlowDown, Unanswered] {
            assert_eq!(pacer().after(state, secs(600)), None);
        }
    }

    #[test]
    fn absurd_numbers_do_not_overflow() {
        let mut pacer = Pacer::new(Duration::MAX, Duration::MAX);
        assert_eq!(pacer.after(SlowDown, secs(1)), Some(Duration::MAX));
        for _ in 0..100 {
            assert_eq!(pacer.after(Unanswered, secs(1)), Some(Duration::MAX));
        }
    }
}

//! Decides when the device may poll again (RFC 8628 section 3.5), without a clock and a network.

use std::time::Duration;

/// RFC 8628 section 3.5: each `slow_down` adds this, "for this and all subsequent requests".
const SLOW_DOWN: Duration = Duration::from_secs(5);
/// A server that answers again is noticed within a minute.
const LONGEST_BACKOFF: Duration = Duration::from_mins(1);

/// The answer to the last poll, while the person has not decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollState {
    /// `authorization_pending`.
    Pending,
    /// `slow_down`: the person has not decided, and this device polls too often.
    SlowDown,
    /// No answer, or one that says that the server has trouble of its own.
    Unanswered,
}

/// Decides how long to wait after a poll.
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

    /// How long to wait after a poll that was answered with `state`, when `elapsed` has passed since the codes came. `None`
    /// means that they have expired.
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
        // Doubled for each poll in a row without an answer (RFC 8628 section 3.5 on time-outs).
        let doubled = self.interval.saturating_mul(2_u32.saturating_pow(self.unanswered));
        // The last poll is at the end of the lifetime, for an approval in the last moment, but never before the interval.
        Some(doubled.min(LONGEST_BACKOFF).min(left).max(self.interval))
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

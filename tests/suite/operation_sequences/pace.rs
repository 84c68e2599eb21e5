//! The pace of polls, for the model: requirements T-14 and T-15.

/// The defaults of `device.interval` and `device.tolerance`.
const INTERVAL: i64 = 5_000;
const TOLERANCE: i64 = 1_000;
/// T-14: a poll within it is a repetition of the same poll.
const SAME_POLL: i64 = 1_000;
/// T-15.
const SLOW_DOWN: i64 = 5_000;
const LONGEST_INTERVAL: i64 = 60_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    pub interval: i64,
    answered_at: Option<i64>,
    slowed: bool,
    repeated: bool,
}

impl Pace {
    pub fn new() -> Self {
        Self { interval: INTERVAL, answered_at: None, slowed: false, repeated: false }
    }

    /// The error code in the answer to a poll.
    pub fn poll(&mut self, now: i64) -> &'static str {
        let waited = self.answered_at.map(|at| now - at).filter(|waited| waited + TOLERANCE < self.interval);
        match waited {
            // The first poll, or one that kept the interval.
            None => {
                *self = Self { answered_at: Some(now), slowed: false, repeated: false, ..self.clone() };
                "authorization_pending"
            }
            Some(waited) if waited < SAME_POLL && !self.repeated => {
                self.repeated = true;
                if self.slowed { "slow_down" } else { "authorization_pending" }
            }
            Some(_) => {
                let interval = (self.interval + SLOW_DOWN).min(LONGEST_INTERVAL);
                *self = Self { interval, answered_at: Some(now), slowed: true, repeated: false };
                "slow_down"
            }
        }
    }
}

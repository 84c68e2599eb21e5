//! Reasons of this node's own to refuse requests: it is ending, or its clock is wrong. The store has those of the
//! database.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Nodes whose clocks differ by more would end each other's sessions and refuse each other's tokens.
const MOST_CLOCK_DIFFERENCE: Duration = Duration::from_secs(30);

/// What this node knows of itself.
#[derive(Debug, Default)]
pub struct Readiness {
    is_draining: AtomicBool,
}

impl Readiness {
    /// The server is stopping: requests under way are finished, new ones should go to another node.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// Why requests should go to another node, in a word. `ahead_millis` is how far this node's clock is ahead of the database's,
    /// below zero when it is behind.
    pub fn refuses(&self, ahead_millis: i64) -> Option<&'static str> {
        let difference = Duration::from_millis(ahead_millis.unsigned_abs());
        if self.is_draining.load(Ordering::Relaxed) {
            Some("draining")
        } else if difference > MOST_CLOCK_DIFFERENCE {
            Some("clock")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Readiness;

    #[test]
    fn a_clock_that_is_half_a_minute_off_either_way_is_refused_until_it_is_right() {
        let node = Readiness::default();
        for (ahead_millis, refused) in [(0, None), (30_000, None), (30_001, Some("clock")), (-30_001, Some("clock"))] {
            assert_eq!(node.refuses(ahead_millis), refused, "{ahead_millis}");
        }
        node.drain();
        assert_eq!(node.refuses(-200), Some("draining"));
    }
}

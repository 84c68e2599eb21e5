//! Is there a reason of this node's own to send requests elsewhere? It is ending, or its clock is wrong. What the database
//! has to say, the store says.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Nodes whose clocks differ by more would end each other's sessions and refuse each other's tokens.
const MOST_CLOCK_DIFFERENCE: Duration = Duration::from_secs(30);

/// What this node knows of itself.
#[derive(Debug, Default)]
pub struct Readiness {
    is_draining: AtomicBool,
    clock_ahead_millis: AtomicI64,
}

impl Readiness {
    /// The end has come: requests under way are finished, new ones are better sent elsewhere.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// Takes note of how far this node's clock is ahead of the database's, below zero when it is behind.
    pub fn note_clock(&self, ahead_millis: i64) {
        self.clock_ahead_millis.store(ahead_millis, Ordering::Relaxed);
    }

    /// Why requests are better sent elsewhere, in a word.
    pub fn refuses(&self) -> Option<&'static str> {
        let difference = Duration::from_millis(self.clock_ahead_millis.load(Ordering::Relaxed).unsigned_abs());
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
            node.note_clock(ahead_millis);
            assert_eq!(node.refuses(), refused, "{ahead_millis}");
        }
        node.note_clock(-200);
        assert_eq!(node.refuses(), None);
        node.drain();
        assert_eq!(node.refuses(), Some("draining"));
    }
}

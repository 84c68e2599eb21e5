//! Measure the wait after a failed login at a node whose clock is ahead: as long as there, by this node's clock
//! (requirement FA-07).
//!
//! The end of a wait in the database is a time of the clock of the node that wrote it. If that is later than the
//! longest wait allows, this node's clock is behind, and the wait begins when this node first reads it. The end is
//! remembered here and not written back, because it would already have passed for the other node.

use std::collections::HashMap;

use parking_lot::Mutex;

use protocol::{Digest, Timestamp};

/// The most waits that are remembered. If there are more, all of them begin again.
const MOST: usize = 4_096;

/// The waits that this node measures, by the account: the end in the database, and the end by this node's clock.
#[derive(Debug, Default)]
pub struct LoginWaits(Mutex<HashMap<[u8; 32], (Timestamp, Timestamp)>>);

impl LoginWaits {
    /// The end of a wait that lasts until `not_before` by the database. A wait that begins now ends at `at_most` at the
    /// latest.
    pub fn end(&self, account: &Digest, not_before: Timestamp, at_most: Timestamp, now: Timestamp) -> Timestamp {
        if not_before <= at_most {
            return not_before;
        }
        let mut waits = self.0.lock();
        if waits.len() >= MOST {
            waits.retain(|_, (_, end)| now < *end);
        }
        if waits.len() >= MOST {
            waits.clear();
        }
        let wait = waits.entry(account.to_bytes()).or_insert((not_before, at_most));
        if wait.0 != not_before {
            *wait = (not_before, at_most);
        }
        wait.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    /// Proves: FA-07
    #[test]
    fn a_wait_that_began_in_our_future_begins_when_it_is_met() {
        let (waits, anna) = (LoginWaits::default(), Digest::sha256(b"anna"));
        let end = |not_before, now| waits.end(&anna, at(not_before), at(now + 4), at(now));
        assert_eq!(end(3, 0), at(3), "a clock that agrees");
        assert_eq!(end(3_604, 0), at(4));
        assert_eq!(end(3_604, 3), at(4), "it does not begin again");
        assert_eq!(end(3_604, 4), at(4));
        assert_eq!(end(3_700, 5), at(9), "the next failure");
        for other in 0..20_000_u32 {
            waits.end(&Digest::sha256(&other.to_be_bytes()), at(3_604), at(4), at(0));
        }
        assert!(waits.0.lock().len() <= MOST);
    }
}

//! Measure the waits of logins that failed at a node whose clock is ahead: as long as there, by our own clock
//! (requirement FA-07).
//!
//! The database knows an instant by the clock of who wrote it. Where that lies further ahead than any wait is long, our clock is
//! behind: then the wait begins when this node first meets it. It is remembered here and not written back, because for the
//! other node it would be over by then.

use std::collections::HashMap;

use parking_lot::Mutex;

use protocol::{Digest, Timestamp};

/// Waits that are remembered at once. When there are more, all of them begin anew.
const MOST: usize = 4_096;

/// The waits that this node measures itself, by the account: what the database says, and when they are over.
#[derive(Debug, Default)]
pub struct LoginWaits(Mutex<HashMap<[u8; 32], (Timestamp, Timestamp)>>);

impl LoginWaits {
    /// When a wait is over that the database says lasts until `not_before`, and that is no longer than until `at_most` if it
    /// begins now.
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
        assert_eq!(end(3_604, 3), at(4), "it does not begin anew");
        assert_eq!(end(3_604, 4), at(4));
        assert_eq!(end(3_700, 5), at(9), "the next failure");
        for other in 0..20_000_u32 {
            waits.end(&Digest::sha256(&other.to_be_bytes()), at(3_604), at(4), at(0));
        }
        assert!(waits.0.lock().len() <= MOST);
    }
}

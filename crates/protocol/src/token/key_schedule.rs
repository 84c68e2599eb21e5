//! The rotation of signing keys: which key signs now, and when the next one is made (OpenID Connect Core section
//! 10.1.1, requirement K-15).
//!
//! A key is published before it signs, so that every verifier has fetched it by then. It stays published after it has
//! signed last, until everything that it signed has expired.

use std::time::Duration;

use crate::timestamp::Timestamp;

/// The durations of the rotation.
#[derive(Clone, Copy, Debug)]
pub struct KeySchedule {
    /// How long a key signs.
    pub rotate_every: Duration,
    /// How long a key is published before it signs.
    pub announce: Duration,
    /// How long a key is published after it has signed.
    pub keep: Duration,
}

impl KeySchedule {
    /// Which of these keys signs at `now`: the last one that is active. `active_from` is in the order of creation. If
    /// none is active, all were made while the clock was ahead, and the first of them signs, because verifiers have
    /// known it longest.
    pub fn signer(active_from: &[Timestamp], now: Timestamp) -> Option<usize> {
        active_from.iter().rposition(|from| *from <= now).or((!active_from.is_empty()).then_some(0))
    }

    /// Whether a key was made while the clock was ahead: no key is announced for longer than this before it signs.
    pub fn is_ahead(&self, active_from: Timestamp, now: Timestamp) -> bool {
        active_from > now + self.announce
    }

    /// From when the next key has to sign; `None` while no next key has to be made. A key that was made while the clock was
    /// ahead does not delay the next one.
    pub fn next_key(&self, active_from: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
        if active_from.is_empty() {
            return Some(now);
        }
        let credible = active_from.iter().filter(|from| !self.is_ahead(**from, now));
        let Some(last) = credible.max() else { return Some(now + self.announce) };
        let due = *last + self.rotate_every;
        if now + self.announce >= due { Some(due.max(now + self.announce)) } else { None }
    }

    /// Whether the key at this position has been unused for long enough to be deleted.
    pub fn is_over(&self, active_from: &[Timestamp], place: usize, now: Timestamp) -> bool {
        active_from.iter().skip(place + 1).any(|successor| *successor + self.keep <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;
    const SCHEDULE: KeySchedule = KeySchedule {
        rotate_every: Duration::from_secs(90 * 86_400),
        announce: Duration::from_secs(14 * 86_400),
        keep: Duration::from_secs(14 * 86_400),
    };

    fn day(n: i64) -> Timestamp {
        Timestamp::from_millis(n * DAY)
    }

    #[test]
    fn the_first_key_signs_at_once() {
        assert_eq!(SCHEDULE.next_key(&[], day(5)), Some(day(5)));
        assert_eq!(KeySchedule::signer(&[day(5)], day(5)), Some(0));
    }

    #[test]
    fn the_next_key_is_announced_before_it_signs_and_the_old_one_kept_after() {
        assert_eq!(SCHEDULE.next_key(&[day(0)], day(75)), None);
        assert_eq!(SCHEDULE.next_key(&[day(0)], day(76)), Some(day(90)));
        let keys = [day(0), day(90)];
        assert_eq!(SCHEDULE.next_key(&keys, day(76)), None);
        assert_eq!((KeySchedule::signer(&keys, day(89)), KeySchedule::signer(&keys, day(90))), (Some(0), Some(1)));
        assert!(!SCHEDULE.is_over(&keys, 0, day(103)));
        assert!(SCHEDULE.is_over(&keys, 0, day(104)));
        assert!(!SCHEDULE.is_over(&keys, 1, day(1000)), "the last key is never forgotten");
    }

    /// Proves: FE-07
    #[test]
    fn a_clock_that_was_ahead_leaves_a_key_that_signs_and_the_next_comes_in_time() {
        let ahead = [day(365)];
        assert_eq!(KeySchedule::signer(&ahead, day(0)), Some(0), "there is no other");
        assert_eq!(SCHEDULE.next_key(&ahead, day(0)), Some(day(14)));
        let keys = [day(365), day(14)];
        assert_eq!(SCHEDULE.next_key(&keys, day(0)), None, "one is enough");
        assert_eq!((KeySchedule::signer(&keys, day(13)), KeySchedule::signer(&keys, day(14))), (Some(0), Some(1)));
        assert!(SCHEDULE.is_over(&keys, 0, day(28)), "the strange one is forgotten like any other");
        // The clock was ahead for a while, in the middle of a succession.
        let keys = [day(0), day(500)];
        assert_eq!(KeySchedule::signer(&keys, day(1)), Some(0));
        assert_eq!(SCHEDULE.next_key(&keys, day(76)), Some(day(90)));
    }

    #[test]
    fn a_server_that_slept_for_a_year_still_announces_first() {
        assert_eq!(SCHEDULE.next_key(&[day(0)], day(365)), Some(day(379)));
        assert_eq!(KeySchedule::signer(&[day(0), day(379)], day(365)), Some(0));
    }
}

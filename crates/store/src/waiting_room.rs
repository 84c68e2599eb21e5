//! What this node knows of the grants that wait: so that the poll of one of them needs no statement.
//!
//! The memory says "it waits" and keeps the pace of polls (RFC 8628 section 3.5), and nothing else. A grant is forgotten in
//! the moment in which this process ends its waiting, and as soon as the [changes](super::changes) of other processes are
//! read. While they cannot be read for another reason than an absent database, the memory is not asked.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use protocol::{Binding, DeviceGrant, Digest, Pace, Timestamp};

/// How long a reading of the changes shows that the memory is right.
const FRESH: Duration = Duration::from_secs(2);

/// Locked one by one, so that polls of different grants seldom wait for each other.
const PARTS: usize = 64;

/// About two million grants, of some 270 bytes each.
const MOST_IN_A_PART: usize = 1 << 15;

/// How many grants a part has before the first search for those that are over.
const FIRST_SEARCH: usize = 64;

/// A grant that waits for a person, as far as its polls need it.
#[derive(Debug, PartialEq, Eq)]
pub struct WaitingGrant {
    /// The client that asked.
    pub client_id: Box<str>,
    /// The key and the challenge that polls have to prove.
    pub binding: Binding,
    /// The first instant at which it does not wait any more.
    expires_at: Timestamp,
}

/// What was forgotten when a grant was looked up: if more is by the time it is remembered, its row may be old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sighting(u64);

/// The memory of one process.
#[derive(Debug)]
pub(super) struct WaitingRoom {
    parts: Vec<Mutex<Part>>,
    most_in_a_part: usize,
    began: Instant,
    /// Milliseconds from `began`, until which the memory is right.
    right_until: AtomicU64,
}

#[derive(Debug)]
struct Part {
    known: HashMap<[u8; 32], Known>,
    /// How often something was forgotten.
    endings: u64,
    /// At which size to search for grants that are over.
    search_at: usize,
}

#[derive(Debug)]
struct Known {
    pace: Pace,
    /// Nothing is asked of it after this.
    over_at: Timestamp,
    /// `None`: the row decides each poll, and only the pace is kept here.
    waiting: Option<Arc<WaitingGrant>>,
}

impl Default for WaitingRoom {
    fn default() -> Self {
        Self::for_at_most(MOST_IN_A_PART)
    }
}

impl WaitingRoom {
    fn for_at_most(in_a_part: usize) -> Self {
        let part = || Mutex::new(Part { known: HashMap::new(), endings: 0, search_at: FIRST_SEARCH });
        Self {
            parts: (0..PARTS).map(|_| part()).collect(),
            most_in_a_part: in_a_part,
            began: Instant::now(),
            right_until: AtomicU64::new(0),
        }
    }

    fn part(&self, code: &Digest) -> &Mutex<Part> {
        &self.parts[usize::from(code.as_bytes()[0]) % PARTS]
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Every change was read by now.
    pub(super) fn is_right(&self) {
        let fresh = u64::try_from(FRESH.as_millis()).unwrap_or_default();
        self.right_until.store(self.elapsed() + fresh, Ordering::Release);
    }

    /// The database is away, so nothing can have changed in it. Whoever waits goes on waiting.
    pub(super) fn is_all_there_is(&self) {
        self.right_until.store(u64::MAX, Ordering::Release);
    }

    /// The changes cannot be read, and the database is there.
    pub(super) fn may_be_wrong(&self) {
        self.right_until.store(0, Ordering::Release);
    }

    /// The grant of this code, if it is known to wait.
    pub(super) fn recall(&self, code: &Digest, now: Timestamp) -> Option<Arc<WaitingGrant>> {
        if self.elapsed() >= self.right_until.load(Ordering::Acquire) {
            return None;
        }
        let waiting = self.part(code).lock().known.get(&code.to_bytes())?.waiting.clone()?;
        (now < waiting.expires_at).then_some(waiting)
    }

    /// To be taken before the row of a grant is read.
    pub(super) fn sighting(&self, code: &Digest) -> Sighting {
        Sighting(self.part(code).lock().endings)
    }

    /// Judges and remembers the poll of a grant that is known to wait; `None`: it was forgotten since.
    pub(super) fn judge_known(&self, code: &Digest, now: Timestamp, tolerance: Duration) -> Option<(Pace, Pace)> {
        let mut part = self.part(code).lock();
        let known = part.known.get_mut(&code.to_bytes()).filter(|known| known.waiting.is_some())?;
        Some(known.judge(now, tolerance))
    }

    /// Judges and remembers the poll of a grant whose row was read; `None`: the row may be old. Gives the pace before and
    /// after.
    pub(super) fn judge_found(
        &self,
        code: &Digest,
        grant: &DeviceGrant,
        seen: Sighting,
        now: Timestamp,
        tolerance: Duration,
    ) -> Option<(Pace, Pace)> {
        let mut part = self.part(code).lock();
        if part.endings != seen.0 {
            return None;
        }
        part.make_room(self.most_in_a_part, now);
        Some(match part.known.entry(code.to_bytes()) {
            Entry::Occupied(known) => {
                let known = known.into_mut();
                // Another node may have raised it.
                known.pace.interval = known.pace.interval.max(grant.pace.interval);
                known.waiting = known.waiting.take().or_else(|| waiting(grant));
                known.judge(now, tolerance)
            }
            Entry::Vacant(place) => {
                let (pace, over_at) = (grant.pace.clone(), grant.redeemable_until());
                place.insert(Known { pace, over_at, waiting: waiting(grant) }).judge(now, tolerance)
            }
        })
    }

    /// Forgets that a grant waits.
    pub(super) fn forget(&self, code: &Digest) {
        let mut part = self.part(code).lock();
        part.endings += 1;
        // The pace stays where only the pace is known: an approval that waits for its PIN looks like none.
        if part.known.get(&code.to_bytes()).is_some_and(|known| known.waiting.is_some()) {
            part.known.remove(&code.to_bytes());
        }
    }

    /// Forgets everything, as after a restart.
    pub(super) fn forget_all(&self) {
        for part in &self.parts {
            let mut part = part.lock();
            part.endings += 1;
            part.known = HashMap::new();
            part.search_at = FIRST_SEARCH;
        }
    }
}

impl Part {
    /// Makes room for one more. What is over goes first; the search for it costs little for each grant, because the memory
    /// has to double before the next one.
    fn make_room(&mut self, most: usize, now: Timestamp) {
        if self.known.len() >= self.search_at.min(most) {
            self.known.retain(|_, known| now < known.over_at);
            self.search_at = (self.known.len() * 2).max(FIRST_SEARCH);
        }
        if self.known.len() >= most
            && let Some(any) = self.known.keys().next().copied()
        {
            self.known.remove(&any);
        }
    }
}

impl Known {
    fn judge(&mut self, now: Timestamp, tolerance: Duration) -> (Pace, Pace) {
        let judged = self.pace.judge(now, tolerance);
        (std::mem::replace(&mut self.pace, judged.clone()), judged)
    }
}

/// What is remembered of a grant; `None`: its polls are decided by more than is remembered.
fn waiting(grant: &DeviceGrant) -> Option<Arc<WaitingGrant>> {
    let is_plain = grant.is_undecided() && !grant.initiation.pin && grant.wishes.acr_values.is_empty();
    is_plain.then(|| {
        let (client_id, binding) = (grant.client_id.as_str().into(), grant.binding.clone());
        Arc::new(WaitingGrant { client_id, binding, expires_at: grant.expires_at })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Origin, Scope, State};
    use std::net::Ipv4Addr;

    const TOLERANCE: Duration = Duration::from_secs(1);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn grant() -> DeviceGrant {
        let origin = Origin { at: at(0), address: Ipv4Addr::LOCALHOST.into(), user_agent: None };
        let (lifetime, interval) = (Duration::from_mins(10), Duration::from_secs(5));
        DeviceGrant::new("g".to_owned(), "tv".to_owned(), Scope::of(["read"]), origin, lifetime, interval)
    }

    fn code(number: u32) -> Digest {
        Digest::sha256(&number.to_be_bytes())
    }

    fn found(room: &WaitingRoom, code: &Digest, grant: &DeviceGrant, now: Timestamp) -> Option<(Pace, Pace)> {
        room.judge_found(code, grant, room.sighting(code), now, TOLERANCE)
    }

    fn right() -> WaitingRoom {
        let room = WaitingRoom::default();
        room.is_right();
        room
    }

    fn len(room: &WaitingRoom) -> usize {
        room.parts.iter().map(|part| part.lock().known.len()).sum()
    }

    /// Proves: FA-05 T-14 T-15: polls at the same moment are judged as polls in a row, known or found.
    #[test]
    fn polls_at_the_same_moment_are_judged_as_polls_in_a_row() {
        let (room, grant, code) = (right(), grant(), code(1));
        let mut pace = grant.pace.clone();
        for poll in 0..40 {
            let is_known = poll % 3 > 0;
            let judged =
                if is_known { room.judge_known(&code, at(1), TOLERANCE) } else { found(&room, &code, &grant, at(1)) };
            let expected = (pace.clone(), pace.judge(at(1), TOLERANCE));
            pace = expected.1.clone();
            assert_eq!(judged, Some(expected), "poll {poll}");
        }
        assert_eq!(pace.interval, Pace::LONGEST);
    }

    #[test]
    fn what_ended_is_not_recalled_and_an_old_row_does_not_bring_it_back() {
        let (room, grant, code) = (right(), grant(), code(1));
        assert_eq!(room.recall(&code, at(1)), None, "nobody asked");
        let seen = room.sighting(&code);
        assert!(room.judge_found(&code, &grant, seen, at(1), TOLERANCE).is_some());
        let known = room.recall(&code, at(1)).unwrap();
        assert_eq!((&*known.client_id, &known.binding), ("tv", &grant.binding));
        assert_eq!(room.recall(&code, at(600)), None, "it expired");
        room.forget(&code);
        assert_eq!(room.recall(&code, at(1)), None);
        assert_eq!(room.judge_known(&code, at(1), TOLERANCE), None, "a poll that was under way");
        assert_eq!(room.judge_found(&code, &grant, seen, at(1), TOLERANCE), None, "a row from before");
        assert_eq!(room.recall(&code, at(1)), None);
        assert!(found(&room, &code, &grant, at(1)).is_some());
        room.forget_all();
        assert_eq!((room.recall(&code, at(1)), len(&room)), (None, 0));
    }

    #[test]
    fn only_what_the_pace_alone_decides_is_recalled() {
        let room = right();
        let mut pin = grant();
        pin.initiation.pin = true;
        let mut level = grant();
        level.wishes.acr_values = vec!["mfa".to_owned()];
        let revoked = DeviceGrant { state: State::Revoked, ..grant() };
        for (number, grant) in (1..).zip([pin, level, revoked]) {
            let code = code(number);
            assert!(found(&room, &code, &grant, at(1)).is_some());
            assert_eq!(room.recall(&code, at(1)), None, "{grant:?}");
            // Its pace is kept all the same.
            assert!(found(&room, &code, &grant, at(2)).unwrap().1.slowed, "{grant:?}");
            room.forget(&code);
            assert!(found(&room, &code, &grant, at(3)).unwrap().1.slowed, "{grant:?}");
        }
    }

    #[test]
    fn an_interval_that_another_node_raised_holds_here() {
        let (room, mut grant, code) = (right(), grant(), code(1));
        found(&room, &code, &grant, at(0)).unwrap();
        grant.pace.interval = Duration::from_secs(20);
        assert!(found(&room, &code, &grant, at(10)).unwrap().1.slowed);
    }

    #[test]
    fn the_memory_is_asked_only_while_it_is_right() {
        let (room, code) = (WaitingRoom::default(), code(1));
        found(&room, &code, &grant(), at(1)).unwrap();
        let is_recalled = || room.recall(&code, at(1)).is_some();
        assert!(!is_recalled(), "nothing was read yet");
        room.is_right();
        assert!(is_recalled());
        room.may_be_wrong();
        assert!(!is_recalled());
        room.is_all_there_is();
        assert!(is_recalled());
    }

    /// The memory is bounded, and what is over goes first.
    #[test]
    fn a_full_memory_makes_room() {
        let room = WaitingRoom::for_at_most(8);
        for number in 0..2000 {
            found(&room, &code(number), &grant(), at(1)).unwrap();
        }
        assert_eq!(len(&room), 8 * PARTS, "all of it is used, and no more");
        let mut late = grant();
        late.expires_at = at(6000);
        for number in 2000..2100 {
            found(&room, &code(number), &late, at(5000)).unwrap();
        }
        let is_late = |number: u32| room.part(&code(number)).lock().known.contains_key(&code(number).to_bytes());
        assert!((2000..2100).all(is_late), "nothing that waits had to go");
    }
}

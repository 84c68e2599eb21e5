//! Give places to connections: a limit for all and one for each sender; connections that rest give way (requirement L-07).
//!
//! A place costs a file and some memory, so their number is limited. A connection that rests keeps its place until another needs
//! it: those that rested longest end first, then those whose bytes are overdue. No connection ends while its answer is being
//! made. Trusted proxies speak for many people: they are not counted by sender, and give way last.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::listener::progress::{Progress, YieldOrder};
use protocol::Network;
use settings::Listen;

/// A connection whose bytes are overdue by this much gives way. Honest heads and handshakes take less, also over long distances.
const OVERDUE: Duration = Duration::from_secs(1);

/// How long to wait for a place before others are asked to give way.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// The percentage that gives way at once, because it costs a look at all connections to find them.
const OF_A_HUNDRED: usize = 1;

/// All places.
pub(super) struct Places {
    most: usize,
    most_of_one: usize,
    taken: Mutex<Taken>,
    freed: Notify,
}

#[derive(Default)]
struct Taken {
    next: u64,
    seats: HashMap<u64, Seat>,
    of_sender: HashMap<Network, HashSet<u64>>,
}

struct Seat {
    /// The sender that it is counted for: none for a trusted proxy, and for a connection that was asked to leave for another one
    /// of its sender.
    sender: Option<Network>,
    is_trusted: bool,
    progress: Arc<Progress>,
    leave: Arc<Notify>,
    was_asked: bool,
}

/// A place, for as long as it is held.
pub(super) struct HeldPlace {
    places: Arc<Places>,
    id: u64,
    /// What its connection is doing.
    pub(super) progress: Arc<Progress>,
    leave: Arc<Notify>,
}

/// The sender that a connection is counted for: an IPv4 address, or the /48 of an IPv6 address. A trusted proxy speaks for many
/// people, and its connections are counted for nobody.
pub(super) fn sender(address: IpAddr, is_trusted: bool) -> Option<Network> {
    if is_trusted {
        return None;
    }
    let around = protocol::Place::around(address);
    // IPv4 addresses are dear, and behind one /24 are hundreds of customers; an IPv6 customer gets a /48 for nothing.
    let counted = if address.to_canonical().is_ipv4() { around.first() } else { around.last() };
    Some(counted.map_or_else(|| Network::of(address), |place| place.network))
}

impl Places {
    pub(super) fn new(limits: &Listen) -> Arc<Self> {
        Arc::new(Self {
            most: limits.max_connections,
            most_of_one: limits.max_connections_per_address,
            taken: Mutex::default(),
            freed: Notify::new(),
        })
    }

    /// A place for a new connection; waits while there is none and nobody can give way. `None` when its sender has as many
    /// as it may, and none of them rests.
    pub(super) async fn take(self: &Arc<Self>, sender: Option<Network>) -> Option<HeldPlace> {
        loop {
            {
                let mut taken = self.taken.lock();
                if !self.has_room_for(&mut taken, sender) {
                    return None;
                }
                if taken.seats.len() < self.most {
                    return Some(self.seat(&mut taken, sender));
                }
                taken.ask_to_leave(self.most, None);
            }
            drop(tokio::time::timeout(ASK_AGAIN, self.freed.notified()).await);
        }
    }

    /// Asks some to leave, because something else has run out.
    pub(super) fn give_way(&self) {
        self.taken.lock().ask_to_leave(self.most, None);
    }

    /// Whether one more of this sender may be there, if need be in the place of one that rests.
    fn has_room_for(&self, taken: &mut Taken, sender: Option<Network>) -> bool {
        let Some(network) = sender else { return true };
        let held = taken.of_sender.get(&network).map_or(0, HashSet::len);
        held < self.most_of_one || taken.ask_to_leave(self.most_of_one, Some(network))
    }

    fn seat(self: &Arc<Self>, taken: &mut Taken, sender: Option<Network>) -> HeldPlace {
        let id = taken.next;
        taken.next += 1;
        let (progress, leave) = (Progress::new(), Arc::new(Notify::new()));
        let place =
            HeldPlace { places: Arc::clone(self), id, progress: Arc::clone(&progress), leave: Arc::clone(&leave) };
        let is_trusted = sender.is_none();
        taken.seats.insert(id, Seat { sender: None, is_trusted, progress, leave, was_asked: false });
        taken.count(id, sender);
        place
    }
}

impl Taken {
    /// Counts a seat for its sender.
    fn count(&mut self, id: u64, sender: Option<Network>) {
        self.forget(id);
        let Some(seat) = self.seats.get_mut(&id) else { return };
        (seat.sender, seat.is_trusted) = (sender, sender.is_none());
        if let Some(network) = sender {
            self.of_sender.entry(network).or_default().insert(id);
        }
    }

    /// Counts it for nobody.
    fn forget(&mut self, id: u64) {
        let Some(network) = self.seats.get_mut(&id).and_then(|seat| seat.sender.take()) else { return };
        if let Some(held) = self.of_sender.get_mut(&network) {
            held.remove(&id);
            if held.is_empty() {
                self.of_sender.remove(&network);
            }
        }
    }

    /// Asks some to leave, of a sender or of all; whether there is anybody to ask.
    fn ask_to_leave(&mut self, most: usize, of: Option<Network>) -> bool {
        let mut candidates = match of.and_then(|network| self.of_sender.get(&network)) {
            Some(held) => self.candidates(held.iter().copied()),
            None => self.candidates(self.seats.keys().copied()),
        };
        // Of the first kind that there is, those that have been of it for longest.
        let Some(kind) = candidates.iter().map(|(kind, ..)| *kind).min() else { return false };
        candidates.retain(|candidate| candidate.0 == kind);
        let asked = (most * OF_A_HUNDRED / 100).clamp(1, candidates.len());
        candidates.select_nth_unstable_by_key(asked - 1, |(_, span, _)| std::cmp::Reverse(*span));
        for (.., id) in candidates.drain(..asked) {
            if of.is_some() {
                self.forget(id);
            }
            if let Some(seat) = self.seats.get_mut(&id) {
                seat.was_asked = true;
                seat.leave.notify_one();
            }
        }
        true
    }

    /// The connections that could give way: the order of their kind, and for how long they have been of that kind.
    fn candidates(&self, ids: impl Iterator<Item = u64>) -> Vec<(u8, Duration, u64)> {
        let kind = |id: u64| {
            let seat = self.seats.get(&id).filter(|seat| !seat.was_asked)?;
            let (standing, span) = seat.progress.standing();
            let kind = match (standing, seat.is_trusted) {
                (YieldOrder::Resting, false) => 0,
                (YieldOrder::Slow, false) if span > OVERDUE => 1,
                (YieldOrder::Resting, true) => 2,
                (YieldOrder::Slow, true) if span > OVERDUE => 3,
                (YieldOrder::Slow | YieldOrder::Busy, _) => return None,
            };
            Some((kind, span, id))
        };
        ids.filter_map(kind).collect()
    }
}

impl HeldPlace {
    /// Done when another connection needs the place.
    pub(super) async fn asked_to_leave(&self) {
        self.leave.notified().await;
    }

    /// Counts the connection for the sender that its PROXY header names, if one more of that sender may be there.
    pub(super) fn is_for(&self, sender: Option<Network>) -> bool {
        let mut taken = self.places.taken.lock();
        let has_room = self.places.has_room_for(&mut taken, sender);
        if has_room {
            taken.count(self.id, sender);
        }
        has_room
    }
}

impl Drop for HeldPlace {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock();
        taken.forget(self.id);
        taken.seats.remove(&self.id);
        drop(taken);
        self.places.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Version;
    use futures_util::FutureExt;

    fn places(most: usize, most_of_one: usize) -> Arc<Places> {
        Arc::new(Places { most, most_of_one, taken: Mutex::default(), freed: Notify::new() })
    }

    fn from(address: &str) -> Option<Network> {
        sender(address.parse().unwrap(), false)
    }

    fn rests(place: &HeldPlace) {
        drop(place.progress.begin(Version::HTTP_11));
    }

    fn was_asked(place: &HeldPlace) -> bool {
        place.asked_to_leave().now_or_never().is_some()
    }

    /// Proves: FA-11: an address, or the /48 that one customer has, holds a bounded share; its own rests give way to it.
    #[tokio::test]
    async fn one_sender_holds_a_bounded_share() {
        let places = places(100, 3);
        let take = |address: &str| places.take(from(address));
        let mut held = Vec::new();
        for address in ["2001:db8:1::1", "2001:db8:1:2::1", "2001:db8:1:3::1"] {
            held.push(take(address).await.unwrap());
        }
        assert!(take("2001:db8:1:9::9").await.is_none(), "none of them rests, and none is overdue");
        assert!(take("2001:db8:2::1").await.is_some(), "a neighbour is somebody else");
        rests(&held[1]);
        held.push(take("2001:db8:1:4::1").await.unwrap());
        assert_eq!([was_asked(&held[0]), was_asked(&held[1]), was_asked(&held[2])], [false, true, false]);
        assert!(take("2001:db8:1::1").await.is_none());
        held.remove(0);
        assert!(take("2001:db8:1::1").await.is_some(), "one has ended");
        for _ in 0..5 {
            held.push(places.take(None).await.unwrap());
        }
        assert!(held[3].is_for(from("192.0.2.1")) && held[4].is_for(from("192.0.2.1")), "a proxy tells for whom it is");
        assert!(held[5].is_for(from("192.0.2.1")) && !held[6].is_for(from("192.0.2.1")));
        drop(held);
        assert!(
            places.taken.lock().seats.is_empty() && places.taken.lock().of_sender.is_empty(),
            "nothing is kept of who left"
        );
    }

    /// Proves: FA-11: who rests gives way before a trusted proxy does, and who is answered never does.
    #[tokio::test]
    async fn strangers_that_rest_give_way_first() {
        let places = places(3, 3);
        let proxy = places.take(None).await.unwrap();
        let busy = places.take(from("192.0.2.1")).await.unwrap();
        let stranger = places.take(from("192.0.2.2")).await.unwrap();
        rests(&proxy);
        let underway = busy.progress.begin(Version::HTTP_11);
        rests(&stranger);
        let newcomer = tokio::spawn({
            let places = Arc::clone(&places);
            async move { places.take(from("192.0.2.3")).await }
        });
        stranger.asked_to_leave().await;
        assert_eq!([was_asked(&proxy), was_asked(&busy)], [false, false]);
        drop(stranger);
        let newcomer = newcomer.await.unwrap().unwrap();
        let _answered = newcomer.progress.begin(Version::HTTP_11);
        let last = tokio::spawn({
            let places = Arc::clone(&places);
            async move { places.take(from("192.0.2.4")).await }
        });
        proxy.asked_to_leave().await;
        assert!(!was_asked(&busy) && !was_asked(&newcomer));
        drop((proxy, underway));
        assert!(last.await.unwrap().is_some());
    }
}

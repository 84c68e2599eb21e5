//! Limit the rate of requests: counters of this node, in memory, for each network and the sites around it (requirements
//! D-15, T-10, T-17, FA-02).
//!
//! The counters are in memory, because a flood must not cost a write of the database for each refused request. A restart forgets
//! them, and each of several nodes counts for itself: that is enough for what they guard (a device code has 256 bits). Budgets
//! against guessing what people type are in the database ([`store::spend`]).

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::time::Duration;

use parking_lot::Mutex;

use protocol::{Bucket, Place, Rate, Timestamp};
use settings::LimitSettings;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_hours(1);
const SECOND: Duration = Duration::from_secs(1);

/// The recent requests to this node. Each refusal says how long to wait.
#[derive(Debug, Default)]
pub struct RateLimits {
    device_authorizations: Buckets,
    all_device_authorizations: Mutex<Bucket>,
    unknown_device_codes: Buckets,
    wrong_client_credentials: Buckets,
    told_networks: Buckets,
}

impl RateLimits {
    /// Counts a device that asks for a code (D-15): first for its client and network, so that a refusal there takes nothing from
    /// others, then for the whole server.
    pub fn device_authorization(
        &self,
        limits: &LimitSettings,
        client_id: &str,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<(), Duration> {
        let rate = Rate::new(limits.device_authorizations, MINUTE, limits.device_authorizations_burst);
        self.device_authorizations.take_around(client_id, from, rate, limits.remembered_senders, now)?;
        let rate = Rate::of(limits.device_authorizations_server, SECOND);
        rate.take(&mut self.all_device_authorizations.lock(), now)
    }

    /// Counts a poll with a device code that is not the client's (T-17).
    pub fn unknown_device_code(&self, limits: &LimitSettings, from: IpAddr, now: Timestamp) -> Result<(), Duration> {
        let rate = Rate::of(limits.unknown_device_codes, MINUTE);
        self.unknown_device_codes.take_around((), from, rate, limits.remembered_senders, now)
    }

    /// Counts a failed authentication of a client (T-10), whether or not there is such a client.
    pub fn wrong_client_credentials(
        &self,
        limits: &LimitSettings,
        client_id: &str,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<(), Duration> {
        let rate = Rate::of(limits.wrong_client_credentials, MINUTE);
        self.wrong_client_credentials.take_around(client_id, from, rate, limits.remembered_senders, now)
    }

    /// Whether to report that a client asked from a network that is not allowed (P-07): once an hour for each client, because
    /// strangers may use its name.
    pub fn tells_of_network(&self, limits: &LimitSettings, client_id: &str, now: Timestamp) -> bool {
        self.told_networks.take(client_id, Rate::of(1, HOUR), limits.remembered_senders, now).is_ok()
    }

    /// Forgets each sender that has all tries again.
    pub fn forget_idle(&self, now: Timestamp) {
        for buckets in self.all() {
            for shard in &buckets.shards {
                let mut shard = shard.lock();
                shard.retain(|_, bucket| !bucket.is_full(now));
                shard.shrink_to_fit();
            }
        }
    }

    /// How many senders are remembered.
    pub fn remembered(&self) -> usize {
        self.all().into_iter().map(Buckets::len).sum()
    }

    fn all(&self) -> [&Buckets; 4] {
        let Self { device_authorizations, unknown_device_codes, wrong_client_credentials, told_networks, .. } = self;
        [device_authorizations, unknown_device_codes, wrong_client_credentials, told_networks]
    }
}

/// A bucket for each sender that does not have all tries. The map has sixteen parts, so that requests seldom wait for each other,
/// and never for longer than one look-up.
///
/// Senders are stored as a keyed hash of 64 bits: nothing that a request says is kept, each entry has the same size, and nobody
/// can choose a name with the hash of another.
#[derive(Debug, Default)]
struct Buckets {
    key: RandomState,
    shards: [Mutex<HashMap<u64, Bucket>>; 16],
}

impl Buckets {
    /// Takes one from the network of an address and from each site around it, or from none of them.
    fn take_around(
        &self,
        whose: impl Hash,
        from: IpAddr,
        rate: Rate,
        most: usize,
        now: Timestamp,
    ) -> Result<(), Duration> {
        let places = Place::around(from);
        for (taken, place) in places.iter().enumerate() {
            if let Err(wait) = self.take((&whose, place), rate.share(*place), most, now) {
                for place in &places[..taken] {
                    self.give_back((&whose, place), rate.share(*place));
                }
                return Err(wait);
            }
        }
        Ok(())
    }

    fn give_back(&self, sender: impl Hash, rate: Rate) {
        let sender = self.key.hash_one(sender);
        if let Some(bucket) = self.shard(sender).lock().get_mut(&sender) {
            rate.give_back(bucket);
        }
    }

    fn shard(&self, sender: u64) -> &Mutex<HashMap<u64, Bucket>> {
        let [first, ..] = sender.to_be_bytes();
        &self.shards[usize::from(first) % self.shards.len()]
    }

    fn take(&self, sender: impl Hash, rate: Rate, most: usize, now: Timestamp) -> Result<(), Duration> {
        let sender = self.key.hash_one(sender);
        let mut shard = self.shard(sender).lock();
        if shard.len() >= most.div_ceil(self.shards.len()) && !shard.contains_key(&sender) {
            make_room(&mut shard, now);
        }
        rate.take(shard.entry(sender).or_default(), now)
    }

    fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().len()).sum()
    }
}

/// Forgets the senders that have all tries again or, if there is none, the half that is nearest to it: they gain no more than
/// what they had used, and senders that flood are remembered. It forgets a half at once, so that a flood from many addresses does
/// not search the map with each request.
fn make_room(shard: &mut HashMap<u64, Bucket>, now: Timestamp) {
    let before = shard.len();
    shard.retain(|_, bucket| !bucket.is_full(now));
    if shard.len() == before {
        let mut buckets: Vec<Bucket> = shard.values().copied().collect();
        let (_, middle, _) = buckets.select_nth_unstable(before / 2);
        shard.retain(|_, bucket| *bucket > *middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use settings::load_from;
    use std::net::{Ipv4Addr, Ipv6Addr};

    fn limits() -> LimitSettings {
        let mut limits = load_from(None, []).unwrap().limits;
        limits.remembered_senders = 160;
        limits
    }

    fn network(number: u32) -> IpAddr {
        Ipv4Addr::from_bits(number).into()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    /// Proves: D-15: memory is bounded, however many networks there are, and idle senders are forgotten.
    #[test]
    fn no_flood_makes_the_map_larger_than_its_bound() {
        let (limits, counted) = (limits(), RateLimits::default());
        for number in 0..10_000 {
            counted.unknown_device_code(&limits, network(number), at(0)).unwrap();
            assert!(counted.remembered() <= 160, "{number}");
        }
        assert!(counted.remembered() > 40);
        counted.forget_idle(at(2));
        assert!(counted.remembered() <= 40, "one try is back after two seconds: only sites are remembered");
        counted.forget_idle(at(60));
        assert_eq!(counted.remembered(), 0);
    }

    /// Proves: D-15: a flood from everywhere does not wash away the memory of who floods.
    #[test]
    fn who_floods_is_remembered_when_room_is_made() {
        let (limits, counted) = (limits(), RateLimits::default());
        let flooder = Ipv6Addr::LOCALHOST.into();
        for _ in 0..30 {
            counted.unknown_device_code(&limits, flooder, at(0)).unwrap();
        }
        for number in 0..10_000 {
            counted.unknown_device_code(&limits, network(number), at(0)).unwrap();
        }
        assert_eq!(counted.unknown_device_code(&limits, flooder, at(0)), Err(Duration::from_secs(2)));
    }

    /// Proves: T-10 D-15: each pair of client and network has its own count, and each limit too.
    #[test]
    fn senders_and_limits_are_counted_apart() {
        let (limits, counted) = (limits(), RateLimits::default());
        for _ in 0..20 {
            counted.wrong_client_credentials(&limits, "tv", network(1), at(0)).unwrap();
        }
        assert!(counted.wrong_client_credentials(&limits, "tv", network(1), at(0)).is_err());
        for (client_id, from) in [("radio", 1), ("tv", 2)] {
            assert_eq!(counted.wrong_client_credentials(&limits, client_id, network(from), at(0)), Ok(()));
        }
        assert_eq!(counted.device_authorization(&limits, "tv", network(1), at(0)), Ok(()));
        assert_eq!(counted.unknown_device_code(&limits, network(1), at(0)), Ok(()));
    }

    /// Proves: FA-02 D-15 T-10 T-17: whoever has many networks of one site has ten times what one network has, and a /56 four
    /// times; what a site is refused takes nothing from its networks, and other sites go on.
    #[test]
    fn a_site_is_limited_however_many_networks_it_has() {
        let limits = limits();
        let from = |site: u16, subscriber: u16| -> IpAddr {
            Ipv6Addr::new(0x2001, 0xdb8, site, subscriber, 0, 0, 0, 1).into()
        };
        for (limit, each) in [(0, 30), (1, 30), (2, 20)] {
            let counted = RateLimits::default();
            let take = |from| match limit {
                0 => counted.device_authorization(&limits, "tv", from, at(0)),
                1 => counted.unknown_device_code(&limits, from, at(0)),
                _ => counted.wrong_client_credentials(&limits, "tv", from, at(0)),
            };
            let in_one_56 = (0..256).filter(|subnet| take(from(1, *subnet)).is_ok()).count();
            assert_eq!(in_one_56, 4 * each, "limit {limit}");
            let in_one_48 = (1..256).filter(|subscriber| take(from(1, subscriber << 8)).is_ok()).count();
            assert_eq!(in_one_48 + in_one_56, 10 * each, "limit {limit}");
            assert_eq!(take(from(2, 0)), Ok(()), "limit {limit}");
        }
    }

    /// Proves: D-15: who is refused for their own network takes nothing from the server's.
    #[test]
    fn a_refused_network_takes_nothing_from_the_others() {
        let (mut limits, counted) = (limits(), RateLimits::default());
        limits.device_authorizations_server = 31;
        for asked in 0..1_000 {
            assert_eq!(counted.device_authorization(&limits, "tv", network(1), at(0)).is_ok(), asked < 30);
        }
        assert_eq!(counted.device_authorization(&limits, "tv", network(2), at(0)), Ok(()));
        assert!(counted.device_authorization(&limits, "tv", network(3), at(0)).is_err(), "the server has no more");
        assert_eq!(counted.device_authorization(&limits, "tv", network(3), at(1)), Ok(()));
    }
}

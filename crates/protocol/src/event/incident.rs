//! Groups the requests of devices, to find a campaign: one client, one origin, and many people who approve what they
//! did not start (RFC 10027 section 6.1.6, requirement P-05).

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use ipnet::IpNet;

use crate::named::named;
use crate::timestamp::Timestamp;

/// One request of a device, as the audit table records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRequest {
    /// The id of the grant.
    pub grant_id: String,
    /// When the device asked.
    pub at: Timestamp,
    /// The client that the device named.
    pub client_id: String,
    /// The address that the device asked from; `None` in a row that cannot be read.
    pub address: Option<IpAddr>,
    /// The `User-Agent` of the device.
    pub user_agent: Option<String>,
    /// The thumbprint of the key that the device proved (RFC 7638).
    pub jkt: Option<String>,
    /// The person who entered its code last.
    pub person: Option<String>,
    /// What happened to it.
    pub outcome: RequestOutcome,
}

/// The events of a request.
#[expect(clippy::struct_excessive_bools, reason = "each is an event that was seen or not")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestOutcome {
    /// A person approved it.
    pub approved: bool,
    /// A person denied it.
    pub denied: bool,
    /// A person reported that they did not start it.
    pub reported: bool,
    /// The device got tokens.
    pub redeemed: bool,
    /// The request, or the tokens that were issued for it, were ended early.
    pub revoked: bool,
}

impl RequestOutcome {
    /// The events in words, in the order in which they can happen.
    pub fn words(self) -> String {
        let Self { approved, denied, reported, redeemed, revoked } = self;
        let happened = [
            (approved, "approved"),
            (denied, "denied"),
            (reported, "reported"),
            (redeemed, "signed in"),
            (revoked, "revoked"),
        ];
        let words: Vec<&str> = happened.iter().filter(|(happened, _)| *happened).map(|(_, word)| *word).collect();
        if words.is_empty() { "undecided".to_owned() } else { words.join(", ") }
    }
}

/// Which requests to consider; by default all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestFilter {
    /// Requests of this client.
    pub client_id: Option<String>,
    /// Requests from this network.
    pub network: Option<IpNet>,
    /// Requests with exactly this `User-Agent`.
    pub user_agent: Option<String>,
    /// Requests with this key.
    pub jkt: Option<String>,
}

impl RequestFilter {
    /// Whether it admits every request.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a request passes the filter.
    pub fn admits(&self, request: &DeviceRequest) -> bool {
        let same = |wanted: &Option<String>, found: Option<&str>| wanted.is_none() || wanted.as_deref() == found;
        same(&self.client_id, Some(&request.client_id))
            && same(&self.user_agent, request.user_agent.as_deref())
            && same(&self.jkt, request.jkt.as_deref())
            && self.network.is_none_or(|network| request.address.is_some_and(|address| network.contains(&address)))
    }
}

named! {
    /// How requests of one client are grouped.
    pub enum Grouping {
        /// By the network around the address, see [`origin_of`].
        Network = "network",
        /// By the address.
        Address = "address",
        /// By the `User-Agent`.
        UserAgent = "user-agent",
        /// By the key that the device proved.
        Key = "key",
    }
}

/// The network around an address that campaigns are counted by: an IPv4 /24 or an IPv6 /48, which one customer of a
/// data centre easily has. It is wider than the networks of budgets, because many addresses of one sender should count
/// together.
pub fn origin_of(address: IpAddr) -> IpNet {
    let address = address.to_canonical();
    let length = if address.is_ipv4() { 24 } else { 48 };
    IpNet::new_assert(address, length).trunc()
}

/// Requests of one client with one origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The client of the requests.
    pub client_id: String,
    /// The network, address, user agent or key; `None` if the requests have none.
    pub origin: Option<String>,
    /// The number of requests.
    pub requests: usize,
    /// How many of them were approved.
    pub approved: usize,
    /// How many different people approved one.
    pub people: usize,
    /// How many were denied.
    pub denied: usize,
    /// How many people reported that they did not start it.
    pub reported: usize,
    /// How many led to tokens.
    pub redeemed: usize,
    /// How many have been revoked.
    pub revoked: usize,
    /// The time of the first request.
    pub first: Timestamp,
    /// The time of the last request.
    pub last: Timestamp,
}

/// Groups requests. The groups with the most people who approved come first, then those with the most reports and
/// denials.
pub fn clusters(requests: &[DeviceRequest], by: Grouping) -> Vec<Cluster> {
    let mut groups: HashMap<(&str, Option<String>), Vec<&DeviceRequest>> = HashMap::new();
    for request in requests {
        let origin = match by {
            Grouping::Network => request.address.map(|address| origin_of(address).to_string()),
            Grouping::Address => request.address.map(|address| address.to_string()),
            Grouping::UserAgent => request.user_agent.clone(),
            Grouping::Key => request.jkt.clone(),
        };
        groups.entry((&request.client_id, origin)).or_default().push(request);
    }
    let mut clusters: Vec<Cluster> =
        groups.into_iter().map(|((client, origin), requests)| cluster(client, origin, &requests)).collect();
    clusters.sort_by(|a, b| {
        let weight = |of: &Cluster| (of.people, of.reported, of.denied, of.requests);
        weight(b).cmp(&weight(a)).then_with(|| (&a.client_id, &a.origin).cmp(&(&b.client_id, &b.origin)))
    });
    clusters
}

fn cluster(client_id: &str, origin: Option<String>, requests: &[&DeviceRequest]) -> Cluster {
    let count =
        |happened: fn(&RequestOutcome) -> bool| requests.iter().filter(|request| happened(&request.outcome)).count();
    let approvers = requests.iter().filter(|request| request.outcome.approved).filter_map(|of| of.person.as_deref());
    let nothing = Timestamp::from_millis(0);
    Cluster {
        client_id: client_id.to_owned(),
        origin,
        requests: requests.len(),
        approved: count(|outcome| outcome.approved),
        people: approvers.collect::<HashSet<_>>().len(),
        denied: count(|outcome| outcome.denied),
        reported: count(|outcome| outcome.reported),
        redeemed: count(|outcome| outcome.redeemed),
        revoked: count(|outcome| outcome.revoked),
        first: requests.iter().map(|request| request.at).min().unwrap_or(nothing),
        last: requests.iter().map(|request| request.at).max().unwrap_or(nothing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(client: &str, address: &str, person: Option<&str>, outcome: RequestOutcome) -> DeviceRequest {
        DeviceRequest {
            grant_id: format!("{client} {address}"),
            at: Timestamp::from_millis(i64::from(outcome.approved)),
            client_id: client.to_owned(),
            address: address.parse().ok(),
            user_agent: Some("curl/8.0".to_owned()),
            jkt: None,
            person: person.map(str::to_owned),
            outcome,
        }
    }

    /// Proves: P-05.
    #[test]
    fn a_campaign_stands_before_what_one_person_does_often() {
        let approved = RequestOutcome { approved: true, ..RequestOutcome::default() };
        let denied = RequestOutcome { denied: true, ..RequestOutcome::default() };
        let mut requests = vec![
            request("tv", "203.0.113.1", Some("anna"), approved),
            request("tv", "203.0.113.200", Some("berta"), approved),
            request("tv", "203.0.113.7", Some("carla"), denied),
            request("tv", "203.0.114.1", Some("dora"), approved),
            request("radio", "203.0.113.1", None, RequestOutcome::default()),
        ];
        requests.extend((0..9).map(|_| request("tv", "2001:db8:1:2::1", Some("anna"), approved)));
        let found = clusters(&requests, Grouping::Network);
        let told: Vec<(&str, Option<&str>, usize, usize, usize)> = found
            .iter()
            .map(|of| (of.client_id.as_str(), of.origin.as_deref(), of.requests, of.people, of.denied))
            .collect();
        assert_eq!(
            told,
            [
                ("tv", Some("203.0.113.0/24"), 3, 2, 1),
                ("tv", Some("2001:db8:1::/48"), 9, 1, 0),
                ("tv", Some("203.0.114.0/24"), 1, 1, 0),
                ("radio", Some("203.0.113.0/24"), 1, 0, 0),
            ]
        );
        assert_eq!((found[0].first.millis(), found[0].last.millis()), (0, 1));
        assert_eq!(clusters(&requests, Grouping::Address).len(), 6);
        assert_eq!(clusters(&requests, Grouping::UserAgent).len(), 2);
        assert_eq!(clusters(&requests, Grouping::Key)[0].origin, None);
    }

    #[test]
    fn a_filter_admits_what_it_says_and_nothing_else() {
        let seen = request("tv", "203.0.113.9", None, RequestOutcome::default());
        let network = |network: &str| RequestFilter { network: network.parse().ok(), ..RequestFilter::default() };
        let client = |id: &str| RequestFilter { client_id: Some(id.to_owned()), ..RequestFilter::default() };
        let agent = |name: &str| RequestFilter { user_agent: Some(name.to_owned()), ..RequestFilter::default() };
        let key = RequestFilter { jkt: Some("k".to_owned()), ..RequestFilter::default() };
        assert!(RequestFilter::default().is_empty() && RequestFilter::default().admits(&seen));
        for (filter, admits) in [
            (network("203.0.113.0/24"), true),
            (network("203.0.113.9/32"), true),
            (network("203.0.112.0/24"), false),
            (network("2001:db8::/32"), false),
            (client("tv"), true),
            (client("t"), false),
            (agent("curl/8.0"), true),
            (agent("curl"), false),
            (key, false),
        ] {
            assert_eq!(filter.admits(&seen), admits, "{filter:?}");
            assert!(!filter.is_empty());
        }
        let unknown = DeviceRequest { address: None, ..seen };
        assert!(!network("0.0.0.0/0").admits(&unknown));
    }

    #[test]
    fn addresses_of_one_sender_have_one_origin() {
        let origin = |address: &str| origin_of(address.parse().unwrap()).to_string();
        assert_eq!(origin("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(origin("::ffff:203.0.113.77"), "203.0.113.0/24");
        assert_eq!(origin("2001:db8:1:2:3::4"), "2001:db8:1::/48");
    }
}

//! Warn the operator of proxies that do not say for whom they ask, and of requests that all come from one address.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::HeaderMap;
use parking_lot::Mutex;

use crate::app::App;
use crate::clock::OnceAMinute;
use protocol::Silence;

/// So many requests in a row of one private address are hardly one person's: proxies and container gateways have those.
const OF_A_PRIVATE_ADDRESS: u32 = 100;
/// Another address may be the only customer of a small server for some time.
const OF_ANY_ADDRESS: u32 = 1_000;

/// What is remembered of the requests so far.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    silent_proxy: OnceAMinute,
    /// The one address that all requests came from so far, and how many.
    only: Mutex<Option<(IpAddr, u32)>>,
    /// There is another one, or it was told.
    settled: AtomicBool,
}

impl Arrivals {
    /// Tells of a trusted proxy that does not say for whom it asks: its clients share one budget, and count as near to it.
    pub(super) fn proxy_named_nobody(&self, app: &App, proxy: IpAddr, silence: Silence, headers: &HeaderMap) {
        let Some(held_back) = self.silent_proxy.due(app.clock.now()) else { return };
        let header = app.settings.proxies.header;
        let said = match silence {
            Silence::Missing if headers.contains_key(header.other().name()) => "only the header that is not read",
            Silence::Missing => "nothing",
            Silence::Unreadable => "no address",
        };
        tracing::warn!(
            %proxy,
            header = header.name(),
            said,
            held_back,
            "a trusted proxy does not say for whom it asks, so its own address counts as its client's: let it set the header \
             of proxies.header, or take out of proxies.trusted what is no proxy"
        );
    }

    /// Notes a request whose address is nobody's word but the connection's own. Tells once when all came from one address.
    pub(super) fn came_from_itself(&self, app: &App, address: IpAddr) {
        if self.settled.load(Ordering::Relaxed) {
            return;
        }
        let mut only = self.only.lock();
        let (first, requests) = only.get_or_insert((address, 0));
        *requests += 1;
        let enough = if is_private(address) { OF_A_PRIVATE_ADDRESS } else { OF_ANY_ADDRESS };
        let told = *first == address && *requests >= enough;
        if told && !(address.is_loopback() && app.settings.issuer.starts_with("http:")) {
            tracing::warn!(
                %address,
                requests,
                "all requests came from one address: if it is a proxy, a balancer or the gateway of a container network, \
                 everybody shares one budget against guessing, and no device is told from another. Name it in \
                 proxies.trusted if it says for whom it asks (proxies.header or proxies.protocol), or let the network pass \
                 the addresses of clients on"
            );
        }
        if told || *first != address {
            self.settled.store(true, Ordering::Relaxed);
        }
    }

    /// Somebody else's word was taken: the proxies are named.
    pub(super) fn came_from_elsewhere(&self) {
        self.settled.store(true, Ordering::Relaxed);
    }
}

/// Addresses that are no customer's on the Internet: where proxies, balancers and gateways stand.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let shared_by_carriers = a == 100 && b & 0xc0 == 64;
            v4.is_private() || v4.is_link_local() || shared_by_carriers
        }
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

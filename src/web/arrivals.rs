//! Warn the operator of proxies that do not say for whom they ask, and of requests that all come from one address.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::HeaderMap;
use parking_lot::Mutex;

use crate::app::App;
use crate::clock::OnceAMinute;
use protocol::Silence;

/// One person hardly sends so many requests in a row. Proxies and container gateways have private addresses.
const OF_A_PRIVATE_ADDRESS: u32 = 100;
/// A public address may be the only customer of a small server for some time.
const OF_ANY_ADDRESS: u32 = 1_000;

/// What the server remembers of the requests so far.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    silent_proxy: OnceAMinute,
    /// The one address that all requests came from so far, and their number.
    only: Mutex<Option<(IpAddr, u32)>>,
    /// There is a second address, or the warning was written.
    settled: AtomicBool,
}

impl Arrivals {
    /// Warns of a trusted proxy that does not name its client: all its clients share one budget, and count as near to it.
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

    /// Notes a request with the address of its own connection. Warns once if all requests came from one address.
    pub(super) fn came_from_itself(&self, app: &App, address: IpAddr) {
        if self.settled.load(Ordering::Relaxed) {
            return;
        }
        let mut only = self.only.lock();
        let (first, requests) = only.get_or_insert((address, 0));
        *requests += 1;
        let enough = if is_private(address) { OF_A_PRIVATE_ADDRESS } else { OF_ANY_ADDRESS };
        let is_enough = *first == address && *requests >= enough;
        if is_enough && !(address.is_loopback() && app.settings.issuer.starts_with("http:")) {
            tracing::warn!(
                %address,
                requests,
                "all requests came from one address: if it is a proxy, a balancer or the gateway of a container network, \
                 everybody shares one budget against guessing, and no device is told from another. Name it in \
                 proxies.trusted if it says for whom it asks (proxies.header or proxies.protocol), or let the network pass \
                 the addresses of clients on"
            );
        }
        if is_enough || *first != address {
            self.settled.store(true, Ordering::Relaxed);
        }
    }

    /// Notes a request whose address a proxy named, so the settings name the proxies.
    pub(super) fn came_from_elsewhere(&self) {
        self.settled.store(true, Ordering::Relaxed);
    }
}

/// Whether an address is no customer's on the Internet: proxies, balancers and gateways have such addresses.
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

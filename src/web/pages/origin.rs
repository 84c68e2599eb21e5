//! Where did a request come from, and is that where its reader is? RFC 8628 section 5.4, RFC 10027 section 6.1.1,
//! requirement P-02.
//!
//! Asked again with each request of the browser, from that request's own address: what the page said is never believed.

use crate::app::App;
use crate::protocol::{AuditEvent, Demand, DeviceGrant, Network, Proximity, Timestamp, device_name};
use crate::web::hop::Hop;
use crate::web::pages::{Span, views};

/// How near the device is to whoever asks now.
pub(in crate::web) fn proximity(app: &App, grant: &DeviceGrant, hop: &Hop) -> Proximity {
    if app.settings.sees_only_the_proxy() {
        return Proximity::Unknown;
    }
    Proximity::between(grant.origin.address, hop.address)
}

/// What an approval from there takes beside the tick. A client that is gone is nobody's to approve.
pub(super) fn demand(app: &App, grant: &DeviceGrant, hop: &Hop) -> Demand {
    let (client, claim) = (app.registry.clients.find(&grant.client_id), grant.claimed());
    match (client, claim) {
        (Some(client), Some(claim)) => client.approval.demand(claim.entry, proximity(app, grant, hop)),
        (None, _) | (_, None) => Demand::Nothing,
    }
}

/// What the page says of it.
pub(super) fn shown(app: &App, grant: &DeviceGrant, hop: &Hop, now: Timestamp) -> views::Origin {
    views::Origin {
        address: grant.origin.address.to_string(),
        yours: hop.address.to_string(),
        proximity: proximity(app, grant, hop),
        device: grant.origin.user_agent.as_deref().and_then(device_name),
        age: Span::at_least(now.since(grant.origin.at)),
    }
}

/// An approval is told with both networks, so that those can be found which were given from far away (requirement P-05).
pub(super) fn told(event: AuditEvent, app: &App, grant: &DeviceGrant, hop: &Hop) -> AuditEvent {
    event
        .with("device_network", Network::of(grant.origin.address).to_string())
        .with("browser_network", Network::of(hop.address).to_string())
        .with("networks", proximity(app, grant, hop).name())
}

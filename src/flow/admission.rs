//! Decide whether a device gets codes now, and how long its user code is (requirements D-15, E-03, E-04 and P-07).
//!
//! The answer to a request beyond a limit is 429 with `Retry-After` and `temporarily_unavailable`, because no error
//! code of the RFCs fits. A correct client can get it only for a new request for codes. A client has to stop at an
//! error that it does not know (RFC 8628 section 3.5), so a poll with a known code has no limit.

use crate::app::App;
use crate::flow::{ClientRequest, FlowError, limit_reached, live_codes};
use protocol::{AuditEvent, Channel, Client, Event, Place};
use store::Holder;

/// Refuses a device in a network that its client is not allowed to use. The event is written once an hour for each
/// client and server, because a stranger can use the name of a public client without end.
pub(super) async fn check_network(app: &App, client: &Client, request: &ClientRequest) -> Result<(), FlowError> {
    let Err(refusal) = client.may_ask_from(request.address) else { return Ok(()) };
    let now = app.clock.now();
    if app.limits.rates.tells_of_network(&app.settings.limits, &client.id, now) {
        tracing::warn!(client = client.id, "a device asked from a network that its client is not allowed");
        let about = format!("{} {}", client.id, now.seconds() / 3600);
        let source = request.source(Channel::DeviceAuthorization);
        let refused = AuditEvent::once(&about, Event::GrantRefused, &source, now).of_client(&client.id);
        store::add_audit_event(&app.db, &refused).await?;
    }
    Err(refusal.into())
}

/// Counts a request for codes against every limit, or refuses it.
pub(super) async fn admit(app: &App, client: &Client, request: &ClientRequest) -> Result<(), FlowError> {
    let (limits, now) = (&app.settings.limits, app.clock.now());
    app.limits
        .rates
        .device_authorization(limits, &client.id, request.address, now)
        .map_err(|wait| limit_reached("device authorizations", wait))?;
    let room = live_codes::room(app, client, now).await?;
    let of_places = Place::around(request.address).into_iter().map(|place| {
        let usual = place.share_of(limits.pending_network, limits.pending_server);
        // Where codes cannot grow, a place gets at most a tenth of them, whatever the usual limit is.
        let most = room.as_ref().map_or(usual, |room| usual.min((room.all / 10).max(1)));
        ("waiting grants of a network", Holder::Place(place), most)
    });
    let of_client = room.as_ref().map_or(limits.pending_client, |room| room.of_client.min(limits.pending_client));
    for (limit, holder, most) in of_places.chain([
        ("waiting grants of a client", Holder::Client(client.id.clone()), of_client),
        ("waiting grants of the server", Holder::Server, limits.pending_server),
    ]) {
        let added =
            app.limits.live_grants.add(&app.db, &holder, most, now, now + app.settings.device.expires_in).await?;
        added.map_err(|first_ends_at| limit_reached(limit, first_ends_at.since(now)))?;
    }
    Ok(())
}

/// The length of a new user code: enough to make guessing hopeless, and more while somebody guesses. Where codes cannot
/// grow, and one more live code would allow no wrong code at all, the request is refused.
pub(super) async fn user_code_length(app: &App, client: &Client) -> Result<usize, FlowError> {
    let (limits, now) = (&app.settings.limits, app.clock.now());
    let format = app.registry.user_codes.of(&client.id);
    let live = live_codes::beside(app, format, now).await?;
    let bound = app.registry.user_codes.bound(format, live.count, limits.code_demand());
    if bound.guesses == 0 {
        let wait = live.first_ends_at.unwrap_or(now + app.settings.device.expires_in).since(now);
        return Err(limit_reached("codes that are hard to guess", wait).into());
    }
    let under_attack = app.limits.guessing.alarm_is_up(&app.db, now).await?;
    let length = if under_attack { format.length_under_attack(bound) } else { bound.length };
    app.limits.guessing.watch_length(format, length, bound, live.count, now);
    Ok(length)
}

//! Does this come too often? What is told then: 429, `Retry-After` and `temporarily_unavailable`, since no code of the
//! RFCs fits (requirements D-15, T-10, T-17).
//!
//! Nothing that is right is ever refused here but a new request for codes: a client has to stop at an error that it does
//! not know (RFC 8628 section 3.5), so a poll with a known code must not meet one.

use std::net::IpAddr;
use std::time::Duration;

use crate::app::App;
use crate::flow::{FlowError, live_codes};
use protocol::{Client, OAuthError, Place};
use store::Holder;

/// Whether a device of this client may have codes now.
pub(crate) async fn admit_device(app: &App, client: &Client, address: IpAddr) -> Result<(), FlowError> {
    let (limits, now) = (&app.settings.limits, app.clock.now());
    app.limits
        .rates
        .device_authorization(limits, &client.id, address, now)
        .map_err(|wait| refused("device authorizations", wait))?;
    let room = live_codes::room(app, client, now).await?;
    let of_places = Place::around(address).into_iter().map(|place| {
        let usual = place.share_of(limits.pending_network, limits.pending_server);
        // Where codes cannot grow, a place leaves nine tenths of them to others, however many are usual.
        let most = room.as_ref().map_or(usual, |room| usual.min((room.all / 10).max(1)));
        ("waiting grants of a network", Holder::Place(place), most)
    });
    let of_client = room.as_ref().map_or(limits.pending_client, |room| room.of_client.min(limits.pending_client));
    for (what, holder, most) in of_places.chain([
        ("waiting grants of a client", Holder::Client(client.id.clone()), of_client),
        ("waiting grants of the server", Holder::Server, limits.pending_server),
    ]) {
        let added =
            app.limits.live_grants.add(&app.db, &holder, most, now, now + app.settings.device.expires_in).await?;
        added.map_err(|first_ends_at| refused(what, first_ends_at.since(now)))?;
    }
    Ok(())
}

/// How long a new user code is, so that guessing stays hopeless (requirement E-04), and longer while somebody guesses
/// (E-03). Where codes cannot grow, and one more would leave no wrong code to be borne, there is none.
pub(crate) async fn user_code_length(app: &App, client: &Client) -> Result<usize, FlowError> {
    let (limits, now) = (&app.settings.limits, app.clock.now());
    let format = app.registry.user_codes.of(&client.id);
    let live = live_codes::beside(app, format, now).await?;
    let bound = app.registry.user_codes.bound(format, live.count, limits.code_demand());
    if bound.guesses == 0 {
        let wait = live.first_ends_at.unwrap_or(now + app.settings.device.expires_in).since(now);
        return Err(refused("codes that are hard to guess", wait).into());
    }
    let under_attack = app.limits.guessing.alarm_is_up(&app.db, now).await?;
    let length = if under_attack { format.length_under_attack(bound) } else { bound.length };
    app.limits.guessing.watch_length(format, length, bound, live.count, now);
    Ok(length)
}

/// What a poll is told whose code is not the client's: `invalid_grant`, until its network has tried too many. Nothing is
/// written for either, and a code of another client is one of them.
pub(crate) fn unknown_device_code(app: &App, address: IpAddr) -> OAuthError {
    let counted = app.limits.rates.unknown_device_code(&app.settings.limits, address, app.clock.now());
    counted.err().map_or(OAuthError::InvalidGrant, |wait| refused("unknown device codes", wait))
}

/// What somebody is told who did not prove to be this client: `refusal`, until that was tried too often from their network.
/// Whether there is such a client changes nothing. What was not about credentials is not counted.
pub(crate) fn wrong_client_credentials(app: &App, client_id: &str, address: IpAddr, refusal: FlowError) -> FlowError {
    if !matches!(refusal, FlowError::OAuth(OAuthError::InvalidClient { .. })) {
        return refusal;
    }
    let (limits, now) = (&app.settings.limits, app.clock.now());
    let counted = app.limits.rates.wrong_client_credentials(limits, client_id, address, now);
    counted.err().map_or(refusal, |wait| refused("wrong client credentials", wait).into())
}

fn refused(limit: &'static str, wait: Duration) -> OAuthError {
    tracing::info!(limit, "a limit was reached");
    OAuthError::TooManyRequests { wait }
}

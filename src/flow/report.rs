//! Report a request that the end user did not start (RFC 10027 section 6.1.6, requirement U-14).

use crate::app::App;
use crate::flow::FlowError;
use crate::flow::alarm::log_alarm;
use crate::flow::decision_outcome::DecisionOutcome;
use protocol::{AuditEvent, DeviceGrant, Event, Network, Source, State};
use store::Versioned;

/// Denies the grant or revokes its tokens, and tells the operator which client made the request, and from where. `None`
/// when another request was faster.
pub(super) async fn report(
    app: &App,
    found: Versioned<DeviceGrant>,
    source: &Source,
) -> Result<Option<DecisionOutcome>, FlowError> {
    let now = app.clock.now();
    let (standing, was_denied) = (found.value.standing(now).name(), matches!(found.value.state, State::Denied(_)));
    let Some(next) = found.value.report(now) else { return Ok(Some(DecisionOutcome::Unchanged)) };
    let address = next.origin.address;
    let family = match &next.state {
        State::Redeemed(_, redemption) => Some(redemption.family.as_str()),
        _ => None,
    };
    let event = |event| family.into_iter().fold(app.event(event, source).of_grant(&next), AuditEvent::of_family);
    let reported = event(Event::GrantReported)
        .with("standing", standing)
        .with("requested_from", address.to_string())
        .with("network", Network::of(address).to_string());
    let mut events = vec![reported];
    if matches!(next.state, State::Denied(_)) && !was_denied {
        events.push(event(Event::GrantDenied).with("by", "report"));
    }
    let revoked = event(Event::TokensRevoked).with("by", "person").with("reported", true);
    if !store::report_device_grant(&app.db, found.revision, &next, &events, &revoked).await? {
        return Ok(None);
    }
    log_alarm(&events[0], "somebody was asked to allow what they did not start");
    Ok(Some(DecisionOutcome::Decided(Box::new(next))))
}

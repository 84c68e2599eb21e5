//! Report a request that the end user did not start (RFC 10027 section 6.1.6, requirement U-14).

use crate::app::App;
use crate::flow::FlowError;
use crate::flow::decision_outcome::DecisionOutcome;
use protocol::{DeviceGrant, Event, Network, Source, State};
use store::Versioned;

/// Denies the grant or revokes its tokens, and tells the operator which client asked, and from where. `None` when another
/// request was faster.
pub(super) async fn report(
    app: &App,
    found: Versioned<DeviceGrant>,
    source: &Source,
) -> Result<Option<DecisionOutcome>, FlowError> {
    let now = app.clock.now();
    let (standing, was_denied) = (found.value.standing(now).name(), matches!(found.value.state, State::Denied(_)));
    let Some(next) = found.value.report(now) else { return Ok(Some(DecisionOutcome::Unchanged)) };
    let address = next.origin.address;
    let network = Network::of(address).to_string();
    let event = |event| app.event(event, source).of_grant(&next);
    let reported = event(Event::GrantReported)
        .with("standing", standing)
        .with("requested_from", address.to_string())
        .with("network", network.as_str());
    let mut events = vec![reported];
    if matches!(next.state, State::Denied(_)) && !was_denied {
        events.push(event(Event::GrantDenied).with("by", "report"));
    }
    let mut revoked = event(Event::TokensRevoked).with("by", "person").with("reported", true);
    if let State::Redeemed(_, redemption) = &next.state {
        revoked = revoked.of_family(&redemption.family);
        events[0].family_id.clone_from(&revoked.family_id);
    }
    if !store::report_device_grant(&app.db, found.revision, &next, &events, &revoked).await? {
        return Ok(None);
    }
    tracing::warn!(
        alarm = Event::GrantReported.name(),
        grant = next.id,
        client = next.client_id,
        network,
        standing,
        "somebody was asked to allow what they did not start"
    );
    Ok(Some(DecisionOutcome::Decided(Box::new(next))))
}

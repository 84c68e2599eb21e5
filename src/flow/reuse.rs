//! End the tokens of a device code or a refresh token that was used again too late to be a retry (requirements T-19,
//! K-07): one of its two holders is a thief (RFC 9700 section 4.14.2).

use crate::app::App;
use crate::flow::FlowError;
use crate::flow::alarm::log_alarm;
use protocol::{AuditEvent, Event, OAuthError};

/// Revokes a family, and raises an alarm once. The client gets the same answer each time.
pub(super) async fn revoke_reused(
    app: &App,
    family: &str,
    event: impl Fn(Event) -> AuditEvent,
    alarm: Event,
    words: &'static str,
) -> Result<OAuthError, FlowError> {
    let events = [event(alarm).of_family(family), event(Event::TokensRevoked).of_family(family).with("by", "reuse")];
    if store::revoke_family(&app.db, family, app.clock.now(), &events).await? {
        log_alarm(&events[0], words);
    }
    Ok(OAuthError::InvalidGrant)
}

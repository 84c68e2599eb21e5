//! Log an alarm: an event that an operator should look at soon.

use protocol::{AuditEvent, Subject};

/// Logs the alarm that an event is, by its name in the audit table, with what it is about.
pub(super) fn log_alarm(event: &AuditEvent, words: &'static str) {
    let fact = |name| event.detail.get(name).and_then(|value| value.as_str());
    tracing::warn!(
        alarm = event.event.name(),
        grant = event.grant_id,
        family = event.family_id,
        client = event.client_id,
        subject = event.subject.as_ref().map(Subject::as_str),
        network = fact("network"),
        origin = fact("origin"),
        standing = fact("standing"),
        "{words}"
    );
}

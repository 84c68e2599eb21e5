//! The receivers of notices, and the log line of a notice.

use std::collections::HashMap;

use protocol::{AuditEvent, Subject};

/// The receivers of notices, and the facts about this server that notices contain.
#[derive(Clone, Debug, Default)]
pub struct Subscribers {
    /// The webhooks.
    pub webhooks: Vec<Subscriber>,
    /// The names of the clients, by their ids.
    pub clients: HashMap<String, String>,
    /// The issuer.
    pub issuer: String,
    /// The account page, on which a person sees their devices.
    pub account_url: String,
}

impl Subscribers {
    /// The webhooks that want notices of this name.
    pub(super) fn of(&self, name: &str) -> Vec<&Subscriber> {
        let wants = |of: &&Subscriber| of.notices.is_empty() || of.notices.iter().any(|wanted| wanted == name);
        self.webhooks.iter().filter(wants).collect()
    }
}

/// A receiver of notices.
#[derive(Clone, Debug)]
pub struct Subscriber {
    /// The webhook.
    pub webhook: String,
    /// The names of the notices that it wants; none: all.
    pub notices: Vec<String>,
}

/// A notice, for the log: it is written when the transaction is committed.
pub(super) struct LoggedNotice {
    pub(super) name: &'static str,
    pub(super) event: AuditEvent,
    /// Whether a webhook waits for it.
    pub(super) is_queued: bool,
}

impl LoggedNotice {
    pub(super) fn log(&self) {
        let AuditEvent { id, source, grant_id, client_id, subject, .. } = &self.event;
        tracing::info!(
            notice = self.name,
            event = id,
            grant = grant_id,
            client = client_id,
            subject = subject.as_ref().map(Subject::as_str),
            from = source.address.map(tracing::field::display),
            channel = source.channel.name(),
            "noticed"
        );
    }
}

//! The end user who acts in a flow (RFC 6749 section 1.1: a resource owner who is a person).

use std::net::IpAddr;

use crate::app::App;
use protocol::{AuditEvent, Digest, Event, Source, Subject};
use store::{BrowserSession, SignIn, StoreError};

/// A person who is logged in.
pub(crate) struct EndUser<'a> {
    /// The session in which they are logged in.
    pub(crate) session: &'a BrowserSession,
    /// The network address of their browser or program.
    pub(crate) address: IpAddr,
    /// Where events that this request causes come from.
    pub(crate) source: Source,
}

impl EndUser<'_> {
    /// The account.
    pub(crate) fn subject(&self) -> &Subject {
        &self.session.sign_in.subject
    }

    /// The digest of the session, which claims name.
    pub(crate) fn digest(&self) -> &Digest {
        &self.session.digest
    }

    /// An event that they cause now.
    pub(super) fn event(&self, app: &App, event: Event) -> AuditEvent {
        app.event(event, &self.source).of_subject(self.subject())
    }

    /// Whether the session is still live with the same login: it may have ended, or another tab may have logged in, since the
    /// request began.
    pub(super) async fn is_logged_in(&self, app: &App) -> Result<bool, StoreError> {
        let session = store::find_browser_session(&app.db, self.digest(), app.clock.now()).await?;
        Ok(session.is_some_and(|session| session.sign_in.auth_time == self.session.sign_in.auth_time))
    }
}

/// Whether a login is recent enough to enter codes (requirement U-13). The client of a code may want a fresher one.
pub(crate) fn may_enter_codes(app: &App, sign_in: &SignIn) -> bool {
    app.clock.now().since(sign_in.auth_time) <= app.registry.clients.longest_max_auth_age()
}

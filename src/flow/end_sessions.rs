//! End sessions: log out, end one session or all others, or sign out everywhere (requirements W-05, K-10).

use crate::app::App;
use crate::flow::session::{AccountOutcome, is_recent};
use crate::flow::{EndUser, FlowError};
use protocol::{AuditEvent, Digest, Event};
use store::SessionSelection;

/// Which sessions of a person end.
pub(crate) enum EndedSessions {
    /// One, by its digest.
    One(Digest),
    /// All but the one in which they act.
    Others,
}

/// Logs out: ends the session in which somebody acts.
pub(crate) async fn log_out(app: &App, session: &Digest) -> Result<(), FlowError> {
    store::end_browser_sessions(&app.db, SessionSelection::One(session), None).await?;
    Ok(())
}

/// Ends sessions of the person who asks. What is another person's does not end.
pub(crate) async fn end_sessions(app: &App, user: &EndUser<'_>, which: &EndedSessions) -> Result<(), FlowError> {
    let ended = event(app, Event::SessionEnded, user);
    let sessions = match which {
        EndedSessions::One(digest) => SessionSelection::OneOf(user.subject(), digest),
        EndedSessions::Others => SessionSelection::Others(user.subject(), user.digest()),
    };
    store::end_browser_sessions(&app.db, sessions, Some(&ended)).await?;
    Ok(())
}

/// Ends every session of a person, this one too, and signs out every device. The login must be recent.
pub(crate) async fn sign_out_everywhere(app: &App, user: &EndUser<'_>) -> Result<AccountOutcome, FlowError> {
    if !is_recent(app, &user.session.sign_in, app.clock.now()) {
        return Ok(AccountOutcome::LoginTooOld);
    }
    store::sign_out_everywhere(&app.db, user.subject(), &event(app, Event::SignedOutEverywhere, user)).await?;
    tracing::info!(subject = user.subject().as_str(), "a person signed out everywhere");
    Ok(AccountOutcome::Done)
}

fn event(app: &App, event: Event, user: &EndUser<'_>) -> AuditEvent {
    app.event(event, &user.source).of_subject(user.subject())
}

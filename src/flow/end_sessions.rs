//! End sessions: log out, end one session or all others, or sign out everywhere (requirements W-05, K-10).

use crate::app::App;
use crate::flow::session::{AccountOutcome, is_recent};
use crate::flow::{EndUser, FlowError};
use protocol::{Digest, Event};
use store::SessionSelection;

/// Logs out: ends this session.
pub(crate) async fn log_out(app: &App, session: &Digest) -> Result<(), FlowError> {
    store::end_browser_sessions(&app.db, SessionSelection::One(session), None).await?;
    Ok(())
}

/// Ends one session of this person, by its digest, or all others. A session of another person does not end.
pub(crate) async fn end_sessions(app: &App, user: &EndUser<'_>, one: Option<&Digest>) -> Result<(), FlowError> {
    let sessions = match one {
        Some(digest) => SessionSelection::OneOf(user.subject(), digest),
        None => SessionSelection::Others(user.subject(), user.digest()),
    };
    store::end_browser_sessions(&app.db, sessions, Some(&user.event(app, Event::SessionEnded))).await?;
    Ok(())
}

/// Ends every session of a person, this one too, and signs out every device. The login must be recent.
pub(crate) async fn sign_out_everywhere(app: &App, user: &EndUser<'_>) -> Result<AccountOutcome, FlowError> {
    if !is_recent(app, &user.session.sign_in, app.clock.now()) {
        return Ok(AccountOutcome::LoginTooOld);
    }
    store::sign_out_everywhere(&app.db, user.subject(), &user.event(app, Event::SignedOutEverywhere)).await?;
    tracing::info!(subject = user.subject().as_str(), "a person signed out everywhere");
    Ok(AccountOutcome::Done)
}

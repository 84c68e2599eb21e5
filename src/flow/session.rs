//! The session of a browser or a program: find it, begin it, and tell whether its login is recent enough.

use std::time::Duration;

use crate::app::App;
use protocol::{Digest, Timestamp};
use store::{BrowserSession, SignIn, StoreError};

/// Nobody reads and acts in no time: a login is recent for so long, however fresh the operator wants it.
const ACTING: Duration = Duration::from_mins(5);

/// Finds the live session of a cookie and puts off its idle end, once a minute at most.
pub(crate) async fn find(app: &App, digest: &Digest) -> Result<Option<BrowserSession>, StoreError> {
    let now = app.clock.now();
    let session = store::find_browser_session(&app.db, digest, now).await?;
    if let Some(session) = &session {
        let idle_until = (now + app.settings.sessions.idle).min(session.expires_at);
        if idle_until.since(session.idle_until).as_secs() >= 60 {
            store::touch_browser_session(&app.db, &session.digest, idle_until).await?;
        }
    }
    Ok(session)
}

/// A session that begins now.
pub(super) fn begun(app: &App, digest: Digest, sign_in: SignIn) -> BrowserSession {
    let (now, sessions) = (app.clock.now(), &app.settings.sessions);
    BrowserSession {
        digest,
        created_at: now,
        expires_at: now + sessions.absolute,
        idle_until: now + sessions.idle,
        sign_in,
        sealed_next: None,
        right_code_at: None,
    }
}

/// Whether somebody logged in recently enough for a step that is as dangerous as an approval (requirement U-13).
pub(crate) fn is_recent(app: &App, sign_in: &SignIn, now: Timestamp) -> bool {
    now.since(sign_in.auth_time) <= app.settings.device.max_auth_age.max(ACTING)
}

/// What came of a step that a person takes in their account.
pub(crate) enum AccountOutcome {
    /// It is done, or was so already.
    Done,
    /// Nothing changed: the login is too old for this step.
    LoginTooOld,
    /// There is no such thing, or it is another person's.
    NotFound,
}

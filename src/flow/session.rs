//! Find the session of a browser or a program, begin one, and check the age of its login.

use std::time::Duration;

use crate::app::App;
use protocol::{Digest, Timestamp};
use store::{BrowserSession, SignIn, StoreError};

/// Reading and acting takes time, so a login is recent for at least this long, whatever the settings say.
const ACTING: Duration = Duration::from_mins(5);

/// Finds the live session of a cookie, and extends it at most once a minute.
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

/// Stores what a session keeps for another login, sealed under its cookie; `None` forgets it.
pub(crate) async fn keep_sealed(app: &App, digest: &Digest, sealed: Option<Vec<u8>>) -> Result<(), StoreError> {
    store::keep_for_later(&app.db, digest, sealed).await
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

/// Whether a login is recent enough for a step that is as dangerous as an approval (requirement U-13).
pub(crate) fn is_recent(app: &App, sign_in: &SignIn, now: Timestamp) -> bool {
    now.since(sign_in.auth_time) <= app.settings.device.max_auth_age.max(ACTING)
}

/// The outcome of a change that a person makes to their account.
pub(crate) enum AccountOutcome {
    /// It is done, or was done already.
    Done,
    /// Nothing changed: the login is too old for this step.
    LoginTooOld,
    /// The object does not exist, or belongs to another person.
    NotFound,
}

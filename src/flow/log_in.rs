//! Log a person in with a username and a password (requirements, W-05).
//!
//! 1. Verify the password, within the limits of the account, the network and the server.
//! 2. Replace the session by one with a new name, so that a session that an attacker planted in the browser is never
//!    logged in (session fixation).

use crate::app::App;
use crate::flow::verify_password::verify_password;
use crate::flow::{FlowError, session};
use crate::passwords::Password;
use protocol::{Digest, Event};
use store::{BrowserSession, SignIn, failpoints};

pub(crate) use crate::flow::verify_password::{LoginRefusal, LoginSource};

/// The session that a login begins.
pub(crate) struct NewSession {
    /// The digest of its name.
    pub(crate) digest: Digest,
    /// The session that it replaces, if there is one.
    pub(crate) replaces: Digest,
    /// Its sealed continuation, if it has one.
    pub(crate) sealed_next: Option<Vec<u8>>,
    /// Whether another tab has logged in since the form of this login was shown. Then the same person goes on in that
    /// session, whose login is renewed, and the pages of the other tab stay valid.
    pub(crate) is_needless: bool,
}

/// Logs a person in. Returns their session, or the reason why there is none.
pub(crate) async fn log_in(
    app: &App,
    username: &str,
    password: &Password,
    from: &LoginSource<'_>,
    new: NewSession,
) -> Result<Result<BrowserSession, LoginRefusal>, FlowError> {
    let auth_time = app.clock.now();
    let user = match verify_password(app, username, password, from).await? {
        Ok(user) => user,
        Err(refusal) => return Ok(Err(refusal)),
    };
    failpoints::reach("sign in: before").await;
    let succeeded = app.event(Event::LoginSucceeded, &from.source).of_subject(&user.subject);
    let sign_in = SignIn {
        subject: user.subject,
        username: user.username,
        // The time of the request, not of the verification. If another node, whose clock is ahead, has voided older
        // logins of the account, the login gets that later time.
        auth_time: auth_time.max(user.valid_from),
        valid_from: user.valid_from,
        amr: vec!["pwd".to_owned()],
        address: Some(from.address.to_string()),
        user_agent: from.user_agent.map(str::to_owned),
    };
    let own = from.session.filter(|session| session.sign_in.subject == sign_in.subject);
    if let Some(session) = own.filter(|_| new.is_needless) {
        let renewed = BrowserSession { sign_in: sign_in.clone(), ..session.clone() };
        if store::renew_login(&app.db, &renewed, &succeeded).await? {
            return Ok(Ok(renewed));
        }
    }
    let session = BrowserSession {
        sealed_next: new.sealed_next,
        // The session stays known if the same person logs in again (requirement E-03).
        right_code_at: own.and_then(|session| session.right_code_at),
        ..session::begun(app, new.digest, sign_in)
    };
    if !store::replace_browser_session(&app.db, &new.replaces, &session, &succeeded).await? {
        // The account got another password, or was disabled, after the password was verified.
        return Ok(Err(LoginRefusal::WrongCredentials));
    }
    tracing::info!(subject = session.sign_in.subject.as_str(), channel = from.source.channel.name(), "logged in");
    Ok(Ok(session))
}

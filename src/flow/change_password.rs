//! Change the password of the person who is logged in (requirements, K-10).
//!
//! 1. The login must be recent.
//! 2. Check the length and the repetition, which costs nothing.
//! 3. Judge the new password. That costs as much as a login, so a budget of the account limits it.
//! 4. Verify the current password, which counts as a login.
//! 5. Store the new password, end everything else that the account has, and go on in a new session.

use crate::app::App;
use crate::flow::FlowError;
use crate::flow::session::{self, is_recent};
use crate::flow::verify_password::{LoginRefusal, LoginSource, verify_password};
use crate::passwords::{Password, WeakPassword};
use protocol::{Digest, Event};
use store::{BrowserSession, Budget, SignIn, User};

/// The three fields of the form.
pub(crate) struct TypedPasswords<'a> {
    pub(crate) current: &'a str,
    pub(crate) new: &'a str,
    pub(crate) repeated: &'a str,
}

/// The outcome of a change of password.
#[expect(clippy::large_enum_variant, reason = "it is used at once and never kept")]
pub(crate) enum PasswordChangeOutcome {
    /// The password is changed; this is the one session that goes on.
    Changed(BrowserSession),
    /// The password is not changed.
    Refused(PasswordRefusal),
    /// The login is too old for this step.
    LoginTooOld,
    /// The account changed meanwhile, which ended this session.
    SessionEnded,
    /// The account is gone, or its name is another account's.
    AccountGone,
}

/// Why a password is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PasswordRefusal {
    /// The current password cannot be verified.
    Login(LoginRefusal),
    /// The new one is not good enough.
    Weak(WeakPassword),
    /// The new one is the current one.
    Same,
    /// The new one was not repeated.
    NotRepeated,
}

/// Changes the password of the person of `session`. `digest` is for the session that goes on.
pub(crate) async fn change_password(
    app: &App,
    session: &BrowserSession,
    typed: &TypedPasswords<'_>,
    from: &LoginSource<'_>,
    digest: Digest,
) -> Result<PasswordChangeOutcome, FlowError> {
    let sign_in = &session.sign_in;
    if !is_recent(app, sign_in, app.clock.now()) {
        return Ok(PasswordChangeOutcome::LoginTooOld);
    }
    let Some(user) = store::find_user(&app.db, &sign_in.subject).await? else {
        return Ok(PasswordChangeOutcome::AccountGone);
    };
    let (current, new) = (Password::typed(typed.current), Password::typed(typed.new));
    if let Err(refusal) = measured(app, typed, &new) {
        return Ok(PasswordChangeOutcome::Refused(refusal));
    }
    if let Err(refusal) = judged(app, &new, &user).await? {
        return Ok(PasswordChangeOutcome::Refused(refusal));
    }
    let user = match verify_password(app, &sign_in.username, &current, from).await? {
        Ok(user) if user.subject == sign_in.subject => user,
        Ok(_) => return Ok(PasswordChangeOutcome::AccountGone),
        Err(refusal) => return Ok(PasswordChangeOutcome::Refused(PasswordRefusal::Login(refusal))),
    };
    let hash = app.passwords.hash(&new).await?;
    let changed = app.event(Event::PasswordChanged, &from.source).of_subject(&user.subject);
    let since = store::valid_after(user.valid_from, changed.at);
    let (address, user_agent) = (Some(from.address.to_string()), from.user_agent.map(str::to_owned));
    let renewed = SignIn { auth_time: since, valid_from: since, address, user_agent, ..sign_in.clone() };
    let session = session::begun(app, digest, renewed);
    if !store::change_password(&app.db, user.valid_from, &hash, &session, &changed).await? {
        return Ok(PasswordChangeOutcome::SessionEnded);
    }
    tracing::info!(subject = user.subject.as_str(), "a person changed their password");
    Ok(PasswordChangeOutcome::Changed(session))
}

/// Makes the checks that cost nothing.
fn measured(app: &App, typed: &TypedPasswords<'_>, new: &Password) -> Result<(), PasswordRefusal> {
    app.passwords.measure(new).map_err(PasswordRefusal::Weak)?;
    if typed.new == typed.current {
        return Err(PasswordRefusal::Same);
    }
    if typed.new == typed.repeated { Ok(()) } else { Err(PasswordRefusal::NotRepeated) }
}

/// Judges a new password, as often as the budget of the account allows.
async fn judged(app: &App, new: &Password, user: &User) -> Result<Result<(), PasswordRefusal>, FlowError> {
    let now = app.clock.now();
    let tries = Budget {
        name: "new passwords of an account",
        holder: user.subject.as_str().to_owned(),
        limit: app.settings.limits.new_passwords_account,
        window: app.settings.limits.login_window,
    };
    if let Err(until) = store::spend(&app.db, &[tries], now).await? {
        return Ok(Err(PasswordRefusal::Login(LoginRefusal::TooMany(until.since(now)))));
    }
    let about = [Some(user.username.as_str()), user.name.as_deref(), user.email.as_deref()];
    Ok(app.passwords.judge(new, about).await?.map_err(PasswordRefusal::Weak))
}

//! What shall the new password be? Changing it by its own person (requirements, K-10).

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Redirect, Response};

use super::views::{self, PasswordComplaint};
use super::{AccountPage, is_recent, log_in_first, see};
use crate::app::App;
use crate::passwords::{Password, WeakPassword};
use crate::protocol::{Channel, Event, Form};
use crate::store::{self, Budget, PasswordChange, SignIn, User};
use crate::web::browser::Browser;
use crate::web::hop::Hop;
use crate::web::pages::frame::page;
use crate::web::pages::login::LoginFailure;
use crate::web::pages::views::Frame;
use crate::web::pages::{PageError, Span};
use crate::web::password_login::{LoginSource, authenticate};
use crate::web::posted_form::PostedForm;

/// `GET /.well-known/change-password`
pub(in crate::web) async fn there(State(app): State<Arc<App>>) -> Redirect {
    Redirect::to(&AccountPage::Password.path(&app))
}

/// `GET /account/password`. The login comes first, so that nobody types two passwords for nothing.
pub(in crate::web) async fn ask(State(app): State<Arc<App>>, mut browser: Browser) -> Result<Response, PageError> {
    match browser.sign_in() {
        Some(sign_in) if is_recent(&app, sign_in, app.clock.now()) => Ok(show(&app, &browser, sign_in, None)),
        _ => log_in_first(&app, &mut browser, AccountPage::Password).await,
    }
}

/// `POST /account/password`
pub(in crate::web) async fn change(
    State(app): State<Arc<App>>,
    Extension(hop): Extension<Hop>,
    headers: HeaderMap,
    PostedForm { mut browser, form }: PostedForm,
) -> Result<Response, PageError> {
    let Some(sign_in) = browser.sign_in().cloned() else { return Ok(see(&app, &browser, &AccountPage::Overview)) };
    if !is_recent(&app, &sign_in, app.clock.now()) {
        return log_in_first(&app, &mut browser, AccountPage::Password).await;
    }
    let known = store::find_user(&app.db, &sign_in.subject).await?.ok_or(PageError::Stale)?;
    let new = Password::typed(form.get("new_password").unwrap_or_default());
    // What costs nothing is said first. The judgement of a password costs as much as a login, so it is paid for. The current
    // password is asked of a good form alone, and counts as a login.
    let complaint = match careless(&app, &form, &new) {
        None => judged(&app, &new, &known).await?,
        careless => careless,
    };
    if let Some(complaint) = complaint {
        return Ok(show(&app, &browser, &sign_in, Some(complaint)));
    }
    let current = Password::typed(form.get("current_password").unwrap_or_default());
    let source = LoginSource::new(&app, &hop, &headers, Some(&browser));
    let user = match authenticate(&app, &sign_in.username, &current, &source).await?.told(app.clock.now()) {
        // A name that has become somebody else's leads nowhere.
        Ok(user) if user.subject == sign_in.subject => user,
        Ok(_) => return Err(PageError::Stale),
        Err(LoginFailure::WrongCredentials) => {
            return Ok(show(&app, &browser, &sign_in, Some(PasswordComplaint::WrongCurrent)));
        }
        Err(LoginFailure::TooMany { wait }) => {
            return Ok(show(&app, &browser, &sign_in, Some(PasswordComplaint::TooMany { wait })));
        }
        Err(LoginFailure::Locked) => return Ok(show(&app, &browser, &sign_in, Some(PasswordComplaint::Locked))),
    };
    let hash = app.passwords.hash(&new).await?;
    let changed = app.event(Event::PasswordChanged, &hop.source(Channel::Page)).of_subject(&user.subject);
    let (address, user_agent) = (Some(hop.address.to_string()), hop.user_agent.clone());
    let since = store::valid_after(user.valid_from, changed.at);
    let renewal = SignIn { auth_time: since, valid_from: since, address, user_agent, ..sign_in.clone() };
    let (renewed, session) = browser.renewed(&app, renewal);
    let change = PasswordChange { subject: &user.subject, valid_from: user.valid_from, hash: &hash, session: &session };
    if store::change_password(&app.db, &change, &changed).await? {
        tracing::info!(subject = user.subject.as_str(), "somebody changed their password");
        return Ok(source.seen().remember(&app, &user.subject, see(&app, &renewed, &AccountPage::Overview)));
    }
    // The account changed meanwhile, and this session has ended with it.
    Ok(see(&app, &browser, &AccountPage::Overview))
}

/// What speaks against the new password at the first look.
fn careless(app: &App, form: &Form, new: &Password) -> Option<PasswordComplaint> {
    if let Err(weak) = app.passwords.measure(new) {
        return Some(of_weak(&weak));
    }
    // Both were typed in this form by one person.
    if form.get("new_password") == form.get("current_password") {
        return Some(PasswordComplaint::Same);
    }
    (form.get("new_password") != form.get("new_password_again")).then_some(PasswordComplaint::NotRepeated)
}

/// What speaks against it when it is judged, which so many times may be asked.
async fn judged(app: &App, new: &Password, known: &User) -> Result<Option<PasswordComplaint>, PageError> {
    let now = app.clock.now();
    let tries = Budget {
        name: "new passwords of an account",
        holder: known.subject.as_str().to_owned(),
        limit: app.settings.limits.new_passwords_account,
        window: app.settings.limits.login_window,
    };
    if let Err(until) = store::spend(&app.db, &[tries], now).await? {
        return Ok(Some(PasswordComplaint::TooMany { wait: Span::at_most(until.since(now)) }));
    }
    let about = [Some(known.username.as_str()), known.name.as_deref(), known.email.as_deref()];
    let about: Vec<&str> = about.into_iter().flatten().collect();
    Ok(app.passwords.judge(new, &about).await?.err().map(|weak| of_weak(&weak)))
}

fn of_weak(weak: &WeakPassword) -> PasswordComplaint {
    match weak {
        WeakPassword::TooShort(least) => PasswordComplaint::TooShort { least: *least },
        WeakPassword::TooLong => PasswordComplaint::TooLong,
        WeakPassword::Guessable => PasswordComplaint::Guessable,
    }
}

fn show(app: &App, browser: &Browser, sign_in: &SignIn, complaint: Option<PasswordComplaint>) -> Response {
    let template = views::Password {
        frame: Frame::new(app, browser),
        username: sign_in.username.clone(),
        least: app.settings.passwords.min_length,
        complaint,
    };
    browser.answer(app, page(&template))
}

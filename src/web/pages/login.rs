//! Who is it? Signing in and out with a password (requirements, W-05, W-07).

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::failpoints;
use crate::flow::claim;
use crate::flow::enter_code::{CodeOutcome, enter_code};
use crate::passwords::Password;
use crate::protocol::{Event, Secret, Timestamp};
use crate::store::{self, SignIn, StoreError, User};
use crate::web::browser::Browser;
use crate::web::hop::Hop;
use crate::web::pages::frame::page;
use crate::web::pages::views::{Frame, Login, Occasion};
use crate::web::pages::{PageError, Span, decision};
use crate::web::password_login::{LoginSource, Verdict, authenticate};
use crate::web::posted_form::PostedForm;
use crate::web::waiting::{Hints, Next};

/// `GET /login`
pub(in crate::web) async fn ask(State(app): State<Arc<App>>, browser: Browser) -> Result<Response, PageError> {
    Ok(show(&app, &browser, None).await?)
}

/// Whom a device named for a request that is known: behind its handle, never behind its code (requirement U-02).
async fn hints_of_request(app: &App, handle: &str) -> Result<Hints, StoreError> {
    let found = store::find_by_handle(&app.db, &Secret::presented(handle).digest()).await?;
    let wishes = found.map(|found| found.value.wishes).unwrap_or_default();
    Ok(Hints { login_hint: wishes.login_hint, ui_locales: wishes.ui_locales })
}

/// `POST /login`
pub(in crate::web) async fn log_in(
    State(app): State<Arc<App>>,
    Extension(hop): Extension<Hop>,
    headers: HeaderMap,
    PostedForm { mut browser, form }: PostedForm,
) -> Result<Response, PageError> {
    let typed = form.get("username").unwrap_or_default().to_owned();
    let password = Password::typed(form.get("password").unwrap_or_default());
    let auth_time = app.clock.now();
    // Whoever logs in for one request is not led to another, which another tab has put in its place meanwhile.
    let is_for_another = form.get("for").is_some_and(|shown| browser.name_of_next().as_deref() != Some(shown));
    let source = LoginSource::new(&app, &hop, &headers, Some(&browser));
    let user = match authenticate(&app, &typed, &password, &source).await?.told(auth_time) {
        Ok(user) => user,
        Err(failure) => return Ok(show(&app, &browser, Some((typed, failure))).await?),
    };
    failpoints::reach("sign in: before").await;
    let succeeded = app.event(Event::LoginSucceeded, &hop.person()).of_subject(&user.subject);
    let subject = user.subject.clone();
    if !browser.sign_in_as(&app, by_password(user, auth_time, &hop), &succeeded).await? {
        // Another password, or a disabled account, since this one was found right.
        return Ok(show(&app, &browser, Some((typed, LoginFailure::WrongCredentials))).await?);
    }
    tracing::info!(subject = subject.as_str(), "signed in");
    let seen = source.seen();
    let there = if is_for_another { app.home() } else { go_on(&app, &mut browser, &hop).await? };
    let answer = browser.answer(&app, Redirect::to(&there).into_response());
    Ok(seen.remember(&app, &subject, answer))
}

/// `POST /logout`
pub(in crate::web) async fn log_out(
    State(app): State<Arc<App>>,
    PostedForm { mut browser, .. }: PostedForm,
) -> Result<Response, PageError> {
    browser.sign_out(&app).await?;
    Ok(browser.answer(&app, Redirect::to(&app.home()).into_response()))
}

/// Why a login failed.
pub enum LoginFailure {
    /// Wrong password, unknown or disabled user: one answer for all (requirements A-04).
    WrongCredentials,
    /// Too many attempts (requirements A-03).
    TooMany {
        /// How long no password is tried.
        wait: Span,
    },
    /// So many that only the operator can help (requirement FA-06).
    Locked,
}

impl Verdict {
    /// The account, or what a page says at this time.
    pub(in crate::web::pages) fn told(self, now: Timestamp) -> Result<User, LoginFailure> {
        match self {
            Self::Right(user) => Ok(user),
            Self::Wrong => Err(LoginFailure::WrongCredentials),
            Self::NotBefore(until) => Err(LoginFailure::TooMany { wait: Span::at_most(until.since(now)) }),
            Self::Locked => Err(LoginFailure::Locked),
        }
    }
}

/// Who is signed in once a password was right. `auth_time` is not when it was found right but when it came. Where another
/// node's clock has made the account anew since then, it is as late as that.
pub(in crate::web) fn by_password(user: User, auth_time: Timestamp, hop: &Hop) -> SignIn {
    SignIn {
        subject: user.subject,
        username: user.username,
        auth_time: auth_time.max(user.valid_from),
        valid_from: user.valid_from,
        amr: vec!["pwd".to_owned()],
        address: Some(hop.address.to_string()),
        user_agent: hop.user_agent.clone(),
    }
}

/// Where a fresh login leads: to what waited for it. The code is looked up here, because no GET may claim it.
async fn go_on(app: &App, browser: &mut Browser, hop: &Hop) -> Result<String, PageError> {
    let home = app.home();
    let (shown, entry) = match waits(app, browser) {
        Some(Next::Code(shown, entry)) => (shown, entry),
        Some(Next::Request(handle)) => {
            browser.forget(app).await?;
            // What cannot be resumed is told by its own page, to a browser that has its new cookie by then.
            let old = Secret::presented(&handle);
            let resumed = match browser.end_user(hop) {
                Some(user) => claim::resume(app, &user, &old).await?,
                None => None,
            };
            return Ok(decision::request_url(app, &resumed.unwrap_or(old)));
        }
        Some(Next::Account(page)) => {
            browser.forget(app).await?;
            return Ok(page.path(app));
        }
        Some(Next::Refused(..) | Next::Exhausted(..) | Next::Closed(..) | Next::TooManyCodes) | None => {
            return Ok(home);
        }
    };
    let (Ok(code), Some(user)) = (app.registry.user_codes.parse(&shown), browser.end_user(hop)) else {
        return Ok(home);
    };
    match enter_code(app, &user, &code, entry).await? {
        // Never implied: whoever logs in here may not be who typed the code.
        CodeOutcome::Found(handle) => {
            browser.forget(app).await?;
            return Ok(decision::request_url(app, &handle));
        }
        CodeOutcome::Unknown | CodeOutcome::SessionLocked => browser.keep(app, Next::Refused(shown, entry)).await?,
        CodeOutcome::Exhausted(until) => browser.keep(app, Next::Exhausted(shown, entry, until.millis())).await?,
        CodeOutcome::Closed(until) => browser.keep(app, Next::Closed(shown, entry, until.millis())).await?,
    }
    Ok(home)
}

/// What waits for this login. A code waits for nothing where codes are not taken any more.
fn waits(app: &App, browser: &Browser) -> Option<Next> {
    browser.next().filter(|next| app.settings.device.enabled || matches!(next, Next::Account(_)))
}

/// The page, with what was typed if that failed.
async fn show(app: &App, browser: &Browser, failed: Option<(String, LoginFailure)>) -> Result<Response, PageError> {
    let waits = waits(app, browser);
    let hints = match &waits {
        Some(Next::Request(handle)) => hints_of_request(app, handle).await?,
        _ => browser.hints(),
    };
    let (username, failure) = if let Some((typed, failure)) = failed {
        (typed, Some(failure))
    } else {
        let known = browser.sign_in().map(|sign_in| sign_in.username.clone());
        (known.or(hints.login_hint).unwrap_or_default(), None)
    };
    let occasion = match (browser.sign_in(), &waits) {
        (Some(_), Some(Next::Code(..) | Next::Request(_))) => Occasion::Again,
        (None, Some(Next::Code(..) | Next::Request(_))) => Occasion::CodeWaits,
        (Some(_), Some(Next::Account(_))) => Occasion::AccountAgain,
        (None, Some(Next::Account(_))) => Occasion::Account,
        (_, Some(Next::TooManyCodes)) => Occasion::TooManyCodes,
        (_, Some(Next::Refused(..) | Next::Exhausted(..) | Next::Closed(..)) | None) => Occasion::Plain,
    };
    let release = match &waits {
        Some(Next::Request(handle)) => {
            let handle = Secret::presented(handle);
            let is_held = claim::is_held_by(app, &browser.digest(), &handle).await?;
            is_held.then(|| decision::request_url(app, &handle))
        }
        _ => None,
    };
    let (frame, next) = (Frame::about(app, browser, &hints.ui_locales), browser.name_of_next());
    Ok(browser.answer(app, page(&Login { frame, occasion, next, release, username, failure })))
}

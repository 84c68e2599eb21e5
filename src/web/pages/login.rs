//! Log in with a password, and log out (requirements, W-05, W-07).

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::flow::claim;
use crate::flow::enter_code::{CodeOutcome, enter_code};
use crate::flow::log_in::{self, LoginRefusal, NewSession};
use crate::passwords::Password;
use crate::web::browser::Browser;
use crate::web::cookies::{known_browser, remember_login};
use crate::web::hop::Hop;
use crate::web::pages::PageError;
use crate::web::pages::frame::page;
use crate::web::pages::return_page::request_url;
use crate::web::pages::views::{Frame, LoginPage, Occasion};
use crate::web::posted_form::{LoginForm, PostedForm};
use crate::web::waiting::{Continuation, Hints, Waiting};
use protocol::Secret;

/// `GET /login`
pub(in crate::web) async fn ask(State(app): State<Arc<App>>, browser: Browser) -> Result<Response, PageError> {
    show(&app, &browser, browser.waiting(), None).await
}

/// `POST /login`
pub(in crate::web) async fn log_in(
    State(app): State<Arc<App>>,
    Extension(hop): Extension<Hop>,
    headers: HeaderMap,
    LoginForm { mut browser, form, continuation, is_from_before }: LoginForm,
) -> Result<Response, PageError> {
    let username = form.get("username").unwrap_or_default();
    let password = Password::typed(form.get("password").unwrap_or_default());
    let known = known_browser(&app, &headers);
    let next = continuation.as_ref().map(|waiting| &waiting.next);
    let after = browser.after_login(&app, next);
    let new = NewSession { is_needless: is_from_before, ..after.new_session(&browser) };
    let session = match log_in::log_in(&app, username, &password, &browser.login_source(&hop, &known), new).await? {
        Ok(session) => session,
        Err(refusal) => return show(&app, &browser, continuation.as_ref(), Some((username, refusal))).await,
    };
    let subject = session.sign_in.subject.clone();
    if session.digest != browser.digest() {
        browser = after.in_session(session);
    } else if browser.next().as_ref() == next {
        browser.forget(&app).await?;
    }
    let there = go_on(&app, &mut browser, continuation, &hop).await?;
    let mut answer = browser.answer(&app, Redirect::to(&there).into_response());
    remember_login(&app, &known, &subject, &mut answer);
    Ok(answer)
}

/// `POST /logout`
pub(in crate::web) async fn log_out(
    State(app): State<Arc<App>>,
    PostedForm { mut browser, .. }: PostedForm,
) -> Result<Response, PageError> {
    browser.sign_out(&app).await?;
    Ok(browser.answer(&app, Redirect::to(&app.home()).into_response()))
}

/// Where a login leads: to what its form named. The code is looked up here, because no GET may claim it.
async fn go_on(
    app: &App,
    browser: &mut Browser,
    continuation: Option<Waiting>,
    hop: &Hop,
) -> Result<String, PageError> {
    let Some(user) = browser.end_user(hop) else { return Ok(app.home()) };
    let (shown, entry) = match continuation.map(|waiting| waiting.next) {
        Some(Continuation::Account(page)) => return Ok(page.path(app)),
        Some(Continuation::Request(handle)) if app.settings.device.enabled => {
            // A page says what cannot be resumed; the browser has its new cookie by then.
            let old = Secret::presented(&handle);
            let resumed = claim::resume(app, &user, &old).await?;
            return Ok(request_url(app, &resumed.unwrap_or(old)));
        }
        Some(Continuation::Code(shown, entry)) if app.settings.device.enabled => (shown, entry),
        _ => return Ok(app.home()),
    };
    if app.registry.user_codes.parse(&shown).is_err() {
        return Ok(app.home());
    }
    let told = match enter_code(app, Some(&user), &shown, entry).await? {
        // Never implied: the person who logs in here may not be the one who typed the code.
        CodeOutcome::Found(handle) => return Ok(request_url(app, &handle)),
        CodeOutcome::Unknown | CodeOutcome::SessionLocked | CodeOutcome::LoginRequired => {
            Continuation::Refused(shown, entry)
        }
        CodeOutcome::Exhausted(until) => Continuation::Exhausted(shown, entry, until.millis()),
        CodeOutcome::Closed(until) => Continuation::Closed(shown, entry, until.millis()),
    };
    browser.keep(app, told).await?;
    Ok(app.home())
}

/// The page, with what was typed if that failed. A code waits for nothing where codes are not taken any more.
async fn show(
    app: &App,
    browser: &Browser,
    waiting: Option<&Waiting>,
    failed: Option<(&str, LoginRefusal)>,
) -> Result<Response, PageError> {
    let waiting =
        waiting.filter(|waiting| app.settings.device.enabled || matches!(waiting.next, Continuation::Account(_)));
    let next = waiting.map(|waiting| &waiting.next);
    let (mut hints, mut release) = (waiting.map(|waiting| waiting.hints.clone()).unwrap_or_default(), None);
    if let Some(Continuation::Request(handle)) = next {
        // The hints of a request are shown behind its handle, never behind its code (requirement U-02).
        let handle = Secret::presented(handle);
        let found = store::find_by_handle(&app.db, &handle.digest()).await?.map(|found| found.value);
        let holder = found.as_ref().and_then(|grant| grant.claimed()).map(|claim| claim.session);
        if holder == Some(browser.digest()) {
            release = Some(request_url(app, &handle));
        }
        let wishes = found.map(|grant| grant.wishes).unwrap_or_default();
        hints = Hints { login_hint: wishes.login_hint, ui_locales: wishes.ui_locales };
    }
    let sign_in = browser.sign_in();
    let (username, failure) = match failed {
        Some((typed, refusal)) => (typed.to_owned(), Some(refusal)),
        None => (sign_in.map(|sign_in| sign_in.username.clone()).or(hints.login_hint).unwrap_or_default(), None),
    };
    let occasion = match (next, sign_in) {
        (Some(Continuation::Code(..) | Continuation::Request(_)), Some(_)) => Occasion::Again,
        (Some(Continuation::Code(..) | Continuation::Request(_)), None) => Occasion::CodeWaits,
        (Some(Continuation::Account(_)), Some(_)) => Occasion::AccountAgain,
        (Some(Continuation::Account(_)), None) => Occasion::Account,
        (Some(Continuation::TooManyCodes), _) => Occasion::TooManyCodes,
        (Some(Continuation::Refused(..) | Continuation::Exhausted(..) | Continuation::Closed(..)) | None, _) => {
            Occasion::Plain
        }
    };
    let continuation = waiting.and_then(|waiting| browser.name_continuation(app, waiting));
    let frame = Frame::about(app, browser, &hints.ui_locales);
    Ok(browser.answer(app, page(&LoginPage { frame, occasion, continuation, release, username, failure })))
}

//! Log in with a password, and log out (requirements, W-05, W-07).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::flow::claim;
use crate::flow::enter_code::{CodeOutcome, CodeRefusal, enter_code};
use crate::flow::log_in::{self, LoginRefusal, NewSession};
use crate::flow::review::awaited_request;
use crate::passwords::Password;
use crate::web::browser::Browser;
use crate::web::pages::PageError;
use crate::web::pages::frame::page;
use crate::web::pages::return_page::request_url;
use crate::web::pages::views::{Frame, LoginPage};
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
    LoginForm { mut browser, form, continuation, is_from_before }: LoginForm,
) -> Result<Response, PageError> {
    let username = form.get("username").unwrap_or_default();
    let password = Password::typed(form.get("password").unwrap_or_default());
    let next = continuation.as_ref().map(|waiting| &waiting.next);
    let after = browser.after_login(&app, next);
    let new = NewSession { is_needless: is_from_before, ..after.new_session(&browser) };
    let session = match log_in::log_in(&app, username, &password, &browser.login_source(), new).await? {
        Ok(session) => session,
        Err(refusal) => return show(&app, &browser, continuation.as_ref(), Some((username, refusal))).await,
    };
    if session.digest == browser.digest() {
        browser = browser.in_session(session);
        if browser.next() == next {
            browser.forget(&app).await?;
        }
    } else {
        browser = after.in_session(session);
    }
    let there = go_on(&app, &mut browser, continuation).await?;
    let mut answer = browser.lead_to(&app, &there);
    browser.remember_login(&app, &mut answer);
    Ok(answer)
}

/// `POST /logout`
pub(in crate::web) async fn log_out(
    State(app): State<Arc<App>>,
    PostedForm { mut browser, .. }: PostedForm,
) -> Result<Response, PageError> {
    browser.sign_out(&app).await?;
    Ok(browser.lead_to(&app, &app.home()))
}

/// Where a login leads: to what its form names. The code is looked up here, because no GET may claim it.
async fn go_on(app: &App, browser: &mut Browser, continuation: Option<Waiting>) -> Result<String, PageError> {
    let Some(user) = browser.end_user() else { return Ok(app.home()) };
    let (shown, entry) = match continuation.map(|waiting| waiting.next) {
        Some(Continuation::Account(page)) => return Ok(page.path(app)),
        Some(Continuation::Request(handle)) if app.settings.device.enabled => {
            // If it cannot be resumed, the page of the request says so; the browser has its new cookie by then.
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
    let refusal = match enter_code(app, &user, &shown, entry).await? {
        // Consent is never implied here: the person who logs in may not be the one who typed the code.
        CodeOutcome::Found(handle) => return Ok(request_url(app, &handle)),
        CodeOutcome::Refused(refusal) => refusal,
        CodeOutcome::SessionLocked => CodeRefusal::Unknown,
    };
    browser.keep(app, Continuation::Refused(shown, entry, refusal)).await?;
    Ok(app.home())
}

/// The page, with what was typed if the login failed. A code does not wait where codes are not taken any more.
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
        let handle = Secret::presented(handle);
        let (wishes, is_held_here) = awaited_request(app, &browser.digest(), &handle).await?;
        if is_held_here {
            release = Some(request_url(app, &handle));
        }
        hints = Hints { login_hint: wishes.login_hint, ui_locales: wishes.ui_locales };
    }
    let sign_in = browser.sign_in();
    let (username, failure) = match failed {
        Some((typed, refusal)) => (typed.to_owned(), Some(refusal)),
        None => (sign_in.map(|sign_in| sign_in.username.clone()).or(hints.login_hint).unwrap_or_default(), None),
    };
    let occasion = match (next, sign_in) {
        (Some(Continuation::Code(..) | Continuation::Request(_)), Some(_)) => "login-again",
        (Some(Continuation::Code(..) | Continuation::Request(_)), None) => "login-code-kept",
        (Some(Continuation::Account(_)), Some(_)) => "login-account-again",
        (Some(Continuation::Account(_)), None) => "login-account",
        (Some(Continuation::TooManyCodes | Continuation::CodesSpent(_)), _) => "login-too-many-codes",
        (Some(Continuation::Refused(..)) | None, _) => "login-to-go-on",
    };
    let codes_wait = match next {
        Some(Continuation::CodesSpent(until)) => Some(until.since(app.clock.now())).filter(|wait| !wait.is_zero()),
        _ => None,
    };
    let continuation = waiting.and_then(|waiting| browser.name_continuation(app, waiting));
    let frame = Frame::about(app, browser, &hints.ui_locales);
    Ok(browser.answer(app, page(&LoginPage { frame, occasion, codes_wait, continuation, release, username, failure })))
}

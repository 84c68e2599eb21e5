//! The page where user codes are typed (RFC 8628 sections 3.3 and 5.1).
//!
//! A code is looked up only for an end user who is signed in (U-02), and every code that leads nowhere gets the same answer
//! (U-03).

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::flow::consent::ConsentSource;
use crate::flow::decide::{Choice, decide};
use crate::flow::decision_outcome::DecisionOutcome;
use crate::flow::enter_code::{CodeOutcome, enter_code, lock_out};
use crate::web::browser::Browser;
use crate::web::hop::Hop;
use crate::web::pages::frame::page;
use crate::web::pages::return_page::request_url;
use crate::web::pages::views::{CodeForm, CodeRefusal, EnterCode, Frame, Phone};
use crate::web::pages::{PageError, QrCode, ShownCode};
use crate::web::posted_form::PostedForm;
use crate::web::waiting::{Continuation, Hints};
use protocol::{CodeEntry, Form, Secret, Timestamp, Wishes, display_text};

/// `GET /device`. A code in the URL is moved into the cookie or the session, and out of sight (U-08), and with it what the same
/// link says of who will log in; nothing is looked up by a GET.
pub(in crate::web) async fn ask(
    State(app): State<Arc<App>>,
    uri: Uri,
    mut browser: Browser,
) -> Result<Response, PageError> {
    if let Some(query) = uri.query() {
        let query = Form::parse(query.as_bytes()).unwrap_or_default();
        let linked = query.get("user_code").filter(|_| app.registry.clients.take_links());
        if let Some(code) = linked.and_then(|typed| app.registry.user_codes.parse(typed).ok()) {
            let next = Continuation::Code(code.shown().to_owned(), CodeEntry::Link);
            browser.keep_hinted(&app, next, hints(&query)).await?;
        }
        return Ok(browser.answer(&app, Redirect::to(&app.home()).into_response()));
    }
    let (now, at) = (app.clock.now(), Timestamp::from_millis);
    let (typed, entry, refusal) = match browser.next() {
        Some(Continuation::Code(code, CodeEntry::Link)) => {
            return Ok(show(&app, &browser, CodeForm::FromLink(ShownCode::new(code))));
        }
        Some(Continuation::Refused(typed, entry)) => (typed, entry, CodeRefusal::Unknown),
        Some(Continuation::Exhausted(typed, entry, until)) if at(until) > now => {
            (typed, entry, CodeRefusal::TooMany(at(until).since(now)))
        }
        Some(Continuation::Closed(typed, entry, until)) if at(until) > now => {
            (typed, entry, CodeRefusal::Closed(at(until).since(now)))
        }
        _ => return Ok(show(&app, &browser, CodeForm::Blank)),
    };
    let linked = if entry == CodeEntry::Link { Some(typed.clone()) } else { None };
    Ok(refuse(&app, &browser, typed, linked, refusal))
}

/// What a link says of who will log in.
fn hints(query: &Form) -> Hints {
    let short = |name| query.get(name).filter(|value| value.len() <= Wishes::LONGEST_HINT);
    Hints {
        login_hint: short("login_hint").and_then(Wishes::hint),
        ui_locales: short("ui_locales").map(Wishes::locales).unwrap_or_default(),
    }
}

/// `POST /device`
pub(in crate::web) async fn enter(
    State(app): State<Arc<App>>,
    Extension(hop): Extension<Hop>,
    PostedForm { mut browser, form }: PostedForm,
) -> Result<Response, PageError> {
    // No form of ours: a program meant its answer, and must not have a code entered whose client implies consent.
    if form.get("decision").is_some() {
        return Err(PageError::Malformed);
    }
    let typed = form.get("user_code").unwrap_or_default().trim().to_owned();
    let mut linked = form.get("linked").map(str::to_owned);
    if typed.is_empty() {
        return Ok(refuse(&app, &browser, typed, linked, CodeRefusal::Empty));
    }
    let entry = entry(&app, &browser, &form, &typed);
    if entry == CodeEntry::Link {
        linked = Some(typed.clone());
    }
    let refusal = match enter_code(&app, browser.end_user(&hop).as_ref(), &typed, entry).await? {
        CodeOutcome::Found(handle) => {
            browser.forget(&app).await?;
            return go_on(&app, &mut browser, &handle, &hop).await;
        }
        CodeOutcome::LoginRequired => return log_in_first(&app, &mut browser, &typed, entry).await,
        CodeOutcome::SessionLocked => return log_in_again(&app, &mut browser, &hop).await,
        CodeOutcome::Unknown => CodeRefusal::Unknown,
        CodeOutcome::Exhausted(until) => CodeRefusal::TooMany(until.since(app.clock.now())),
        CodeOutcome::Closed(until) => CodeRefusal::Closed(until.since(app.clock.now())),
    };
    Ok(refuse(&app, &browser, typed, linked, refusal))
}

/// Keeps the code for after the login.
async fn log_in_first(app: &App, browser: &mut Browser, typed: &str, entry: CodeEntry) -> Result<Response, PageError> {
    let hints = browser.hints();
    let login_hint = if entry == CodeEntry::Link { hints.login_hint } else { None };
    // As it was typed: shown in the look of one format, it may be none of another's. A link has it as the device shows it.
    let kept = match app.registry.user_codes.parse(typed) {
        Ok(code) if entry == CodeEntry::Link || typed.len() > Continuation::LONGEST_CODE => code.shown().to_owned(),
        _ => typed.to_owned(),
    };
    browser.keep_hinted(app, Continuation::Code(kept, entry), Hints { login_hint, ..hints }).await?;
    Ok(browser.answer(app, Redirect::to(&app.path("/login")).into_response()))
}

/// Leads on from a claim: to the login, if its client wants a fresher one; else to the decision page, which shows how the
/// request stands. Where the client implies consent, it is approved by then, if it may be.
async fn go_on(app: &App, browser: &mut Browser, handle: &Secret, hop: &Hop) -> Result<Response, PageError> {
    let user = browser.end_user(hop).ok_or(PageError::NotFound)?;
    let implied = Choice::Approve(ConsentSource::Implied);
    let there = match decide(app, &user, handle, implied, &Form::default()).await? {
        DecisionOutcome::LoginRequired => {
            browser.keep(app, Continuation::Request(handle.reveal().to_owned())).await?;
            app.path("/login")
        }
        DecisionOutcome::ClientNotAllowed => return Err(PageError::NotFound),
        // The code may have been entered elsewhere meanwhile: then the page, which is requested next, says so.
        _ => request_url(app, handle),
    };
    Ok(browser.answer(app, Redirect::to(&there).into_response()))
}

/// How this code came into the form. Once it was opened from a link it stays one that was, also when it is sent again
/// after a refusal; and the pages that show a linked code say so themselves, as another tab may have opened another link.
/// Where the field can be filled with another code, the page names the one of the link: what is read from a device is typed.
fn entry(app: &App, browser: &Browser, form: &Form, typed: &str) -> CodeEntry {
    let codes = &app.registry.user_codes;
    let Ok(code) = codes.parse(typed) else { return CodeEntry::Typed };
    let is_code = |linked: &str| codes.parse(linked).is_ok_and(|linked| linked.is_same_as(&code));
    let kept = browser.next();
    let in_session = kept.as_ref().and_then(Continuation::code).filter(|(_, entry)| *entry == CodeEntry::Link);
    let is_linked = in_session.is_some_and(|(kept, _)| is_code(kept))
        || form.get("linked").is_some_and(is_code)
        || form.get("entry") == Some(CodeEntry::Link.name());
    if is_linked { CodeEntry::Link } else { CodeEntry::Typed }
}

/// A session that guessed too often is signed out: the form opens again with a new login.
async fn log_in_again(app: &App, browser: &mut Browser, hop: &Hop) -> Result<Response, PageError> {
    if let Some(user) = browser.end_user(hop)
        && lock_out(app, &user).await?
    {
        *browser = browser.as_stranger(app);
        browser.keep(app, Continuation::TooManyCodes).await?;
    }
    Ok(browser.answer(app, Redirect::to(&app.path("/login")).into_response()))
}

/// The page with what was typed, and why it leads nowhere. 429 where other people typed too many wrong codes.
fn refuse(app: &App, browser: &Browser, typed: String, linked: Option<String>, refusal: CodeRefusal) -> Response {
    let mut response = show(app, browser, CodeForm::Refused { typed, linked, refusal });
    if let CodeRefusal::Closed(wait) = refusal {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

fn show(app: &App, browser: &Browser, form: CodeForm) -> Response {
    let account = browser.sign_in().map(|sign_in| display_text(&sign_in.username, 64));
    let frame = Frame::new(app, browser);
    let phone = if matches!(form, CodeForm::Blank) { phone(app) } else { None };
    let (examples, cases_differ) = (app.registry.user_codes.outlines(), app.registry.user_codes.tell_cases_apart());
    browser.answer(app, page(&EnterCode { frame, account, form, examples, phone, cases_differ }))
}

/// This page on a phone: its address and nothing else, so that the code is still read from the device and typed (RFC 8628
/// section 5.4).
fn phone(app: &App) -> Option<Phone> {
    let url = app.verification_uri();
    let picture = QrCode::of(&url)?;
    Some(Phone { address: url.trim_start_matches("https://").to_owned(), picture })
}

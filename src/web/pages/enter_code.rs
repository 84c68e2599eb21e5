//! The page where user codes are typed (RFC 8628 sections 3.3 and 5.1).
//!
//! A code is looked up only for an end user who is signed in (U-02), and every code that leads nowhere gets the same answer
//! (U-03).

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use crate::app::App;
use crate::flow::consent::ConsentSource;
use crate::flow::decide::{Choice, decide};
use crate::flow::decision_outcome::DecisionOutcome;
use crate::flow::enter_code::{CodeOutcome, CodeRefusal, enter_typed_code, lock_out};
use crate::web::browser::Browser;
use crate::web::error::retry_after;
use crate::web::pages::frame::page;
use crate::web::pages::return_page::request_url;
use crate::web::pages::views::{CodeForm, EnterCode, Frame, Phone};
use crate::web::pages::{PageError, QrCode, ShownCode};
use crate::web::posted_form::PostedForm;
use crate::web::waiting::{Continuation, Hints};
use protocol::{CodeEntry, Form, Secret, Wishes, display_text};

/// `GET /device`. A code in the URL is moved into the cookie or the session, out of sight (U-08), with the link's hints of who
/// will log in. A GET looks nothing up.
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
        return Ok(browser.lead_to(&app, &app.home()));
    }
    Ok(match browser.next() {
        Some(Continuation::Code(code, CodeEntry::Link)) => {
            show(&app, &browser, CodeForm::FromLink(ShownCode::new(code)))
        }
        Some(Continuation::Refused(typed, entry, refusal)) if refusal.still_holds(app.clock.now()) => {
            let (typed, refusal) = (typed.clone(), *refusal);
            let linked = if *entry == CodeEntry::Link { Some(typed.clone()) } else { None };
            // A dead code is told once. One that waits for its time is told until then.
            if refusal == CodeRefusal::Unknown {
                browser.forget(&app).await?;
            }
            refuse(&app, &browser, typed, linked, Some(refusal))
        }
        _ => show(&app, &browser, CodeForm::Blank),
    })
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
    PostedForm { mut browser, form }: PostedForm,
) -> Result<Response, PageError> {
    // No form of ours: a program sent its answer, and must not enter a code whose client implies consent.
    if form.get("decision").is_some() {
        return Err(PageError::Malformed);
    }
    let typed = form.get("user_code").unwrap_or_default().trim().to_owned();
    let mut linked = form.get("linked").map(str::to_owned);
    if typed.is_empty() {
        return Ok(refuse(&app, &browser, typed, linked, None));
    }
    let entry = entry(&app, &browser, &form, &typed);
    if entry == CodeEntry::Link {
        linked = Some(typed.clone());
    }
    let Some(outcome) = enter_typed_code(&app, browser.end_user().as_ref(), &typed, entry).await? else {
        return log_in_first(&app, &mut browser, &typed, entry).await;
    };
    let refusal = match outcome {
        CodeOutcome::Found(handle) => {
            browser.forget(&app).await?;
            return go_on(&app, &mut browser, &handle).await;
        }
        CodeOutcome::SessionLocked => return log_in_again(&app, &mut browser).await,
        CodeOutcome::Refused(refusal) => refusal,
    };
    if refusal == CodeRefusal::Unknown && waits(&app, &browser, &typed) {
        browser.forget(&app).await?;
    }
    Ok(refuse(&app, &browser, typed, linked, Some(refusal)))
}

/// Keeps the code for after the login.
async fn log_in_first(app: &App, browser: &mut Browser, typed: &str, entry: CodeEntry) -> Result<Response, PageError> {
    let hints = browser.hints();
    let login_hint = if entry == CodeEntry::Link { hints.login_hint } else { None };
    // As it was typed: the code as one format shows it may not be a code of another format. A link has it as the device shows it.
    let kept = match app.registry.user_codes.parse(typed) {
        Ok(code) if entry == CodeEntry::Link || typed.len() > Continuation::LONGEST_CODE => code.shown().to_owned(),
        _ => typed.to_owned(),
    };
    browser.keep_hinted(app, Continuation::Code(kept, entry), Hints { login_hint, ..hints }).await?;
    Ok(browser.lead_to(app, &app.path("/login")))
}

/// Leads on from a claim: to the login, if the client wants a fresher one; else to the decision page. Where the client implies
/// consent, the request is approved by then, if it may be.
async fn go_on(app: &App, browser: &mut Browser, handle: &Secret) -> Result<Response, PageError> {
    let user = browser.end_user().ok_or(PageError::NotFound)?;
    let implied = Choice::Approve(ConsentSource::Implied);
    match decide(app, &user, handle, implied, &Form::default()).await? {
        DecisionOutcome::LoginRequired => {
            browser.log_in_first(app, Continuation::Request(handle.reveal().to_owned())).await
        }
        DecisionOutcome::ClientNotAllowed => Err(PageError::NotFound),
        // The code may have been entered elsewhere meanwhile: then the page, which is requested next, says so.
        _ => Ok(browser.lead_to(app, &request_url(app, handle))),
    }
}

/// How this code came into the form. A code that was opened from a link stays a linked one, also when it is sent again after a
/// refusal. A page that shows a linked code says so in its form, because another tab may have opened another link. A page with a
/// field names the linked code there, so that another code in the field is a typed one.
fn entry(app: &App, browser: &Browser, form: &Form, typed: &str) -> CodeEntry {
    let codes = &app.registry.user_codes;
    let Ok(code) = codes.parse(typed) else { return CodeEntry::Typed };
    let is_code = |linked: &str| codes.parse(linked).is_ok_and(|linked| linked.is_same_as(&code));
    let kept = browser.next().and_then(Continuation::code);
    let is_linked = kept.is_some_and(|(kept, entry)| entry == CodeEntry::Link && is_code(kept))
        || form.get("linked").is_some_and(is_code)
        || form.get("entry") == Some(CodeEntry::Link.name());
    if is_linked { CodeEntry::Link } else { CodeEntry::Typed }
}

/// Whether this code is the one that waits in the browser: it may be dead, and would be offered again.
fn waits(app: &App, browser: &Browser, typed: &str) -> bool {
    let codes = &app.registry.user_codes;
    let kept = browser.next().and_then(Continuation::code).and_then(|(kept, _)| codes.parse(kept).ok());
    kept.is_some_and(|kept| codes.parse(typed).is_ok_and(|typed| typed.is_same_as(&kept)))
}

/// Ends a session that guessed too often; the form opens again after a new login.
async fn log_in_again(app: &App, browser: &mut Browser) -> Result<Response, PageError> {
    if let Some(user) = browser.end_user()
        && let Some(locked) = lock_out(app, &user).await?
    {
        *browser = browser.as_stranger(app);
        let why = locked.codes_again_at.map_or(Continuation::TooManyCodes, Continuation::CodesSpent);
        browser.keep(app, why).await?;
    }
    Ok(browser.lead_to(app, &app.path("/login")))
}

/// The page with what was typed, and why it leads nowhere: `None` if nothing was typed. 429 where other people typed too many
/// wrong codes.
fn refuse(
    app: &App,
    browser: &Browser,
    typed: String,
    linked: Option<String>,
    refusal: Option<CodeRefusal>,
) -> Response {
    let mut response = show(app, browser, CodeForm::Refused { typed, linked, refusal });
    if let Some(CodeRefusal::Closed(until)) = refusal {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        response.headers_mut().insert(RETRY_AFTER, retry_after(until.since(app.clock.now())));
    }
    response
}

fn show(app: &App, browser: &Browser, form: CodeForm) -> Response {
    let account = browser.sign_in().map(|sign_in| display_text(&sign_in.username, 64));
    let frame = Frame::new(app, browser);
    let phone = if matches!(form, CodeForm::Blank) { phone(app) } else { None };
    let (examples, cases_differ) = (app.registry.user_codes.outlines(), app.registry.user_codes.tell_cases_apart());
    let now = app.clock.now();
    browser.answer(app, page(&EnterCode { frame, account, form, examples, phone, cases_differ, now }))
}

/// This page on a phone: its address without a code, so that the code is read from the device and typed (RFC 8628 section 5.4).
fn phone(app: &App) -> Option<Phone> {
    let url = app.verification_uri();
    let picture = QrCode::of(&url)?;
    Some(Phone { address: url.trim_start_matches("https://").to_owned(), picture })
}

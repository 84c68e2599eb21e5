//! Which device is it? The page where codes are typed (RFC 8628 sections 3.3 and 5.1).
//!
//! A code is looked up only for somebody who is signed in (U-02), only after the try was paid for (E-01, E-03), and every
//! code that leads nowhere gets the same answer (U-03).

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::protocol::{Form, Timestamp, TypedCode, Wishes};
use crate::web::browser::Browser;
use crate::web::hop::Hop;
use crate::web::pages::code_entry::{Tried, enter_code, lock_out};
use crate::web::pages::frame::page;
use crate::web::pages::views::{self, Frame, Refusal};
use crate::web::pages::{CodeExamples, PageError, QrCode, ShownCode, Span, claimed};
use crate::web::posted_form::PostedForm;
use crate::web::waiting::{Entry, Hints, Next};

/// Characters of what was typed that are kept for after the login: what the field takes.
pub(super) const LONGEST_KEPT: usize = 64;

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
            let next = Next::Code(code.shown().to_owned(), Entry::Link);
            browser.keep_hinted(&app, next, hints(&query)).await?;
        }
        return Ok(browser.answer(&app, Redirect::to(&app.home()).into_response()));
    }
    let now = app.clock.now();
    let refused =
        |typed: String, entry, refusal| views::Entry::Refused { linked: linked(&typed, entry), typed, refusal };
    let entry = match browser.next() {
        Some(Next::Code(code, Entry::Link)) => views::Entry::FromLink(ShownCode::new(code)),
        Some(Next::Refused(typed, entry)) => refused(typed, entry, Refusal::Unknown),
        Some(Next::Exhausted(typed, entry, until)) if Timestamp::from_millis(until) > now => {
            let wait = Span::at_most(Timestamp::from_millis(until).since(now));
            refused(typed, entry, Refusal::TooMany { wait })
        }
        Some(Next::Closed(typed, entry, until)) if Timestamp::from_millis(until) > now => {
            let linked = linked(&typed, entry);
            return Ok(closed(&app, &browser, typed, linked, Timestamp::from_millis(until).since(now)));
        }
        Some(
            Next::Code(_, Entry::Typed)
            | Next::Exhausted(..)
            | Next::Closed(..)
            | Next::Request(_)
            | Next::Account(_)
            | Next::TooManyCodes,
        )
        | None => views::Entry::Blank,
    };
    Ok(show(&app, &browser, entry))
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
    let shown_before = form.get("linked").map(str::to_owned);
    let refused = |browser: &Browser, linked, refusal| {
        show(&app, browser, views::Entry::Refused { typed: typed.clone(), linked, refusal })
    };
    if typed.is_empty() {
        return Ok(refused(&browser, shown_before, Refusal::Empty));
    }
    let Ok(code) = app.registry.user_codes.parse(&typed) else {
        return Ok(if browser.count_code(&app).await? {
            refused(&browser, shown_before, Refusal::Unknown)
        } else {
            log_in_again(&app, &mut browser, &hop).await?
        });
    };
    let entry = entry(&app, &browser, &form, &code);
    let linked = linked(&typed, entry).or(shown_before);
    let now = app.clock.now();
    let Some(sign_in) = browser.fresh_sign_in(&app, now) else {
        let hints = browser.hints();
        let login_hint = hints.login_hint.filter(|_| entry == Entry::Link);
        // As it was typed: shown in the look of one format, it may be none of another's. A link has it as the device shows it.
        let as_typed = entry == Entry::Typed && typed.len() <= LONGEST_KEPT;
        let kept = if as_typed { typed.as_str() } else { code.shown() };
        let next = Next::Code(kept.to_owned(), entry);
        browser.keep_hinted(&app, next, Hints { login_hint, ..hints }).await?;
        return Ok(browser.answer(&app, Redirect::to(&app.path("/login")).into_response()));
    };
    let subject = sign_in.subject.clone();
    Ok(match enter_code(&app, &mut browser, &subject, &code, entry, &hop).await? {
        Tried::Right(handle) => {
            browser.forget(&app).await?;
            claimed::go_on(&app, &mut browser, &handle, &hop).await?
        }
        Tried::Unknown => refused(&browser, linked, Refusal::Unknown),
        Tried::Exhausted(until) => {
            refused(&browser, linked, Refusal::TooMany { wait: Span::at_most(until.since(now)) })
        }
        Tried::Closed(until) => closed(&app, &browser, typed, linked, until.since(now)),
        Tried::Locked => log_in_again(&app, &mut browser, &hop).await?,
    })
}

/// What a page that refuses a code says of the link that it came in, if it did.
fn linked(code: &str, entry: Entry) -> Option<String> {
    (entry == Entry::Link).then(|| code.to_owned())
}

/// How this code came into the form. Once it was opened from a link it stays one that was, also when it is sent again
/// after a refusal; and the pages that show a linked code say so themselves, as another tab may have opened another link.
/// Where the field can be filled with another code, the page names the one of the link: what is read from a device is typed.
fn entry(app: &App, browser: &Browser, form: &Form, code: &TypedCode) -> Entry {
    let linked_before = form.get("linked").is_some_and(|linked| is_code(app, linked, code));
    let linked = browser.next().is_some_and(|next| match next.code() {
        Some((kept, Entry::Link)) => is_code(app, kept, code),
        Some((_, Entry::Typed)) | None => false,
    });
    if linked || linked_before || form.get("entry") == Some(Entry::Link.name()) { Entry::Link } else { Entry::Typed }
}

fn is_code(app: &App, linked: &str, typed: &TypedCode) -> bool {
    app.registry.user_codes.parse(linked).is_ok_and(|linked| linked.is_same_as(typed))
}

/// A session that guessed too often is signed out: the form opens again with a new login.
async fn log_in_again(app: &App, browser: &mut Browser, hop: &Hop) -> Result<Response, PageError> {
    if lock_out(app, browser, hop).await? {
        browser.keep(app, Next::TooManyCodes).await?;
    }
    Ok(browser.answer(app, Redirect::to(&app.path("/login")).into_response()))
}

/// 429: other people typed too many wrong codes. What was typed is kept.
fn closed(app: &App, browser: &Browser, typed: String, linked: Option<String>, wait: Duration) -> Response {
    let refusal = Refusal::Closed { wait: Span::at_most(wait) };
    let mut response = show(app, browser, views::Entry::Refused { typed, linked, refusal });
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    response.headers_mut().insert(RETRY_AFTER, seconds.into());
    response
}

fn show(app: &App, browser: &Browser, entry: views::Entry) -> Response {
    let account = browser.sign_in().map(|sign_in| crate::protocol::display_text(&sign_in.username, 64));
    let frame = Frame::new(app, browser);
    let phone = phone(app).filter(|_| matches!(entry, views::Entry::Blank));
    let (examples, cases_differ) =
        (CodeExamples::of(&app.registry.user_codes), app.registry.user_codes.tell_cases_apart());
    browser.answer(app, page(&views::EnterCode { frame, account, entry, examples, phone, cases_differ }))
}

/// This page on a phone: its address and nothing else, so that the code is still read from the device and typed (RFC 8628
/// section 5.4).
fn phone(app: &App) -> Option<views::Phone> {
    let url = app.verification_uri();
    let picture = QrCode::of(&url)?;
    Some(views::Phone { address: url.trim_start_matches("https://").to_owned(), picture })
}

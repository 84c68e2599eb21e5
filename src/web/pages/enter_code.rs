//! Which device is it? The page where codes are typed (RFC 8628 sections 3.3 and 5.1).
//!
//! A code is looked up only for somebody who is signed in (U-02), only after the try was paid for (E-01, E-03), and every
//! code that leads nowhere gets the same answer (U-03).

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header::RETRY_AFTER;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;

use crate::app::App;
use crate::protocol::AuditEvent;
use crate::protocol::Channel;
use crate::protocol::Claim;
use crate::protocol::DeviceGrant;
use crate::protocol::Event;
use crate::protocol::Form;
use crate::protocol::GrantType;
use crate::protocol::Secret;
use crate::protocol::Source;
use crate::protocol::Subject;
use crate::protocol::Timestamp;
use crate::protocol::TypedCode;
use crate::protocol::UserCode;
use crate::protocol::Wishes;
use crate::root_secret;
use crate::store;
use crate::store::Payment;
use crate::store::StoreError;
use crate::store::Versioned;
use crate::web::browser::Browser;
use crate::web::browser::PostedForm;
use crate::web::hop::Hop;
use crate::web::pages::PageError;
use crate::web::pages::QrCode;
use crate::web::pages::ShownCode;
use crate::web::pages::Span;
use crate::web::pages::claimed;
use crate::web::pages::code_budget;
use crate::web::pages::decision::handle_key;
use crate::web::pages::frame::page;
use crate::web::pages::views;
use crate::web::pages::views::Frame;
use crate::web::pages::views::Refusal;
use crate::web::waiting::Entry;
use crate::web::waiting::Hints;
use crate::web::waiting::Next;

/// Characters of what was typed that are kept for after the login: what the field takes.
const LONGEST_KEPT: usize = 64;

/// What came of a code.
pub(super) enum Entered {
    /// It is claimed, under this handle.
    Claimed(Secret),
    /// Unknown, expired, decided, or somebody else's.
    Unknown,
    /// Not looked up: the budget of the account or the network is spent until then.
    Exhausted(Timestamp),
    /// Not looked up: the server bears no more wrong codes of people whom it does not know until then.
    Closed(Timestamp),
    /// Not looked up: this session has to log in again.
    Locked,
}

/// `GET /device`. A code in the URL is moved into the session and out of sight (U-08), and with it what the same
/// link says of who will log in; nothing is looked up by a GET.
pub(in crate::web) async fn ask(
    State(app): State<Arc<App>>,
    uri: Uri,
    mut browser: Browser,
) -> Result<Response, PageError> {
    if let Some(query) = uri.query() {
        let query = Form::parse(query.as_bytes()).unwrap_or_default();
        let linked = query.get("user_code").filter(|_| app.clients.take_links());
        if let Some(code) = linked.and_then(|typed| app.user_codes.parse(typed).ok()) {
            let next = Next::Code(code.shown().to_owned(), Entry::Link);
            browser.keep_hinted(&app, next, hints(&query)).await?;
        }
        return Ok(browser.answer(&app, Redirect::to(&app.home()).into_response()));
    }
    let now = app.clock.now();
    let entry = match browser.next() {
        Some(Next::Code(code, Entry::Link)) => views::Entry::FromLink(ShownCode::new(code)),
        Some(Next::Refused(typed, _)) => views::Entry::Refused { typed, refusal: Refusal::Unknown },
        Some(Next::Exhausted(typed, _, until)) if Timestamp::from_millis(until) > now => {
            let wait = Span::at_most(Timestamp::from_millis(until).since(now));
            views::Entry::Refused { typed, refusal: Refusal::TooMany { wait } }
        }
        Some(Next::Closed(typed, _, until)) if Timestamp::from_millis(until) > now => {
            return Ok(closed(&app, &browser, typed, Timestamp::from_millis(until).since(now)));
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
    let typed = form.get("user_code").unwrap_or_default().trim().to_owned();
    let refused =
        |browser: &Browser, refusal| show(&app, browser, views::Entry::Refused { typed: typed.clone(), refusal });
    if typed.is_empty() {
        return Ok(refused(&browser, Refusal::Empty));
    }
    let Ok(code) = app.user_codes.parse(&typed) else {
        return Ok(if browser.count_code(&app).await? {
            refused(&browser, Refusal::Unknown)
        } else {
            log_in_again(&app, &mut browser, &hop).await?
        });
    };
    let entry = entry(&app, &browser, &form, &code);
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
        Entered::Claimed(handle) => {
            browser.forget(&app).await?;
            claimed::go_on(&app, &mut browser, &handle, &hop).await?
        }
        Entered::Unknown => refused(&browser, Refusal::Unknown),
        Entered::Exhausted(until) => refused(&browser, Refusal::TooMany { wait: Span::at_most(until.since(now)) }),
        Entered::Closed(until) => closed(&app, &browser, typed, until.since(now)),
        Entered::Locked => log_in_again(&app, &mut browser, &hop).await?,
    })
}

/// How this code came into the form. Once it was opened from a link it stays one that was, also when it is sent again
/// after a refusal; and the page that shows a linked code says so itself, as another tab may have opened another link.
fn entry(app: &App, browser: &Browser, form: &Form, code: &TypedCode) -> Entry {
    let linked = browser.next().is_some_and(|next| match next.code() {
        Some((kept, Entry::Link)) => is_code(app, kept, code),
        Some((_, Entry::Typed)) | None => false,
    });
    if linked || form.get("entry") == Some(Entry::Link.name()) { Entry::Link } else { Entry::Typed }
}

fn is_code(app: &App, linked: &str, typed: &TypedCode) -> bool {
    app.user_codes.parse(linked).is_ok_and(|linked| linked.is_same_as(typed))
}

/// Pays for the try, looks the code up and claims it. What was right is refunded; only the session forgets (E-01).
pub(super) async fn enter_code(
    app: &App,
    browser: &mut Browser,
    subject: &Subject,
    code: &TypedCode,
    entry: Entry,
    hop: &Hop,
) -> Result<Entered, StoreError> {
    let now = app.clock.now();
    if !browser.count_code(app).await? {
        return Ok(Entered::Locked);
    }
    let (address, source) = (hop.address, hop.source(Channel::Page));
    let of_server = code_budget::of_server(app, browser.is_known(), now).await?;
    let paid =
        match store::pay_for_code(&app.db, &code_budget::personal(app, subject, address), &of_server, now).await? {
            Payment::Paid(paid) => paid,
            Payment::Exhausted(until) => {
                tracing::warn!(subject = subject.as_str(), %address, "too many wrong codes");
                let about = format!("{} until {}", subject.as_str(), until.millis());
                let locked = AuditEvent::once(&about, Event::CodeEntryLocked, &source, now).of_subject(subject);
                store::add_audit_event(&app.db, &locked.with("until", until.seconds())).await?;
                return Ok(Entered::Exhausted(until));
            }
            Payment::Closed(until) => {
                // They did nothing wrong, and may try again when it is over.
                store::give_code_back(&app.db, &browser.digest()).await?;
                code_budget::raise_alarm(app, &source, now).await?;
                return Ok(Entered::Closed(until));
            }
        };
    let Some(handle) = claim(app, browser, subject, code, entry, &source).await? else {
        store::add_audit_event(&app.db, &app.event(Event::WrongUserCode, &source).of_subject(subject)).await?;
        return Ok(Entered::Unknown);
    };
    store::refund(&app.db, &paid, now).await?;
    store::forgive_wrong_codes(&app.db, &browser.digest(), now).await?;
    Ok(Entered::Claimed(handle))
}

/// Claims the grant of a code for a page of its own, whose handle it gives. A lost race is decided again.
async fn claim(
    app: &App,
    browser: &Browser,
    subject: &Subject,
    typed: &TypedCode,
    entry: Entry,
    source: &Source,
) -> Result<Option<Secret>, StoreError> {
    loop {
        let Some((found, code)) = find(app, typed).await? else { return Ok(None) };
        let unmet = found.value.wishes.demand_unmet(&app.settings.sessions.password_acr_values);
        // Nobody is asked to allow what could not be allowed (SM-06).
        let client = app.clients.find(&found.value.client_id);
        if unmet || client.is_none_or(|client| client.may(GrantType::DeviceCode).is_err()) {
            return Ok(None);
        }
        let handle = Secret::from_random("", app.entropy.secret());
        let shown = app.user_codes.of(&found.value.client_id).show(code);
        let claim = Claim {
            subject: subject.clone(),
            session: browser.digest(),
            handle: handle.digest(),
            entry: entry.into(),
            sealed_code: root_secret::seal(&handle_key(&handle), b"", shown.as_bytes()),
        };
        let Some(next) = found.value.claim(claim, app.clock.now()) else { return Ok(None) };
        let claimed = app.event(Event::GrantClaimed, source).of_grant(&next).with("entry", entry.name());
        if store::save_device_grant(&app.db, found.revision, &next, &claimed).await? {
            tracing::info!(grant = next.id, subject = subject.as_str(), "a code was entered");
            return Ok(Some(handle));
        }
    }
}

/// The grant of a code, by today's digest of it or by a former one, and the reading that it has. As much is looked up
/// whatever was typed and whatever is found, so that neither can be told by the time that it takes.
async fn find<'a>(
    app: &'a App,
    typed: &'a TypedCode,
) -> Result<Option<(Versioned<DeviceGrant>, &'a UserCode)>, StoreError> {
    let mut first = None;
    for (digest, code) in app.user_code_digests(typed) {
        let found = store::find_by_user_code(&app.db, &digest).await?;
        first = first.or(found.map(|found| (found, code)));
    }
    Ok(first)
}

/// A session that guessed too often is signed out: the form opens again with a new login. Whose session it was is told
/// once; sessions of nobody are for the log.
async fn log_in_again(app: &App, browser: &mut Browser, hop: &Hop) -> Result<Response, PageError> {
    if let Some(sign_in) = browser.sign_in() {
        let (about, source) = (browser.digest().hex(), hop.source(Channel::Page));
        let locked = AuditEvent::once(&about, Event::CodeEntryLocked, &source, app.clock.now());
        store::add_audit_event(&app.db, &locked.of_subject(&sign_in.subject)).await?;
    }
    browser.sign_out(app).await?;
    browser.keep(app, Next::TooManyCodes).await?;
    Ok(browser.answer(app, Redirect::to(&app.path("/login")).into_response()))
}

/// 429: other people typed too many wrong codes. What was typed is kept.
fn closed(app: &App, browser: &Browser, typed: String, wait: Duration) -> Response {
    let refusal = Refusal::Closed { wait: Span::at_most(wait) };
    let mut response = show(app, browser, views::Entry::Refused { typed, refusal });
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    response.headers_mut().insert(RETRY_AFTER, seconds.into());
    response
}

fn show(app: &App, browser: &Browser, entry: views::Entry) -> Response {
    let account = browser.sign_in().map(|sign_in| crate::protocol::display_text(&sign_in.username, 64));
    let frame = Frame::new(app, browser);
    let phone = phone(app).filter(|_| matches!(entry, views::Entry::Blank));
    let cases_differ = app.user_codes.tell_cases_apart();
    browser.answer(app, page(&views::EnterCode { frame, account, entry, phone, cases_differ }))
}

/// This page on a phone: its address and nothing else, so that the code is still read from the device and typed (RFC 8628
/// section 5.4).
fn phone(app: &App) -> Option<views::Phone> {
    let url = app.url(&app.settings.device.verification_path);
    let picture = QrCode::of(&url)?;
    Some(views::Phone { address: url.trim_start_matches("https://").to_owned(), picture })
}

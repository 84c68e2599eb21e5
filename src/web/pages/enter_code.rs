//! Which device is it? The page where codes are typed (RFC 8628 sections 3.3 and 5.1).
//!
//! A code is looked up only for somebody who is signed in (U-02), only after the try was paid for (E-01), and every
//! code that leads nowhere gets the same answer (U-03).

use std::net::IpAddr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::Uri;
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
use crate::protocol::Network;
use crate::protocol::Secret;
use crate::protocol::Source;
use crate::protocol::Subject;
use crate::protocol::Timestamp;
use crate::protocol::UserCode;
use crate::protocol::Wishes;
use crate::root_secret;
use crate::store;
use crate::store::Budget;
use crate::store::StoreError;
use crate::store::Versioned;
use crate::web::browser::Browser;
use crate::web::browser::Entry;
use crate::web::browser::Hints;
use crate::web::browser::Next;
use crate::web::browser::PostedForm;
use crate::web::hop::Hop;
use crate::web::pages::PageError;
use crate::web::pages::ShownCode;
use crate::web::pages::Span;
use crate::web::pages::decision::handle_key;
use crate::web::pages::decision::request_url;
use crate::web::pages::frame::page;
use crate::web::pages::views;
use crate::web::pages::views::Frame;
use crate::web::pages::views::Refusal;

/// What came of a code.
pub(super) enum Entered {
    /// It is claimed; its decision page is here.
    Claimed(String),
    /// Unknown, expired, decided, or somebody else's.
    Unknown,
    /// Not looked up: the budget of the account or the network is spent until then.
    Exhausted(Timestamp),
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
        if let Some(code) = query.get("user_code").and_then(|typed| app.user_codes.parse(typed).ok()) {
            let next = Next::Code(app.user_codes.show(&code), Entry::Link);
            browser.keep_hinted(&app, next, hints(&query)).await?;
        }
        return Ok(browser.answer(&app, Redirect::to(&app.home()).into_response()));
    }
    let now = app.clock.now();
    let entry = match browser.next() {
        Some(Next::Code(code, Entry::Link)) => views::Entry::FromLink(ShownCode::new(code)),
        Some(Next::Refused(typed)) => views::Entry::Refused { typed, refusal: Refusal::Unknown },
        Some(Next::Exhausted(typed, until)) if Timestamp::from_millis(until) > now => {
            let wait = Span::at_most(Timestamp::from_millis(until).since(now));
            views::Entry::Refused { typed, refusal: Refusal::TooMany { wait } }
        }
        Some(Next::Code(_, Entry::Typed) | Next::Exhausted(..) | Next::Request(_) | Next::TooManyCodes) | None => {
            views::Entry::Blank
        }
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
        let next = Next::Code(app.user_codes.show(&code), entry);
        browser.keep_hinted(&app, next, Hints { login_hint, ..hints }).await?;
        return Ok(browser.answer(&app, Redirect::to(&app.path("/login")).into_response()));
    };
    let subject = sign_in.subject.clone();
    Ok(match enter_code(&app, &mut browser, &subject, &code, entry, &hop).await? {
        Entered::Claimed(url) => {
            browser.forget(&app).await?;
            browser.answer(&app, Redirect::to(&url).into_response())
        }
        Entered::Unknown => refused(&browser, Refusal::Unknown),
        Entered::Exhausted(until) => refused(&browser, Refusal::TooMany { wait: Span::at_most(until.since(now)) }),
        Entered::Locked => log_in_again(&app, &mut browser, &hop).await?,
    })
}

/// How this code came into the form. The page that shows a linked code says so itself, as another tab may have opened
/// another link since.
fn entry(app: &App, browser: &Browser, form: &Form, code: &UserCode) -> Entry {
    let linked = match browser.next() {
        Some(Next::Code(linked, Entry::Link)) => app.user_codes.parse(&linked).as_ref() == Ok(code),
        _ => false,
    };
    if linked || form.get("entry") == Some(Entry::Link.name()) { Entry::Link } else { Entry::Typed }
}

/// Pays for the try, looks the code up and claims it. What was right is refunded; only the session forgets (E-01).
pub(super) async fn enter_code(
    app: &App,
    browser: &mut Browser,
    subject: &Subject,
    code: &UserCode,
    entry: Entry,
    hop: &Hop,
) -> Result<Entered, StoreError> {
    let now = app.clock.now();
    if !browser.count_code(app).await? {
        return Ok(Entered::Locked);
    }
    let (address, source) = (hop.address, hop.source(Channel::Page));
    let budgets = budgets(app, subject, address);
    if let Err(until) = store::spend(&app.db, &budgets, now).await? {
        tracing::warn!(subject = subject.as_str(), %address, "too many wrong codes");
        let about = format!("{} until {}", subject.as_str(), until.millis());
        let locked = AuditEvent::once(&about, Event::CodeEntryLocked, &source, now).of_subject(subject);
        store::add_audit_event(&app.db, &locked.with("until", until.seconds())).await?;
        return Ok(Entered::Exhausted(until));
    }
    let Some(handle) = claim(app, browser, subject, code, entry, &source).await? else {
        store::add_audit_event(&app.db, &app.event(Event::WrongUserCode, &source).of_subject(subject)).await?;
        return Ok(Entered::Unknown);
    };
    store::refund(&app.db, &budgets, now).await?;
    store::forgive_wrong_codes(&app.db, &browser.digest()).await?;
    Ok(Entered::Claimed(request_url(app, &handle)))
}

/// Claims the grant of a code for a page of its own, whose handle it gives. A lost race is decided again.
async fn claim(
    app: &App,
    browser: &Browser,
    subject: &Subject,
    code: &UserCode,
    entry: Entry,
    source: &Source,
) -> Result<Option<Secret>, StoreError> {
    loop {
        let Some(found) = find(app, code).await? else { return Ok(None) };
        let unmet = found.value.wishes.demand_unmet(&app.settings.sessions.password_acr_values);
        // Nobody is asked to allow what could not be allowed (SM-06).
        let client = app.clients.find(&found.value.client_id);
        if unmet || client.is_none_or(|client| client.may(GrantType::DeviceCode).is_err()) {
            return Ok(None);
        }
        let handle = Secret::from_random("", app.entropy.secret());
        let claim = Claim {
            subject: subject.clone(),
            session: browser.digest(),
            handle: handle.digest(),
            entry: entry.into(),
            sealed_code: root_secret::seal(&handle_key(&handle), b"", app.user_codes.show(code).as_bytes()),
        };
        let Some(next) = found.value.claim(claim, app.clock.now()) else { return Ok(None) };
        let claimed = app.event(Event::GrantClaimed, source).of_grant(&next).with("entry", entry.name());
        if store::save_device_grant(&app.db, found.revision, &next, &claimed).await? {
            tracing::info!(grant = next.id, subject = subject.as_str(), "a code was entered");
            return Ok(Some(handle));
        }
    }
}

/// The grant of a code, by today's digest of it or by a former one.
async fn find(app: &App, code: &UserCode) -> Result<Option<Versioned<DeviceGrant>>, StoreError> {
    for digest in app.user_code_digests(code) {
        if let Some(found) = store::find_by_user_code(&app.db, &digest).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn budgets(app: &App, subject: &Subject, address: IpAddr) -> Vec<Budget> {
    let limits = &app.settings.limits;
    let budget = |name, holder: &str, limit, window| Budget { name, holder: holder.to_owned(), limit, window };
    let (account, network) = (subject.as_str(), Network::of(address).to_string());
    let window = limits.wrong_codes_window;
    let mut budgets = vec![
        budget("wrong codes of an account", account, limits.wrong_codes_account, window),
        budget("wrong codes of an account in a day", account, limits.wrong_codes_account_day, DAY),
        budget("wrong codes from a network", &network, limits.wrong_codes_network, window),
    ];
    if let Some(site) = Network::site_of(address) {
        let limit = limits.wrong_codes_network.saturating_mul(10);
        budgets.push(budget("wrong codes from a site", &site.to_string(), limit, window));
    }
    budgets
}

const DAY: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

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

fn show(app: &App, browser: &Browser, entry: views::Entry) -> Response {
    let account = browser.sign_in().map(|sign_in| crate::protocol::display_text(&sign_in.username, 64));
    let frame = Frame::new(app, browser);
    browser.answer(app, page(&views::EnterCode { frame, account, entry }))
}

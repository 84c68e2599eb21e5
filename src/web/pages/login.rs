//! Who is it? Signing in and out with a password (requirements, W-05, W-07).

use std::net::IpAddr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;

use crate::app::App;
use crate::failpoints;
use crate::passwords::Password;
use crate::passwords::Passwords;
use crate::passwords::fold_username;
use crate::protocol::AuditEvent;
use crate::protocol::Event;
use crate::protocol::Network;
use crate::protocol::Secret;
use crate::protocol::Subject;
use crate::protocol::Timestamp;
use crate::store;
use crate::store::Admission;
use crate::store::Budget;
use crate::store::LoginLimits;
use crate::store::SignIn;
use crate::store::StoreError;
use crate::store::User;
use crate::web::browser::Browser;
use crate::web::hop::Hop;
use crate::web::pages::PageError;
use crate::web::pages::Span;
use crate::web::pages::code_entry::Tried;
use crate::web::pages::code_entry::enter_code;
use crate::web::pages::decision;
use crate::web::pages::frame::page;
use crate::web::pages::views::Frame;
use crate::web::pages::views::Login;
use crate::web::pages::views::LoginFailure;
use crate::web::pages::views::Occasion;
use crate::web::posted_form::PostedForm;
use crate::web::waiting::Hints;
use crate::web::waiting::Next;

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
    PostedForm { mut browser, form }: PostedForm,
) -> Result<Response, PageError> {
    let typed = form.get("username").unwrap_or_default().to_owned();
    let password = Password::typed(form.get("password").unwrap_or_default());
    let auth_time = app.clock.now();
    // Whoever logs in for one request is not led to another, which another tab has put in its place meanwhile.
    let is_for_another = form.get("for").is_some_and(|shown| browser.name_of_next().as_deref() != Some(shown));
    let user = match authenticate(&app, &typed, &password, &hop).await?.told(auth_time) {
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
    let there = if is_for_another { app.home() } else { go_on(&app, &mut browser, &subject, &hop).await? };
    Ok(browser.answer(&app, Redirect::to(&there).into_response()))
}

/// `POST /logout`
pub(in crate::web) async fn log_out(
    State(app): State<Arc<App>>,
    PostedForm { mut browser, .. }: PostedForm,
) -> Result<Response, PageError> {
    browser.sign_out(&app).await?;
    Ok(browser.answer(&app, Redirect::to(&app.home()).into_response()))
}

/// What came of a name and a password.
pub(in crate::web) enum Verdict {
    /// They are this account's.
    Right(User),
    /// Wrong password, unknown or disabled user: one answer for all (requirement A-04).
    Wrong,
    /// Not looked at: too many were wrong, until then.
    NotBefore(Timestamp),
}

impl Verdict {
    /// The account, or what a page says at this time.
    pub(super) fn told(self, now: Timestamp) -> Result<User, LoginFailure> {
        match self {
            Self::Right(user) => Ok(user),
            Self::Wrong => Err(LoginFailure::WrongCredentials),
            Self::NotBefore(until) => Err(LoginFailure::TooMany { wait: Span::at_most(until.since(now)) }),
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

/// Looks at the password once, if account, network and server have tries left (requirement A-03). A try is paid for first
/// and refunded when it was right; an account that does not exist costs and answers the same as one that does.
pub(in crate::web) async fn authenticate(
    app: &App,
    typed: &str,
    password: &Password,
    hop: &Hop,
) -> Result<Verdict, PageError> {
    let now = app.clock.now();
    let username = fold_username(typed);
    let account = app.account_key.digest(username.as_bytes());
    let limits = &app.settings.limits;
    let patience = LoginLimits {
        free: limits.login_free_failures,
        ceiling: limits.login_ceiling,
        longest: limits.login_max_delay,
    };
    // The network first: what it may not try is no failure of the account.
    let budgets = budgets(app, hop.address);
    if let Err(until) = store::spend(&app.db, &budgets, now).await? {
        throttled(app, None, until.millis(), hop).await?;
        return Ok(Verdict::NotBefore(until));
    }
    // With what names the wait: a lock has no end, so it is told once a day.
    let refused_until = match store::admit_login(&app.db, &account, patience, now).await? {
        Admission::Admitted => None,
        Admission::NotBefore(until) => Some((until, until.millis())),
        Admission::Locked => Some((now + limits.login_max_delay, now.seconds() / 86_400)),
    };
    if let Some((until, wait)) = refused_until {
        store::refund(&app.db, &budgets, now).await?;
        throttled(app, Some(&username), wait, hop).await?;
        return Ok(Verdict::NotBefore(until));
    }
    let user = store::find_user_by_name(&app.db, &username).await?.filter(|user| user.disabled_at.is_none());
    let in_use = app.hashes_in_use.parameters(&app.db, Passwords::MOST_RECIPES, user.as_ref(), now).await?;
    let stored = user.as_ref().map(|user| user.password_hash.as_str());
    let right = app.passwords.verify(password, stored, &in_use).await?;
    if !right {
        // What was typed for a name may be a password: only who it turned out to be is told.
        let failed = app.event(Event::LoginFailed, &hop.person());
        let failed = user.iter().fold(failed, |failed, user| failed.of_subject(&user.subject));
        store::add_audit_event(&app.db, &failed).await?;
    }
    let Some(user) = user.filter(|_| right) else {
        tracing::info!("a login failed");
        return Ok(Verdict::Wrong);
    };
    store::forgive_login_failures(&app.db, &account).await?;
    store::refund(&app.db, &budgets, now).await?;
    if app.passwords.is_outdated(&user.password_hash) {
        store::rehash_password(&app.db, &user, &app.passwords.hash(password).await?).await?;
        app.hashes_in_use.changed();
    }
    Ok(Verdict::Right(user))
}

/// Tells that a login was turned away: once for each wait of an account or of everybody else, since whoever is turned away
/// can come again at no cost.
async fn throttled(app: &App, username: Option<&str>, wait: i64, hop: &Hop) -> Result<(), PageError> {
    let whose = match username {
        Some(username) => app.account_key.digest(username.as_bytes()).hex(),
        None => Network::of(hop.address).to_string(),
    };
    let (about, source) = (format!("{whose} {wait}"), hop.person());
    let mut event = AuditEvent::once(&about, Event::LoginThrottled, &source, app.clock.now());
    event = event.with("of", if username.is_some() { "account" } else { "network" });
    if let Some(username) = username
        && let Some(user) = store::find_user_by_name(&app.db, username).await?
    {
        event = event.of_subject(&user.subject);
    }
    Ok(store::add_audit_event(&app.db, &event).await?)
}

/// Where a fresh login leads: to what waited for it. The code is looked up here, because no GET may claim it.
async fn go_on(app: &App, browser: &mut Browser, subject: &Subject, hop: &Hop) -> Result<String, PageError> {
    let home = app.home();
    let (shown, entry) = match waits(app, browser) {
        Some(Next::Code(shown, entry)) => (shown, entry),
        Some(Next::Request(handle)) => {
            browser.forget(app).await?;
            // What cannot be resumed is told by its own page, to a browser that has its new cookie by then.
            let resumed = decision::resume(app, browser, subject, &handle, &hop.person()).await?;
            return Ok(resumed.unwrap_or_else(|| decision::request_url(app, &Secret::presented(&handle))));
        }
        Some(Next::Account(page)) => {
            browser.forget(app).await?;
            return Ok(page.path(app));
        }
        Some(Next::Refused(..) | Next::Exhausted(..) | Next::Closed(..) | Next::TooManyCodes) | None => {
            return Ok(home);
        }
    };
    let Ok(code) = app.user_codes.parse(&shown) else { return Ok(home) };
    match enter_code(app, browser, subject, &code, entry, hop).await? {
        // Never implied: whoever logs in here may not be who typed the code.
        Tried::Right(handle) => {
            browser.forget(app).await?;
            return Ok(decision::request_url(app, &handle));
        }
        Tried::Unknown | Tried::Locked => browser.keep(app, Next::Refused(shown, entry)).await?,
        Tried::Exhausted(until) => browser.keep(app, Next::Exhausted(shown, entry, until.millis())).await?,
        Tried::Closed(until) => browser.keep(app, Next::Closed(shown, entry, until.millis())).await?,
    }
    Ok(home)
}

/// What waits for this login. A code waits for nothing where codes are not taken any more.
fn waits(app: &App, browser: &Browser) -> Option<Next> {
    browser.next().filter(|next| app.settings.device.enabled || matches!(next, Next::Account(_)))
}

fn budgets(app: &App, address: IpAddr) -> Vec<Budget> {
    let (limits, window) = (&app.settings.limits, app.settings.limits.login_window);
    let (each, all) = (limits.login_failures_network, limits.login_failures_server);
    let places = Budget::of_places("login failures from a network", address, each, Some(all), window);
    let server = Budget { name: "login failures on the server", holder: String::new(), limit: all, window };
    places.chain([server]).collect()
}

/// The page, with what was typed if that failed.
async fn show(app: &App, browser: &Browser, failed: Option<(String, LoginFailure)>) -> Result<Response, StoreError> {
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
        Some(Next::Request(handle)) => decision::held_request(app, browser, handle).await?,
        _ => None,
    };
    let (frame, next) = (Frame::about(app, browser, &hints.ui_locales), browser.name_of_next());
    Ok(browser.answer(app, page(&Login { frame, occasion, next, release, username, failure })))
}

//! Verify a password once, if its account, its network and the server have tries left (requirements, FA-02,
//! FA-06 and FA-07).
//!
//! 1. Reserve a try, after waiting for other tries that are verified at the same moment.
//! 2. Verify the password. An account that does not exist costs and answers the same as one that does.
//! 3. Settle the try: a right one costs nothing, a wrong one counts.
//!
//! Tries from a browser in which the account has logged in before, or is logged in, have a count of their own. So the wrong
//! passwords of strangers do not keep it out.

use std::net::IpAddr;
use std::time::Duration;

use crate::app::App;
use crate::flow::FlowError;
use crate::flow::known_browser::KnownBrowser;
use crate::passwords::{Password, Passwords, fold_username};
use protocol::{AuditEvent, Digest, Event, Source};
use store::{Admission, BrowserSession, Budget, LoginLimits, LoginOutcome, LoginTry, StoreError, User};

/// How often a try is asked for while others are verified, with growing pauses: ten seconds in all.
const TRIES: u32 = 25;
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// The browser or the program that sends a password.
pub(crate) struct LoginSource<'a> {
    pub(crate) address: IpAddr,
    pub(crate) user_agent: Option<&'a str>,
    /// The source of the events of the login.
    pub(crate) source: Source,
    /// The marks in its cookie.
    pub(crate) known: &'a KnownBrowser,
    /// The live session of the request, if it has one.
    pub(crate) session: Option<&'a BrowserSession>,
}

/// Why nobody is logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoginRefusal {
    /// Wrong password, unknown or disabled user: one answer for all (requirement A-04).
    WrongCredentials,
    /// Too many passwords were wrong: none is verified for this long.
    TooMany(Duration),
    /// Too many passwords were wrong: none is verified until an operator unlocks the account (requirement FA-06).
    Locked,
}

/// Verifies a name and a password. Returns the account, or the reason why nobody is logged in.
pub(super) async fn verify_password(
    app: &App,
    typed: &str,
    password: &Password,
    from: &LoginSource<'_>,
) -> Result<Result<User, LoginRefusal>, FlowError> {
    let username = fold_username(typed);
    let user = store::find_user_by_name(&app.db, &username).await?;
    let known = user.as_ref().and_then(|user| from.known_to(app, user));
    let tried = counted(app, &username, known, from.address);
    let mut attempt = match admitted(app, tried).await? {
        Ok(attempt) => attempt,
        Err(limit) => return Ok(Err(turned_away(app, limit, &username, user.as_ref(), from).await?)),
    };
    let user = user.filter(|user| user.disabled_at.is_none());
    let in_use =
        app.node.hashes_in_use.parameters(&app.db, Passwords::MOST_RECIPES, user.as_ref(), app.clock.now()).await?;
    let stored = user.as_ref().map(|user| user.password_hash.as_str());
    let is_right = app.passwords.verify(password, stored, &in_use).await?;
    let user = match user {
        Some(user) if is_right => user,
        user => {
            attempt.failed(user.as_ref(), known.is_some(), &from.source).await?;
            return Ok(Err(LoginRefusal::WrongCredentials));
        }
    };
    attempt.settle(LoginOutcome::Right).await?;
    if app.passwords.is_outdated(&user.password_hash) {
        store::rehash_password(&app.db, &user, &app.passwords.hash(password).await?).await?;
        app.node.hashes_in_use.changed();
    }
    Ok(Ok(user))
}

impl LoginSource<'_> {
    /// The name of this browser among those that are known to an account.
    fn known_to(&self, app: &App, user: &User) -> Option<Digest> {
        let session = self.session.filter(|session| session.sign_in.subject == user.subject);
        self.known.mark(app, &user.subject).or(session.map(|session| session.digest))
    }
}

/// The limits of a try: its account, its network, its sites and the server. In a known browser only that browser has a
/// limit.
fn counted(app: &App, username: &str, known: Option<Digest>, address: IpAddr) -> LoginTry {
    let account = app.keys.login_failures.digest(username.as_bytes());
    if let Some(browser) = known {
        let known = app.keys.login_failures.digest(format!("{username}\0{}", browser.hex()).as_bytes());
        return LoginTry { account: known, known_of: Some(account), budgets: Vec::new() };
    }
    let (limits, window) = (&app.settings.limits, app.settings.limits.login_window);
    let (each, all) = (limits.login_failures_network, limits.login_failures_server);
    let places = Budget::of_places("login failures from a network", address, each, Some(all), window);
    let server = Budget { name: "login failures on the server", holder: String::new(), limit: all, window };
    LoginTry { account, known_of: None, budgets: places.chain([server]).collect() }
}

fn login_limits(app: &App) -> LoginLimits {
    let limits = &app.settings.limits;
    LoginLimits { free: limits.login_free_failures, ceiling: limits.login_ceiling, longest: limits.login_max_delay }
}

/// Why a password is not verified.
enum Limit {
    /// Other tries of the account have been verified for longer than anybody wants to wait.
    Busy,
    /// The failures of the account: for so long, or until it is unlocked.
    Account(Option<Duration>),
    /// The failures from this network or site, or on the server, which has no name: for so long.
    Budget(String, Duration),
}

/// Reserves a try. Whether there is one left may depend on other tries that are being verified, so it waits for them.
async fn admitted(app: &App, of: LoginTry) -> Result<Result<PasswordTry<'_>, Limit>, StoreError> {
    let (mut pause, mut over) = (FIRST_PAUSE, None);
    for _ in 0..TRIES {
        let now = app.clock.now();
        match store::admit_login(&app.db, &of, login_limits(app), over, now).await? {
            Admission::Admitted => return Ok(Ok(PasswordTry { app, of: Some(of) })),
            Admission::Busy => {
                #[expect(clippy::disallowed_methods, reason = "other logins are waited for in real time")]
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Admission::NotBefore(until, delay) => {
                let end = app.limits.login_waits.end(&of.account, until, now + delay, now);
                if now < end {
                    return Ok(Err(Limit::Account(Some(end.since(now)))));
                }
                over = Some(until);
            }
            Admission::Locked => return Ok(Err(Limit::Account(None))),
            Admission::Spent(place, until) => {
                return Ok(Err(Limit::Budget(of.budgets[place].holder.clone(), until.since(now))));
            }
        }
    }
    Ok(Err(Limit::Busy))
}

/// A reserved try. If the request ends before the try is settled, the account gets the try back, because nobody learnt
/// anything; the network does not, because the try cost as much.
struct PasswordTry<'a> {
    app: &'a App,
    of: Option<LoginTry>,
}

impl PasswordTry<'_> {
    async fn settle(&mut self, outcome: LoginOutcome<'_>) -> Result<bool, StoreError> {
        let app = self.app;
        let Some(of) = &self.of else { return Ok(false) };
        let settled = store::settle_login(&app.db, of, outcome, login_limits(app), app.clock.now()).await;
        self.of = None;
        settled
    }

    /// Counts the try as wrong. The event is written only if an account has the name: its person sees it in their
    /// activity. Settling takes as long either way. A text that was typed as a name may be a password, so the event has
    /// the account and not the text.
    async fn failed(&mut self, user: Option<&User>, is_known: bool, source: &Source) -> Result<(), StoreError> {
        let event = |event| {
            let event: AuditEvent = self.app.event(event, source);
            let event = user.iter().fold(event, |event, user| event.of_subject(&user.subject));
            event.with("browser", if is_known { "known" } else { "unknown" })
        };
        let (failed, locked) = (&event(Event::LoginFailed), &event(Event::LoginLocked));
        let is_locked = self.settle(LoginOutcome::Wrong { failed, locked, is_told: user.is_some() }).await?;
        tracing::info!("a login failed");
        if let Some(user) = user.filter(|_| is_locked) {
            let (subject, known_browser) = (user.subject.as_str(), is_known);
            tracing::warn!(subject, known_browser, "logins are locked: too many passwords were wrong in a row");
        }
        Ok(())
    }
}

impl Drop for PasswordTry<'_> {
    fn drop(&mut self) {
        let (Some(of), Ok(runtime)) = (self.of.take(), tokio::runtime::Handle::try_current()) else { return };
        let (db, limits, now) = (self.app.db.clone(), login_limits(self.app), self.app.clock.now());
        runtime.spawn(async move {
            if let Err(error) = store::settle_login(&db, &of, LoginOutcome::Unheard, limits, now).await {
                tracing::warn!(%error, "a login that was given up holds its try for a minute");
            }
        });
    }
}

/// Turns a try away, and writes an event: once for each cause and at most once a minute, because a refused try costs
/// its sender nothing. For a name without an account no event is written. That takes as long, and counts as the one
/// event of its minute, so that time and events do not show which names exist.
async fn turned_away(
    app: &App,
    limit: Limit,
    username: &str,
    user: Option<&User>,
    from: &LoginSource<'_>,
) -> Result<LoginRefusal, StoreError> {
    let now = app.clock.now();
    let (of, cause, wait) = match limit {
        Limit::Busy => return Ok(LoginRefusal::TooMany(Duration::from_secs(1))),
        Limit::Account(wait) => ("account", app.keys.login_failures.digest(username.as_bytes()).hex(), wait),
        Limit::Budget(server, wait) if server.is_empty() => ("server", server, Some(wait)),
        Limit::Budget(network, wait) => ("network", network, Some(wait)),
    };
    let refusal = wait.map_or(LoginRefusal::Locked, LoginRefusal::TooMany);
    // A lock has no end: its event is written once a day.
    let until = now + wait.unwrap_or(Duration::from_hours(24));
    let Some(alarm) = app.limits.login_alarm.turned_away(&format!("{of} {cause}"), until, now) else {
        return Ok(refusal);
    };
    let mut source = from.source.clone();
    if of == "server" {
        // The last request is not the cause more than the others.
        source.address = None;
    }
    let about = format!("minute {}", alarm.minute);
    let mut event = AuditEvent::once(&about, Event::LoginThrottled, &source, now).with("of", of);
    event = event.with("logins", alarm.logins);
    match (of, user) {
        ("account", Some(user)) => event = event.of_subject(&user.subject),
        ("network", _) => event = event.with("network", cause),
        _ => {}
    }
    store::add_audit_event_lightly(&app.db, &event, of != "account" || user.is_some()).await?;
    tracing::warn!(of, logins = alarm.logins, "logins are turned away");
    Ok(refusal)
}

//! Is this their password? One look at it, if account, network and server have tries left (requirements, FA-02, FA-06
//! and FA-07).
//!
//! Whoever comes from a browser that has logged in to the account before, or is signed in to it, is counted apart: strangers can
//! neither spend their tries nor those of their network or of the server.

use std::net::IpAddr;
use std::time::Duration;

use axum::http::HeaderMap;

use crate::app::App;
use crate::flow::FlowError;
use crate::passwords::{Password, Passwords, fold_username};
use crate::protocol::{AuditEvent, Digest, Event, Source, Timestamp};
use crate::store::{self, Admission, Budget, LoginLimits, LoginOutcome, LoginTry, SignIn, StoreError, User};
use crate::web::browser::Browser;
use crate::web::hop::Hop;
use crate::web::seen::Seen;

/// How often a login looks whether those are settled that are looked at beside it, before it is asked to come again: with pauses
/// that grow, in ten seconds.
const TRIES: u32 = 25;
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// What came of a name and a password.
pub(in crate::web) enum Verdict {
    /// They are this account's.
    Right(User),
    /// Wrong password, unknown or disabled user: one answer for all (requirement A-04).
    Wrong,
    /// Not looked at: too many were wrong, until then.
    NotBefore(Timestamp),
    /// Not looked at: too many were wrong, until an operator unlocks it.
    Locked,
}

/// From where somebody tries to log in.
pub(in crate::web) struct LoginSource<'a> {
    hop: &'a Hop,
    seen: Seen,
    /// Whose session it comes with, if it does.
    session: Option<(SignIn, Digest)>,
}

impl<'a> LoginSource<'a> {
    /// A browser or a program, by the cookies that it sent.
    pub(in crate::web) fn new(app: &App, hop: &'a Hop, headers: &HeaderMap, browser: Option<&Browser>) -> Self {
        let session = browser.and_then(|browser| Some((browser.sign_in()?.clone(), browser.digest())));
        Self { hop, seen: Seen::of(app, headers), session }
    }

    /// The marks of the browser.
    pub(in crate::web) fn seen(&self) -> &Seen {
        &self.seen
    }

    /// What names this browser among those that are known to an account.
    fn known_to(&self, app: &App, user: &User) -> Option<Digest> {
        let session = self.session.as_ref().filter(|(sign_in, _)| sign_in.subject == user.subject);
        self.seen.mark(app, &user.subject).or(session.map(|(_, digest)| *digest))
    }
}

/// Looks at the password once, if it may be looked at. A try is reserved first and settled afterwards; an account that does not
/// exist costs and answers the same as one that does.
pub(in crate::web) async fn authenticate(
    app: &App,
    typed: &str,
    password: &Password,
    from: &LoginSource<'_>,
) -> Result<Verdict, FlowError> {
    let username = fold_username(typed);
    let user = store::find_user_by_name(&app.db, &username).await?;
    let known = user.as_ref().and_then(|user| from.known_to(app, user));
    let of = counted(app, &username, known, from.hop.address);
    let mut attempt = match admitted(app, of).await? {
        Ok(attempt) => attempt,
        Err(refusal) => return turned_away(app, &refusal, &username, user.as_ref(), from).await,
    };
    let user = user.filter(|user| user.disabled_at.is_none());
    let in_use =
        app.node.hashes_in_use.parameters(&app.db, Passwords::MOST_RECIPES, user.as_ref(), app.clock.now()).await?;
    let stored = user.as_ref().map(|user| user.password_hash.as_str());
    let right = app.passwords.verify(password, stored, &in_use).await?;
    let Some(user) = user.as_ref().filter(|_| right) else {
        attempt.failed(user.as_ref(), known.is_some(), &from.hop.person()).await?;
        return Ok(Verdict::Wrong);
    };
    attempt.settle(LoginOutcome::Right).await?;
    if app.passwords.is_outdated(&user.password_hash) {
        store::rehash_password(&app.db, user, &app.passwords.hash(password).await?).await?;
        app.node.hashes_in_use.changed();
    }
    Ok(Verdict::Right(user.clone()))
}

/// What a login is counted against: its account, network, sites and the server; in a known browser that browser alone.
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

fn patience(app: &App) -> LoginLimits {
    let limits = &app.settings.limits;
    LoginLimits { free: limits.login_free_failures, ceiling: limits.login_ceiling, longest: limits.login_max_delay }
}

/// Why a password is not looked at.
enum Refusal {
    /// Others are looked at for longer than anybody wants to wait.
    Busy,
    /// The failures of the account, until then.
    Account(Timestamp),
    /// One of the budgets, and whether it is the server's, until then.
    Budget { budget: Budget, is_server: bool, until: Timestamp },
    /// The failures of the account, until it is unlocked.
    Locked,
}

/// Reserves a try, after waiting for those that are looked at beside it: whether there is one depends on what comes of them.
async fn admitted(app: &App, of: LoginTry) -> Result<Result<Attempt<'_>, Refusal>, StoreError> {
    let (mut pause, mut over) = (FIRST_PAUSE, None);
    for _ in 0..TRIES {
        let now = app.clock.now();
        match store::admit_login(&app.db, &of, patience(app), over, now).await? {
            Admission::Admitted => return Ok(Ok(Attempt { app, of: Some(of) })),
            Admission::Busy => {
                #[expect(clippy::disallowed_methods, reason = "other logins are waited for in real time")]
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Admission::NotBefore(until, delay) => {
                let end = app.limits.logins.waits.end(&of.account, until, now + delay, now);
                if now < end {
                    return Ok(Err(Refusal::Account(end)));
                }
                over = Some(until);
            }
            Admission::Locked => return Ok(Err(Refusal::Locked)),
            Admission::Spent(place, until) => {
                let is_server = place + 1 == of.budgets.len();
                let budget = of.budgets[place].clone();
                return Ok(Err(Refusal::Budget { budget, is_server, until }));
            }
        }
    }
    Ok(Err(Refusal::Busy))
}

/// A try that is reserved. Dropped unsettled, because whoever tried hung up, it is given back to the account, since they have
/// learnt nothing, but not to their network, since it cost as much.
struct Attempt<'a> {
    app: &'a App,
    of: Option<LoginTry>,
}

impl Attempt<'_> {
    async fn settle(&mut self, outcome: LoginOutcome<'_>) -> Result<bool, StoreError> {
        let app = self.app;
        let Some(of) = &self.of else { return Ok(false) };
        let settled = store::settle_login(&app.db, of, outcome, patience(app), app.clock.now()).await;
        self.of = None;
        settled
    }

    /// Counts it as wrong, and tells of it where the name is somebody's, because that person sees it among their activity. Who
    /// has proven nothing writes no event otherwise; the settling takes as long. What was typed for a name may be a password:
    /// only who it turned out to be is told.
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

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let (Some(of), Ok(runtime)) = (self.of.take(), tokio::runtime::Handle::try_current()) else { return };
        let (db, limits, now) = (self.app.db.clone(), patience(self.app), self.app.clock.now());
        runtime.spawn(async move {
            if let Err(error) = store::settle_login(&db, &of, LoginOutcome::Unheard, limits, now).await {
                tracing::warn!(%error, "a login that was given up holds its try for a minute");
            }
        });
    }
}

/// What is told to whoever is turned away, and that they were, to others: once for each cause and once a minute at most, since
/// they can come again at no cost. For a name that nobody has no event is written, but it takes its turn of the minute and
/// as long as any other, so that neither time nor the events of others tell which names there are.
async fn turned_away(
    app: &App,
    refusal: &Refusal,
    username: &str,
    user: Option<&User>,
    from: &LoginSource<'_>,
) -> Result<Verdict, FlowError> {
    let now = app.clock.now();
    let account = || app.keys.login_failures.digest(username.as_bytes()).hex();
    // A lock has no end, so it is told once a day.
    let (verdict, of, cause, until) = match refusal {
        Refusal::Busy => return Ok(Verdict::NotBefore(now + Duration::from_secs(1))),
        Refusal::Account(until) => (Verdict::NotBefore(*until), "account", account(), *until),
        Refusal::Locked => (Verdict::Locked, "account", account(), now + Duration::from_hours(24)),
        Refusal::Budget { budget, is_server: false, until } => {
            (Verdict::NotBefore(*until), "network", budget.holder.clone(), *until)
        }
        Refusal::Budget { is_server: true, until, .. } => (Verdict::NotBefore(*until), "server", String::new(), *until),
    };
    let Some(told) = app.limits.logins.alarm.turned_away(&format!("{of} {cause}"), until, now) else {
        return Ok(verdict);
    };
    let source = match of {
        // Who met the closed door is no more to blame than anybody else.
        "server" => Source { address: None, ..from.hop.person() },
        _ => from.hop.person(),
    };
    let about = format!("minute {}", told.minute);
    let mut event = AuditEvent::once(&about, Event::LoginThrottled, &source, now).with("of", of);
    event = event.with("logins", told.logins);
    match (of, user) {
        ("account", Some(user)) => event = event.of_subject(&user.subject),
        ("network", _) => event = event.with("network", cause),
        _ => {}
    }
    store::add_audit_event_lightly(&app.db, &event, of != "account" || user.is_some()).await?;
    tracing::warn!(of, logins = told.logins, "logins are turned away");
    Ok(verdict)
}

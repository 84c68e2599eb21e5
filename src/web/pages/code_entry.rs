//! Whose request is behind a code that was tried, and who has paid for the answer? RFC 8628 section 5.1.
//!
//! The same for people on the page and for programs that answer for them: a try is paid for before anything is looked up
//! (requirements E-01, E-03), and a code that leads nowhere says nothing of the reason (U-03).

use crate::app::App;
use crate::protocol::{
    AuditEvent, Claim, Client, DeviceGrant, Event, GrantType, Secret, Source, Subject, Timestamp, TypedCode, UserCode,
};
use crate::store::{self, Payment, SessionTries, StoreError, Versioned};
use crate::web::TRIES;
use crate::web::browser::Browser;
use crate::web::hop::Hop;
use crate::web::pages::code_budget;
use crate::web::pages::decision::handle_key;
use crate::web::waiting::Entry;

/// What came of a code.
pub(in crate::web) enum Tried<T> {
    /// It leads to this.
    Right(T),
    /// Unknown, expired, decided, or somebody else's.
    Unknown,
    /// Not looked up: the budget of the account or the network is spent until then.
    Exhausted(Timestamp),
    /// Not looked up: the server bears no more wrong codes of people whom it does not know until then.
    Closed(Timestamp),
    /// Not looked up: this session typed too many wrong codes itself, and has to log in again.
    Locked,
}

/// Pays for the try, looks the code up and claims it for a page of its own, whose handle it gives.
pub(in crate::web) async fn enter_code(
    app: &App,
    browser: &mut Browser,
    subject: &Subject,
    code: &TypedCode,
    entry: Entry,
    hop: &Hop,
) -> Result<Tried<Secret>, StoreError> {
    tried(app, browser, subject, hop, async |browser| claim(app, browser, subject, code, entry, &hop.person()).await)
        .await
}

/// Pays for the try and looks the code up. The request stays as it is, and the look is told once for each session.
pub(in crate::web) async fn look_up(
    app: &App,
    browser: &mut Browser,
    subject: &Subject,
    code: &TypedCode,
    hop: &Hop,
) -> Result<Tried<DeviceGrant>, StoreError> {
    let found = async |browser: &Browser| {
        let (found, now) = (find(app, code).await?.map(|(found, _)| found.value), app.clock.now());
        let found = found.filter(|grant| client_of(app, grant).is_some() && grant.is_open_to(subject, now));
        if let Some(grant) = &found {
            let about = format!("{} {}", browser.digest().hex(), grant.id);
            let shown = AuditEvent::once(&about, Event::GrantShown, &hop.person(), now).of_grant(grant);
            store::add_audit_event(&app.db, &shown.of_subject(subject)).await?;
        }
        Ok(found)
    };
    tried(app, browser, subject, hop, found).await
}

/// Ends a session that guessed too often; false when it had ended by itself meanwhile. Whose session it was is told once;
/// sessions of nobody are for the log.
pub(in crate::web) async fn lock_out(app: &App, browser: &mut Browser, hop: &Hop) -> Result<bool, StoreError> {
    if !browser.is_live(app).await? {
        return Ok(false);
    }
    if let Some(sign_in) = browser.sign_in() {
        let about = browser.digest().hex();
        let locked = AuditEvent::once(&about, Event::CodeEntryLocked, &hop.person(), app.clock.now());
        store::add_audit_event(&app.db, &locked.of_subject(&sign_in.subject)).await?;
    }
    browser.sign_out(app).await?;
    Ok(true)
}

/// Pays for a try before it is made. What was right is refunded, and so is what was not looked up; only the session forgets
/// its wrong codes (E-01).
async fn tried<T>(
    app: &App,
    browser: &mut Browser,
    subject: &Subject,
    hop: &Hop,
    attempt: impl AsyncFnOnce(&Browser) -> Result<Option<T>, StoreError>,
) -> Result<Tried<T>, StoreError> {
    let now = app.clock.now();
    let (address, source) = (hop.address, hop.person());
    let session = SessionTries { digest: browser.digest(), limit: app.settings.limits.wrong_codes_session };
    let budgets = code_budget::budgets(app, subject, address, browser.is_known(), now).await?;
    let paid = match store::pay_for_code(&app.db, &session, &budgets.personal, &budgets.of_server, now).await? {
        Payment::Paid(paid) => paid,
        Payment::Locked => return Ok(Tried::Locked),
        Payment::Exhausted(until) => {
            tracing::warn!(subject = subject.as_str(), %address, "too many wrong codes");
            let about = format!("{} until {}", subject.as_str(), until.millis());
            let locked = AuditEvent::once(&about, Event::CodeEntryLocked, &source, now).of_subject(subject);
            store::add_audit_event(&app.db, &locked.with("until", until.seconds())).await?;
            return Ok(Tried::Exhausted(until));
        }
        Payment::Closed(until) => {
            code_budget::raise_alarm(app, &source, now).await?;
            return Ok(Tried::Closed(until));
        }
    };
    let found = match attempt(browser).await {
        Ok(found) => found,
        Err(fault) => {
            // A fault of ours is not a wrong code. Where the database is away this fails as well, and there is one fault to tell.
            drop(store::give_code_back(&app.db, &session, &paid, now).await);
            return Err(fault);
        }
    };
    let Some(right) = found else {
        store::add_audit_event(&app.db, &app.event(Event::WrongUserCode, &source).of_subject(subject)).await?;
        return Ok(Tried::Unknown);
    };
    store::refund(&app.db, &paid, now).await?;
    store::forgive_wrong_codes(&app.db, &browser.digest(), now).await?;
    Ok(Tried::Right(right))
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
    for _ in 0..TRIES {
        let Some((found, code)) = find(app, typed).await? else { return Ok(None) };
        if client_of(app, &found.value).is_none() {
            return Ok(None);
        }
        let handle = Secret::from_random("", app.entropy.secret());
        let shown = app.registry.user_codes.of(&found.value.client_id).show(code);
        let claim = Claim {
            subject: subject.clone(),
            session: browser.digest(),
            handle: handle.digest(),
            entry: entry.into(),
            sealed_code: handle_key(&handle).seal(b"", shown.as_bytes()),
        };
        let Some(next) = found.value.claim(claim, app.clock.now()) else { return Ok(None) };
        let claimed = app.event(Event::GrantClaimed, source).of_grant(&next).with("entry", entry.name());
        if store::save_device_grant(&app.db, found.revision, &next, &claimed).await? {
            tracing::info!(grant = next.id, subject = subject.as_str(), "a code was entered");
            return Ok(Some(handle));
        }
    }
    Err(StoreError::Overtaken)
}

/// Who asks, if it could be allowed: nobody is asked to allow what could not (SM-06).
fn client_of<'a>(app: &'a App, grant: &DeviceGrant) -> Option<&'a Client> {
    let unmet = grant.wishes.demand_unmet(&app.settings.sessions.password_acr_values);
    let client = app.registry.clients.find(&grant.client_id).filter(|client| client.may(GrantType::DeviceCode).is_ok());
    client.filter(|_| !unmet)
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

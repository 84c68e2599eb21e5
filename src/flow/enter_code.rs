//! Enter a user code (RFC 8628 section 3.3), bounded against guessing (section 5.1).
//!
//! 1. Pay for the try before anything is looked up (requirements E-01, E-03).
//! 2. Look the code up, and claim its grant or only show it.
//! 3. Refund the try if the code was right. Every other code gets the same answer, whatever the reason (U-03).

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::flow::end_sessions::log_out;
use crate::flow::{EndUser, FlowError, claim, code_budgets, may_enter_codes};
use protocol::{AuditEvent, CodeEntry, DeviceGrant, Event, Secret, Timestamp};
use store::{Payment, SessionTries, StoreError};

/// What a code leads to.
pub(crate) enum CodeOutcome<T> {
    /// The grant of the code, or the handle of its claim.
    Found(T),
    /// The code leads nowhere, or is not looked up.
    Refused(CodeRefusal),
    /// Not looked up: too many codes of this session were wrong. The end user has to log in again.
    SessionLocked,
}

/// Why a code leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CodeRefusal {
    /// Unknown, expired, decided, or claimed by another account: one answer for all (requirement U-03).
    Unknown,
    /// Not looked up: the budget of the account or the network is spent until then.
    Exhausted(Timestamp),
    /// Not looked up: until then the server accepts no wrong codes from sessions that it does not know.
    Closed(Timestamp),
}

impl CodeRefusal {
    /// Whether the code would be refused now too.
    pub(crate) fn still_holds(self, now: Timestamp) -> bool {
        match self {
            Self::Unknown => true,
            Self::Exhausted(until) | Self::Closed(until) => until > now,
        }
    }
}

/// Enters a code where it is typed; `None` when nobody is logged in, or not recently enough (requirements U-02, U-13).
pub(crate) async fn enter_typed_code(
    app: &App,
    user: Option<&EndUser<'_>>,
    typed: &str,
    entry: CodeEntry,
) -> Result<Option<CodeOutcome<Secret>>, FlowError> {
    let is_code = app.registry.user_codes.parse(typed).is_ok();
    match user {
        Some(user) if !is_code || may_enter_codes(app, &user.session.sign_in) => {
            enter_code(app, user, typed, entry).await.map(Some)
        }
        // Counting would not stop a visitor, who can take a new cookie for each code, and who learns nothing here.
        None if !is_code => Ok(Some(CodeOutcome::Refused(CodeRefusal::Unknown))),
        _ => Ok(None),
    }
}

/// Claims the grant of a code for the session of the end user, and returns the handle of the claim. The age of the login is not
/// checked: a code that waited for a login is entered after it, however short `device.max_auth_age` is.
pub(crate) async fn enter_code(
    app: &App,
    user: &EndUser<'_>,
    typed: &str,
    entry: CodeEntry,
) -> Result<CodeOutcome<Secret>, FlowError> {
    match app.registry.user_codes.parse(typed) {
        Ok(code) => paid(app, user, claim::claim(app, user, &code, entry)).await,
        Err(_) => count_malformed(app, user).await,
    }
}

/// Shows the grant of a code without changing it. One event is written for each session that looks.
pub(crate) async fn look_up(app: &App, user: &EndUser<'_>, typed: &str) -> Result<CodeOutcome<DeviceGrant>, FlowError> {
    let Ok(code) = app.registry.user_codes.parse(typed) else { return count_malformed(app, user).await };
    let look = async {
        let found = claim::find_open(app, user.subject(), &code).await?.map(|(found, _)| found.value);
        if let Some(grant) = &found {
            let about = format!("{} {}", user.digest().hex(), grant.id);
            let shown = AuditEvent::once(&about, Event::GrantShown, &user.source, app.clock.now()).of_grant(grant);
            store::add_audit_event(&app.db, &shown.of_subject(user.subject())).await?;
        }
        Ok(found)
    };
    paid(app, user, look).await
}

/// Counts a text that cannot be a code against the session. It is not looked up.
async fn count_malformed<T>(app: &App, user: &EndUser<'_>) -> Result<CodeOutcome<T>, FlowError> {
    let limit = app.settings.limits.wrong_codes_session;
    let is_counted = store::count_wrong_code(&app.db, user.digest(), limit).await?;
    Ok(if is_counted { CodeOutcome::Refused(CodeRefusal::Unknown) } else { CodeOutcome::SessionLocked })
}

/// A session that was ended because of its wrong codes.
pub(crate) struct LockedOut {
    /// When another code is accepted, if the account or the network has no try left either.
    pub(crate) codes_again_at: Option<Timestamp>,
}

/// Ends a session with too many wrong codes; `None` if it had ended already. One event is written for each session.
pub(crate) async fn lock_out(app: &App, user: &EndUser<'_>) -> Result<Option<LockedOut>, FlowError> {
    if !user.is_logged_in(app).await? {
        return Ok(None);
    }
    let codes_again_at = code_budgets::spent_until(app, user).await?;
    let about = user.digest().hex();
    let locked = AuditEvent::once(&about, Event::CodeEntryLocked, &user.source, app.clock.now());
    store::add_audit_event(&app.db, &locked.of_subject(user.subject())).await?;
    log_out(app, user.digest()).await?;
    Ok(Some(LockedOut { codes_again_at }))
}

/// Pays for an attempt before it is made. A right code is refunded, and the session forgets its wrong codes; the other
/// budgets do not (requirement E-01).
async fn paid<T>(
    app: &App,
    user: &EndUser<'_>,
    attempt: impl Future<Output = Result<Option<T>, StoreError>>,
) -> Result<CodeOutcome<T>, FlowError> {
    let now = app.clock.now();
    let session = SessionTries { digest: *user.digest(), limit: app.settings.limits.wrong_codes_session };
    let (personal, of_server) = code_budgets::budgets(app, user, now).await?;
    let paid = match store::pay_for_code(&app.db, &session, &personal, &of_server, now).await? {
        Payment::Paid(paid) => paid,
        Payment::Locked => return Ok(CodeOutcome::SessionLocked),
        Payment::Exhausted(until) => {
            tracing::warn!(subject = user.subject().as_str(), address = %user.address, "too many wrong codes");
            let about = format!("{} until {}", user.subject().as_str(), until.millis());
            let locked = AuditEvent::once(&about, Event::CodeEntryLocked, &user.source, now).of_subject(user.subject());
            store::add_audit_event(&app.db, &locked.with("until", until.seconds())).await?;
            return Ok(CodeOutcome::Refused(CodeRefusal::Exhausted(until)));
        }
        Payment::Closed(until) => {
            code_budgets::raise_alarm(app, &user.source, now).await?;
            return Ok(CodeOutcome::Refused(CodeRefusal::Closed(until)));
        }
    };
    match attempt.await {
        Ok(Some(right)) => {
            store::refund(&app.db, &paid, now).await?;
            store::forgive_wrong_codes(&app.db, user.digest(), now).await?;
            Ok(CodeOutcome::Found(right))
        }
        Ok(None) => {
            store::add_audit_event(&app.db, &user.event(app, Event::WrongUserCode)).await?;
            Ok(CodeOutcome::Refused(CodeRefusal::Unknown))
        }
        Err(fault) => {
            // A fault of the server is not a wrong code. Without the database this fails too, and one fault is enough
            // to report.
            drop(store::give_code_back(&app.db, &session, &paid, now).await);
            Err(fault.into())
        }
    }
}

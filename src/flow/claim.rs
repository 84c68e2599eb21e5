//! Claim a grant for one browser session, after its code was entered (RFC 8628 section 3.3).
//!
//! The handle of a claim is in the URL of the decision page and in no row. The next session of the same person can take the
//! claim over, and the wrong person can give it back (requirements SM-05, U-10).

use crate::app::App;
use crate::flow::{EndUser, FlowError, TRIES};
use crate::root_secret::{Purpose, SealingKey};
use protocol::{
    Claim, CodeEntry, DeviceGrant, Digest, Event, GrantType, Secret, Source, Standing, Subject, TypedCode, UserCode,
};
use store::{StoreError, Versioned};

/// Characters of a handle: 256 bits as base64url.
const HANDLE_LENGTH: usize = 43;

/// Whether a text has the form of a handle.
pub(crate) fn is_handle(text: &str) -> bool {
    text.len() == HANDLE_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// The code as the device shows it, from the claim and the handle that seals it.
pub(crate) fn shown_code(claim: &Claim, handle: &Secret) -> Option<String> {
    let code = sealing_key(handle).open(b"", &claim.sealed_code).ok()?;
    String::from_utf8(code.to_vec()).ok()
}

fn sealed_code(code: &str, handle: &Secret) -> Vec<u8> {
    sealing_key(handle).seal(b"", code.as_bytes())
}

fn sealing_key(handle: &Secret) -> SealingKey {
    SealingKey::derive(handle.reveal().as_bytes(), Purpose::ClaimCode)
}

/// Claims the grant of a code and returns the handle. A lost race is decided again.
pub(super) async fn claim(
    app: &App,
    user: &EndUser<'_>,
    typed: &TypedCode,
    entry: CodeEntry,
) -> Result<Option<Secret>, StoreError> {
    for _ in 0..TRIES {
        let Some((found, code)) = find_open(app, user.subject(), typed).await? else { return Ok(None) };
        let handle = Secret::from_random("", app.entropy.secret());
        let claim = Claim {
            subject: user.subject().clone(),
            session: *user.digest(),
            handle: handle.digest(),
            entry,
            sealed_code: sealed_code(&app.registry.user_codes.of(&found.value.client_id).show(code), &handle),
        };
        let Some(next) = found.value.claim(claim, app.clock.now()) else { return Ok(None) };
        let claimed = app.event(Event::GrantClaimed, &user.source).of_grant(&next).with("entry", entry.name());
        if store::save_device_grant(&app.db, found.revision, &next, &claimed).await? {
            tracing::info!(grant = next.id, subject = user.subject().as_str(), "a code was entered");
            return Ok(Some(handle));
        }
    }
    Err(StoreError::Overtaken)
}

/// The grant of a code that this person may claim, with its reading of the code, found by the current digest of the
/// code or by a former one. Nobody is asked to approve what cannot be approved (SM-06).
pub(super) async fn find_open<'a>(
    app: &'a App,
    subject: &Subject,
    typed: &'a TypedCode,
) -> Result<Option<(Versioned<DeviceGrant>, &'a UserCode)>, StoreError> {
    let mut first = None;
    // The number of look-ups does not depend on what was typed or found, so its duration tells nothing.
    for (digest, code) in app.user_code_digests(typed) {
        let found = store::find_by_user_code(&app.db, &digest).await?;
        first = first.or(found.map(|found| (found, code)));
    }
    let Some((found, code)) = first else { return Ok(None) };
    let grant = &found.value;
    let is_open =
        app.registry.clients.find(&grant.client_id).is_some_and(|client| client.may(GrantType::DeviceCode).is_ok())
            && !grant.wishes.demand_unmet(&app.settings.sessions.password_acr_values)
            && grant.is_open_to(subject, app.clock.now());
    Ok(if is_open { Some((found, code)) } else { None })
}

/// Who holds a claim.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ClaimHolder {
    /// This session; or any session of this person, once there is nothing left to approve.
    ThisSession,
    /// Another session of this person, or nobody.
    OtherSession,
    /// Another person.
    OtherAccount,
}

impl ClaimHolder {
    pub(super) fn of(app: &App, grant: &DeviceGrant, user: &EndUser<'_>) -> Self {
        match grant.claimed() {
            Some(claim) if claim.subject != *user.subject() => Self::OtherAccount,
            Some(claim) if claim.session == *user.digest() => Self::ThisSession,
            // After another login, a person can still take back what they approved.
            Some(_) if grant.standing(app.clock.now()) != Standing::Undecided => Self::ThisSession,
            Some(_) | None => Self::OtherSession,
        }
    }
}

/// Moves a claim that waited for a login to the new session of the same person, and returns its new handle.
pub(crate) async fn resume(app: &App, user: &EndUser<'_>, handle: &Secret) -> Result<Option<Secret>, FlowError> {
    let Some(found) = store::find_by_handle(&app.db, &handle.digest()).await? else { return Ok(None) };
    let Some(claim) = found.value.claimed().filter(|claim| claim.subject == *user.subject()).cloned() else {
        return Ok(None);
    };
    let Some(code) = shown_code(&claim, handle) else { return Ok(None) };
    let new = Secret::from_random("", app.entropy.secret());
    let sealed_code = sealed_code(&code, &new);
    let claim = Claim { session: *user.digest(), handle: new.digest(), sealed_code, ..claim };
    let Some(next) = found.value.claim(claim, app.clock.now()) else { return Ok(None) };
    let resumed = app.event(Event::GrantClaimed, &user.source).of_grant(&next).with("resumed", true);
    let saved = store::save_device_grant(&app.db, found.revision, &next, &resumed).await?;
    Ok(if saved { Some(new) } else { None })
}

/// The outcome of giving a claim back.
pub(crate) enum ReleaseOutcome {
    /// Any account may enter this code again. The entry is how it was entered before.
    Released(String, CodeEntry),
    /// The grant is decided, or has expired.
    TooLate,
    /// There is no such claim, or another session holds it.
    NotFound,
    /// Another person holds it.
    OtherAccount,
}

/// Gives a claim of this session back, even if its login has expired meanwhile. `subject` is the person who is logged in.
pub(crate) async fn release(
    app: &App,
    session: &Digest,
    subject: Option<&Subject>,
    handle: &Secret,
    source: &Source,
) -> Result<ReleaseOutcome, FlowError> {
    for _ in 0..TRIES {
        let found = store::find_by_handle(&app.db, &handle.digest()).await?;
        let Some((found, claim)) = found.and_then(|found| found.value.claimed().cloned().map(|claim| (found, claim)))
        else {
            return Ok(ReleaseOutcome::NotFound);
        };
        if claim.session != *session {
            let is_other = subject.is_some_and(|subject| *subject != claim.subject);
            return Ok(if is_other { ReleaseOutcome::OtherAccount } else { ReleaseOutcome::NotFound });
        }
        let Some(code) = shown_code(&claim, handle) else { return Ok(ReleaseOutcome::NotFound) };
        let released = app.event(Event::GrantReleased, source).of_grant(&found.value);
        let Some(next) = found.value.release(session, app.clock.now()) else { return Ok(ReleaseOutcome::TooLate) };
        if store::save_device_grant(&app.db, found.revision, &next, &released).await? {
            return Ok(ReleaseOutcome::Released(code, claim.entry));
        }
    }
    Err(StoreError::Overtaken.into())
}

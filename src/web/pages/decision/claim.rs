//! Whose request is it? A claim is held by one session, found by a handle that is in the page's URL and in no row, carried
//! over to the next session of the same person, and given back when it is the wrong person (requirements SM-05, U-10).

use crate::app::App;
use crate::protocol::{Claim, DeviceGrant, Event, Secret, Source, Standing, Subject, Timestamp};
use crate::root_secret::{Purpose, SealingKey};
use crate::store::{self, SignIn, StoreError, Versioned};
use crate::web::browser::Browser;
use crate::web::waiting::Entry;

/// Characters of a handle: 256 bits as base64url.
const HANDLE_LENGTH: usize = 43;

/// The URL of a decision page.
pub(in crate::web::pages) fn request_url(app: &App, handle: &Secret) -> String {
    format!("{}/request/{}", app.home(), handle.reveal())
}

/// Whether a text could be a handle, of a decision page or of none.
pub(in crate::web::pages) fn is_handle(text: &str) -> bool {
    text.len() == HANDLE_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// What seals the code of a claim: the handle, which is in the page's URL and in no row.
pub(in crate::web::pages) fn handle_key(handle: &Secret) -> SealingKey {
    SealingKey::derive(handle.reveal().as_bytes(), Purpose::ClaimCode)
}

/// The code as the device shows it, from the claim and the handle that seals it.
pub(super) fn shown_code(claim: &Claim, handle: &Secret) -> Option<String> {
    let code = handle_key(handle).open(b"", &claim.sealed_code).ok()?;
    String::from_utf8(code.to_vec()).ok()
}

/// Who holds a claim, seen from this browser.
pub(super) enum Hold {
    /// This session, or any of this person once there is nothing left to approve.
    Here,
    /// Another session of this person.
    Elsewhere,
    /// Another person.
    SomebodyElse,
}

pub(super) fn held(grant: &DeviceGrant, sign_in: &SignIn, browser: &Browser, now: Timestamp) -> Hold {
    match grant.claimed() {
        Some(claim) if claim.subject != sign_in.subject => Hold::SomebodyElse,
        Some(claim) if claim.session == browser.digest() => Hold::Here,
        // Whoever comes back later, and had to log in again, can still take back what they allowed.
        Some(_) if grant.standing(now) != Standing::Undecided => Hold::Here,
        Some(_) | None => Hold::Elsewhere,
    }
}

/// Gives a claim that waited for a login to the new session of the same person, under a new handle.
pub(in crate::web::pages) async fn resume(
    app: &App,
    browser: &Browser,
    subject: &Subject,
    handle: &str,
    source: &Source,
) -> Result<Option<String>, StoreError> {
    let old = Secret::presented(handle);
    let Some(found) = store::find_by_handle(&app.db, &old.digest()).await? else { return Ok(None) };
    let Some(claim) = found.value.claimed().filter(|claim| claim.subject == *subject).cloned() else { return Ok(None) };
    let Some(code) = shown_code(&claim, &old) else { return Ok(None) };
    let new = Secret::from_random("", app.entropy.secret());
    let sealed_code = handle_key(&new).seal(b"", code.as_bytes());
    let claim = Claim { session: browser.digest(), handle: new.digest(), sealed_code, ..claim };
    let Some(next) = found.value.claim(claim, app.clock.now()) else { return Ok(None) };
    let resumed = app.event(Event::GrantClaimed, source).of_grant(&next).with("resumed", true);
    let saved = store::save_device_grant(&app.db, found.revision, &next, &resumed).await?;
    Ok(saved.then(|| request_url(app, &new)))
}

/// The URL of a request, if this browser holds its claim: who is asked there for the password of somebody else can give it
/// back, and go on with the code.
pub(in crate::web::pages) async fn held_request(
    app: &App,
    browser: &Browser,
    handle: &str,
) -> Result<Option<String>, StoreError> {
    let handle = Secret::presented(handle);
    let found = store::find_by_handle(&app.db, &handle.digest()).await?;
    let claim = found.as_ref().and_then(|found| found.value.claimed());
    Ok(claim.is_some_and(|claim| claim.session == browser.digest()).then(|| request_url(app, &handle)))
}

/// What came of giving a claim back.
pub(super) enum Release {
    /// Anybody may enter this code again. It came in this way.
    Done(String, Entry),
    /// It is decided, or expired.
    TooLate,
    /// Another session holds it.
    NotOurs,
    /// Another person holds it.
    SomebodyElses,
    /// Something moved meanwhile: look again.
    Lost,
}

/// Gives a claim back that this session holds.
pub(super) async fn release(
    app: &App,
    browser: &Browser,
    found: Versioned<DeviceGrant>,
    handle: &Secret,
    source: &Source,
) -> Result<Release, StoreError> {
    let Some(claim) = found.value.claimed().filter(|claim| claim.session == browser.digest()) else {
        let here = browser.sign_in().zip(found.value.claimed());
        let other = here.is_some_and(|(sign_in, claim)| sign_in.subject != claim.subject);
        return Ok(if other { Release::SomebodyElses } else { Release::NotOurs });
    };
    let Some(code) = shown_code(claim, handle) else { return Ok(Release::NotOurs) };
    let entry = Entry::from(claim.entry);
    let released = app.event(Event::GrantReleased, source).of_grant(&found.value);
    let Some(next) = found.value.release(&browser.digest(), app.clock.now()) else { return Ok(Release::TooLate) };
    let won = store::save_device_grant(&app.db, found.revision, &next, &released).await?;
    Ok(if won { Release::Done(code, entry) } else { Release::Lost })
}

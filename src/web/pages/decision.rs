//! May this device sign in? The page on which a person approves or denies (RFC 8628 sections 3.3 and 5.4).
//!
//! One URL for each claim. `GET` shows what is true now, whatever was clicked before; `POST` decides and leads back to
//! the `GET`. So a second click, the Back button and a second tab all end on the same truth (requirement U-11).

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::Path;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;

use crate::app::App;
use crate::protocol::Approval;
use crate::protocol::Channel;
use crate::protocol::Claim;
use crate::protocol::Client;
use crate::protocol::Decision;
use crate::protocol::DeviceGrant;
use crate::protocol::Event;
use crate::protocol::GrantType;
use crate::protocol::Secret;
use crate::protocol::Source;
use crate::protocol::Standing;
use crate::protocol::Subject;
use crate::protocol::Timestamp;
use crate::protocol::device_name;
use crate::protocol::display_text;
use crate::root_secret;
use crate::store;
use crate::store::SignIn;
use crate::store::StoreError;
use crate::store::Versioned;
use crate::web::browser::Browser;
use crate::web::browser::Next;
use crate::web::browser::PostedForm;
use crate::web::hop::Hop;
use crate::web::pages::PageError;
use crate::web::pages::ShownCode;
use crate::web::pages::Span;
use crate::web::pages::frame::page;
use crate::web::pages::views;
use crate::web::pages::views::Access;
use crate::web::pages::views::End;
use crate::web::pages::views::Frame;
use crate::web::pages::views::Outcome;
use crate::web::pages::views::Tick;

/// Characters of a handle: 256 bits as base64url.
const HANDLE_LENGTH: usize = 43;

/// `GET /device/request/{handle}`
pub(in crate::web) async fn show(
    State(app): State<Arc<App>>,
    Path(handle): Path<String>,
    mut browser: Browser,
) -> Result<Response, PageError> {
    let Some(sign_in) = browser.sign_in() else {
        return log_in_first(&app, &mut browser, &handle).await;
    };
    let handle = Secret::presented(&handle);
    let found = store::find_by_handle(&app.db, &handle.digest()).await?.ok_or(PageError::NotFound)?;
    match held(&found.value, sign_in, &browser) {
        Hold::Here if wants_login(&app, &found.value, sign_in) => {
            log_in_first(&app, &mut browser, handle.reveal()).await
        }
        Hold::Here => Ok(render(&app, &browser, sign_in, &found.value, &handle, Tick::Asked)),
        Hold::Elsewhere | Hold::SomebodyElse => Err(PageError::NotFound),
    }
}

/// `POST /device/request/{handle}`
pub(in crate::web) async fn decide(
    State(app): State<Arc<App>>,
    Extension(hop): Extension<Hop>,
    Path(handle): Path<String>,
    PostedForm { mut browser, form }: PostedForm,
) -> Result<Response, PageError> {
    let (secret, source) = (Secret::presented(&handle), hop.source(Channel::Page));
    let here = request_url(&app, &secret);
    let approves = match form.get("decision") {
        Some("approve") => true,
        Some("deny") => false,
        _ => return Err(PageError::Malformed),
    };
    loop {
        let now = app.clock.now();
        let Some(sign_in) = browser.sign_in() else {
            return log_in_first(&app, &mut browser, &handle).await;
        };
        let found = store::find_by_handle(&app.db, &secret.digest()).await?.ok_or(PageError::NotFound)?;
        match held(&found.value, sign_in, &browser) {
            Hold::Here => {}
            Hold::Elsewhere => return Err(PageError::NotFound),
            Hold::SomebodyElse => return Err(PageError::OtherAccount),
        }
        let allowed = app.settings.device.max_auth_age;
        if approves && !found.value.accepts_login(sign_in.auth_time, allowed, now) {
            return log_in_first(&app, &mut browser, &handle).await;
        }
        if approves && form.get("device_present") != Some("true") && found.value.standing(now) == Standing::Undecided {
            return Ok(render(&app, &browser, sign_in, &found.value, &secret, Tick::Missing));
        }
        let written = if approves {
            approve(&app, found, sign_in, now, &source).await?
        } else {
            deny(&app, found, now, &source).await?
        };
        match written {
            Written::Yes => {
                tracing::info!(subject = sign_in.subject.as_str(), approves, from = %hop.address, "decided");
                return Ok(browser.answer(&app, Redirect::to(&here).into_response()));
            }
            Written::Unneeded => return Ok(browser.answer(&app, Redirect::to(&here).into_response())),
            Written::Lost => browser = browser.again(&app).await?,
        }
    }
}

/// Gives a claim that waited for a login to the new session of the same person, under a new handle.
pub(super) async fn resume(
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
    let sealed_code = root_secret::seal(&handle_key(&new), b"", code.as_bytes());
    let claim = Claim { session: browser.digest(), handle: new.digest(), sealed_code, ..claim };
    let Some(next) = found.value.claim(claim, app.clock.now()) else { return Ok(None) };
    let resumed = app.event(Event::GrantClaimed, source).of_grant(&next).with("resumed", true);
    let saved = store::save_device_grant(&app.db, found.revision, &next, &resumed).await?;
    Ok(saved.then(|| request_url(app, &new)))
}

/// The URL of a decision page.
pub(super) fn request_url(app: &App, handle: &Secret) -> String {
    format!("{}/request/{}", app.home(), handle.reveal())
}

/// Whether a text could be a handle, of a decision page or of none.
pub(super) fn is_handle(text: &str) -> bool {
    text.len() == HANDLE_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// What seals the code of a claim: the handle, which is in the page's URL and in no row.
pub(super) fn handle_key(handle: &Secret) -> [u8; 32] {
    root_secret::derive(handle.reveal().as_bytes(), "the code of a claim")
}

/// Who holds a claim, seen from this browser.
enum Hold {
    /// This session.
    Here,
    /// Another session of this person.
    Elsewhere,
    /// Another person.
    SomebodyElse,
}

fn held(grant: &DeviceGrant, sign_in: &SignIn, browser: &Browser) -> Hold {
    match grant.claimed() {
        Some(claim) if claim.subject != sign_in.subject => Hold::SomebodyElse,
        Some(claim) if claim.session == browser.digest() => Hold::Here,
        Some(_) | None => Hold::Elsewhere,
    }
}

/// Whether the device asked for a fresher login than this one (`max_age`), so that nobody reads the page, approves and is
/// then asked to do both again. A login that is only too old for the server may still deny.
fn wants_login(app: &App, grant: &DeviceGrant, sign_in: &SignIn) -> bool {
    let now = app.clock.now();
    grant.standing(now) == Standing::Undecided && !grant.accepts_login(sign_in.auth_time, Duration::MAX, now)
}

/// What became of a decision.
enum Written {
    /// It stands now.
    Yes,
    /// It stood already, or comes too late: the page says how it stands.
    Unneeded,
    /// Somebody else was faster, or the person may not decide any more: look again.
    Lost,
}

/// Approves, if client and person still may (requirement SM-06).
async fn approve(
    app: &App,
    found: Versioned<DeviceGrant>,
    sign_in: &SignIn,
    now: Timestamp,
    source: &Source,
) -> Result<Written, PageError> {
    let client = app.clients.find(&found.value.client_id).filter(|client| client.may(GrantType::DeviceCode).is_ok());
    let client = client.ok_or(PageError::NotFound)?;
    let wishes = &found.value.wishes;
    let levels = &app.settings.sessions.password_acr_values;
    if !found.value.scope.beyond(&client.device_scope).is_empty()
        || client.resources_for(wishes.resources.iter().map(String::as_str)).is_err()
        || wishes.demand_unmet(levels)
    {
        return Err(PageError::NotFound);
    }
    let approval = Approval {
        at: now,
        scope: found.value.scope.clone(),
        auth_time: sign_in.auth_time,
        amr: sign_in.amr.clone(),
        acr: wishes.acr(levels).map(str::to_owned),
    };
    let Decision::Made(next) = found.value.approve(approval) else { return Ok(Written::Unneeded) };
    let approved = app.event(Event::GrantApproved, source).of_grant(&next).with("scope", next.scope.to_string());
    let won = store::approve_device_grant(&app.db, found.revision, &next, &approved).await?;
    Ok(if won { Written::Yes } else { Written::Lost })
}

async fn deny(app: &App, found: Versioned<DeviceGrant>, now: Timestamp, source: &Source) -> Result<Written, PageError> {
    let Decision::Made(next) = found.value.deny(now) else { return Ok(Written::Unneeded) };
    let denied = app.event(Event::GrantDenied, source).of_grant(&next);
    let won = store::save_device_grant(&app.db, found.revision, &next, &denied).await?;
    Ok(if won { Written::Yes } else { Written::Lost })
}

async fn log_in_first(app: &App, browser: &mut Browser, handle: &str) -> Result<Response, PageError> {
    // Strangers come here too: only what could be a handle is kept for them.
    if !is_handle(handle) {
        return Err(PageError::NotFound);
    }
    browser.keep(app, Next::Request(handle.to_owned())).await?;
    Ok(browser.answer(app, Redirect::to(&app.path("/login")).into_response()))
}

fn render(
    app: &App,
    browser: &Browser,
    sign_in: &SignIn,
    grant: &DeviceGrant,
    handle: &Secret,
    tick: Tick,
) -> Response {
    let now = app.clock.now();
    let frame = Frame::about(app, browser, &grant.wishes.ui_locales);
    let client = app.clients.find(&grant.client_id);
    let name = client.map_or_else(|| display_text(&grant.client_id, 80), |client| display_text(&client.name, 80));
    let account = display_text(&sign_in.username, 64);
    let action = request_url(app, handle);
    let end = match grant.standing(now) {
        Standing::Undecided => {
            let code = grant.claimed().and_then(|claim| shown_code(claim, handle)).unwrap_or_default();
            let origin = views::Origin {
                address: grant.origin.address.to_string(),
                device: grant.origin.user_agent.as_deref().and_then(device_name),
                age: Span::at_least(now.since(grant.origin.at)),
            };
            return browser.answer(
                app,
                page(&views::Decision {
                    frame,
                    action,
                    app: name,
                    account,
                    scopes: scope_words(app, grant),
                    resources: resource_names(app, grant),
                    access: access(client, grant),
                    origin,
                    code: ShownCode::new(code),
                    code_lasts: Span::at_least(grant.expires_at.since(now)),
                    tick,
                }),
            );
        }
        Standing::Approved => End::Approved { action },
        Standing::SignedIn => End::SignedIn,
        Standing::Denied => End::Denied,
        Standing::Expired => End::Expired,
    };
    browser.answer(app, page(&Outcome { frame, app: name, account, end }))
}

/// The code as the device shows it, from the claim and the handle that seals it.
fn shown_code(claim: &Claim, handle: &Secret) -> Option<String> {
    let code = root_secret::open(&handle_key(handle), b"", &claim.sealed_code).ok()?;
    String::from_utf8(code.to_vec()).ok()
}

/// What is asked for, in the operator's words. They come from the configuration, never from the client.
fn scope_words(app: &App, grant: &DeviceGrant) -> Vec<String> {
    let words = |token: &str| {
        let known = app.settings.scope.iter().find(|scope| scope.name == token);
        display_text(known.map_or(token, |scope| scope.words.as_str()), 200)
    };
    grant.scope.tokens().map(words).collect()
}

/// What the access is for, in the operator's words.
fn resource_names(app: &App, grant: &DeviceGrant) -> Vec<String> {
    let name = |uri: &String| {
        let known = app.settings.resource.iter().find(|resource| resource.uri == *uri);
        display_text(known.map_or(uri, |resource| &resource.name), 200)
    };
    grant.wishes.resources.iter().map(name).collect()
}

/// How long the device may do it, and whether it stays signed in (requirement K-04: in plain words).
fn access(client: Option<&Client>, grant: &DeviceGrant) -> Access {
    match client {
        Some(client) if client.gets_refresh_token(&grant.scope) => {
            Access::StaysSignedIn(Span::at_least(client.refresh_token_absolute))
        }
        Some(client) => Access::Lasts(Span::at_least(client.access_token_lifetime)),
        None => Access::Lasts(Span::Moment),
    }
}

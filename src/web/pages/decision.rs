//! May this device sign in? The page on which a person approves or denies (RFC 8628 sections 3.3 and 5.4).
//!
//! One URL for each claim. `GET` shows what is true now, whatever was clicked before; `POST` decides and leads back to
//! the `GET`. So a second click, the Back button and a second tab all end on the same truth (requirement U-11).

pub(in crate::web) mod choice;
mod claim;
mod showing;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::protocol::{DeviceGrant, Secret, Source, Standing};
use crate::store::{self, SignIn, StoreError};
use crate::web::TRIES;
use crate::web::browser::Browser;
use crate::web::hop::Hop;
use crate::web::pages::decision::choice::{Answer, Asked, Choice, Written};
use crate::web::pages::decision::claim::{Hold, Release, held};
use crate::web::pages::decision::showing::render;
use crate::web::pages::{PageError, number_match};
use crate::web::posted_form::PostedForm;
use crate::web::waiting::Next;

pub(in crate::web) use choice::{Given, approve, scope_choice};
pub(super) use claim::{handle_key, held_request, is_handle, request_url, resume};
pub(in crate::web) use showing::{client_name, resource_names, scope_words};

/// `GET /device/request/{handle}`
pub(in crate::web) async fn show(
    State(app): State<Arc<App>>,
    Extension(hop): Extension<Hop>,
    Path(handle): Path<String>,
    mut browser: Browser,
) -> Result<Response, PageError> {
    let Some(sign_in) = browser.sign_in() else {
        return log_in_first(&app, &mut browser, &handle).await;
    };
    let handle = Secret::presented(&handle);
    let found = store::find_by_handle(&app.db, &handle.digest()).await?.ok_or(PageError::NotFound)?;
    match held(&found.value, sign_in, &browser, app.clock.now()) {
        Hold::Here if wants_login(&app, &found.value, sign_in) => {
            log_in_first(&app, &mut browser, handle.reveal()).await
        }
        Hold::Here => render(&app, &browser, sign_in, &found.value, &handle, &Answer::none(), &hop).await,
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
    let (secret, source) = (Secret::presented(&handle), hop.person());
    let choice = Choice::of(&form).ok_or(PageError::Malformed)?;
    if choice == Choice::UseAnotherAccount {
        return use_another_account(&app, browser, &secret, &source).await;
    }
    for _ in 0..TRIES {
        let now = app.clock.now();
        let Some(sign_in) = browser.sign_in() else {
            return log_in_first(&app, &mut browser, &handle).await;
        };
        let found = store::find_by_handle(&app.db, &secret.digest()).await?.ok_or(PageError::NotFound)?;
        match held(&found.value, sign_in, &browser, now) {
            Hold::Here => {}
            Hold::Elsewhere => return Err(PageError::NotFound),
            Hold::SomebodyElse => return Err(PageError::OtherAccount),
        }
        let client = app.registry.clients.find(&found.value.client_id);
        let allowed = client.map_or(app.settings.device.max_auth_age, |client| client.approval.max_auth_age);
        if choice == Choice::Approve && !found.value.accepts_login(sign_in.auth_time, allowed, now) {
            return log_in_first(&app, &mut browser, &handle).await;
        }
        let written = match choice {
            Choice::Approve if number_match::is_missed(&app, &found.value, &form) => {
                number_match::deny_missed(&app, found, now, &source).await?
            }
            Choice::Approve if found.value.standing(now) == Standing::Undecided => {
                let answer = Answer::read(&app, &found.value, &form, &hop)?;
                if answer.lacks().is_some() {
                    return render(&app, &browser, sign_in, &found.value, &secret, &answer, &hop).await;
                }
                let initiated = number_match::initiated(&app, &found.value, &secret, answer.pick);
                let given = Given { scope: answer.scope, asked: Asked::OnPage, initiated };
                choice::approve(&app, found, sign_in, given, now, &hop).await?
            }
            Choice::Approve | Choice::UseAnotherAccount => Written::Unneeded,
            Choice::Deny => choice::deny(&app, found, now, &source).await?,
            Choice::Report => choice::report(&app, found, now, &source).await?,
            Choice::Remove => choice::remove(&app, &found.value, now, &source).await?,
        };
        match written {
            Written::Yes => {
                tracing::info!(subject = sign_in.subject.as_str(), choice = choice.name(), from = %hop.address, "decided");
            }
            Written::Unneeded => {}
            Written::Lost => {
                browser = browser.again(&app).await?;
                continue;
            }
        }
        return Ok(browser.answer(&app, Redirect::to(&request_url(&app, &secret)).into_response()));
    }
    Err(StoreError::Overtaken.into())
}

/// "Not you?": the claim is given back, the session ends, and the code waits for whoever logs in next. It is the session
/// that held the claim which says so, even if its login has run out meanwhile.
async fn use_another_account(
    app: &App,
    mut browser: Browser,
    handle: &Secret,
    source: &Source,
) -> Result<Response, PageError> {
    for _ in 0..TRIES {
        let found = store::find_by_handle(&app.db, &handle.digest()).await?.ok_or(PageError::NotFound)?;
        match claim::release(app, &browser, found, handle, source).await? {
            Release::Done(code, entry) => {
                browser.sign_out(app).await?;
                browser.keep(app, Next::Code(code, entry)).await?;
                return Ok(browser.answer(app, Redirect::to(&app.path("/login")).into_response()));
            }
            Release::TooLate => {
                return Ok(browser.answer(app, Redirect::to(&request_url(app, handle)).into_response()));
            }
            Release::NotOurs => return Err(PageError::NotFound),
            Release::SomebodyElses => return Err(PageError::OtherAccount),
            Release::Lost => {}
        }
    }
    Err(StoreError::Overtaken.into())
}

/// Whether the device asked for a fresher login than this one (`max_age`), so that nobody reads the page, approves and is
/// then asked to do both again. A login that is only too old for the server may still deny.
fn wants_login(app: &App, grant: &DeviceGrant, sign_in: &SignIn) -> bool {
    let now = app.clock.now();
    grant.standing(now) == Standing::Undecided && !grant.accepts_login(sign_in.auth_time, Duration::MAX, now)
}

async fn log_in_first(app: &App, browser: &mut Browser, handle: &str) -> Result<Response, PageError> {
    // Strangers come here too: only what could be a handle is kept for them.
    if !is_handle(handle) {
        return Err(PageError::NotFound);
    }
    browser.keep(app, Next::Request(handle.to_owned())).await?;
    Ok(browser.answer(app, Redirect::to(&app.path("/login")).into_response()))
}

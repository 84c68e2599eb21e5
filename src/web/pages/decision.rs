//! The page on which an end user approves or denies a request (RFC 8628 sections 3.3 and 5.4).
//!
//! Each claim has one URL. A `GET` shows what is true now; a `POST` decides and redirects to the `GET`. So a second click, the
//! Back button and a second tab all end on the same page (requirement U-11).

mod showing;

#[cfg(any(test, feature = "gallery"))]
#[expect(clippy::unwrap_used, reason = "only tests look at it: a page that cannot be rendered fails them")]
pub(super) mod gallery;

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

use crate::app::App;
use crate::flow::claim::{ReleaseOutcome, is_handle, release};
use crate::flow::consent::{Answers, ConsentSource};
use crate::flow::decide::{self, Choice};
use crate::flow::decision_outcome::DecisionOutcome;
use crate::flow::review::{ReviewOutcome, review};
use crate::web::browser::Browser;
use crate::web::pages::PageError;
use crate::web::pages::decision::showing::{show_closed, show_undecided};
use crate::web::pages::return_page::request_url;
use crate::web::posted_form::PostedForm;
use crate::web::waiting::Continuation;
use protocol::Secret;

/// The query of the page after a denial that came too late. The page says so only where the device is signed in.
const TOO_LATE: &str = "too_late";

/// `GET /device/request/{handle}`
pub(in crate::web) async fn show(
    State(app): State<Arc<App>>,
    Path(handle): Path<String>,
    RawQuery(query): RawQuery,
    mut browser: Browser,
) -> Result<Response, PageError> {
    let handle = Secret::presented(&handle);
    let Some(user) = browser.end_user() else { return log_in_first(&app, &mut browser, &handle).await };
    match review(&app, &user, &handle).await? {
        ReviewOutcome::Undecided(grant) => {
            Ok(show_undecided(&app, &browser, &user, &grant, &handle, Answers::default()))
        }
        ReviewOutcome::Closed(grant, outcome) => {
            let is_too_late = query.as_deref() == Some(TOO_LATE);
            Ok(show_closed(&app, &browser, &user, &grant, &handle, outcome, is_too_late))
        }
        ReviewOutcome::LoginRequired => log_in_first(&app, &mut browser, &handle).await,
        ReviewOutcome::NotFound => Err(PageError::NotFound),
    }
}

/// `POST /device/request/{handle}`
pub(in crate::web) async fn decide(
    State(app): State<Arc<App>>,
    Path(handle): Path<String>,
    PostedForm { mut browser, form }: PostedForm,
) -> Result<Response, PageError> {
    let handle = Secret::presented(&handle);
    let choice = match form.get("decision") {
        Some("approve") => Choice::Approve(ConsentSource::Page),
        Some("deny") => Choice::Deny,
        Some("report") => Choice::Report,
        Some("remove") => Choice::SignOut,
        Some("use_another_account") => return use_another_account(&app, browser, &handle).await,
        _ => return Err(PageError::Malformed),
    };
    let Some(user) = browser.end_user() else { return log_in_first(&app, &mut browser, &handle).await };
    match decide::decide(&app, &user, &handle, choice, &form).await? {
        DecisionOutcome::Decided(_) | DecisionOutcome::Unchanged | DecisionOutcome::WrongNumber => {
            Ok(browser.lead_to(&app, &request_url(&app, &handle)))
        }
        DecisionOutcome::TooLate => Ok(browser.lead_to(&app, &format!("{}?{TOO_LATE}", request_url(&app, &handle)))),
        DecisionOutcome::Incomplete(grant, answers) => {
            Ok(show_undecided(&app, &browser, &user, &grant, &handle, answers))
        }
        DecisionOutcome::LoginRequired => {
            // The session may have ended since the form came.
            let mut browser = browser.again(&app).await?;
            log_in_first(&app, &mut browser, &handle).await
        }
        DecisionOutcome::UnknownScope => Err(PageError::Malformed),
        DecisionOutcome::Held => Err(PageError::Held),
        DecisionOutcome::NotFound | DecisionOutcome::ClientNotAllowed => Err(PageError::NotFound),
        DecisionOutcome::OtherAccount => Err(PageError::OtherAccount),
    }
}

/// "Not you?": gives the claim back, ends the session, and keeps the code for the next login.
async fn use_another_account(app: &App, mut browser: Browser, handle: &Secret) -> Result<Response, PageError> {
    let subject = browser.sign_in().map(|sign_in| &sign_in.subject);
    let there = match release(app, &browser.digest(), subject, handle, &browser.source()).await? {
        ReleaseOutcome::Released(code, entry) => {
            browser.sign_out(app).await?;
            browser.keep(app, Continuation::Code(code, entry)).await?;
            app.path("/login")
        }
        ReleaseOutcome::TooLate => request_url(app, handle),
        ReleaseOutcome::NotFound => return Err(PageError::NotFound),
        ReleaseOutcome::OtherAccount => return Err(PageError::OtherAccount),
    };
    Ok(browser.lead_to(app, &there))
}

async fn log_in_first(app: &App, browser: &mut Browser, handle: &Secret) -> Result<Response, PageError> {
    // Strangers come here too: only what has the form of a handle is kept for them.
    if !is_handle(handle.reveal()) {
        return Err(PageError::NotFound);
    }
    browser.log_in_first(app, Continuation::Request(handle.reveal().to_owned())).await
}

//! How does somebody end everything at once? Every session, this one too, and every device (requirement K-10).

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::views::SignedOut;
use super::{AccountPage, log_in_first, see};
use crate::app::App;
use crate::flow::session::is_recent;
use crate::web::browser::Browser;
use crate::web::hop::Hop;
use crate::web::pages::PageError;
use crate::web::pages::frame::page;
use crate::web::pages::views::Frame;
use crate::web::posted_form::PostedForm;
use protocol::{Channel, Event};

/// `POST /account/sign-out`
pub(in crate::web) async fn sign_out(
    State(app): State<Arc<App>>,
    Extension(hop): Extension<Hop>,
    PostedForm { mut browser, .. }: PostedForm,
) -> Result<Response, PageError> {
    if let Some(sign_in) = browser.sign_in().cloned() {
        if !is_recent(&app, &sign_in, app.clock.now()) {
            return log_in_first(&app, &mut browser, AccountPage::Overview).await;
        }
        let event = app.event(Event::SignedOutEverywhere, &hop.source(Channel::Page)).of_subject(&sign_in.subject);
        store::sign_out_everywhere(&app.db, &sign_in.subject, &event).await?;
        tracing::info!(subject = sign_in.subject.as_str(), "somebody signed out everywhere");
        browser = browser.as_stranger(&app);
    }
    Ok(browser.answer(&app, Redirect::to(&app.path("/account/signed-out")).into_response()))
}

/// `GET /account/signed-out`: what is true for a browser in which nobody is signed in.
pub(in crate::web) async fn show(State(app): State<Arc<App>>, browser: Browser) -> Result<Response, PageError> {
    if browser.sign_in().is_some() {
        return Ok(see(&app, &browser, &AccountPage::Overview));
    }
    let frame = Frame::new(&app, &browser);
    Ok(browser.answer(&app, page(&SignedOut { frame, account_url: AccountPage::Overview.path(&app) })))
}

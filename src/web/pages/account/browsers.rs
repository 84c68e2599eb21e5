//! End sessions in other browsers, or this one: `/account/browsers` (requirement W-05).

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::see;
use crate::app::App;
use crate::flow::end_sessions::{EndedSessions, end_sessions};
use crate::web::hop::Hop;
use crate::web::pages::PageError;
use crate::web::pages::account_page::AccountPage;
use crate::web::posted_form::PostedForm;
use protocol::Digest;

/// `POST /account/browsers`: `browser` names one session, `others` means all but this one.
pub(in crate::web) async fn end(
    State(app): State<Arc<App>>,
    Extension(hop): Extension<Hop>,
    PostedForm { browser, form }: PostedForm,
) -> Result<Response, PageError> {
    let which = match (form.get("browser"), form.get("others")) {
        (Some(handle), None) => EndedSessions::One(Digest::from_hex(handle).ok_or(PageError::Malformed)?),
        (None, Some("true")) => EndedSessions::Others,
        _ => return Err(PageError::Malformed),
    };
    let Some(user) = browser.end_user(&hop) else { return Ok(see(&app, &browser, &AccountPage::Overview)) };
    end_sessions(&app, &user, &which).await?;
    match which {
        EndedSessions::One(digest) if digest == browser.digest() => {
            Ok(browser.as_stranger(&app).answer(&app, Redirect::to(&app.home()).into_response()))
        }
        _ => Ok(see(&app, &browser, &AccountPage::Overview)),
    }
}

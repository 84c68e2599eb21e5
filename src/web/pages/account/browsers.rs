//! Which sessions in browsers shall end? One, or all but this one (requirement W-05).

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::{AccountPage, see};
use crate::app::App;
use crate::web::hop::Hop;
use crate::web::pages::PageError;
use crate::web::posted_form::PostedForm;
use protocol::{Channel, Digest, Event};

/// `POST /account/browsers`: `browser` names one session, `others` says that it is all but this one.
pub(in crate::web) async fn end(
    State(app): State<Arc<App>>,
    Extension(hop): Extension<Hop>,
    PostedForm { browser, form }: PostedForm,
) -> Result<Response, PageError> {
    let one = match (form.get("browser"), form.get("others")) {
        (Some(handle), None) => Some(Digest::from_hex(handle).ok_or(PageError::Malformed)?),
        (None, Some("true")) => None,
        _ => return Err(PageError::Malformed),
    };
    let Some(sign_in) = browser.sign_in() else { return Ok(see(&app, &browser, &AccountPage::Overview)) };
    let ended = app.event(Event::SessionEnded, &hop.source(Channel::Page)).of_subject(&sign_in.subject);
    match one {
        Some(one) => {
            store::end_browser_session(&app.db, &sign_in.subject, &one, &ended).await?;
            if one == browser.digest() {
                return Ok(browser.as_stranger(&app).answer(&app, Redirect::to(&app.home()).into_response()));
            }
        }
        None => {
            store::end_other_browser_sessions(&app.db, &sign_in.subject, &browser.digest(), &ended).await?;
        }
    }
    Ok(see(&app, &browser, &AccountPage::Overview))
}

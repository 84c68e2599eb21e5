//! End sessions in other browsers, or this one: `/account/browsers` (requirement W-05).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::{Receipt, see, see_done};
use crate::app::App;
use crate::flow::end_sessions::end_sessions;
use crate::web::pages::PageError;
use crate::web::pages::account_page::AccountPage;
use crate::web::posted_form::PostedForm;
use protocol::Digest;

/// `POST /account/browsers`: `browser` names one session, `others` means all but this one.
pub(in crate::web) async fn end(
    State(app): State<Arc<App>>,
    PostedForm { browser, form }: PostedForm,
) -> Result<Response, PageError> {
    let one = match (form.get("browser"), form.get("others")) {
        (Some(handle), None) => Some(Digest::from_hex(handle).ok_or(PageError::Malformed)?),
        (None, Some("true")) => None,
        _ => return Err(PageError::Malformed),
    };
    let Some(user) = browser.end_user() else { return Ok(see(&app, &browser, &AccountPage::Overview)) };
    end_sessions(&app, &user, one.as_ref()).await?;
    if one == Some(browser.digest()) {
        return Ok(browser.as_stranger(&app).lead_to(&app, &app.home()));
    }
    Ok(see_done(&app, &browser, &AccountPage::Overview, Receipt::Browsers))
}

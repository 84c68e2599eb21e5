//! Sign out the devices of one application, or all, or take an approval back: `/account/devices` (requirements K-10, U-11).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::{Receipt, log_in_first, see, see_done};
use crate::app::App;
use crate::flow::account_devices::sign_out_devices;
use crate::flow::decide::take_back;
use crate::flow::session::AccountOutcome;
use crate::web::pages::PageError;
use crate::web::pages::account_page::AccountPage;
use crate::web::posted_form::PostedForm;

/// `POST /account/devices`: `app` names the client, `all` means all of them, `waiting` names an approval to take back.
pub(in crate::web) async fn sign_out(
    State(app): State<Arc<App>>,
    PostedForm { mut browser, form }: PostedForm,
) -> Result<Response, PageError> {
    let user = browser.end_user();
    let client_id = match (form.get("waiting"), form.get("app"), form.get("all")) {
        (Some(grant), None, None) => {
            let Some(user) = user else { return Ok(see(&app, &browser, &AccountPage::Overview)) };
            let is_taken_back = take_back(&app, user.subject(), grant, &user.source).await?;
            let receipt = if is_taken_back { Receipt::TakenBack } else { Receipt::NotWaiting };
            return Ok(see_done(&app, &browser, &AccountPage::Overview, receipt));
        }
        (_, Some(client_id), None) if !client_id.contains(char::is_control) => Some(client_id),
        (_, None, Some("true")) => None,
        _ => return Err(PageError::Malformed),
    };
    let Some(user) = user else { return Ok(see(&app, &browser, &AccountPage::Overview)) };
    if let AccountOutcome::LoginTooOld = sign_out_devices(&app, &user, client_id).await? {
        return log_in_first(&app, &mut browser, AccountPage::Overview).await;
    }
    Ok(see_done(&app, &browser, &AccountPage::Overview, Receipt::Devices))
}

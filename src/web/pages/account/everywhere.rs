//! Sign out everywhere: end every session, this one too, and sign out every device (requirement K-10).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::views::SignedOutPage;
use super::{log_in_first, see};
use crate::app::App;
use crate::flow::end_sessions::sign_out_everywhere;
use crate::flow::session::AccountOutcome;
use crate::web::browser::Browser;
use crate::web::pages::PageError;
use crate::web::pages::account_page::AccountPage;
use crate::web::pages::frame::page;
use crate::web::pages::views::Frame;
use crate::web::posted_form::PostedForm;

/// `POST /account/sign-out`
pub(in crate::web) async fn sign_out(
    State(app): State<Arc<App>>,
    PostedForm { mut browser, .. }: PostedForm,
) -> Result<Response, PageError> {
    if let Some(user) = browser.end_user() {
        if let AccountOutcome::LoginTooOld = sign_out_everywhere(&app, &user).await? {
            return log_in_first(&app, &mut browser, AccountPage::Overview).await;
        }
        browser = browser.as_stranger(&app);
    }
    Ok(browser.lead_to(&app, &app.path("/account/signed-out")))
}

/// `GET /account/signed-out`: what is true for a browser in which nobody is logged in.
pub(in crate::web) async fn show(State(app): State<Arc<App>>, browser: Browser) -> Result<Response, PageError> {
    if browser.sign_in().is_some() {
        return Ok(see(&app, &browser, &AccountPage::Overview));
    }
    let frame = Frame::new(&app, &browser);
    Ok(browser.answer(&app, page(&SignedOutPage { frame })))
}

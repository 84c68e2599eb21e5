//! The pages of an account, on which the person who is logged in sees and ends what is theirs (requirement U-14).
//!
//! A `GET` shows what is true now, a `POST` changes it and leads back to a `GET`: so a second click ends on the same
//! truth. What is another person's is not found.

pub(in crate::web) mod activity;
pub(in crate::web) mod browsers;
pub(in crate::web) mod device;
pub(in crate::web) mod devices;
pub(in crate::web) mod everywhere;
mod moment;
pub(in crate::web) mod overview;
pub(in crate::web) mod password;
pub(super) mod views;

#[cfg(any(test, feature = "gallery"))]
#[expect(clippy::unwrap_used, reason = "only tests look at it: a page that cannot be rendered fails them")]
pub(super) mod gallery;

use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::web::browser::Browser;
use crate::web::pages::PageError;
use crate::web::pages::account_page::AccountPage;
use crate::web::waiting::Continuation;
use protocol::display_text;

use moment::Moment;

/// The login, which leads back to a page.
async fn log_in_first(app: &App, browser: &mut Browser, page: AccountPage) -> Result<Response, PageError> {
    browser.keep(app, Continuation::Account(page)).await?;
    Ok(browser.answer(app, Redirect::to(&app.path("/login")).into_response()))
}

/// A page, after something was changed or was so already. A form that comes when the session is over ends there too, at the
/// login that the page asks for, with nothing changed.
fn see(app: &App, browser: &Browser, page: &AccountPage) -> Response {
    browser.answer(app, Redirect::to(&page.path(app)).into_response())
}

/// What people call a client, also one that is switched off.
fn app_name(app: &App, client_id: &str) -> String {
    let known = app.settings.client.iter().find(|client| client.id == client_id);
    display_text(known.map_or(client_id, |client| &client.name), 80)
}

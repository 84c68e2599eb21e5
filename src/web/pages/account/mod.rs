//! The pages of an account, on which the person who is logged in sees and ends what is theirs (requirement U-14).
//!
//! A `GET` shows what is true now; a `POST` changes it and redirects to a `GET`, so a second click ends on the same page. What
//! belongs to another person is not found.

pub(in crate::web) mod activity;
pub(in crate::web) mod browsers;
pub(in crate::web) mod device;
pub(in crate::web) mod devices;
pub(in crate::web) mod everywhere;
mod moment;
pub(in crate::web) mod overview;
pub(in crate::web) mod password;
mod receipt;
pub(super) mod views;

#[cfg(any(test, feature = "gallery"))]
#[expect(clippy::unwrap_used, reason = "only tests look at it: a page that cannot be rendered fails them")]
pub(super) mod gallery;

use axum::response::Response;

use crate::app::App;
use crate::web::browser::Browser;
use crate::web::pages::PageError;
use crate::web::pages::account_page::AccountPage;
use crate::web::waiting::Continuation;
use protocol::display_text;

use moment::Moment;
use receipt::Receipt;

/// The login, which leads back to a page.
async fn log_in_first(app: &App, browser: &mut Browser, page: AccountPage) -> Result<Response, PageError> {
    browser.log_in_first(app, Continuation::Account(page)).await
}

/// Leads to a page after a change, or when there was nothing to change. A form that comes after the end of its session changes
/// nothing and leads there too; the page then asks for a login.
fn see(app: &App, browser: &Browser, page: &AccountPage) -> Response {
    browser.lead_to(app, &page.path(app))
}

/// The same, with a receipt for what was done.
fn see_done(app: &App, browser: &Browser, page: &AccountPage, receipt: Receipt) -> Response {
    browser.lead_to(app, &format!("{}?{}", page.path(app), receipt.query(app, browser)))
}

/// The name of a client, also of one that is switched off.
fn app_name(app: &App, client_id: &str) -> String {
    let known = app.settings.client.iter().find(|client| client.id == client_id);
    display_text(known.map_or(client_id, |client| &client.name), 80)
}

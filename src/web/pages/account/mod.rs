//! The pages of an account, on which the person who is logged in sees and ends what is theirs (requirement U-14).
//!
//! A `GET` shows what is true now, a `POST` changes it and leads back to a `GET`: so whoever clicks twice ends on the same
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
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::web::browser::Browser;
use crate::web::pages::PageError;
use crate::web::waiting::Continuation;
use protocol::display_text;

use moment::Moment;

/// Characters of a device's handle: 128 bits in hexadecimal digits.
const HANDLE_LENGTH: usize = 32;

/// A page of an account that can wait for a login.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AccountPage {
    /// Everything at a glance.
    Overview,
    /// What happened lately.
    Activity,
    /// A new password.
    Password,
    /// One device, by its handle.
    Device(String),
}

impl AccountPage {
    /// The page at a path below the issuer.
    pub(super) fn at(path: &str) -> Option<Self> {
        match path {
            "/account" => Some(Self::Overview),
            "/account/activity" => Some(Self::Activity),
            "/account/password" => Some(Self::Password),
            _ => handle(path.strip_prefix("/account/devices/")?).ok().map(|handle| Self::Device(handle.to_owned())),
        }
    }

    /// Where it is, below the issuer.
    pub(super) fn below(&self) -> String {
        match self {
            Self::Overview => "/account".to_owned(),
            Self::Activity => "/account/activity".to_owned(),
            Self::Password => "/account/password".to_owned(),
            Self::Device(handle) => format!("/account/devices/{handle}"),
        }
    }

    /// Where it is, on this host.
    pub(super) fn path(&self, app: &App) -> String {
        app.path(&self.below())
    }
}

/// What could be the handle of a device. Nothing else is looked up, or kept for a stranger.
fn handle(presented: &str) -> Result<&str, PageError> {
    let fits =
        presented.len() == HANDLE_LENGTH && presented.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if fits { Ok(presented) } else { Err(PageError::NotFound) }
}

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

//! The pages that a form or an error leads back to, by their paths.

use crate::app::App;
use crate::flow::claim::is_handle;
use crate::web::pages::account_page::AccountPage;
use protocol::Secret;

/// A page that somebody comes back to. A closed set, so that no URL can be smuggled in (requirement W-07).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ReturnPage {
    /// Where codes are typed, or the account where none are: also for every other path.
    Code,
    /// Where people log in.
    Login,
    /// A decision page, by its handle.
    Request(String),
    /// A page of an account.
    Account(AccountPage),
}

impl ReturnPage {
    /// The page at a path below the issuer.
    pub(super) fn at(app: &App, path: &str) -> Self {
        if path == "/login" {
            return Self::Login;
        }
        if let Some(page) = AccountPage::at(path) {
            return Self::Account(page);
        }
        let below = path.strip_prefix(&app.settings.device.verification_path);
        match below.and_then(|below| below.strip_prefix("/request/")) {
            Some(handle) if app.settings.device.enabled && is_handle(handle) => Self::Request(handle.to_owned()),
            Some(_) | None => Self::Code,
        }
    }

    /// The URL of the page.
    pub(super) fn url(&self, app: &App) -> String {
        match self {
            Self::Code => app.home(),
            Self::Login => app.path("/login"),
            Self::Request(handle) => request_url(app, &Secret::presented(handle)),
            Self::Account(page) => page.path(app),
        }
    }
}

/// The URL of a decision page.
pub(super) fn request_url(app: &App, handle: &Secret) -> String {
    format!("{}/request/{}", app.home(), handle.reveal())
}

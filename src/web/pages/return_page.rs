//! The pages that a form or an error leads back to, by their addresses.

use crate::app::App;
use crate::flow::claim::is_handle;
use crate::web::pages::account_page::AccountPage;
use protocol::Secret;

/// A page that somebody comes back to. A closed set, so that no URL can be smuggled in (requirement W-07).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ReturnPage {
    /// Where codes are typed, or the account where none are; from everywhere else, too.
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

    /// The page that a form names.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "login" => Self::Login,
            handle if is_handle(handle) => Self::Request(handle.to_owned()),
            path => AccountPage::at(path).map_or(Self::Code, Self::Account),
        }
    }

    /// How a form names it.
    pub(super) fn name(self) -> String {
        match self {
            Self::Code => "code".to_owned(),
            Self::Login => "login".to_owned(),
            Self::Request(handle) => handle,
            Self::Account(page) => page.below(),
        }
    }

    pub(super) fn url(&self, app: &App) -> String {
        match self {
            Self::Request(handle) if app.settings.device.enabled => request_url(app, &Secret::presented(handle)),
            Self::Code | Self::Request(_) => app.home(),
            Self::Login => app.path("/login"),
            Self::Account(page) => page.path(app),
        }
    }
}

/// The URL of a decision page.
pub(super) fn request_url(app: &App, handle: &Secret) -> String {
    format!("{}/request/{}", app.home(), handle.reveal())
}

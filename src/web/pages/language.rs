//! Choose the language of the pages, in the footer of every page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::flow::claim::is_handle;
use crate::web::pages::decision::request_url;
use crate::web::pages::{AccountPage, PageError};
use crate::web::posted_form::PostedForm;
use crate::web::reader::remembering;
use protocol::Secret;
use words::Language;

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
    fn named(name: &str) -> Self {
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

/// `POST /language`
pub(in crate::web) async fn choose(
    State(app): State<Arc<App>>,
    PostedForm { browser, form }: PostedForm,
) -> Result<Response, PageError> {
    let offered = app.settings.pages.offered();
    let chosen = form.get("language").and_then(Language::of_tag).filter(|language| offered.contains(language));
    let chosen = chosen.ok_or(PageError::Malformed)?;
    let there = ReturnPage::named(form.get("place").unwrap_or_default()).url(&app);
    Ok(browser.answer(&app, remembering(&app, chosen, Redirect::to(&there).into_response())))
}

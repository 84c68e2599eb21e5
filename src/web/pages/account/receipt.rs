//! Say on the page of an account what a form has just done there.
//!
//! The form redirects to the page, whose URL then names the receipt with a stamp of this browser. Without the stamp, a link
//! from elsewhere could make the page say that a password was changed.

use axum::extract::RawQuery;

use crate::app::App;
use crate::web::browser::Browser;

/// What a form has just done. A closed set, so that no URL can bring a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// The password was changed.
    Password,
    /// A device was renamed, or its name was taken away.
    Name,
    /// The devices of an app, or all, were signed out.
    Devices,
    /// Other browsers were signed out.
    Browsers,
    /// An approval was taken back.
    TakenBack,
    /// An approval was to be taken back that did not wait any more.
    NotWaiting,
}

impl Receipt {
    const ALL: [Self; 6] =
        [Self::Password, Self::Name, Self::Devices, Self::Browsers, Self::TakenBack, Self::NotWaiting];

    /// The name in a URL.
    const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Name => "name",
            Self::Devices => "devices",
            Self::Browsers => "browsers",
            Self::TakenBack => "taken-back",
            Self::NotWaiting => "not-waiting",
        }
    }

    /// The message of the page.
    pub(super) const fn message(self) -> &'static str {
        match self {
            Self::Password => "account-done-password",
            Self::Name => "account-done-name",
            Self::Devices => "account-done-devices",
            Self::Browsers => "account-done-browsers",
            Self::TakenBack => "account-done-taken-back",
            Self::NotWaiting => "account-done-not-waiting",
        }
    }

    /// The query that leads to a page with this receipt.
    pub(super) fn query(self, app: &App, browser: &Browser) -> String {
        format!("done={}.{}", self.name(), browser.stamp(app, self.name()))
    }

    /// The receipt of a query, if a form in this browser led there.
    pub(super) fn of(app: &App, browser: &Browser, RawQuery(query): &RawQuery) -> Option<Self> {
        let (name, stamp) = query.as_deref()?.strip_prefix("done=")?.split_once('.')?;
        let named = Self::ALL.into_iter().find(|receipt| receipt.name() == name)?;
        if browser.has_stamped(app, name, stamp) { Some(named) } else { None }
    }
}

//! What a login goes on with (requirement U-02). It is kept sealed: in the cookie of a visitor, with the session of a person who
//! is logged in, and in the form of the login page, so that each tab goes on with its own.

use serde::{Deserialize, Serialize};

use crate::flow::enter_code::CodeRefusal;
use crate::web::pages::account_page::AccountPage;
use protocol::{CodeEntry, Timestamp};

/// What a login goes on with, or what the code page says. A closed set, so that no URL can be smuggled in (requirement W-07).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Continuation {
    /// A code that was typed or opened, in its shown form.
    Code(String, CodeEntry),
    /// A code that was entered after the login, and leads nowhere.
    Refused(String, CodeEntry, CodeRefusal),
    /// A decision page.
    Request(String),
    /// No page, only the reason why the session before this one was ended: too many of its codes were wrong.
    TooManyCodes,
    /// The same, and until then no code of this account or network is accepted.
    CodesSpent(Timestamp),
    /// A page of somebody's account.
    Account(AccountPage),
}

impl Continuation {
    /// The most characters of a typed code that are kept for after the login, as of the field.
    pub(crate) const LONGEST_CODE: usize = 64;

    /// The code that waits, as it was shown or typed, and how it came.
    pub(crate) fn code(&self) -> Option<(&str, CodeEntry)> {
        match self {
            Self::Code(code, entry) | Self::Refused(code, entry, _) => Some((code, *entry)),
            Self::Request(_) | Self::TooManyCodes | Self::CodesSpent(_) | Self::Account(_) => None,
        }
    }

    /// Whether this is a code that leads nowhere, which the code page says.
    pub(crate) const fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(..))
    }
}

/// What a link says of the person who will log in. It proves nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Hints {
    /// The username that the login page begins with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) login_hint: Option<String>,
    /// The languages of that person, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) ui_locales: Vec<String>,
}

/// What waits for a login, with the hints of who will log in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Waiting {
    pub(crate) next: Continuation,
    #[serde(flatten)]
    pub(crate) hints: Hints,
}

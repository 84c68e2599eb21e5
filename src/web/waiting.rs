//! What a login goes on with (requirement U-02). It is kept sealed: in the cookie of a visitor, with the session of who is
//! logged in, and in the form of the login page, so that each tab goes on with its own.

use serde::{Deserialize, Serialize};

use crate::web::pages::account_page::AccountPage;
use protocol::CodeEntry;

/// What a login goes on with, or what the first page has to say. A closed set, so that no URL can be smuggled in (requirement
/// W-07).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Continuation {
    /// A code that was typed or opened, in its shown form.
    Code(String, CodeEntry),
    /// A code that was looked up after the login, and leads nowhere.
    Refused(String, CodeEntry),
    /// Too many codes were wrong; nothing is looked up until this instant, in milliseconds.
    Exhausted(String, CodeEntry, i64),
    /// Too many codes of other people were wrong; the same.
    Closed(String, CodeEntry, i64),
    /// A decision page.
    Request(String),
    /// Nothing but the reason for which the session before this one was ended: too many of its codes were wrong.
    TooManyCodes,
    /// A page of somebody's account.
    Account(AccountPage),
}

impl Continuation {
    /// Characters of a typed code that are kept for after the login: what the field takes.
    pub(crate) const LONGEST_CODE: usize = 64;

    /// The code that is waiting, as it was shown or typed, and how it came.
    pub(crate) fn code(&self) -> Option<(&str, CodeEntry)> {
        match self {
            Self::Code(code, entry)
            | Self::Refused(code, entry)
            | Self::Exhausted(code, entry, _)
            | Self::Closed(code, entry, _) => Some((code, *entry)),
            Self::Request(_) | Self::TooManyCodes | Self::Account(_) => None,
        }
    }

    /// Whether this is a code that leads nowhere, which the first page says.
    pub(crate) const fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(..) | Self::Exhausted(..) | Self::Closed(..))
    }
}

/// What a link said about who will log in. Nothing in it proves anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Hints {
    /// The username that the login page begins with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) login_hint: Option<String>,
    /// The languages that they read, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) ui_locales: Vec<String>,
}

/// What waits for a login, and what was said of who will log in for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Waiting {
    pub(crate) next: Continuation,
    #[serde(flatten)]
    pub(crate) hints: Hints,
}

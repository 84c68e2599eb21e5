//! What waits for a login, and what was said of who will log in for it? It is kept sealed, in the cookie of a visitor or with
//! the session of who is signed in (requirements U-02, D-11).

use serde::{Deserialize, Serialize};

use crate::protocol::CodeEntry;
use crate::web::pages::AccountPage;

/// What waits for a login. A closed set, so that no URL can be smuggled in (requirement W-07).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Next {
    /// A code that was typed or opened, in its shown form.
    Code(String, Entry),
    /// A code that was looked up after the login, and leads nowhere.
    Refused(String, Entry),
    /// Too many codes were wrong; nothing is looked up until this instant, in milliseconds.
    Exhausted(String, Entry, i64),
    /// Too many codes of other people were wrong; the same.
    Closed(String, Entry, i64),
    /// A decision page.
    Request(String),
    /// Nothing but the reason for which the session before this one was ended: too many of its codes were wrong.
    TooManyCodes,
    /// A page of somebody's account.
    Account(AccountPage),
}

impl Next {
    /// The code that is waiting, as it was shown or typed, and how it came.
    pub(crate) fn code(&self) -> Option<(&str, Entry)> {
        match self {
            Self::Code(code, entry)
            | Self::Refused(code, entry)
            | Self::Exhausted(code, entry, _)
            | Self::Closed(code, entry, _) => Some((code, *entry)),
            Self::Request(_) | Self::TooManyCodes | Self::Account(_) => None,
        }
    }
}

/// [`CodeEntry`], as it is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entry {
    Typed,
    Link,
}

impl Entry {
    /// The name that the audit table knows it by.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Typed => "typed",
            Self::Link => "link",
        }
    }
}

impl From<Entry> for CodeEntry {
    fn from(entry: Entry) -> Self {
        match entry {
            Entry::Typed => Self::Typed,
            Entry::Link => Self::Link,
        }
    }
}

impl From<CodeEntry> for Entry {
    fn from(entry: CodeEntry) -> Self {
        match entry {
            CodeEntry::Typed => Self::Typed,
            CodeEntry::Link => Self::Link,
        }
    }
}

/// What a link said about who will log in. Nothing in it proves anything.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Hints {
    /// The username that the login page begins with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) login_hint: Option<String>,
    /// The languages that they read, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) ui_locales: Vec<String>,
}

/// What waits, and what was said of who will log in for it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Waiting {
    pub(super) next: Next,
    #[serde(flatten)]
    pub(super) hints: Hints,
}

//! Which languages are there? A closed set: a language is a folder of messages that is part of the binary.

use serde::Deserialize;
use serde::Serialize;

/// A language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub enum Language {
    /// English, in which every message is written first and which every other language falls back to.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// Every language, in the order in which people see them.
    pub const ALL: &[Self] = &[Self::English];

    /// Its tag (RFC 5646): in settings, in the metadata and in `lang`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
        }
    }

    /// What those call it who speak it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
        }
    }

    /// The value of `dir`: the direction that it is read in.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::English => "ltr",
        }
    }

    /// The language of a tag, letter for letter.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.tag() == tag)
    }
}

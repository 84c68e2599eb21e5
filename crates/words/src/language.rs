//! The languages: a closed set, each a folder of messages in the binary.

use serde::{Deserialize, Serialize};

/// A language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub enum Language {
    /// German.
    #[serde(rename = "de")]
    German,
    /// English, in which every message is written first and which every other language falls back to.
    #[serde(rename = "en")]
    English,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// Italian.
    #[serde(rename = "it")]
    Italian,
    /// Polish.
    #[serde(rename = "pl")]
    Polish,
    /// Portuguese, as it is written in Brazil. The tag names no country: to a reader in Portugal it says more than English.
    #[serde(rename = "pt")]
    Portuguese,
    /// Arabic.
    #[serde(rename = "ar")]
    Arabic,
    /// Chinese in simplified characters. The tag names no script, because browsers ask for `zh-CN` and `zh`: neither would
    /// find `zh-Hans` by the lookup of RFC 4647 section 3.4, and both find `zh`, as `zh-Hans-CN` does.
    #[serde(rename = "zh")]
    Chinese,
    /// Japanese.
    #[serde(rename = "ja")]
    Japanese,
}

impl Language {
    /// Every language, in the order in which people see them: by their own names, Latin letters first.
    pub const ALL: &[Self] = &[
        Self::German,
        Self::English,
        Self::Spanish,
        Self::French,
        Self::Italian,
        Self::Polish,
        Self::Portuguese,
        Self::Arabic,
        Self::Chinese,
        Self::Japanese,
    ];

    /// Its tag (RFC 5646): in settings, in the metadata and in `lang`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::Italian => "it",
            Self::Polish => "pl",
            Self::Portuguese => "pt",
            Self::Arabic => "ar",
            Self::Chinese => "zh",
            Self::Japanese => "ja",
        }
    }

    /// What those call it who speak it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::German => "Deutsch",
            Self::English => "English",
            Self::Spanish => "Español",
            Self::French => "Français",
            Self::Italian => "Italiano",
            Self::Polish => "Polski",
            Self::Portuguese => "Português (Brasil)",
            Self::Arabic => "العربية",
            Self::Chinese => "简体中文",
            Self::Japanese => "日本語",
        }
    }

    /// The value of `dir`: the direction that it is read in.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::Arabic => "rtl",
            Self::German
            | Self::English
            | Self::Spanish
            | Self::French
            | Self::Italian
            | Self::Polish
            | Self::Portuguese
            | Self::Chinese
            | Self::Japanese => "ltr",
        }
    }

    /// The language of a tag, letter for letter.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.tag() == tag)
    }
}

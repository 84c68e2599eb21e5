//! The languages: a closed set, each a folder of message files that are part of the binary.

use serde::{Deserialize, Serialize};

/// The message files of a language, by page.
macro_rules! files_of {
    ($tag:literal) => {
        files_of!(
            $tag: "account", "account_activity", "account_device", "account_password", "account_signed_out", "ago", "code",
            "decision", "device", "error", "frame", "initiation", "login", "no_cookie", "origin", "outcome", "scope",
            "span", "within"
        )
    };
    ($tag:literal: $($page:literal),+) => {
        &[$(($page, include_str!(concat!("../../../templates/words/", $tag, "/", $page, ".ftl")))),+]
    };
}

/// Declares the languages, each with its tag (RFC 5646) and its name in the language itself.
macro_rules! languages {
    ($($(#[$doc:meta])* $language:ident = $tag:literal, $own_name:literal;)*) => {
        /// A language of the pages.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
        pub enum Language { $($(#[$doc])* #[serde(rename = $tag)] $language,)* }

        impl Language {
            /// Every language, in the order in which people see them.
            pub const ALL: &[Self] = &[$(Self::$language),*];

            /// Its tag: in settings, in the metadata and in `lang`.
            pub const fn tag(self) -> &'static str {
                match self { $(Self::$language => $tag),* }
            }

            /// Its name in the language itself.
            pub const fn own_name(self) -> &'static str {
                match self { $(Self::$language => $own_name),* }
            }

            /// Its message files: the page and the text of each.
            pub(super) const fn files(self) -> &'static [(&'static str, &'static str)] {
                match self { $(Self::$language => files_of!($tag)),* }
            }
        }
    };
}

// In the order of their own names, Latin letters first.
languages! {
    /// German.
    German = "de", "Deutsch";
    /// English, in which every message is written first. It replaces what another language lacks.
    English = "en", "English";
    /// Spanish.
    Spanish = "es", "Español";
    /// French.
    French = "fr", "Français";
    /// Italian.
    Italian = "it", "Italiano";
    /// Polish.
    Polish = "pl", "Polski";
    /// Portuguese, as it is written in Brazil. The tag names no country: a reader in Portugal understands it better than
    /// English.
    Portuguese = "pt", "Português (Brasil)";
    /// Arabic.
    Arabic = "ar", "العربية";
    /// Chinese in simplified characters. The tag names no script, because browsers ask for `zh-CN` and `zh`: neither would
    /// find `zh-Hans` by the lookup of RFC 4647 section 3.4, and both find `zh`, as `zh-Hans-CN` does.
    Chinese = "zh", "简体中文";
    /// Japanese.
    Japanese = "ja", "日本語";
}

impl Language {
    /// The value of `dir`: the direction in which it is read.
    pub const fn direction(self) -> &'static str {
        if matches!(self, Self::Arabic) { "rtl" } else { "ltr" }
    }

    /// The language of a tag, letter for letter.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.tag() == tag)
    }
}

//! The message files: one for each page and language, all of them part of the binary.

use super::Language;

/// The message files of a language by the pages that they are for: a new page is one more name.
macro_rules! files_of {
    ($tag:literal) => {
        files_of!(
            $tag: "account", "account_activity", "account_device", "account_password", "account_signed_out", "ago", "code",
            "decision", "error", "frame", "initiation", "login", "no_cookie", "origin", "outcome", "span", "within"
        )
    };
    ($tag:literal: $($page:literal),+) => {
        &[$(($page, include_str!(concat!("../../../templates/words/", $tag, "/", $page, ".ftl")))),+]
    };
}

/// Every file of a language: the page and its text.
pub(super) const fn of(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::German => files_of!("de"),
        Language::English => files_of!("en"),
        Language::Spanish => files_of!("es"),
        Language::French => files_of!("fr"),
        Language::Italian => files_of!("it"),
        Language::Polish => files_of!("pl"),
        Language::Portuguese => files_of!("pt"),
        Language::Arabic => files_of!("ar"),
        Language::Chinese => files_of!("zh"),
        Language::Japanese => files_of!("ja"),
    }
}

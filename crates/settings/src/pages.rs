//! `[pages]` and `[sessions]`: the languages of the pages, and how long a browser stays logged in.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::findings::{Findings, is_word};
use super::key::KeyPath;
use super::{Settings, span};
use protocol::look_up_language;
use words::Language;

/// `[pages]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Pages {
    pub default_language: Language,
    pub languages: Option<Vec<Language>>,
}

/// `[sessions]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Sessions {
    #[serde(with = "span")]
    pub idle: Duration,
    #[serde(with = "span")]
    pub absolute: Duration,
    pub password_acr_values: Vec<String>,
}

impl Pages {
    /// The languages that are offered.
    pub fn offered(&self) -> &[Language] {
        self.languages.as_deref().unwrap_or(Language::ALL)
    }

    /// The offered language that somebody wants most, if they want any of them; `wanted` has language ranges, best first.
    pub fn wanted<'a>(&self, wanted: impl IntoIterator<Item = &'a str>) -> Option<Language> {
        let offered = self.offered();
        let tags: Vec<&str> = offered.iter().map(|language| language.tag()).collect();
        offered.get(look_up_language(wanted, &tags)?).copied()
    }
}

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let (pages, sessions) = (&settings.pages, &settings.sessions);
    let offered = pages.offered();
    findings.require(!offered.is_empty(), "pages.languages", "must name one at least; leave it out for all");
    findings.each_once("pages.languages", offered);
    findings.require_of(
        offered.is_empty() || offered.contains(&pages.default_language),
        ["pages.default_language", "pages.languages"],
        "must be one of pages.languages",
    );
    findings.positive("sessions.idle", sessions.idle);
    findings.positive("sessions.absolute", sessions.absolute);
    findings.require_of(
        sessions.idle <= sessions.absolute,
        ["sessions.idle", "sessions.absolute"],
        "must not be longer than sessions.absolute",
    );
    for (place, level) in sessions.password_acr_values.iter().enumerate() {
        findings.require(
            is_word(level),
            KeyPath::from("sessions.password_acr_values").at(place),
            "must be printable ASCII without spaces, best an absolute URI (OpenID Connect Core section 2)",
        );
    }
    findings.each_once("sessions.password_acr_values", &sessions.password_acr_values);
}

#[cfg(test)]
mod tests {
    use super::super::tests::{said, table};

    #[test]
    fn the_languages_are_known_and_hold_the_default() {
        table(&[
            ("pages.languages = ['en']", ""),
            ("pages.languages = []", "g.toml:1: pages.languages: must name one at least; leave it out for all"),
            ("pages.languages = ['en', 'en']", "g.toml:1: pages.languages[1]: is named twice"),
        ]);
        let unknown = said("pages.default_language = 'tlh'");
        assert!(unknown.contains("pages.default_language") && unknown.contains("tlh"), "{unknown}");
    }

    #[test]
    fn a_level_of_authentication_is_one_word() {
        let odd = "must be printable ASCII without spaces, best an absolute URI (OpenID Connect Core section 2)";
        table(&[
            ("sessions.password_acr_values = []", ""),
            ("sessions.password_acr_values = ['https://id.example/loa1', '1']", ""),
            (
                "sessions.password_acr_values = ['a', 'b c']",
                &format!("g.toml:1: sessions.password_acr_values[1]: {odd}"),
            ),
            ("sessions.password_acr_values = ['']", &format!("g.toml:1: sessions.password_acr_values[0]: {odd}")),
            ("sessions.password_acr_values = ['a', 'a']", "g.toml:1: sessions.password_acr_values[1]: is named twice"),
        ]);
    }
}

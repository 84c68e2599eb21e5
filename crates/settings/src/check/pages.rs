//! Can pages speak to everybody? The languages that are offered.

use super::{Findings, Key, Settings};

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let offered = settings.pages.offered();
    if offered.is_empty() {
        findings.add("pages.languages", "must name one at least; leave it out for all");
        return;
    }
    for (place, language) in offered.iter().enumerate() {
        if offered[..place].contains(language) {
            findings.add(Key::from("pages.languages").at(place), "is named twice");
        }
    }
    if !offered.contains(&settings.pages.default_language) {
        findings.add_about(&["pages.default_language", "pages.languages"], "must be one of pages.languages");
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{said, table};

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
}

//! `words` of a `[[scope]]`: what it allows, as one text for every language or as a table with a text for each.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::Settings;
use super::findings::Findings;
use super::key::KeyPath;
use super::manual::nearest_name;
use super::scope::ScopeSettings;
use words::Language;

/// What a scope allows, in the words of the operator.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum ScopeWords {
    /// The same for every reader.
    One(String),
    /// By the tag of a language.
    Each(BTreeMap<String, String>),
}

impl ScopeSettings {
    /// What people read in this language: the operator's words in it, or else the words of the pages, or else the operator's
    /// words in the default language.
    pub fn words_in(&self, language: Language, default: Language) -> Option<String> {
        let each = match &self.words {
            Some(ScopeWords::One(words)) => return Some(words.clone()),
            Some(ScopeWords::Each(each)) => Some(each),
            None => None,
        };
        let own = |language: Language| each.and_then(|each| each.get(language.tag()).cloned());
        own(language).or_else(|| words::of_scope(language, &self.name)).or_else(|| own(default))
    }
}

impl From<String> for ScopeWords {
    fn from(words: String) -> Self {
        Self::One(words)
    }
}

// Derived, an untagged enum would hide which text of the table does not fit.
impl<'de> Deserialize<'de> for ScopeWords {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TextOrTable)
    }
}

struct TextOrTable;

impl<'de> Visitor<'de> for TextOrTable {
    type Value = ScopeWords;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a text, or a table with a text for each language")
    }

    fn visit_str<E: Error>(self, words: &str) -> Result<ScopeWords, E> {
        Ok(ScopeWords::One(words.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<ScopeWords, A::Error> {
        BTreeMap::deserialize(MapAccessDeserializer::new(table)).map(ScopeWords::Each)
    }
}

pub(super) fn check(settings: &Settings, scope: &ScopeSettings, key: &KeyPath, findings: &mut Findings) {
    let words = key.of("words");
    let sentence = "must say what the scope allows, in the words that people see";
    match &scope.words {
        Some(ScopeWords::One(text)) => findings.require(!text.trim().is_empty(), words.clone(), sentence),
        Some(ScopeWords::Each(each)) => {
            for (tag, text) in each {
                findings.require(!text.trim().is_empty(), words.of(tag), sentence);
                if Language::of_tag(tag).is_none() {
                    findings.add(words.of(tag), no_language(tag));
                }
            }
        }
        None => {}
    }
    let default = settings.pages.default_language;
    if scope.words_in(default, default).is_none() {
        let tag = default.tag();
        let sentence = match &scope.words {
            Some(_) => format!("has no text in {tag:?}, which is pages.default_language: write words.{tag} = \"…\""),
            None => format!("is missing: write words = \"…\", or words.{tag} = \"…\" and so on for each language"),
        };
        findings.add(words, sentence);
    }
}

fn no_language(tag: &str) -> String {
    let tags = || Language::ALL.iter().map(|language| language.tag());
    // `de-AT`, `pt_BR` or `EN`: the pages have the language itself.
    let main = tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase();
    let meant = tags().find(|known| *known == main).or_else(|| nearest_name(&main, tags()));
    match meant {
        Some(meant) => format!("is no language of the pages; did you mean {meant}?"),
        None => format!("is no language of the pages, which are {}", tags().collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, table};
    use super::Language;

    const READ: &str = "[[scope]]\nname = 'read'\n";

    /// Proves: FC-04: the words of the operator, of the pages, and of the default language, in this order.
    #[test]
    fn a_reader_gets_the_words_of_their_language() {
        use Language::{English, German, Italian};
        for (toml, language, said) in [
            ("name = 'email'", German, Some("Ihre E-Mail-Adresse sehen")),
            ("name = 'email'\nwords = 'Mail'", German, Some("Mail")),
            ("name = 'email'\nwords.de = 'Post'", German, Some("Post")),
            ("name = 'email'\nwords.de = 'Post'", English, Some("See your email address")),
            ("name = 'read'\nwords = 'Read'", German, Some("Read")),
            ("name = 'read'\nwords = { en = 'Read', de = 'Lesen' }", German, Some("Lesen")),
            ("name = 'read'\nwords = { en = 'Read', de = 'Lesen' }", Italian, Some("Read")),
        ] {
            let settings = read(&format!("[[scope]]\n{toml}\n"));
            assert_eq!(settings.scope[0].words_in(language, English).as_deref(), said, "{toml}");
        }
        let german = read("pages.default_language = 'de'\n[[scope]]\nname = 'read'\n[scope.words]\nde = 'Lesen'");
        assert_eq!(german.scope[0].words_in(Italian, German).as_deref(), Some("Lesen"));
    }

    /// Proves: FC-04: every mistake in the words of a scope has its place and what to write.
    #[test]
    fn a_scope_has_words_for_everybody() {
        let silent = "must say what the scope allows, in the words that people see";
        let no_default = "has no text in \"en\", which is pages.default_language: write words.en = \"…\"";
        let line = |key: &str, said: &str| format!("g.toml:3: scope[0].{key}: {said}");
        for (words, said) in [
            ("words = 'Read'", String::new()),
            ("words.en = 'Read'", String::new()),
            ("words = ' '", line("words", silent)),
            ("words.en = ''", line("words.en", silent)),
            ("words.de = 'Lesen'", line("words", no_default)),
            (
                "words = { en = 'Read', english = 'Read' }",
                line("words.english", "is no language of the pages, which are de, en, es, fr, it, pl, pt, ar, zh, ja"),
            ),
            (
                "words = { en = 'Read', de-AT = 'Lesen' }",
                line("words.de-AT", "is no language of the pages; did you mean de?"),
            ),
            (
                "words = { en = 'Read', pt_BR = 'Ler' }",
                line("words.pt_BR", "is no language of the pages; did you mean pt?"),
            ),
            (
                "words = 5",
                "g.toml:3:9: scope[0].words: is the number 5, and must be a text, or a table with a text for each \
                 language: write \"5\""
                    .to_owned(),
            ),
            (
                "words = ['Read']",
                "g.toml:3:9: scope[0].words: is a list, and must be a text, or a table with a text for each language: \
                 write it like \"Know who you are\""
                    .to_owned(),
            ),
            (
                "words = { en = 'Read', de = 5 }",
                "g.toml:3:29: scope[0].words.de: is the number 5, and must be a text: write \"5\"".to_owned(),
            ),
        ] {
            table(&[(&format!("{READ}{words}\n"), said.as_str())]);
        }
        table(&[
            ("[[scope]]\nname = 'openid'", ""),
            (
                READ,
                "g.toml:1: scope[0].words: is missing: write words = \"…\", or words.en = \"…\" and so on for each language",
            ),
        ]);
    }
}

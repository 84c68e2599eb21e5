//! Tests that every language has the messages of English, with words and plurals of its own.

use std::collections::BTreeMap;

use fluent_bundle::FluentArgs;

use super::shelf::message;
use super::tests::messages;
use super::{Language, Said, Span};

/// What is really the same word, or sounds so: everything else that equals its English text was forgotten.
const SAME: [(&str, &str); 6] = [
    ("de", "code-label"),
    ("fr", "code-label"),
    ("fr", "span-minutes"),
    ("it", "account-password"),
    ("it", "frame-privacy"),
    ("it", "login-password"),
];

/// Marks that nobody sees and that turn or hide text (UAX #9): values are isolated where they are set, never in a message.
const UNSEEN: [std::ops::RangeInclusive<char>; 4] =
    ['\u{200b}'..='\u{200f}', '\u{202a}'..='\u{202e}', '\u{2060}'..='\u{2069}', '\u{feff}'..='\u{feff}'];

/// The plurals of whole numbers (CLDR), without that of full millions in Romance languages: no page counts so far. None:
/// nouns stay as they are.
fn plurals(language: Language) -> &'static [&'static str] {
    match language {
        Language::Arabic => &["zero", "one", "two", "few", "many", "other"],
        Language::Polish => &["one", "few", "many", "other"],
        Language::German
        | Language::English
        | Language::Spanish
        | Language::French
        | Language::Italian
        | Language::Portuguese => &["one", "other"],
        Language::Chinese | Language::Japanese => &[],
    }
}

/// The letters of a language that is not written in Latin ones.
fn is_own_letter(language: Language, c: char) -> bool {
    match language {
        Language::Arabic => ('\u{620}'..='\u{64a}').contains(&c),
        Language::Japanese => ('\u{3041}'..='\u{9fff}').contains(&c),
        Language::Chinese => ('\u{4e00}'..='\u{9fff}').contains(&c),
        _ => c.is_alphabetic(),
    }
}

/// The messages of a file, each with its whole text.
fn texts(file: &str) -> BTreeMap<&str, String> {
    let mut found = BTreeMap::new();
    let mut last = "";
    for line in file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        match line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
            Some((id, text)) => {
                last = id;
                found.insert(id, text.trim().to_owned());
            }
            None => found.get_mut(last).unwrap().extend(["\n", line.trim()]),
        }
    }
    found
}

/// Every message of a language but English: its id, its text and the English text.
fn translations(language: Language) -> Vec<(&'static str, String, String)> {
    let files = Language::English.files().iter().zip(language.files());
    let pairs = files.flat_map(|((_, english), (_, own))| {
        let mut english = texts(english);
        texts(own).into_iter().map(move |(id, text)| (id, text, english.remove(id).unwrap()))
    });
    pairs.collect()
}

/// The plurals that a message chooses from.
fn chosen(text: &str) -> Vec<&str> {
    let variants = text.lines().skip(1).filter_map(|line| line.trim_start_matches('*').strip_prefix('['));
    variants.map(|variant| variant.split(']').next().unwrap()).collect()
}

/// Whether something is left of a text without its values.
fn has_words(text: &str) -> bool {
    let rests = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    rests.into_iter().any(|rest| rest.contains(char::is_alphabetic))
}

fn others() -> impl Iterator<Item = Language> {
    Language::ALL.iter().copied().filter(|language| *language != Language::English)
}

#[test]
fn every_language_says_what_english_says_of_the_same_things() {
    for language in Language::ALL.iter().copied() {
        for ((page, english), (_, text)) in Language::English.files().iter().zip(language.files()) {
            assert_eq!(messages(text), messages(english), "{page} in {}", language.tag());
        }
    }
}

#[test]
fn no_translation_is_english_by_accident() {
    let mut same = Vec::new();
    for language in others() {
        let equal = translations(language).into_iter().filter(|(_, text, english)| text == english && has_words(text));
        same.extend(equal.map(|(id, ..)| (language.tag(), id)));
    }
    same.sort_unstable();
    assert_eq!(same, SAME);
}

#[test]
fn every_language_is_written_in_its_own_letters() {
    for language in others() {
        for (id, text, english) in translations(language) {
            let (tag, written) = (language.tag(), text.contains(|c| is_own_letter(language, c)));
            assert!(written || !has_words(&english), "{id} in {tag}: {text}");
            let unseen = text.chars().find(|c| UNSEEN.iter().any(|range| range.contains(c)));
            assert_eq!(unseen, None, "{id} in {tag}");
        }
    }
}

#[test]
fn every_language_counts_in_all_its_plurals() {
    for language in others() {
        let plurals = plurals(language);
        for (id, text, english) in translations(language) {
            let chosen = chosen(&text);
            let counts_nouns = !chosen.is_empty() || !self::chosen(&english).is_empty();
            // Where there are more than two, a noun beside a number always needs the choice.
            let must = counts_nouns || plurals.len() > 2 && text.contains("$count");
            assert!(!must || chosen == plurals, "{id} in {}: {chosen:?}, not {plurals:?}", language.tag());
        }
    }
}

#[test]
fn every_message_can_be_said_with_every_count() {
    for language in Language::ALL.iter().copied() {
        for (id, variables) in language.files().iter().flat_map(|(_, text)| messages(text)) {
            for count in 0..=if variables.contains("count") { 120_u64 } else { 0 } {
                let mut values = FluentArgs::new();
                for variable in variables.iter().filter(|variable| *variable != "count") {
                    values.set(variable.clone(), "value");
                }
                values.set("count", count);
                let said = message(language, &id, &values);
                assert!(!said.is_empty() && !said.contains(['{', '}', '$']), "{id} in {}: {said}", language.tag());
                // One and two of a thing may be a word of their own.
                let numbered = count < 3 || said.contains(&count.to_string());
                assert!(numbered, "{id} in {} is silent about {count}: {said}", language.tag());
            }
        }
    }
}

#[test]
fn spans_are_declined_as_each_language_declines_them() {
    for (language, span, wait) in [
        (Language::German, Span::Days(30), "in 30 Tagen"),
        (Language::Arabic, Span::Minutes(1), "بعد دقيقة واحدة"),
        (Language::Arabic, Span::Minutes(2), "بعد دقيقتين"),
        (Language::Arabic, Span::Minutes(10), "بعد 10 دقائق"),
        (Language::Arabic, Span::Minutes(11), "بعد 11 دقيقة"),
        (Language::Arabic, Span::Days(100), "بعد 100 يوم"),
        (Language::Japanese, Span::Minutes(5), "5分後"),
        (Language::Polish, Span::Minutes(1), "za 1 minutę"),
        (Language::Polish, Span::Minutes(22), "za 22 minuty"),
        (Language::Polish, Span::Minutes(12), "za 12 minut"),
        (Language::Chinese, Span::Hours(2), "2 小时后"),
    ] {
        let said = Said::new(language, "login-too-many").within("wait", &span).to_string();
        assert!(said.contains(wait), "{said}");
    }
}

#[test]
fn languages_are_told_apart() {
    let mut names: Vec<&str> = Language::ALL.iter().map(|language| language.own_name()).collect();
    names.extend(Language::ALL.iter().map(|language| language.tag()));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 2 * Language::ALL.len());
    for language in Language::ALL {
        assert_eq!(Language::of_tag(language.tag()), Some(*language));
        assert_eq!(serde_json::to_value(language).unwrap(), language.tag(), "settings name it as `lang` does");
    }
}

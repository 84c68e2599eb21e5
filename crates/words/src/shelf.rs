//! The messages of each language as one bundle, built once for the process.

use std::borrow::Cow;
use std::sync::LazyLock;

use askama::filters::{Escaper, Html};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use super::Language;

static SHELF: LazyLock<Vec<Bundle>> =
    LazyLock::new(|| Language::ALL.iter().map(|language| bundle(*language, |_| true, Some(escaped))).collect());

/// The files of messages that also stand elsewhere than on a page.
const OF_NO_PAGE: [&str; 2] = ["device", "scope"];

/// The messages of [`OF_NO_PAGE`] as they are written.
static UNESCAPED: LazyLock<Vec<Bundle>> = LazyLock::new(|| {
    Language::ALL.iter().map(|language| bundle(*language, |file| OF_NO_PAGE.contains(&file), None)).collect()
});

/// The messages of one language.
type Bundle = (Language, FluentBundle<FluentResource>);

/// Parses all messages now, and not at the first page.
pub fn load() {
    LazyLock::force(&SHELF);
    LazyLock::force(&UNESCAPED);
}

/// A message as HTML, in the language or else in English. Its text is escaped here; the values must be escaped before.
pub(super) fn message(language: Language, id: &str, values: &FluentArgs<'_>) -> String {
    found(&SHELF, language, id, values)
}

/// The same as plain text. Its values are not escaped either.
pub(super) fn plain_message(language: Language, id: &str, values: &FluentArgs<'_>) -> String {
    found(&UNESCAPED, language, id, values)
}

fn found(shelf: &[Bundle], language: Language, id: &str, values: &FluentArgs<'_>) -> String {
    let said = [language, Language::English].into_iter().find_map(|spoken| {
        let (_, bundle) = shelf.iter().find(|(of, _)| *of == spoken)?;
        let mut missing = Vec::new();
        let pattern = bundle.get_message(id)?.value()?;
        let text = bundle.format_pattern(pattern, Some(values), &mut missing).into_owned();
        if !missing.is_empty() {
            broken(id, &format!("{missing:?}"));
        }
        Some(text)
    });
    said.unwrap_or_else(|| {
        broken(id, "there is no such message");
        escaped(id).into_owned()
    })
}

/// A page with an odd sentence is better than no page.
#[cfg(not(test))]
fn broken(id: &str, reason: &str) {
    tracing::error!(id, reason, "a message of the pages is missing or incomplete");
}

/// A test fails.
#[cfg(test)]
fn broken(id: &str, reason: &str) {
    panic!("{id}: {reason}");
}

/// The files are part of the binary, and tests parse all of them: a fault in one cannot reach an operator.
fn bundle(language: Language, has: impl Fn(&str) -> bool, transform: Option<fn(&str) -> Cow<'_, str>>) -> Bundle {
    let tag: LanguageIdentifier = language.tag().parse().expect("every language has a tag of RFC 5646");
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Values are isolated by their markup, or without markup by the methods of `Said`.
    bundle.set_use_isolating(false);
    bundle.set_transform(transform);
    for (page, text) in language.files().iter().filter(|(page, _)| has(page)) {
        let file = FluentResource::try_new((*text).to_owned());
        let file = file.unwrap_or_else(|(_, errors)| panic!("{page}.ftl in {language:?} is not Fluent: {errors:?}"));
        let added = bundle.add_resource(file);
        added.unwrap_or_else(|errors| panic!("{page}.ftl in {language:?} repeats a message: {errors:?}"));
    }
    (language, bundle)
}

/// Text for HTML, in an element or in a quoted attribute.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    let mut html = String::with_capacity(text.len());
    // Writing to a String cannot fail.
    match Html.write_escaped_str(&mut html, text) {
        Ok(()) => Cow::Owned(html),
        Err(_) => Cow::Borrowed(""),
    }
}

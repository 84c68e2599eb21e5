//! The messages of each language as one bundle, built once for the process.

use std::borrow::Cow;
use std::sync::LazyLock;

use askama::filters::{Escaper, Html};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use super::{Language, files};

static SHELF: LazyLock<Result<Vec<Bundle>, WordsError>> =
    LazyLock::new(|| Language::ALL.iter().map(|language| bundle(*language)).collect());

/// The messages of one language.
type Bundle = (Language, FluentBundle<FluentResource>);

/// Why messages cannot be read: the binary is broken.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WordsError {
    /// A language has a tag that is none.
    #[error("{0} is no language tag")]
    Tag(&'static str),
    /// A file does not parse.
    #[error("the messages of {page} in {tag} cannot be read: {reason}")]
    File {
        /// Its page.
        page: &'static str,
        /// Its language.
        tag: &'static str,
        /// Where it breaks off.
        reason: String,
    },
    /// Two messages have one name.
    #[error("a message of {page} in {tag} stands twice: {reason}")]
    Twice {
        /// The page of the second.
        page: &'static str,
        /// The language.
        tag: &'static str,
        /// Which one.
        reason: String,
    },
}

/// Reads all messages, if that has not been done yet.
///
/// # Errors
/// When a file cannot be read; a server must not start with it.
pub fn check() -> Result<(), WordsError> {
    SHELF.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// A message as HTML, in the language or else in English. Its text is escaped here, the values must be already.
pub(super) fn message(language: Language, id: &str, values: &FluentArgs<'_>) -> String {
    let shelf = SHELF.as_deref().unwrap_or_default();
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

/// A reader is better served by a page with an odd sentence than by none.
#[cfg(not(test))]
fn broken(id: &str, reason: &str) {
    tracing::error!(id, reason, "a message cannot be said");
}

/// A test is not.
#[cfg(test)]
fn broken(id: &str, reason: &str) {
    panic!("{id}: {reason}");
}

fn bundle(language: Language) -> Result<Bundle, WordsError> {
    let tag = language.tag();
    let known: LanguageIdentifier = tag.parse().map_err(|_| WordsError::Tag(tag))?;
    let mut bundle = FluentBundle::new_concurrent(vec![known]);
    // Values are isolated by their markup, and where there is none, by the builder.
    bundle.set_use_isolating(false);
    bundle.set_transform(Some(escaped));
    for (page, text) in files::of(language).iter().copied() {
        let file = FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| WordsError::File {
            page,
            tag,
            reason: format!("{errors:?}"),
        })?;
        bundle.add_resource(file).map_err(|errors| WordsError::Twice { page, tag, reason: format!("{errors:?}") })?;
    }
    Ok((language, bundle))
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

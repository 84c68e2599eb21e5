//! The words of the pages in the reader's language: the messages of `templates/words/<language>/<page>.ftl`, in Fluent.
//!
//! They are part of the binary and read once ([`check`] says at the start whether they can be). A page asks for one by its
//! id and is given a [`Said`], which prints itself as HTML: text and values are escaped in here, so no template has to.
//!
//! A message is a whole sentence without markup: word order, plurals and declension are the translator's.

mod files;
mod language;
mod said;
mod shelf;
mod span;

pub use language::Language;
pub use said::Said;
pub use shelf::{WordsError, check};
pub use span::Span;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod translations;

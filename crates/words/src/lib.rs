//! The words of the pages in the reader's language: the messages of `templates/words/LANGUAGE/PAGE.ftl`, in Fluent.
//!
//! They are part of the binary, and [`load`] parses them once. A page takes a [`Said`] by the id of a message. It prints
//! itself as HTML: text and values are escaped here, so no template has to escape them. What is also said elsewhere than on a page,
//! such as [`of_scope`], is plain text.
//!
//! A message is a whole sentence without markup: the translator decides word order, plurals and declension.

mod language;
mod plain_text;
mod said;
mod shelf;
mod span;

pub use language::Language;
pub use plain_text::{of_device, of_scope};
pub use said::Said;
pub use shelf::load;
pub use span::Span;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod translations;

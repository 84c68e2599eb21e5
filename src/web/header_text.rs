//! Read a header as text. Headers are bytes (RFC 9110 section 5.5): an odd byte in one element stands for nothing, and does not
//! hide the elements beside it.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderName};

/// The values of a header in their order. Bytes that are no text become U+FFFD, which no name of a type, a language or a
/// scheme holds.
pub(in crate::web) fn header_text(headers: &HeaderMap, name: HeaderName) -> Vec<Cow<'_, str>> {
    headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect()
}

//! Read headers as text. Headers are bytes (RFC 9110 section 5.5): an odd byte in one element stands for nothing, and does not
//! hide the elements beside it.

use std::borrow::Cow;

use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderName};

/// The values of a header in their order. Bytes that are no text become U+FFFD, which no name of a type, a language or a
/// scheme holds.
pub(in crate::web) fn header_text(headers: &HeaderMap, name: HeaderName) -> Vec<Cow<'_, str>> {
    headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect()
}

/// The weight that `Accept` gives to a media type by its own name (RFC 9110 section 12.5.1); 0 if it does not name it.
pub(in crate::web) fn accepted_weight(headers: &HeaderMap, media: &str) -> f32 {
    let accept = header_text(headers, ACCEPT);
    let mut ranges = accept.iter().flat_map(|value| value.split(','));
    let Some(range) = ranges.find(|range| is_of_type(range, media)) else { return 0.0 };
    let mut parameters = range.split(';').filter_map(|parameter| parameter.split_once('='));
    let q = parameters.rfind(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    q.and_then(|(_, value)| value.trim().parse().ok()).unwrap_or(1.0)
}

/// Whether a media range or type is this one, whatever its parameters.
pub(in crate::web) fn is_of_type(range: &str, media: &str) -> bool {
    range.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(media)
}

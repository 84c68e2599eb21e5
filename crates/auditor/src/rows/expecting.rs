//! What rows expect of an answer in the same way: errors (RFC 6749 section 5.2) and members of messages.

use reqwest::Method;
use serde_json::Value;

use crate::observations::Observations;
use crate::wire::Answer;

/// One of these errors, in JSON, with its status; `what` names the request in the report. RFC 6749 allows the status 401
/// for `invalid_client` alone.
pub(super) fn refused(seen: &mut Observations, what: &str, answer: &Answer, codes: &[&str]) {
    let brief = answer.brief();
    seen.says(format!("{what}: {brief}"));
    if answer.is_success() {
        return seen.must(false, format!("{what} was granted ({brief})"));
    }
    let error = answer.error();
    seen.must(
        codes.contains(&error.as_str()),
        format!("{what} was answered {brief} instead of {}", codes.join(" or ")),
    );
    if error.is_empty() {
        return;
    }
    let due = answer.status == 400 || (answer.status == 401 && error == "invalid_client");
    seen.must(due, format!("{what}: {error} came with status {}", answer.status));
    written(seen, what, answer);
}

/// This error with this status, as the row thinks best.
pub(super) fn due(seen: &mut Observations, what: &str, answer: &Answer, status: u16, error: &str) {
    let is_due = answer.status == status && answer.error() == error;
    seen.good(is_due, format!("{what} was answered {}", answer.brief()));
}

/// 405 with the one method that is allowed (RFC 9110 section 15.5.6).
pub(super) fn refuses_method(seen: &mut Observations, method: &Method, answer: &Answer) {
    let allows = answer.header("allow").to_ascii_uppercase();
    let is_due = answer.status == 405 && allows.split(',').any(|allowed| allowed.trim() == "POST");
    seen.good(is_due, format!("{method} was answered {}, not 405 with Allow: POST", answer.brief()));
}

/// Members that have to be texts.
pub(super) fn texts(seen: &mut Observations, message: &Value, members: &[&str]) {
    for member in members {
        let is_text = message.get(*member).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        seen.must(is_text, format!("{member} is no string"));
    }
}

/// How an error has to be written.
pub(super) fn written(seen: &mut Observations, what: &str, answer: &Answer) {
    seen.must(answer.is_json(), format!("{what}: the error calls itself {:?}", answer.header("content-type")));
    let description = answer.text("error_description").unwrap_or_default();
    let allowed = |c: char| matches!(c, '\u{20}'..='\u{21}' | '\u{23}'..='\u{5b}' | '\u{5d}'..='\u{7e}');
    seen.must(
        description.chars().all(allowed),
        format!("{what}: error_description has characters that it must not have"),
    );
}

/// Whatever the RFCs leave open: nothing is granted, and the server does not break down.
pub(super) fn not_granted(seen: &mut Observations, what: &str, answer: &Answer) {
    seen.says(format!("{what}: {}", answer.brief()));
    seen.must(!answer.is_success(), format!("{what} was granted ({})", answer.brief()));
    alive(seen, what, answer);
}

/// The client's mistake must not be told as the server's.
pub(super) fn alive(seen: &mut Observations, what: &str, answer: &Answer) {
    seen.must(answer.status < 500, format!("{what} was answered {}", answer.status));
}

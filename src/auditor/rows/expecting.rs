//! Is an answer the error that is due? RFC 6749 section 5.2, the same for every row.

use crate::auditor::seen::Seen;
use crate::auditor::wire::Answer;

/// One of these errors, in JSON, with its status; `what` names the request in the report. `unknown` says how the
/// status 401 is due: RFC 6749 allows it for `invalid_client` alone.
pub(super) fn refused(seen: &mut Seen, what: &str, answer: &Answer, codes: &[&str]) {
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

/// How an error has to be written.
pub(super) fn written(seen: &mut Seen, what: &str, answer: &Answer) {
    seen.must(answer.is_json(), format!("{what}: the error calls itself {:?}", answer.header("content-type")));
    let description = answer.text("error_description").unwrap_or_default();
    let allowed = |c: char| matches!(c, '\u{20}'..='\u{21}' | '\u{23}'..='\u{5b}' | '\u{5d}'..='\u{7e}');
    seen.must(
        description.chars().all(allowed),
        format!("{what}: error_description has characters that it must not have"),
    );
}

/// Whatever the RFCs leave open: nothing is granted, and the server does not break down.
pub(super) fn not_granted(seen: &mut Seen, what: &str, answer: &Answer) {
    seen.says(format!("{what}: {}", answer.brief()));
    seen.must(!answer.is_success(), format!("{what} was granted ({})", answer.brief()));
    alive(seen, what, answer);
}

/// The client's mistake must not be told as the server's.
pub(super) fn alive(seen: &mut Seen, what: &str, answer: &Answer) {
    seen.must(answer.status < 500, format!("{what} was answered {}", answer.status));
}

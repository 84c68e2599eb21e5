//! Expectations that several rows share: errors (RFC 6749 section 5.2) and members of messages.

use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::observations::{Observations, Stop};
use crate::run::AuditRun;
use crate::wire::{Answer, Question};
use device::is_this_machine;

/// Asks `question`, and expects one of these errors.
pub(super) async fn expect_refusal(
    run: &AuditRun,
    seen: &mut Observations,
    what: &str,
    question: &Question,
    codes: &[&str],
) -> Result<(), Stop> {
    refused(seen, what, &run.ask(question).await?, codes);
    Ok(())
}

/// Asks `question`, which may be answered by anything but a fault of the server; best is 400 invalid_request.
pub(super) async fn expect_better_refusal(
    run: &AuditRun,
    seen: &mut Observations,
    what: &str,
    question: &Question,
) -> Result<(), Stop> {
    let answer = run.ask(question).await?;
    seen.says(answer.brief());
    alive(seen, what, &answer);
    due(seen, "it", &answer, 400, "invalid_request");
    Ok(())
}

/// The answer is one of these errors, in JSON, with its status. `what` names the request in the report. RFC 6749 allows the
/// status 401 for `invalid_client` alone.
pub(super) fn refused(seen: &mut Observations, what: &str, answer: &Answer, codes: &[&str]) {
    let brief = answer.brief();
    seen.says(format!("{what}: {brief}"));
    if answer.is_success() {
        return seen.must(false, format!("{what} was granted ({brief})"));
    }
    let error = answer.error();
    let is_expected = codes.contains(&error.as_str());
    seen.must(is_expected, format!("{what} was answered {brief} instead of {}", codes.join(" or ")));
    if error.is_empty() {
        return;
    }
    let due = answer.status == 400 || (answer.status == 401 && error == "invalid_client");
    seen.must(due, format!("{what}: {error} came with status {}", answer.status));
    written(seen, what, answer);
}

/// It is best that the answer is this error with this status.
pub(super) fn due(seen: &mut Observations, what: &str, answer: &Answer, status: u16, error: &str) {
    let is_due = answer.status == status && answer.error() == error;
    seen.good(is_due, format!("{what} was answered {}", answer.brief()));
}

/// It is best that the answer is 405 with the one method that is allowed (RFC 9110 section 15.5.6).
pub(super) fn refuses_method(seen: &mut Observations, method: &Method, answer: &Answer) {
    let allows = answer.header("allow").to_ascii_uppercase();
    let is_due = answer.status == 405 && allows.split(',').any(|allowed| allowed.trim() == "POST");
    seen.good(is_due, format!("{method} was answered {}, not 405 with Allow: POST", answer.brief()));
}

/// These members are strings, and not empty.
pub(super) fn texts(seen: &mut Observations, message: &Value, members: &[&str]) {
    for member in members {
        let is_text = message.get(*member).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        seen.must(is_text, format!("{member} is no string"));
    }
}

/// An error is JSON, and its description has only the characters that RFC 6749 allows.
pub(super) fn written(seen: &mut Observations, what: &str, answer: &Answer) {
    seen.must(answer.is_json(), format!("{what}: the error calls itself {:?}", answer.header("content-type")));
    let description = answer.text("error_description").unwrap_or_default();
    let allowed = |c: char| matches!(c, '\u{20}'..='\u{21}' | '\u{23}'..='\u{5b}' | '\u{5d}'..='\u{7e}');
    let is_clean = description.chars().all(allowed);
    seen.must(is_clean, format!("{what}: error_description has characters that it must not have"));
}

/// The answer grants nothing, and is no fault of the server.
pub(super) fn not_granted(seen: &mut Observations, what: &str, answer: &Answer) {
    seen.says(format!("{what}: {}", answer.brief()));
    seen.must(!answer.is_success(), format!("{what} was granted ({})", answer.brief()));
    alive(seen, what, answer);
}

/// A mistake of the client is not answered as a fault of the server.
pub(super) fn alive(seen: &mut Observations, what: &str, answer: &Answer) {
    seen.must(answer.status < 500, format!("{what} was answered {}", answer.status));
}

/// The answer is no fault of the server; best is this error with status 400.
pub(super) fn better_refused(seen: &mut Observations, what: &str, answer: &Answer, error: &str) {
    seen.says(format!("{what}: {}", answer.brief()));
    alive(seen, what, answer);
    due(seen, what, answer, 400, error);
}

/// Whether what is sent to `url` uses TLS, or stays on this machine.
pub(super) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || is_this_machine(url)
}

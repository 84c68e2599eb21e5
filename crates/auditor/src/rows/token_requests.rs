//! Malformed token requests (RFC 6749 sections 3.2 and 5.2).

use std::collections::BTreeMap;

use reqwest::Method;

use crate::observations::{Observations, Stop};
use crate::rows::expecting::{better_refused, expect_better_refusal, expect_refusal, refused, refuses_method};
use crate::rows::{Row, row};
use crate::run::{AuditRun, Pending, is_waiting, poll_form};
use crate::wire::{FORM, Question, encoded};
use device::DEVICE_CODE_GRANT;

/// A device code that no server issued, as long as good ones.
pub(super) const NO_CODE: &str = "QmFkQ29kZUJhZENvZGVCYWRDb2RlQmFkQ29kZUJhZENv";

pub(super) const ROWS: &[Row] = &[
    row!("token-methods", "RFC 6749 section 3.2", "T-01", methods)
        .must("a token request by GET is not processed: not even how the grant stands is told")
        .good("other methods than POST are answered 405 with Allow"),
    row!("token-query-only", "RFC 8628 section 3.4", "T-01 N04", query_only)
        .good("parameters in the URL alone are no request: 400 invalid_request"),
    row!("token-content-type", "RFC 6749 section 3.2", "T-02 N26", content_type)
        .good("a body of another type is 400 invalid_request in JSON; the media type may be written in any case"),
    row!("token-grant-type", "RFC 6749 section 5.2", "N20", grant_type)
        .must("no grant_type is invalid_request, an unknown one unsupported_grant_type"),
    row!("token-no-device-code", "RFC 6749 section 5.2", "N21", no_device_code)
        .must("a device code that is missing or empty is invalid_request"),
    row!("token-unknown-device-code", "RFC 6749 section 5.2", "N22", unknown_device_code)
        .must("a device code that nobody issued is invalid_grant (or expired_token, where old ones are forgotten)")
        .good("invalid_grant"),
    row!("token-odd-device-codes", "RFC 6749 section 5.2", "N27 T-20", odd_device_codes)
        .must("very short, long and foreign device codes are the client's mistake, never a 5xx"),
    row!("token-duplicates", "RFC 6749 section 3.2", "N23 T-04", duplicates)
        .must("grant_type or device_code twice is invalid_request"),
    row!("token-malformed-body", "RFC 6749 section 5.2, appendix B", "N24 T-03", malformed_body)
        .must("a body that is no UTF-8 is the client's mistake, never a 5xx, and buys nothing")
        .good("400 invalid_request"),
    row!("token-errors-not-stored", "RFC 6749 section 5.1", "T-11", errors_not_stored)
        .good("errors carry Cache-Control: no-store, too"),
    row!("token-cors", "RFC 9700 section 2.6", "T-23 N59", cors)
        .good("other origins may use neither endpoint unless the operator says so"),
];

/// The parameters of a good poll, and its `Authorization`.
fn good_poll(pending: &Pending) -> (Vec<(&str, &str)>, Option<String>) {
    let (mut form, authorization) = pending.client.authentication(false);
    form.extend(poll_form(&pending.device_code));
    (form, authorization)
}

async fn methods(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let (form, authorization) = good_poll(&pending);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let question = Question::new(method.clone(), &run.metadata.token_endpoint).query(&form);
        let question = question.maybe_header("authorization", authorization.clone());
        let question = if method == Method::PUT { question.body(Some(FORM), encoded(&form)) } else { question };
        let answer = run.ask(&question).await?;
        seen.says(format!("{method}: {}", answer.brief()));
        seen.must(!answer.has_tokens() && !is_waiting(&answer), format!("{method} was processed: {}", answer.brief()));
        refuses_method(seen, &method, &answer);
    }
    Ok(())
}

async fn query_only(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let (form, authorization) = good_poll(&pending);
    let question = Question::post(&run.metadata.token_endpoint, &[]).query(&form);
    let question = question.maybe_header("authorization", authorization);
    expect_better_refusal(run, seen, "a request in the URL", &question).await
}

async fn content_type(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let (form, authorization) = good_poll(&pending);
    let json = serde_json::to_string(&form.iter().copied().collect::<BTreeMap<_, _>>());
    let question = |content_type: &str, body: String| {
        let question = Question::new(Method::POST, &run.metadata.token_endpoint);
        question.body(Some(content_type), body).maybe_header("authorization", authorization.clone())
    };
    for (what, content_type, body) in [
        ("JSON", "application/json", json.unwrap_or_default()),
        ("plain text", "text/plain", encoded(&form)),
        // One that encodes ASCII in another way. ISO-8859-1 would encode this body as UTF-8 does.
        ("another charset", "application/x-www-form-urlencoded; charset=UTF-16", encoded(&form)),
    ] {
        let answer = run.ask(&question(content_type, body)).await?;
        better_refused(seen, what, &answer, "invalid_request");
        seen.good(answer.is_json(), format!("{what} was not answered in JSON"));
    }
    let answer = run.ask(&question("Application/X-WWW-Form-UrlEncoded; charset=UTF-8", encoded(&form))).await?;
    seen.says(format!("the right type in another case: {}", answer.brief()));
    seen.good(is_waiting(&answer), format!("the right type in another case was answered {}", answer.brief()));
    Ok(())
}

async fn grant_type(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let code = ("device_code", NO_CODE);
    for (what, form, error) in [
        ("no grant_type", &[code][..], "invalid_request"),
        ("an unknown grant_type", &[("grant_type", "urn:example:no-such-grant"), code], "unsupported_grant_type"),
        ("grant_type DEVICE_CODE", &[("grant_type", "DEVICE_CODE"), code], "unsupported_grant_type"),
    ] {
        expect_refusal(run, seen, what, &run.by(run.main(), &run.metadata.token_endpoint, form), &[error]).await?;
    }
    Ok(())
}

async fn no_device_code(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let empty = poll_form("");
    for (what, form) in [("no device_code", &empty[..1]), ("an empty device_code", &empty)] {
        let question = run.by(run.main(), &run.metadata.token_endpoint, form);
        expect_refusal(run, seen, what, &question, &["invalid_request"]).await?;
    }
    Ok(())
}

async fn unknown_device_code(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let answer = run.ask(&run.poll_question(run.main(), NO_CODE)).await?;
    refused(seen, "an unknown device code", &answer, &["invalid_grant", "expired_token"]);
    seen.good(answer.error() == "invalid_grant", format!("answered {}", answer.brief()));
    Ok(())
}

async fn odd_device_codes(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let long = "A".repeat(256);
    let longer = "A".repeat(10_000);
    for (what, code) in [
        ("1 character", "a"),
        ("7 characters", "abcdefg"),
        ("é", "é"),
        ("an emoji", "🦀"),
        ("256 characters", &long),
        ("10 kB", &longer),
    ] {
        let answer = run.ask(&run.poll_question(run.main(), code)).await?;
        if answer.status == 413 && code.len() > 1_000 {
            seen.says("10 kB: 413");
            continue;
        }
        refused(seen, what, &answer, &["invalid_grant", "invalid_request", "expired_token"]);
    }
    Ok(())
}

async fn duplicates(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    let [grant, code] = poll_form(&pending.device_code);
    for (what, form) in [("device_code twice", [grant, code, code]), ("grant_type twice", [grant, grant, code])] {
        let question = run.by(run.main(), &run.metadata.token_endpoint, &form);
        expect_refusal(run, seen, what, &question, &["invalid_request"]).await?;
    }
    Ok(())
}

async fn malformed_body(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let (form, authorization) = run.main().authentication(run.metadata.wants_secret_in_body());
    let good = encoded(&[&form[..], &[("grant_type", DEVICE_CODE_GRANT)]].concat());
    for (what, code) in [
        ("bytes that are no UTF-8", &b"%FF%FE"[..]),
        ("an overlong encoding", b"%C0%AF"),
        ("a broken escape", b"%zz"),
        ("a raw byte 0x80", b"\x80"),
        ("a NUL", b"%00"),
    ] {
        let body = [good.as_bytes(), b"&device_code=", code].concat();
        let question = Question::new(Method::POST, &run.metadata.token_endpoint).body(Some(FORM), body);
        let answer = run.ask(&question.maybe_header("authorization", authorization.clone())).await?;
        better_refused(seen, what, &answer, "invalid_request");
        seen.must(!answer.is_success(), format!("{what} was granted"));
    }
    Ok(())
}

async fn errors_not_stored(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    for (what, answer) in [
        ("authorization_pending", run.poll_now(&pending).await?),
        ("invalid_grant", run.ask(&run.poll_question(run.main(), NO_CODE)).await?),
    ] {
        seen.says(format!("{what}: {}", answer.header("cache-control")));
        seen.good(answer.is_not_stored(), format!("{what} may be cached"));
    }
    Ok(())
}

async fn cors(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let metadata = &run.metadata;
    for (what, endpoint) in [
        ("token endpoint", &metadata.token_endpoint),
        ("device authorization endpoint", &metadata.device_authorization_endpoint),
    ] {
        let preflight = Question::new(Method::OPTIONS, endpoint)
            .header("origin", "https://evil.example")
            .header("access-control-request-method", "POST");
        let answer = run.ask(&preflight).await?;
        let allowed = answer.header("access-control-allow-origin");
        seen.says(format!("{what}: {}", if allowed.is_empty() { "closed" } else { allowed }));
        seen.good(allowed.is_empty(), format!("the {what} is open to {allowed}"));
    }
    Ok(())
}

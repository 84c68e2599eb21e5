//! Which token requests are malformed, and how is that told? RFC 6749 sections 3.2 and 5.2.

use reqwest::Method;

use crate::auditor::auditing::{Auditing, DEVICE_CODE, is_waiting};
use crate::auditor::rows::Row;
use crate::auditor::rows::expecting::{alive, refused};
use crate::auditor::seen::{Seen, Stop};
use crate::auditor::wire::{FORM, Question, encoded};

/// A device code that nobody issued, as long as good ones are.
pub(super) const NO_CODE: &str = "QmFkQ29kZUJhZENvZGVCYWRDb2RlQmFkQ29kZUJhZENv";

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "token-methods",
        section: "RFC 6749 section 3.2",
        proves: "T-01",
        must: "a token request by GET is not processed: not even how the grant stands is told",
        good: "other methods than POST are answered 405 with Allow",
        waits: false,
        check: |auditing| Box::pin(methods(auditing)),
    },
    Row {
        id: "token-query-only",
        section: "RFC 8628 section 3.4",
        proves: "T-01 N04",
        must: "",
        good: "parameters in the URL alone are no request: 400 invalid_request",
        waits: false,
        check: |auditing| Box::pin(query_only(auditing)),
    },
    Row {
        id: "token-content-type",
        section: "RFC 6749 section 3.2",
        proves: "T-02 N26",
        must: "",
        good: "a body of another type is 400 invalid_request in JSON; the media type may be written in any case",
        waits: false,
        check: |auditing| Box::pin(content_type(auditing)),
    },
    Row {
        id: "token-grant-type",
        section: "RFC 6749 section 5.2",
        proves: "N20",
        must: "no grant_type is invalid_request, an unknown one unsupported_grant_type",
        good: "",
        waits: false,
        check: |auditing| Box::pin(grant_type(auditing)),
    },
    Row {
        id: "token-no-device-code",
        section: "RFC 6749 section 5.2",
        proves: "N21",
        must: "a device code that is missing or empty is invalid_request",
        good: "",
        waits: false,
        check: |auditing| Box::pin(no_device_code(auditing)),
    },
    Row {
        id: "token-unknown-device-code",
        section: "RFC 6749 section 5.2",
        proves: "N22",
        must: "a device code that nobody issued is invalid_grant (or expired_token, where old ones are forgotten)",
        good: "invalid_grant",
        waits: false,
        check: |auditing| Box::pin(unknown_device_code(auditing)),
    },
    Row {
        id: "token-odd-device-codes",
        section: "RFC 6749 section 5.2",
        proves: "N27 T-20",
        must: "very short, long and foreign device codes are the client's mistake, never a 5xx",
        good: "",
        waits: false,
        check: |auditing| Box::pin(odd_device_codes(auditing)),
    },
    Row {
        id: "token-duplicates",
        section: "RFC 6749 section 3.2",
        proves: "N23 T-04",
        must: "grant_type or device_code twice is invalid_request",
        good: "",
        waits: false,
        check: |auditing| Box::pin(duplicates(auditing)),
    },
    Row {
        id: "token-malformed-body",
        section: "RFC 6749 section 5.2, appendix B",
        proves: "N24 T-03",
        must: "a body that is no UTF-8 is the client's mistake, never a 5xx, and buys nothing",
        good: "400 invalid_request",
        waits: false,
        check: |auditing| Box::pin(malformed_body(auditing)),
    },
    Row {
        id: "token-errors-not-stored",
        section: "RFC 6749 section 5.1",
        proves: "T-11",
        must: "",
        good: "errors carry Cache-Control: no-store, too",
        waits: false,
        check: |auditing| Box::pin(errors_not_stored(auditing)),
    },
    Row {
        id: "token-cors",
        section: "RFC 9700 section 2.6",
        proves: "T-23 N59",
        must: "",
        good: "other origins may use neither endpoint unless the operator says so",
        waits: false,
        check: |auditing| Box::pin(cors(auditing)),
    },
];

async fn methods(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let pending = auditing.pending().await?;
    let (mut form, authorization) = pending.client.authentication(false);
    form.extend([("grant_type", DEVICE_CODE), ("device_code", &pending.device_code)]);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let question = Question::new(method.clone(), &auditing.metadata.token_endpoint).query(&form);
        let question = question.maybe_header("authorization", authorization.clone());
        let question = if method == Method::PUT { question.body(Some(FORM), encoded(&form)) } else { question };
        let answer = auditing.ask(&question).await?;
        seen.says(format!("{method}: {}", answer.brief()));
        seen.must(!answer.has_tokens() && !is_waiting(&answer), format!("{method} was processed: {}", answer.brief()));
        let allows = answer.header("allow").to_ascii_uppercase();
        let due = answer.status == 405 && allows.split(',').any(|allowed| allowed.trim() == "POST");
        seen.good(due, format!("{method} was answered {}, not 405 with Allow: POST", answer.brief()));
    }
    Ok(seen)
}

async fn query_only(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let pending = auditing.pending().await?;
    let (mut form, authorization) = pending.client.authentication(false);
    form.extend([("grant_type", DEVICE_CODE), ("device_code", &pending.device_code)]);
    let question = Question::post(&auditing.metadata.token_endpoint, &[]).query(&form);
    let answer = auditing.ask(&question.maybe_header("authorization", authorization)).await?;
    seen.says(answer.brief());
    alive(&mut seen, "a request in the URL", &answer);
    seen.good(answer.status == 400 && answer.error() == "invalid_request", format!("answered {}", answer.brief()));
    Ok(seen)
}

async fn content_type(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let pending = auditing.pending().await?;
    let (mut form, authorization) = pending.client.authentication(false);
    form.extend([("grant_type", DEVICE_CODE), ("device_code", pending.device_code.as_str())]);
    let json = serde_json::to_string(&form.iter().copied().collect::<std::collections::BTreeMap<_, _>>());
    let question = |content_type: &str, body: String| {
        let question = Question::new(Method::POST, &auditing.metadata.token_endpoint);
        question.body(Some(content_type), body).maybe_header("authorization", authorization.clone())
    };
    for (what, content_type, body) in [
        ("JSON", "application/json", json.unwrap_or_default()),
        ("plain text", "text/plain", encoded(&form)),
        // One that reads ASCII in another way: for this body ISO-8859-1 would be UTF-8 under another name.
        ("another charset", "application/x-www-form-urlencoded; charset=UTF-16", encoded(&form)),
    ] {
        let answer = auditing.ask(&question(content_type, body)).await?;
        seen.says(format!("{what}: {}", answer.brief()));
        alive(&mut seen, what, &answer);
        let due = answer.status == 400 && answer.error() == "invalid_request" && answer.is_json();
        seen.good(due, format!("{what} was answered {}", answer.brief()));
    }
    let answer = auditing.ask(&question("Application/X-WWW-Form-UrlEncoded; charset=UTF-8", encoded(&form))).await?;
    seen.says(format!("the right type in another case: {}", answer.brief()));
    seen.good(is_waiting(&answer), format!("the right type in another case was answered {}", answer.brief()));
    Ok(seen)
}

async fn grant_type(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let endpoint = &auditing.metadata.token_endpoint;
    let missing = auditing.by(auditing.main(), endpoint, &[("device_code", NO_CODE)]);
    refused(&mut seen, "no grant_type", &auditing.ask(&missing).await?, &["invalid_request"]);
    for (what, name) in
        [("an unknown grant_type", "urn:example:no-such-grant"), ("grant_type DEVICE_CODE", "DEVICE_CODE")]
    {
        let unknown = auditing.by(auditing.main(), endpoint, &[("grant_type", name), ("device_code", NO_CODE)]);
        refused(&mut seen, what, &auditing.ask(&unknown).await?, &["unsupported_grant_type"]);
    }
    Ok(seen)
}

async fn no_device_code(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let endpoint = &auditing.metadata.token_endpoint;
    for (what, form) in [
        ("no device_code", &[("grant_type", DEVICE_CODE)][..]),
        ("an empty device_code", &[("grant_type", DEVICE_CODE), ("device_code", "")]),
    ] {
        let answer = auditing.ask(&auditing.by(auditing.main(), endpoint, form)).await?;
        refused(&mut seen, what, &answer, &["invalid_request"]);
    }
    Ok(seen)
}

async fn unknown_device_code(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let answer = auditing.ask(&auditing.poll_question(auditing.main(), NO_CODE)).await?;
    refused(&mut seen, "an unknown device code", &answer, &["invalid_grant", "expired_token"]);
    seen.good(answer.error() == "invalid_grant", format!("answered {}", answer.brief()));
    Ok(seen)
}

async fn odd_device_codes(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
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
        let answer = auditing.ask(&auditing.poll_question(auditing.main(), code)).await?;
        if answer.status == 413 && code.len() > 1_000 {
            seen.says("10 kB: 413");
            continue;
        }
        refused(&mut seen, what, &answer, &["invalid_grant", "invalid_request", "expired_token"]);
    }
    Ok(seen)
}

async fn duplicates(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let endpoint = &auditing.metadata.token_endpoint;
    let pending = auditing.pending().await?;
    let code = ("device_code", pending.device_code.as_str());
    let grant = ("grant_type", DEVICE_CODE);
    for (what, form) in [("device_code twice", [grant, code, code]), ("grant_type twice", [grant, grant, code])] {
        let answer = auditing.ask(&auditing.by(auditing.main(), endpoint, &form)).await?;
        refused(&mut seen, what, &answer, &["invalid_request"]);
    }
    Ok(seen)
}

async fn malformed_body(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let (form, authorization) = auditing.main().authentication(auditing.metadata.wants_secret_in_body());
    let good = encoded(&[&form[..], &[("grant_type", DEVICE_CODE)]].concat());
    for (what, code) in [
        ("bytes that are no UTF-8", &b"%FF%FE"[..]),
        ("an overlong encoding", b"%C0%AF"),
        ("a broken escape", b"%zz"),
        ("a raw byte 0x80", b"\x80"),
        ("a NUL", b"%00"),
    ] {
        let body = [good.as_bytes(), b"&device_code=", code].concat();
        let question = Question::new(Method::POST, &auditing.metadata.token_endpoint).body(Some(FORM), body);
        let answer = auditing.ask(&question.maybe_header("authorization", authorization.clone())).await?;
        seen.says(format!("{what}: {}", answer.brief()));
        alive(&mut seen, what, &answer);
        seen.must(!answer.is_success(), format!("{what} was granted"));
        let due = answer.status == 400 && answer.error() == "invalid_request";
        seen.good(due, format!("{what} was answered {}", answer.brief()));
    }
    Ok(seen)
}

async fn errors_not_stored(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let pending = auditing.pending().await?;
    for (what, answer) in [
        ("authorization_pending", auditing.poll_now(&pending).await?),
        ("invalid_grant", auditing.ask(&auditing.poll_question(auditing.main(), NO_CODE)).await?),
    ] {
        seen.says(format!("{what}: {}", answer.header("cache-control")));
        seen.good(answer.is_not_stored(), format!("{what} may be cached"));
    }
    Ok(seen)
}

async fn cors(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let metadata = &auditing.metadata;
    for (what, endpoint) in [
        ("token endpoint", &metadata.token_endpoint),
        ("device authorization endpoint", &metadata.device_authorization_endpoint),
    ] {
        let preflight = Question::new(Method::OPTIONS, endpoint)
            .header("origin", "https://evil.example")
            .header("access-control-request-method", "POST");
        let answer = auditing.ask(&preflight).await?;
        let allowed = answer.header("access-control-allow-origin").to_owned();
        seen.says(format!("{what}: {}", if allowed.is_empty() { "closed" } else { &allowed }));
        seen.good(allowed.is_empty(), format!("the {what} is open to {allowed}"));
    }
    Ok(seen)
}

//! Which device authorization requests are refused, and how? RFC 8628 section 3.1, errors as in RFC 6749 section 5.2.

use reqwest::Method;

use crate::auditor::auditing::Auditing;
use crate::auditor::client::basic;
use crate::auditor::rows::Row;
use crate::auditor::rows::expecting::{alive, not_granted, refused};
use crate::auditor::seen::{Seen, Stop};
use crate::auditor::wire::{FORM, Question, encoded};

/// A client that no server has.
pub(super) const NOBODY: &str = "grantd-audit-no-such-client";

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "codes-methods",
        section: "RFC 8628 section 3.1",
        proves: "N03 D-01",
        must: "",
        good: "only POST gets codes; other methods are answered 405 with Allow",
        waits: false,
        check: |auditing| Box::pin(methods(auditing)),
    },
    Row {
        id: "codes-query-only",
        section: "RFC 8628 section 3.1",
        proves: "N04 D-01",
        must: "",
        good: "parameters in the URL alone are no request: 400 invalid_request",
        waits: false,
        check: |auditing| Box::pin(query_only(auditing)),
    },
    Row {
        id: "codes-content-type",
        section: "RFC 8628 section 3.1",
        proves: "N05 T-02",
        must: "a body of another type is not a fault of the server (no 5xx)",
        good: "JSON, multipart, plain text and no type at all are answered 400 invalid_request, in JSON",
        waits: false,
        check: |auditing| Box::pin(content_type(auditing)),
    },
    Row {
        id: "codes-no-client",
        section: "RFC 8628 section 3.1",
        proves: "N06 D-02",
        must: "without client_id and credentials: invalid_request or invalid_client",
        good: "400 invalid_request",
        waits: false,
        check: |auditing| Box::pin(no_client(auditing)),
    },
    Row {
        id: "codes-unknown-client",
        section: "RFC 6749 section 5.2",
        proves: "N07 D-02",
        must: "an unknown client is invalid_client",
        good: "with status 401",
        waits: false,
        check: |auditing| Box::pin(unknown_client(auditing)),
    },
    Row {
        id: "codes-need-credentials",
        section: "RFC 8628 section 3.1, RFC 6749 section 3.2.1",
        proves: "N08 D-02",
        must: "a confidential client without its credentials is refused: invalid_client",
        good: "",
        waits: false,
        check: |auditing| Box::pin(need_credentials(auditing)),
    },
    Row {
        id: "codes-basic-alone",
        section: "RFC 8628 section 3.1",
        proves: "N09 D-02",
        must: "a client that authenticates by Basic need not repeat its client_id",
        good: "",
        waits: false,
        check: |auditing| Box::pin(basic_alone(auditing)),
    },
    Row {
        id: "codes-two-clients",
        section: "RFC 6749 section 2.3",
        proves: "N10 D-02 T-05",
        must: "",
        good: "Basic of one client with the client_id of another is 400 invalid_request",
        waits: false,
        check: |auditing| Box::pin(two_clients(auditing)),
    },
    Row {
        id: "codes-without-grant",
        section: "RFC 6749 section 5.2",
        proves: "D-04",
        must: "a client that may not use the grant gets no codes: unauthorized_client",
        good: "",
        waits: false,
        check: |auditing| Box::pin(without_grant(auditing)),
    },
    Row {
        id: "codes-scope",
        section: "RFC 6749 section 3.3",
        proves: "N12 D-13",
        must: "an unknown scope is ignored, or refused as invalid_scope; a malformed one is no fault of the server",
        good: "both are refused as 400 invalid_scope",
        waits: false,
        check: |auditing| Box::pin(scope(auditing)),
    },
    Row {
        id: "codes-duplicates",
        section: "RFC 8628 section 3.1",
        proves: "N13 D-03",
        must: "a parameter that comes twice is invalid_request",
        good: "an unknown one, too",
        waits: false,
        check: |auditing| Box::pin(duplicates(auditing)),
    },
    Row {
        id: "codes-empty-and-unknown",
        section: "RFC 8628 section 3.1",
        proves: "N14 D-03",
        must: "a parameter without a value counts as left out, an unknown one is ignored",
        good: "",
        waits: false,
        check: |auditing| Box::pin(empty_and_unknown(auditing)),
    },
];

/// The parameters of a good request of the main client, and its `Authorization`.
fn good_request(auditing: &Auditing) -> (Vec<(&str, &str)>, Option<String>) {
    let (mut form, authorization) = auditing.main().authentication(auditing.metadata.wants_secret_in_body());
    form.extend(auditing.asked());
    (form, authorization)
}

async fn methods(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let (form, authorization) = good_request(auditing);
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::HEAD] {
        let question = Question::new(method.clone(), &auditing.metadata.device_authorization_endpoint);
        // A secret does not belong into a URL, not even in a test of that.
        let question = if auditing.main().secret.is_some() { question } else { question.query(&form) };
        let question = question.maybe_header("authorization", authorization.clone());
        let question = if method == Method::PUT { question.body(Some(FORM), encoded(&form)) } else { question };
        let answer = auditing.ask(&question).await?;
        seen.says(format!("{method}: {}", answer.brief()));
        seen.good(
            !answer.is_success() || method == Method::HEAD && answer.status != 200,
            format!("{method} was granted"),
        );
        let allows = answer.header("allow").to_ascii_uppercase();
        let due = answer.status == 405 && allows.split(',').any(|allowed| allowed.trim() == "POST");
        seen.good(due, format!("{method} was answered {}, not 405 with Allow: POST", answer.brief()));
    }
    Ok(seen)
}

async fn query_only(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let mut form = vec![("client_id", auditing.main().id.as_str())];
    form.extend(auditing.asked());
    let question = Question::post(&auditing.metadata.device_authorization_endpoint, &[]).query(&form);
    let answer = auditing.ask(&question).await?;
    seen.says(answer.brief());
    alive(&mut seen, "a request in the URL", &answer);
    seen.good(answer.status == 400 && answer.error() == "invalid_request", format!("answered {}", answer.brief()));
    Ok(seen)
}

async fn content_type(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let id = auditing.main().id.as_str();
    let json = serde_json::json!({ "client_id": id }).to_string();
    let part = format!("--b\r\nContent-Disposition: form-data; name=\"client_id\"\r\n\r\n{id}\r\n--b--\r\n");
    let form = encoded(&[("client_id", id)]);
    for (what, content_type, body) in [
        ("JSON", Some("application/json"), json),
        ("multipart", Some("multipart/form-data; boundary=b"), part),
        ("plain text", Some("text/plain"), form.clone()),
        ("no type", None, form),
    ] {
        let question = Question::new(Method::POST, &auditing.metadata.device_authorization_endpoint);
        let answer = auditing.ask(&question.body(content_type, body)).await?;
        seen.says(format!("{what}: {}", answer.brief()));
        alive(&mut seen, what, &answer);
        let due = answer.status == 400 && answer.error() == "invalid_request" && answer.is_json();
        seen.good(due, format!("{what} was answered {}", answer.brief()));
    }
    Ok(seen)
}

async fn no_client(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let question = Question::post(&auditing.metadata.device_authorization_endpoint, &auditing.asked());
    let answer = auditing.ask(&question).await?;
    refused(&mut seen, "a request of nobody", &answer, &["invalid_request", "invalid_client"]);
    let due = answer.status == 400 && answer.error() == "invalid_request";
    seen.good(due, format!("answered {}", answer.brief()));
    Ok(seen)
}

async fn unknown_client(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let question = Question::post(&auditing.metadata.device_authorization_endpoint, &[("client_id", NOBODY)]);
    let answer = auditing.ask(&question).await?;
    refused(&mut seen, "an unknown client", &answer, &["invalid_client"]);
    seen.good(answer.status == 401, format!("the status is {}", answer.status));
    Ok(seen)
}

async fn need_credentials(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let client = auditing.confidential()?;
    let mut form = vec![("client_id", client.id.as_str())];
    form.extend(auditing.asked());
    let answer = auditing.ask(&Question::post(&auditing.metadata.device_authorization_endpoint, &form)).await?;
    refused(&mut seen, "a confidential client by its name alone", &answer, &["invalid_client"]);
    Ok(seen)
}

async fn basic_alone(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let client = auditing.confidential()?;
    if auditing.metadata.wants_secret_in_body() {
        return Err(Stop::NotSupported("it does not offer client_secret_basic".to_owned()));
    }
    let answer = auditing.authorize(client).await?;
    seen.says(answer.brief());
    seen.must(answer.is_success(), format!("answered {}", answer.brief()));
    Ok(seen)
}

async fn two_clients(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let (client, other) = (auditing.confidential()?, auditing.other()?);
    let other = if client.id == other.id { auditing.main() } else { other };
    let secret = client.secret.as_ref().map(crate::device::Secret::expose).unwrap_or_default();
    let mut form = vec![("client_id", other.id.as_str())];
    form.extend(auditing.asked());
    let question = Question::post(&auditing.metadata.device_authorization_endpoint, &form);
    let answer = auditing.ask(&question.header("authorization", basic(&client.id, secret))).await?;
    seen.says(answer.brief());
    alive(&mut seen, "a request of two clients", &answer);
    let due = answer.status == 400 && answer.error() == "invalid_request";
    seen.good(due, format!("answered {}", answer.brief()));
    Ok(seen)
}

async fn without_grant(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let answer = auditing.authorize(auditing.without_grant()?).await?;
    refused(&mut seen, "a client without the grant", &answer, &["unauthorized_client"]);
    Ok(seen)
}

async fn scope(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let endpoint = &auditing.metadata.device_authorization_endpoint;
    for (what, scope) in [("an unknown scope", "grantd-audit-no-such-scope"), ("a malformed scope", "a\"b")] {
        let answer = auditing.ask(&auditing.by(auditing.main(), endpoint, &[("scope", scope)])).await?;
        seen.says(format!("{what}: {}", answer.brief()));
        alive(&mut seen, what, &answer);
        if !answer.is_success() {
            refused(&mut seen, what, &answer, &["invalid_scope", "invalid_request"]);
        }
        let due = answer.status == 400 && answer.error() == "invalid_scope";
        seen.good(due, format!("{what} was answered {}", answer.brief()));
    }
    Ok(seen)
}

async fn duplicates(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let endpoint = &auditing.metadata.device_authorization_endpoint;
    let scope = auditing.scope.as_deref().unwrap_or("openid");
    let (form, authorization) = good_request(auditing);
    let id = auditing.main().id.as_str();
    let twice = [("client_id", id), ("client_id", id)];
    for (what, more, demanded) in [
        ("client_id twice", &twice[..], true),
        ("scope twice", &[("scope", scope), ("scope", scope)], true),
        ("an unknown parameter twice", &[("grantd_audit", "1"), ("grantd_audit", "1")], false),
    ] {
        let mut all: Vec<(&str, &str)> =
            form.iter().copied().filter(|(name, _)| more.iter().all(|(other, _)| other != name)).collect();
        all.extend_from_slice(more);
        let answer =
            auditing.ask(&Question::post(endpoint, &all).maybe_header("authorization", authorization.clone())).await?;
        if demanded {
            refused(&mut seen, what, &answer, &["invalid_request"]);
        } else {
            seen.good(answer.error() == "invalid_request", format!("{what} was answered {}", answer.brief()));
        }
    }
    Ok(seen)
}

async fn empty_and_unknown(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let endpoint = &auditing.metadata.device_authorization_endpoint;
    let client = auditing.main();
    let plain = auditing.ask(&auditing.by(client, endpoint, &[])).await?;
    let empty = auditing.ask(&auditing.by(client, endpoint, &[("scope", "")])).await?;
    let unknown = [auditing.asked(), vec![("grantd_audit", "1"), ("grantd_audit_empty", "")]].concat();
    let unknown = auditing.ask(&auditing.by(client, endpoint, &unknown)).await?;
    seen.says(format!("left out: {}; empty: {}; unknown: {}", plain.brief(), empty.brief(), unknown.brief()));
    let same = (plain.status, plain.error()) == (empty.status, empty.error());
    seen.must(same, format!("scope left out: {}; scope empty: {}", plain.brief(), empty.brief()));
    seen.must(unknown.is_success(), format!("an unknown parameter: {}", unknown.brief()));
    if !plain.is_success() {
        not_granted(&mut seen, "no scope", &plain);
    }
    Ok(seen)
}

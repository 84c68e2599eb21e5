//! Device authorization requests that a server refuses (RFC 8628 section 3.1, RFC 6749 section 5.2).

use reqwest::Method;

use crate::Client;
use crate::observations::{Observations, Stop};
use crate::rows::expecting::{
    better_refused, due, expect_better_refusal, expect_refusal, not_granted, refused, refuses_method,
};
use crate::rows::{Row, row};
use crate::run::AuditRun;
use crate::wire::{FORM, Question, encoded};
use device::basic;

/// The id of a client that no server has.
pub(super) const NOBODY: &str = "grantd-audit-no-such-client";

pub(super) const ROWS: &[Row] = &[
    row!("codes-methods", "RFC 8628 section 3.1", "N03 D-01", methods)
        .good("only POST gets codes; other methods are answered 405 with Allow"),
    row!("codes-query-only", "RFC 8628 section 3.1", "N04 D-01", query_only)
        .good("parameters in the URL alone are no request: 400 invalid_request"),
    row!("codes-content-type", "RFC 8628 section 3.1", "N05 T-02", content_type)
        .must("a body of another type is not a fault of the server (no 5xx)")
        .good("JSON, multipart, plain text and no type at all are answered 400 invalid_request, in JSON"),
    row!("codes-no-client", "RFC 8628 section 3.1", "N06 D-02", no_client)
        .must("without client_id and credentials: invalid_request or invalid_client")
        .good("400 invalid_request"),
    row!("codes-unknown-client", "RFC 6749 section 5.2", "N07 D-02", unknown_client)
        .must("an unknown client is invalid_client")
        .good("with status 401"),
    row!("codes-need-credentials", "RFC 8628 section 3.1, RFC 6749 section 3.2.1", "N08 D-02", need_credentials)
        .must("a confidential client without its credentials is refused: invalid_client"),
    row!("codes-basic-alone", "RFC 8628 section 3.1", "N09 D-02", basic_alone)
        .must("a client that authenticates by Basic need not repeat its client_id"),
    row!("codes-two-clients", "RFC 6749 section 2.3", "N10 D-02 T-05", two_clients)
        .good("Basic of one client with the client_id of another is 400 invalid_request"),
    row!("codes-without-grant", "RFC 6749 section 5.2", "D-04", without_grant)
        .must("a client that may not use the grant gets no codes: unauthorized_client"),
    row!("codes-scope", "RFC 6749 section 3.3", "N12 D-13", scope)
        .must("an unknown scope is ignored, or refused as invalid_scope; a malformed one is no fault of the server")
        .good("both are refused as 400 invalid_scope"),
    row!("codes-duplicates", "RFC 8628 section 3.1", "N13 D-03", duplicates)
        .must("a parameter that comes twice is invalid_request")
        .good("an unknown one, too"),
    row!("codes-empty-and-unknown", "RFC 8628 section 3.1", "N14 D-03", empty_and_unknown)
        .must("a parameter without a value counts as left out, an unknown one is ignored"),
];

/// The parameters of a request of a client that does not authenticate.
fn unauthenticated<'a>(run: &'a AuditRun, client: &'a Client) -> Vec<(&'a str, &'a str)> {
    [vec![("client_id", client.id.as_str())], run.scope_parameter()].concat()
}

/// The parameters of a good request of the main client, and its `Authorization`.
fn good_request(run: &AuditRun) -> (Vec<(&str, &str)>, Option<String>) {
    let (mut form, authorization) = run.main().authentication(run.metadata.wants_secret_in_body());
    form.extend(run.scope_parameter());
    (form, authorization)
}

async fn methods(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let (form, authorization) = good_request(run);
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::HEAD] {
        let question = Question::new(method.clone(), &run.metadata.device_authorization_endpoint);
        // This does not send a secret in a URL.
        let question = if run.main().secret.is_some() { question } else { question.query(&form) };
        let question = question.maybe_header("authorization", authorization.clone());
        let question = if method == Method::PUT { question.body(Some(FORM), encoded(&form)) } else { question };
        let answer = run.ask(&question).await?;
        seen.says(format!("{method}: {}", answer.brief()));
        let is_refused = !answer.is_success() || method == Method::HEAD && answer.status != 200;
        seen.good(is_refused, format!("{method} was granted"));
        refuses_method(seen, &method, &answer);
    }
    Ok(())
}

async fn query_only(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let question = Question::post(&run.metadata.device_authorization_endpoint, &[]);
    let question = question.query(&unauthenticated(run, run.main()));
    expect_better_refusal(run, seen, "a request in the URL", &question).await
}

async fn content_type(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let id = run.main().id.as_str();
    let json = serde_json::json!({ "client_id": id }).to_string();
    let part = format!("--b\r\nContent-Disposition: form-data; name=\"client_id\"\r\n\r\n{id}\r\n--b--\r\n");
    let form = encoded(&[("client_id", id)]);
    for (what, content_type, body) in [
        ("JSON", Some("application/json"), json),
        ("multipart", Some("multipart/form-data; boundary=b"), part),
        ("plain text", Some("text/plain"), form.clone()),
        ("no type", None, form),
    ] {
        let question = Question::new(Method::POST, &run.metadata.device_authorization_endpoint);
        let answer = run.ask(&question.body(content_type, body)).await?;
        better_refused(seen, what, &answer, "invalid_request");
        seen.good(answer.is_json(), format!("{what} was not answered in JSON"));
    }
    Ok(())
}

async fn no_client(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let question = Question::post(&run.metadata.device_authorization_endpoint, &run.scope_parameter());
    let answer = run.ask(&question).await?;
    refused(seen, "a request of nobody", &answer, &["invalid_request", "invalid_client"]);
    due(seen, "it", &answer, 400, "invalid_request");
    Ok(())
}

async fn unknown_client(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let question = Question::post(&run.metadata.device_authorization_endpoint, &[("client_id", NOBODY)]);
    let answer = run.ask(&question).await?;
    refused(seen, "an unknown client", &answer, &["invalid_client"]);
    seen.good(answer.status == 401, format!("the status is {}", answer.status));
    Ok(())
}

async fn need_credentials(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let form = unauthenticated(run, run.confidential()?);
    let question = Question::post(&run.metadata.device_authorization_endpoint, &form);
    expect_refusal(run, seen, "a confidential client by its name alone", &question, &["invalid_client"]).await
}

async fn basic_alone(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let client = run.confidential()?;
    if run.metadata.wants_secret_in_body() {
        return Err(Stop::not_supported("it does not offer client_secret_basic"));
    }
    let answer = run.authorize(client).await?;
    seen.says(answer.brief());
    seen.must(answer.is_success(), format!("answered {}", answer.brief()));
    Ok(())
}

async fn two_clients(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let (client, other) = (run.confidential()?, run.other()?);
    let other = if client.id == other.id { run.main() } else { other };
    let question = Question::post(&run.metadata.device_authorization_endpoint, &unauthenticated(run, other));
    let question = question.header("authorization", basic(&client.id, client.secret()));
    expect_better_refusal(run, seen, "a request of two clients", &question).await
}

async fn without_grant(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let answer = run.authorize(run.without_grant()?).await?;
    refused(seen, "a client without the grant", &answer, &["unauthorized_client"]);
    Ok(())
}

async fn scope(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let endpoint = &run.metadata.device_authorization_endpoint;
    for (what, scope) in [("an unknown scope", "grantd-audit-no-such-scope"), ("a malformed scope", "a\"b")] {
        let answer = run.ask(&run.by(run.main(), endpoint, &[("scope", scope)])).await?;
        better_refused(seen, what, &answer, "invalid_scope");
        if !answer.is_success() {
            refused(seen, what, &answer, &["invalid_scope", "invalid_request"]);
        }
    }
    Ok(())
}

async fn duplicates(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let endpoint = &run.metadata.device_authorization_endpoint;
    let scope = run.plan.scope.as_deref().unwrap_or("openid");
    let (form, authorization) = good_request(run);
    for (what, parameter, demanded) in [
        ("client_id twice", ("client_id", run.main().id.as_str()), true),
        ("scope twice", ("scope", scope), true),
        ("an unknown parameter twice", ("grantd_audit", "1"), false),
    ] {
        let others = form.iter().copied().filter(|(name, _)| *name != parameter.0);
        let twice: Vec<(&str, &str)> = others.chain([parameter, parameter]).collect();
        let question = Question::post(endpoint, &twice).maybe_header("authorization", authorization.clone());
        let answer = run.ask(&question).await?;
        if demanded {
            refused(seen, what, &answer, &["invalid_request"]);
        } else {
            seen.good(answer.error() == "invalid_request", format!("{what} was answered {}", answer.brief()));
        }
    }
    Ok(())
}

async fn empty_and_unknown(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let endpoint = &run.metadata.device_authorization_endpoint;
    let client = run.main();
    let plain = run.ask(&run.by(client, endpoint, &[])).await?;
    let empty = run.ask(&run.by(client, endpoint, &[("scope", "")])).await?;
    let unknown = [&run.scope_parameter()[..], &[("grantd_audit", "1"), ("grantd_audit_empty", "")]].concat();
    let unknown = run.ask(&run.by(client, endpoint, &unknown)).await?;
    seen.says(format!("left out: {}; empty: {}; unknown: {}", plain.brief(), empty.brief(), unknown.brief()));
    let same = (plain.status, plain.error()) == (empty.status, empty.error());
    seen.must(same, format!("scope left out: {}; scope empty: {}", plain.brief(), empty.brief()));
    seen.must(unknown.is_success(), format!("an unknown parameter: {}", unknown.brief()));
    if !plain.is_success() {
        not_granted(seen, "no scope", &plain);
    }
    Ok(())
}

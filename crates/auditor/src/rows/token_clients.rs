//! The authentication of clients at the token endpoint (RFC 6749 sections 2.3, 3.2.1 and 5.2).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::observations::{Observations, Stop};
use crate::rows::authorization_requests::NOBODY;
use crate::rows::expecting::{due, expect_refusal, not_granted, refused};
use crate::rows::token_requests::NO_CODE;
use crate::rows::{Row, row};
use crate::run::{AuditRun, is_waiting, poll_form};
use crate::wire::{Answer, Question};
use device::basic;

pub(super) const ROWS: &[Row] = &[
    row!("token-no-client", "RFC 6749 section 5.2", "T-08", no_client)
        .must("without client_id and credentials: invalid_request or invalid_client"),
    row!("token-unknown-client", "RFC 6749 section 5.2", "N16 T-07", unknown_client)
        .must(
            "an unknown client is invalid_client, whichever way it names itself; after Basic with 401 and a challenge",
        )
        .good("401 in both cases"),
    row!("token-wrong-secret", "RFC 6749 section 5.2", "N16 T-07", wrong_secret)
        .must("a wrong secret is invalid_client, with 401 and a challenge of the scheme that was used")
        .good("the answer is the same as to an unknown client"),
    row!("token-needs-credentials", "RFC 8628 section 3.4, RFC 6749 section 3.2.1", "T-08", needs_credentials)
        .must("a confidential client without its credentials is not told how its grant stands: invalid_client"),
    row!("token-secret-in-url", "RFC 6749 section 2.3.1", "N19 T-06", secret_in_url)
        .must("a secret in the URL authenticates nobody"),
    row!("token-two-methods", "RFC 6749 sections 2.3 and 5.2", "N17 T-05", two_methods)
        .must("a client that authenticates in two ways at once is refused")
        .good("as 400 invalid_request"),
    row!("token-malformed-basic", "RFC 6749 section 5.2", "N18 T-06", malformed_basic)
        .must("an Authorization header that cannot be read buys nothing and breaks nothing")
        .good("401 invalid_client"),
    row!("token-without-grant", "RFC 6749 section 5.2", "N15", without_grant)
        .must("a client that may not use the grant is unauthorized_client, whatever code it brings"),
];

/// A poll of an unknown device code by a client that authenticates by Basic.
fn poll_by_basic(run: &AuditRun, id: &str, secret: &str) -> Question {
    let question = Question::post(&run.metadata.token_endpoint, &poll_form(NO_CODE));
    question.header("authorization", basic(id, secret))
}

/// After Basic the answer is invalid_client, with 401 and a challenge (RFC 6749 section 5.2).
fn challenged(seen: &mut Observations, what: &str, answer: &Answer) {
    refused(seen, what, answer, &["invalid_client"]);
    let challenge = answer.header("www-authenticate").to_ascii_lowercase();
    let is_challenged = answer.status == 401 && challenge.starts_with("basic");
    seen.must(is_challenged, format!("no challenge after Basic (status {})", answer.status));
}

async fn no_client(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let question = Question::post(&run.metadata.token_endpoint, &poll_form(NO_CODE));
    expect_refusal(run, seen, "a request of nobody", &question, &["invalid_request", "invalid_client"]).await
}

async fn unknown_client(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let [grant, code] = poll_form(NO_CODE);
    let named = Question::post(&run.metadata.token_endpoint, &[grant, code, ("client_id", NOBODY)]);
    let named = run.ask(&named).await?;
    refused(seen, "an unknown client", &named, &["invalid_client"]);
    seen.good(named.status == 401, format!("the status is {}", named.status));
    let by_basic = run.ask(&poll_by_basic(run, NOBODY, "secret")).await?;
    challenged(seen, "an unknown client by Basic", &by_basic);
    Ok(())
}

async fn wrong_secret(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let client = run.confidential()?;
    let wrong = run.ask(&poll_by_basic(run, &client.id, "grantd-audit-wrong")).await?;
    challenged(seen, "a wrong secret", &wrong);
    let unknown = run.ask(&poll_by_basic(run, NOBODY, "grantd-audit-wrong")).await?;
    let bare = |answer: &Answer, id: &str| (answer.status, answer.body.replace(id, "*"));
    seen.good(bare(&wrong, &client.id) == bare(&unknown, NOBODY), "the answer tells known clients from unknown ones");
    Ok(())
}

async fn needs_credentials(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending_of(run.confidential()?).await?;
    let [grant, code] = poll_form(&pending.device_code);
    let question = Question::post(&run.metadata.token_endpoint, &[("client_id", &pending.client.id), grant, code]);
    expect_refusal(run, seen, "a confidential client by its name alone", &question, &["invalid_client"]).await
}

async fn secret_in_url(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending_of(run.confidential()?).await?;
    let question = Question::post(&run.metadata.token_endpoint, &poll_form(&pending.device_code));
    let question = question.query(&[("client_id", &pending.client.id), ("client_secret", pending.client.secret())]);
    let answer = run.ask(&question).await?;
    not_granted(seen, "a secret in the URL", &answer);
    seen.must(!is_waiting(&answer), format!("the client was believed: {}", answer.brief()));
    Ok(())
}

async fn two_methods(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending_of(run.confidential()?).await?;
    let (form, _) = pending.client.authentication(true);
    let form = [&form[..], &poll_form(&pending.device_code)].concat();
    let authorization = basic(&pending.client.id, pending.client.secret());
    let question = Question::post(&run.metadata.token_endpoint, &form).header("authorization", authorization);
    let answer = run.ask(&question).await?;
    not_granted(seen, "two ways at once", &answer);
    seen.must(!is_waiting(&answer), format!("the client was believed: {}", answer.brief()));
    due(seen, "it", &answer, 400, "invalid_request");
    Ok(())
}

async fn malformed_basic(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    for (what, header) in [
        ("broken base64", "Basic !!!".to_owned()),
        ("no colon", format!("Basic {}", STANDARD.encode("nocolon"))),
        ("another scheme", "Bearer x".to_owned()),
    ] {
        let question = Question::post(&run.metadata.token_endpoint, &poll_form(NO_CODE));
        let answer = run.ask(&question.header("authorization", header)).await?;
        not_granted(seen, what, &answer);
        due(seen, what, &answer, 401, "invalid_client");
    }
    Ok(())
}

async fn without_grant(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let question = run.poll_question(run.without_grant()?, NO_CODE);
    expect_refusal(run, seen, "a client without the grant", &question, &["unauthorized_client"]).await
}

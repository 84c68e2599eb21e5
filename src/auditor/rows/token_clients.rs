//! Does a client prove who it is before it is told anything? RFC 6749 sections 2.3, 3.2.1 and 5.2 at the token endpoint.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::auditor::auditing::{Auditing, DEVICE_CODE, is_waiting};
use crate::auditor::client::basic;
use crate::auditor::rows::Row;
use crate::auditor::rows::authorization_requests::NOBODY;
use crate::auditor::rows::expecting::{not_granted, refused};
use crate::auditor::rows::token_requests::NO_CODE;
use crate::auditor::seen::{Seen, Stop};
use crate::auditor::wire::{Answer, Question};
use crate::device::Secret;

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "token-no-client",
        section: "RFC 6749 section 5.2",
        proves: "T-08",
        must: "without client_id and credentials: invalid_request or invalid_client",
        good: "",
        waits: false,
        check: |auditing| Box::pin(no_client(auditing)),
    },
    Row {
        id: "token-unknown-client",
        section: "RFC 6749 section 5.2",
        proves: "N16 T-07",
        must: "an unknown client is invalid_client, whichever way it names itself; after Basic with 401 and a challenge",
        good: "401 in both cases",
        waits: false,
        check: |auditing| Box::pin(unknown_client(auditing)),
    },
    Row {
        id: "token-wrong-secret",
        section: "RFC 6749 section 5.2",
        proves: "N16 T-07",
        must: "a wrong secret is invalid_client, with 401 and a challenge of the scheme that was used",
        good: "the answer is the same as to an unknown client",
        waits: false,
        check: |auditing| Box::pin(wrong_secret(auditing)),
    },
    Row {
        id: "token-needs-credentials",
        section: "RFC 8628 section 3.4, RFC 6749 section 3.2.1",
        proves: "T-08",
        must: "a confidential client without its credentials is not told how its grant stands: invalid_client",
        good: "",
        waits: false,
        check: |auditing| Box::pin(needs_credentials(auditing)),
    },
    Row {
        id: "token-secret-in-url",
        section: "RFC 6749 section 2.3.1",
        proves: "N19 T-06",
        must: "a secret in the URL authenticates nobody",
        good: "",
        waits: false,
        check: |auditing| Box::pin(secret_in_url(auditing)),
    },
    Row {
        id: "token-two-methods",
        section: "RFC 6749 sections 2.3 and 5.2",
        proves: "N17 T-05",
        must: "a client that authenticates in two ways at once is refused",
        good: "as 400 invalid_request",
        waits: false,
        check: |auditing| Box::pin(two_methods(auditing)),
    },
    Row {
        id: "token-malformed-basic",
        section: "RFC 6749 section 5.2",
        proves: "N18 T-06",
        must: "an Authorization header that cannot be read buys nothing and breaks nothing",
        good: "401 invalid_client",
        waits: false,
        check: |auditing| Box::pin(malformed_basic(auditing)),
    },
    Row {
        id: "token-without-grant",
        section: "RFC 6749 section 5.2",
        proves: "N15",
        must: "a client that may not use the grant is unauthorized_client, whatever code it brings",
        good: "",
        waits: false,
        check: |auditing| Box::pin(without_grant(auditing)),
    },
];

fn is_challenged(answer: &Answer) -> bool {
    answer.status == 401 && answer.header("www-authenticate").to_ascii_lowercase().starts_with("basic")
}

async fn no_client(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let form = [("grant_type", DEVICE_CODE), ("device_code", NO_CODE)];
    let answer = auditing.ask(&Question::post(&auditing.metadata.token_endpoint, &form)).await?;
    refused(&mut seen, "a request of nobody", &answer, &["invalid_request", "invalid_client"]);
    Ok(seen)
}

async fn unknown_client(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let form = [("grant_type", DEVICE_CODE), ("device_code", NO_CODE)];
    let endpoint = &auditing.metadata.token_endpoint;
    let named = Question::post(endpoint, &[&form[..], &[("client_id", NOBODY)]].concat());
    let named = auditing.ask(&named).await?;
    refused(&mut seen, "an unknown client", &named, &["invalid_client"]);
    seen.good(named.status == 401, format!("the status is {}", named.status));
    let challenged = Question::post(endpoint, &form).header("authorization", basic(NOBODY, "secret"));
    let challenged = auditing.ask(&challenged).await?;
    refused(&mut seen, "an unknown client by Basic", &challenged, &["invalid_client"]);
    seen.must(is_challenged(&challenged), format!("no challenge after Basic (status {})", challenged.status));
    Ok(seen)
}

async fn wrong_secret(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let client = auditing.confidential()?;
    let form = [("grant_type", DEVICE_CODE), ("device_code", NO_CODE)];
    let ask = |id: &str| {
        Question::post(&auditing.metadata.token_endpoint, &form)
            .header("authorization", basic(id, "grantd-audit-wrong"))
    };
    let wrong = auditing.ask(&ask(&client.id)).await?;
    refused(&mut seen, "a wrong secret", &wrong, &["invalid_client"]);
    seen.must(is_challenged(&wrong), format!("no challenge after Basic (status {})", wrong.status));
    let unknown = auditing.ask(&ask(NOBODY)).await?;
    let bare = |answer: &Answer, id: &str| (answer.status, answer.body.replace(id, "*"));
    seen.good(bare(&wrong, &client.id) == bare(&unknown, NOBODY), "the answer tells known clients from unknown ones");
    Ok(seen)
}

async fn needs_credentials(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let pending = auditing.pending_of(auditing.confidential()?).await?;
    let form =
        [("client_id", pending.client.id.as_str()), ("grant_type", DEVICE_CODE), ("device_code", &pending.device_code)];
    let answer = auditing.ask(&Question::post(&auditing.metadata.token_endpoint, &form)).await?;
    refused(&mut seen, "a confidential client by its name alone", &answer, &["invalid_client"]);
    Ok(seen)
}

async fn secret_in_url(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let pending = auditing.pending_of(auditing.confidential()?).await?;
    let secret = pending.client.secret.as_ref().map(Secret::expose).unwrap_or_default();
    let form = [("grant_type", DEVICE_CODE), ("device_code", pending.device_code.as_str())];
    let question = Question::post(&auditing.metadata.token_endpoint, &form);
    let answer = auditing.ask(&question.query(&[("client_id", &pending.client.id), ("client_secret", secret)])).await?;
    not_granted(&mut seen, "a secret in the URL", &answer);
    seen.must(!is_waiting(&answer), format!("the client was believed: {}", answer.brief()));
    Ok(seen)
}

async fn two_methods(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let pending = auditing.pending_of(auditing.confidential()?).await?;
    let (id, secret) =
        (pending.client.id.as_str(), pending.client.secret.as_ref().map(Secret::expose).unwrap_or_default());
    let form = [
        ("grant_type", DEVICE_CODE),
        ("device_code", pending.device_code.as_str()),
        ("client_id", id),
        ("client_secret", secret),
    ];
    let question = Question::post(&auditing.metadata.token_endpoint, &form).header("authorization", basic(id, secret));
    let answer = auditing.ask(&question).await?;
    not_granted(&mut seen, "two ways at once", &answer);
    seen.must(!is_waiting(&answer), format!("the client was believed: {}", answer.brief()));
    let due = answer.status == 400 && answer.error() == "invalid_request";
    seen.good(due, format!("answered {}", answer.brief()));
    Ok(seen)
}

async fn malformed_basic(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let form = [("grant_type", DEVICE_CODE), ("device_code", NO_CODE)];
    for (what, header) in [
        ("broken base64", "Basic !!!".to_owned()),
        ("no colon", format!("Basic {}", STANDARD.encode("nocolon"))),
        ("another scheme", "Bearer x".to_owned()),
    ] {
        let question = Question::post(&auditing.metadata.token_endpoint, &form).header("authorization", header);
        let answer = auditing.ask(&question).await?;
        not_granted(&mut seen, what, &answer);
        let due = answer.status == 401 && answer.error() == "invalid_client";
        seen.good(due, format!("{what} was answered {}", answer.brief()));
    }
    Ok(seen)
}

async fn without_grant(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let answer = auditing.ask(&auditing.poll_question(auditing.without_grant()?, NO_CODE)).await?;
    refused(&mut seen, "a client without the grant", &answer, &["unauthorized_client"]);
    Ok(seen)
}

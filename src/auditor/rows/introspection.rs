//! Is a token alive, and who may ask? Introspection: RFC 7662.

use crate::auditor::Client;
use crate::auditor::auditing::Auditing;
use crate::auditor::rows::Row;
use crate::auditor::seen::{Seen, Stop};
use crate::auditor::wire::{Answer, Question};

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "introspect-needs-caller",
        section: "RFC 7662 section 2.1",
        proves: "N65 V-04",
        must: "who does not prove who they are hears nothing of a token",
        good: "a client without a secret neither; 401",
        waits: false,
        check: |auditing| Box::pin(needs_caller(auditing)),
    },
    Row {
        id: "introspect-unknown",
        section: "RFC 7662 section 2.2",
        proves: "N65 V-04",
        must: "an unknown token is 200 with active false",
        good: "and nothing else",
        waits: false,
        check: |auditing| Box::pin(unknown(auditing)),
    },
    Row {
        id: "introspect-own",
        section: "RFC 7662 section 2.2",
        proves: "V-04 V-05 N65",
        must: "active is true or false, and false after the token was revoked",
        good: "a client's own new token is active",
        waits: false,
        check: |auditing| Box::pin(own(auditing)),
    },
];

async fn introspect(auditing: &Auditing, client: &Client, token: &str) -> Result<Answer, Stop> {
    let endpoint = auditing.metadata.endpoint("introspection_endpoint")?;
    auditing.ask(&auditing.by(client, &endpoint, &[("token", token)])).await
}

/// `active`, if it is true or false.
fn active(answer: &Answer) -> Option<bool> {
    answer.json()?.get("active")?.as_bool()
}

async fn needs_caller(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let endpoint = auditing.metadata.endpoint("introspection_endpoint")?;
    let tokens = auditing.shared_tokens().await?;
    let nobody = auditing.ask(&Question::post(&endpoint, &[("token", &tokens.access)])).await?;
    seen.says(format!("nobody: {}", nobody.status));
    seen.must(active(&nobody) != Some(true), "nobody in particular was told that the token is active");
    seen.good(
        nobody.status == 401 || nobody.error() == "invalid_request",
        format!("nobody was answered {}", nobody.status),
    );
    if tokens.client.secret.is_none() {
        let public = introspect(auditing, &tokens.client, &tokens.access).await?;
        seen.says(format!("a public client: {}", public.status));
        seen.good(active(&public) != Some(true), "a client without a secret was told that the token is active");
    }
    Ok(seen)
}

async fn unknown(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    auditing.metadata.endpoint("introspection_endpoint")?;
    let answer = introspect(auditing, auditing.confidential()?, "garbage").await?;
    seen.says(format!("{} {}", answer.status, answer.body.chars().take(40).collect::<String>()));
    seen.must(answer.status == 200 && active(&answer) == Some(false), format!("answered {}", answer.brief()));
    let members = answer.json().and_then(|said| said.as_object().map(serde_json::Map::len));
    seen.good(members == Some(1), "an inactive token has more members than active");
    Ok(seen)
}

async fn own(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    auditing.metadata.endpoint("introspection_endpoint")?;
    let client = auditing.confidential()?;
    let tokens = auditing.signed_in_as(client).await?;
    let answer = introspect(auditing, client, &tokens.access).await?;
    seen.says(format!("{}, active {:?}", answer.status, active(&answer)));
    seen.must(answer.status == 200 && active(&answer).is_some(), format!("answered {}", answer.brief()));
    seen.good(active(&answer) == Some(true), "its own token is not active for a client");
    let Ok(revocation) = auditing.metadata.endpoint("revocation_endpoint") else { return Ok(seen) };
    let revoked = auditing.ask(&auditing.by(client, &revocation, &[("token", &tokens.access)])).await?;
    if revoked.status == 200 {
        let after = introspect(auditing, client, &tokens.access).await?;
        seen.says(format!("after its revocation {:?}", active(&after)));
        seen.must(active(&after) == Some(false), "a revoked token is still active");
    }
    Ok(seen)
}

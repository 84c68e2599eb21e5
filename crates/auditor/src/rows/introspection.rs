//! The introspection of tokens (RFC 7662).

use crate::Client;
use crate::observations::{Observations, Stop};
use crate::rows::{Row, row};
use crate::run::AuditRun;
use crate::wire::{Answer, Question};

pub(super) const ROWS: &[Row] = &[
    row!("introspect-needs-caller", "RFC 7662 section 2.1", "N65 V-04", needs_caller)
        .must("who does not prove who they are hears nothing of a token")
        .good("a client without a secret neither; 401"),
    row!("introspect-unknown", "RFC 7662 section 2.2", "N65 V-04", unknown)
        .must("an unknown token is 200 with active false")
        .good("and nothing else"),
    row!("introspect-own", "RFC 7662 section 2.2", "V-04 V-05 N65", own)
        .must("active is true or false, and false after the token was revoked")
        .good("a client's own new token is active"),
];

async fn introspect(run: &AuditRun, client: &Client, token: &str) -> Result<Answer, Stop> {
    let endpoint = run.metadata.endpoint("introspection_endpoint")?;
    run.ask(&run.by(client, &endpoint, &[("token", token)])).await
}

/// `active`, if it is true or false.
fn active(answer: &Answer) -> Option<bool> {
    answer.json()?.get("active")?.as_bool()
}

async fn needs_caller(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let endpoint = run.metadata.endpoint("introspection_endpoint")?;
    let tokens = run.shared_tokens().await?;
    let nobody = run.ask(&Question::post(&endpoint, &[("token", &tokens.access)])).await?;
    seen.says(format!("nobody: {}", nobody.status));
    seen.must(active(&nobody) != Some(true), "nobody in particular was told that the token is active");
    let is_refused = nobody.status == 401 || nobody.error() == "invalid_request";
    seen.good(is_refused, format!("nobody was answered {}", nobody.status));
    if tokens.client.secret.is_none() {
        let public = introspect(run, &tokens.client, &tokens.access).await?;
        seen.says(format!("a public client: {}", public.status));
        seen.good(active(&public) != Some(true), "a client without a secret was told that the token is active");
    }
    Ok(())
}

async fn unknown(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    run.metadata.endpoint("introspection_endpoint")?;
    let answer = introspect(run, run.confidential()?, "garbage").await?;
    seen.says(format!("{} {}", answer.status, answer.body.chars().take(40).collect::<String>()));
    seen.must(answer.status == 200 && active(&answer) == Some(false), format!("answered {}", answer.brief()));
    let members = answer.json().and_then(|said| said.as_object().map(serde_json::Map::len));
    seen.good(members == Some(1), "an inactive token has more members than active");
    Ok(())
}

async fn own(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    run.metadata.endpoint("introspection_endpoint")?;
    let client = run.confidential()?;
    let tokens = run.signed_in_as(client).await?;
    let answer = introspect(run, client, &tokens.access).await?;
    seen.says(format!("{}, active {:?}", answer.status, active(&answer)));
    seen.must(answer.status == 200 && active(&answer).is_some(), format!("answered {}", answer.brief()));
    seen.good(active(&answer) == Some(true), "its own token is not active for a client");
    let Ok(revocation) = run.metadata.endpoint("revocation_endpoint") else { return Ok(()) };
    let revoked = run.ask(&run.by(client, &revocation, &[("token", &tokens.access)])).await?;
    if revoked.status == 200 {
        let after = introspect(run, client, &tokens.access).await?;
        seen.says(format!("after its revocation {:?}", active(&after)));
        seen.must(active(&after) == Some(false), "a revoked token is still active");
    }
    Ok(())
}

//! The token response (RFC 6749 section 5.1), which comes once for each approval.

use futures_util::future::join_all;
use serde_json::Value;

use crate::Decision;
use crate::observations::{Observations, Stop};
use crate::rows::expecting::texts;
use crate::rows::{Row, row};
use crate::run::AuditRun;
use crate::wire::Answer;

/// The number of polls at the same moment.
const RACERS: usize = 30;

pub(super) const ROWS: &[Row] = &[
    row!("tokens-members", "RFC 6749 section 5.1", "T-11", members)
        .must("200, JSON with access_token and token_type; strings are strings, numbers numbers")
        .good("expires_in and scope are always sent, no member is null"),
    row!("tokens-not-stored", "RFC 6749 section 5.1", "T-11", not_stored)
        .must("Cache-Control: no-store")
        .good("Pragma: no-cache (which RFC 9111 has made obsolete since)"),
    row!("redeem-once", "RFC 6749 section 4.1.2 (for codes, by analogy)", "N43 SM-03", once)
        .must("a device code that was redeemed buys nothing more")
        .good("it is invalid_grant"),
    row!("redeem-race", "RFC 6749 section 4.1.2 (for codes, by analogy)", "N40 SM-03", race)
        .must("thirty polls at once for an approved code: exactly one gets tokens")
        .good("the others are invalid_grant"),
];

async fn members(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let tokens = run.shared_tokens().await?;
    let answer = &tokens.answer;
    seen.must(answer.status == 200, format!("the status is {}", answer.status));
    seen.must(answer.is_json(), format!("it calls itself {:?}", answer.header("content-type")));
    let Some(said) = answer.json() else { return Ok(()) };
    let members: Vec<&str> = said.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    seen.says(members.join(", "));
    texts(seen, &said, &["access_token", "token_type"]);
    let kind = said.get("token_type").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    seen.good(["bearer", "dpop"].contains(&kind.as_str()), format!("token_type is {kind}"));
    seen.must(said.get("expires_in").is_none_or(Value::is_number), "expires_in is no number");
    seen.must(said.get("scope").is_none_or(Value::is_string), "scope is no string");
    for member in ["expires_in", "scope"] {
        seen.good(said.get(member).is_some(), format!("{member} is left out"));
    }
    seen.good(said.as_object().into_iter().flatten().all(|(_, value)| !value.is_null()), "a member is null");
    Ok(())
}

async fn not_stored(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let answer = &run.shared_tokens().await?.answer;
    seen.says(format!("cache-control: {}", answer.header("cache-control")));
    seen.must(answer.is_not_stored(), "tokens may be cached");
    seen.good(answer.header("pragma").contains("no-cache"), "no Pragma: no-cache for old caches");
    Ok(())
}

async fn once(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    run.decide(&pending, Decision::Approve).await?;
    run.redeem(&pending).await?;
    let again = run.poll(&pending).await?;
    seen.says(format!("again: {}", again.brief()));
    seen.must(!again.has_tokens(), "the code was redeemed twice");
    seen.good(again.error() == "invalid_grant", format!("again: {}", again.brief()));
    Ok(())
}

async fn race(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let pending = run.pending().await?;
    run.decide(&pending, Decision::Approve).await?;
    let question = run.poll_question(&pending.client, &pending.device_code);
    let answers = join_all((0..RACERS).map(|_| run.ask(&question))).await;
    let answers = answers.into_iter().collect::<Result<Vec<_>, Stop>>()?;
    let issued = answers.iter().filter(|answer| answer.has_tokens()).count();
    seen.says(format!("{issued} of {RACERS} got tokens"));
    seen.must(issued == 1, format!("{issued} of {RACERS} polls got tokens"));
    let others = answers.iter().filter(|answer| !answer.has_tokens() && answer.error() != "invalid_grant");
    let others: Vec<String> = others.map(Answer::brief).collect();
    seen.good(others.is_empty(), format!("others were answered {}", others.first().map_or("", String::as_str)));
    Ok(())
}

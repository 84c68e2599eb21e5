//! Refresh tokens (RFC 6749 section 6, RFC 9700 section 4.14.2).

use serde_json::Value;

use crate::Client;
use crate::observations::{Observations, Stop};
use crate::rows::expecting::refused;
use crate::rows::{Row, row};
use crate::run::{AuditRun, tokens_in};
use crate::wire::Answer;

pub(super) const ROWS: &[Row] = &[
    row!("refresh", "RFC 6749 sections 5.1 and 6", "K-05", refresh)
        .must("a refresh token buys an access token, with Cache-Control: no-store")
        .good("another one than before"),
    row!("refresh-rotates", "RFC 9700 section 2.2.2", "K-06", rotates)
        .must("a public client's refresh token is replaced when it is used (or bound to a key)")
        .good("a confidential client's, too"),
    row!("refresh-reuse", "RFC 9700 section 4.14.2", "N61 K-07", reuse)
        .must("a refresh token whose successor was used already is invalid_grant")
        .good("and then the newest one is, too"),
    row!("refresh-scope", "RFC 6749 section 6", "N60 K-09", scope)
        .must("refreshing does not widen what was granted")
        .good("asking for more is invalid_scope"),
    row!("refresh-other-client", "RFC 6749 section 6", "N60 K-05", other_client)
        .must("another client cannot use it, and its owner still can")
        .good("the other one hears invalid_grant"),
    row!("refresh-garbage", "RFC 6749 section 5.2", "N60", garbage)
        .must("what is no refresh token, an access token among it, is invalid_grant"),
];

/// A refresh with `token`.
pub(super) async fn spend(run: &AuditRun, client: &Client, token: &str, scope: Option<&str>) -> Result<Answer, Stop> {
    let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
    form.extend(scope.map(|scope| ("scope", scope)));
    run.ask(&run.by(client, &run.metadata.token_endpoint, &form)).await
}

async fn refresh(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let tokens = run.signed_in().await?;
    let answer = spend(run, &tokens.client, tokens.refresh()?, None).await?;
    seen.says(answer.brief());
    seen.must(answer.has_tokens() && answer.status == 200, format!("answered {}", answer.brief()));
    seen.must(!answer.has_tokens() || answer.is_not_stored(), "tokens may be cached");
    let other = answer.text("access_token").is_some_and(|access| access != tokens.access);
    seen.good(other || !answer.has_tokens(), "the same access token came again");
    Ok(())
}

async fn rotates(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let tokens = run.signed_in().await?;
    let answer = spend(run, &tokens.client, tokens.refresh()?, None).await?;
    let Some(next) = tokens_in(&answer, &tokens.client) else {
        return Err(Stop::not_supported("a refresh token buys nothing here (see refresh)"));
    };
    let replaced = next.refresh.is_some_and(|token| tokens.refresh.as_ref() != Some(&token));
    let bound = next.answer.text("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("dpop"));
    seen.says(if replaced { "replaced" } else { "kept" });
    if tokens.client.secret.is_none() {
        seen.must(replaced || bound, "the refresh token of a public client stays the same");
    } else {
        seen.good(replaced, "the refresh token stays the same");
    }
    Ok(())
}

async fn reuse(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let tokens = run.signed_in().await?;
    let first = tokens.refresh()?.to_owned();
    let mut newest = first.clone();
    // Two refreshes: a server may accept the last refresh token again, for a device that lost the answer.
    for _ in 0..2 {
        let answer = spend(run, &tokens.client, &newest, None).await?;
        match tokens_in(&answer, &tokens.client).and_then(|tokens| tokens.refresh) {
            Some(next) if next != newest => newest = next,
            _ => return Err(Stop::not_supported("refresh tokens are not replaced here")),
        }
    }
    let answer = spend(run, &tokens.client, &first, None).await?;
    refused(seen, "the first refresh token", &answer, &["invalid_grant"]);
    let answer = spend(run, &tokens.client, &newest, None).await?;
    seen.says(format!("then the newest: {}", answer.brief()));
    seen.good(!answer.has_tokens(), "the newest one still works after an old one came back");
    Ok(())
}

async fn scope(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    const MORE: &str = "grantd-audit-no-such-scope";
    let tokens = run.signed_in().await?;
    let granted = run.granted_scope(&tokens);
    // The best test is a scope that the server has and did not grant.
    let offered = run.metadata.member("scopes_supported").and_then(Value::as_array);
    let mut offered = offered.into_iter().flatten().filter_map(Value::as_str);
    let more = offered.find(|scope| !granted.split(' ').any(|had| had == *scope)).unwrap_or(MORE);
    let wider = format!("{granted} {more}");
    let answer = spend(run, &tokens.client, tokens.refresh()?, Some(wider.trim())).await?;
    seen.says(answer.brief());
    if answer.has_tokens() {
        let scope = answer.text("scope").unwrap_or_default();
        seen.must(!scope.split(' ').any(|had| had == more), format!("{more} was granted by refreshing"));
    }
    seen.good(answer.error() == "invalid_scope", format!("answered {}", answer.brief()));
    Ok(())
}

async fn other_client(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let other = run.other()?;
    let tokens = run.signed_in().await?;
    let token = tokens.refresh()?;
    let answer = spend(run, other, token, None).await?;
    seen.says(format!("the other client: {}", answer.brief()));
    seen.must(!answer.has_tokens(), "another client used the refresh token");
    // A client without the grant type may get that error first.
    let due = ["invalid_grant", "unauthorized_client"].contains(&answer.error().as_str());
    seen.good(due, format!("the other client was answered {}", answer.brief()));
    let owner = spend(run, &tokens.client, token, None).await?;
    seen.says(format!("the owner: {}", owner.brief()));
    seen.must(owner.has_tokens(), format!("then the owner was answered {}", owner.brief()));
    Ok(())
}

async fn garbage(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let tokens = run.shared_tokens().await?;
    tokens.refresh()?;
    for (what, token) in [("garbage", "garbage"), ("an access token", tokens.access.as_str())] {
        let answer = spend(run, &tokens.client, token, None).await?;
        refused(seen, what, &answer, &["invalid_grant"]);
    }
    Ok(())
}

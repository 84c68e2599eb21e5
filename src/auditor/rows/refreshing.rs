//! How does a device stay signed in? Refresh tokens: RFC 6749 section 6, RFC 9700 section 4.14.2.

use crate::auditor::Client;
use crate::auditor::auditing::{Auditing, tokens_in};
use crate::auditor::rows::Row;
use crate::auditor::rows::expecting::refused;
use crate::auditor::seen::{Seen, Stop};
use crate::auditor::wire::Answer;

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "refresh",
        section: "RFC 6749 sections 5.1 and 6",
        proves: "K-05",
        must: "a refresh token buys an access token, with Cache-Control: no-store",
        good: "another one than before",
        waits: false,
        check: |auditing| Box::pin(refresh(auditing)),
    },
    Row {
        id: "refresh-rotates",
        section: "RFC 9700 section 2.2.2",
        proves: "K-06",
        must: "a public client's refresh token is replaced when it is used (or bound to a key)",
        good: "a confidential client's, too",
        waits: false,
        check: |auditing| Box::pin(rotates(auditing)),
    },
    Row {
        id: "refresh-reuse",
        section: "RFC 9700 section 4.14.2",
        proves: "N61 K-07",
        must: "a refresh token whose successor was used already is invalid_grant",
        good: "and then the newest one is, too",
        waits: false,
        check: |auditing| Box::pin(reuse(auditing)),
    },
    Row {
        id: "refresh-scope",
        section: "RFC 6749 section 6",
        proves: "N60 K-09",
        must: "refreshing does not widen what was granted",
        good: "asking for more is invalid_scope",
        waits: false,
        check: |auditing| Box::pin(scope(auditing)),
    },
    Row {
        id: "refresh-other-client",
        section: "RFC 6749 section 6",
        proves: "N60 K-05",
        must: "another client cannot use it, and its owner still can",
        good: "the other one hears invalid_grant",
        waits: false,
        check: |auditing| Box::pin(other_client(auditing)),
    },
    Row {
        id: "refresh-garbage",
        section: "RFC 6749 section 5.2",
        proves: "N60",
        must: "what is no refresh token, an access token among it, is invalid_grant",
        good: "",
        waits: false,
        check: |auditing| Box::pin(garbage(auditing)),
    },
];

async fn spend(auditing: &Auditing, client: &Client, token: &str, scope: Option<&str>) -> Result<Answer, Stop> {
    let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
    form.extend(scope.map(|scope| ("scope", scope)));
    auditing.ask(&auditing.by(client, &auditing.metadata.token_endpoint, &form)).await
}

async fn refresh(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let tokens = auditing.signed_in().await?;
    let answer = spend(auditing, &tokens.client, tokens.refresh()?, None).await?;
    seen.says(answer.brief());
    seen.must(answer.has_tokens() && answer.status == 200, format!("answered {}", answer.brief()));
    seen.must(!answer.has_tokens() || answer.is_not_stored(), "tokens may be cached");
    let other = answer.text("access_token").is_some_and(|access| access != tokens.access);
    seen.good(other || !answer.has_tokens(), "the same access token came again");
    Ok(seen)
}

async fn rotates(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let tokens = auditing.signed_in().await?;
    let answer = spend(auditing, &tokens.client, tokens.refresh()?, None).await?;
    let Some(next) = tokens_in(&answer, &tokens.client) else {
        return Err(Stop::NotSupported("a refresh token buys nothing here (see refresh)".to_owned()));
    };
    let replaced = next.refresh.is_some_and(|token| tokens.refresh.as_ref() != Some(&token));
    let bound = next.answer.text("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("dpop"));
    seen.says(if replaced { "replaced" } else { "kept" });
    if tokens.client.secret.is_none() {
        seen.must(replaced || bound, "the refresh token of a public client stays the same");
    } else {
        seen.good(replaced, "the refresh token stays the same");
    }
    Ok(seen)
}

async fn reuse(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let tokens = auditing.signed_in().await?;
    let first = tokens.refresh()?.to_owned();
    let mut newest = first.clone();
    // Two steps away: a server may forgive a device that lost the answer to its last refresh.
    for _ in 0..2 {
        let answer = spend(auditing, &tokens.client, &newest, None).await?;
        match tokens_in(&answer, &tokens.client).and_then(|tokens| tokens.refresh) {
            Some(next) if next != newest => newest = next,
            _ => return Err(Stop::NotSupported("refresh tokens are not replaced here".to_owned())),
        }
    }
    let answer = spend(auditing, &tokens.client, &first, None).await?;
    refused(&mut seen, "the first refresh token", &answer, &["invalid_grant"]);
    let answer = spend(auditing, &tokens.client, &newest, None).await?;
    seen.says(format!("then the newest: {}", answer.brief()));
    seen.good(!answer.has_tokens(), "the newest one still works after an old one came back");
    Ok(seen)
}

async fn scope(auditing: &Auditing) -> Result<Seen, Stop> {
    const MORE: &str = "grantd-audit-no-such-scope";
    let mut seen = Seen::default();
    let tokens = auditing.signed_in().await?;
    let granted = tokens.answer.text("scope").or_else(|| auditing.scope.clone()).unwrap_or_default();
    // A scope that the server has, and that was not granted, says most.
    let offered = auditing.metadata.member("scopes_supported").and_then(serde_json::Value::as_array);
    let offered = offered.into_iter().flatten().filter_map(serde_json::Value::as_str);
    let more = offered.clone().find(|scope| !granted.split(' ').any(|had| had == *scope)).unwrap_or(MORE);
    let wider = format!("{granted} {more}");
    let answer = spend(auditing, &tokens.client, tokens.refresh()?, Some(wider.trim())).await?;
    seen.says(answer.brief());
    if answer.has_tokens() {
        let told = answer.text("scope").unwrap_or_default();
        seen.must(!told.split(' ').any(|had| had == more), format!("{more} was granted by refreshing"));
    }
    seen.good(answer.error() == "invalid_scope", format!("answered {}", answer.brief()));
    Ok(seen)
}

async fn other_client(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let other = auditing.other()?;
    let tokens = auditing.signed_in().await?;
    let token = tokens.refresh()?;
    let answer = spend(auditing, other, token, None).await?;
    seen.says(format!("the other client: {}", answer.brief()));
    seen.must(!answer.has_tokens(), "another client used the refresh token");
    // A client that may not refresh at all hears that first.
    let due = ["invalid_grant", "unauthorized_client"].contains(&answer.error().as_str());
    seen.good(due, format!("the other client was answered {}", answer.brief()));
    let owner = spend(auditing, &tokens.client, token, None).await?;
    seen.says(format!("the owner: {}", owner.brief()));
    seen.must(owner.has_tokens(), format!("then the owner was answered {}", owner.brief()));
    Ok(seen)
}

async fn garbage(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let tokens = auditing.shared_tokens().await?;
    tokens.refresh()?;
    for (what, token) in [("garbage", "garbage"), ("an access token", tokens.access.as_str())] {
        let answer = spend(auditing, &tokens.client, token, None).await?;
        refused(&mut seen, what, &answer, &["invalid_grant"]);
    }
    Ok(seen)
}

//! ID tokens, their keys and userinfo (OpenID Connect Core, RFC 6750, RFC 7517).

use serde_json::Value;

use crate::observations::{Observations, Stop};
use crate::rows::{Row, row};
use crate::run::{AuditRun, Tokens};
use crate::time::now;
use crate::wire::{Answer, Question};
use device::{Claims, Expected, verified_claims};
use protocol::Secret;

/// What a published key must not have: RFC 7518 sections 6.2.2, 6.3.2 and 6.4.
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

pub(super) const ROWS: &[Row] = &[
    row!("id-token", "OpenID Connect Core section 3.1.3.7", "K-11 N34", id_token)
        .must("where openid is granted, an ID token comes that verifies: signature, iss, aud, sub, exp")
        .good("with iat and auth_time"),
    row!("jwks", "RFC 7517 section 9.2", "N69 K-15", jwks)
        .must("published keys have no private parts")
        .good("each has a kid, an alg and a use"),
    row!("userinfo", "OpenID Connect Core section 5.3.2", "V-01", userinfo)
        .must("200, JSON with the sub of the ID token")
        .good("also by POST, and Cache-Control: no-store"),
    row!("userinfo-refuses", "RFC 6750 section 3", "N64 V-02", userinfo_refuses)
        .must("no token and garbage are answered 401 with WWW-Authenticate: Bearer")
        .good("without an error code for no token; garbage, an ID token and a token in the URL are refused, too"),
];

/// The shared tokens, if their scope has `openid`.
async fn openid_tokens(run: &AuditRun) -> Result<&Tokens, Stop> {
    let tokens = run.shared_tokens().await?;
    if run.granted_scope(tokens).split(' ').any(|scope| scope == "openid") {
        return Ok(tokens);
    }
    Err(Stop::not_supported("openid was not granted"))
}

async fn keys(run: &AuditRun) -> Result<Value, Stop> {
    let answer = run.ask(&Question::get(&run.metadata.endpoint("jwks_uri")?)).await?;
    answer.json().ok_or_else(|| Stop::failed(format!("jwks_uri is answered {}", answer.brief())))
}

async fn claims(run: &AuditRun, tokens: &Tokens) -> Result<Claims, Stop> {
    let id_token = tokens.id_token.as_deref();
    let id_token = id_token.ok_or_else(|| Stop::failed("openid was granted, and no id_token came"))?;
    let expected = Expected { issuer: &run.plan.issuer, client_id: &tokens.client.id, nonce: None };
    let keys = keys(run).await?;
    verified_claims(&Secret::presented(id_token), &keys, &expected, now())
        .map_err(|error| Stop::failed(error.to_string()))
}

async fn id_token(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let tokens = openid_tokens(run).await?;
    let claims = claims(run, tokens).await?;
    let names: Vec<&str> = claims.keys().map(String::as_str).collect();
    seen.says(names.join(", "));
    seen.must(claims.get("iat").is_some_and(Value::is_number), "iat is missing");
    seen.good(claims.get("auth_time").is_some_and(Value::is_number), "auth_time is missing");
    Ok(())
}

async fn jwks(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let keys = keys(run).await?;
    let keys = keys.get("keys").and_then(Value::as_array).cloned().unwrap_or_default();
    seen.says(format!("{} keys", keys.len()));
    seen.must(!keys.is_empty(), "there are no keys");
    for key in &keys {
        let private = PRIVATE.iter().find(|member| key.get(**member).is_some());
        seen.must(private.is_none(), format!("a key shows its private part {:?}", private.unwrap_or(&"")));
        let missing = ["kid", "alg", "use"].iter().find(|member| key.get(**member).is_none());
        seen.good(missing.is_none(), format!("a key has no {}", missing.unwrap_or(&"")));
    }
    Ok(())
}

async fn userinfo(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let endpoint = run.metadata.endpoint("userinfo_endpoint")?;
    let tokens = openid_tokens(run).await?;
    let bearer = format!("Bearer {}", tokens.access);
    let got = run.ask(&Question::get(&endpoint).header("authorization", &bearer)).await?;
    seen.says(got.brief());
    seen.must(got.status == 200 && got.json().is_some(), format!("answered {}", got.brief()));
    let claims = claims(run, tokens).await?;
    let same = got.text("sub").is_some_and(|sub| claims.get("sub").and_then(Value::as_str) == Some(&sub));
    seen.must(same, "it speaks of somebody else than the ID token");
    seen.good(got.is_not_stored(), "the answer may be cached");
    let posted = run.ask(&Question::post(&endpoint, &[]).header("authorization", bearer)).await?;
    seen.good(posted.status == 200, format!("POST is answered {}", posted.brief()));
    Ok(())
}

async fn userinfo_refuses(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let endpoint = run.metadata.endpoint("userinfo_endpoint")?;
    let bearer = |token: &str| Question::get(&endpoint).header("authorization", format!("Bearer {token}"));
    let challenge = |answer: &Answer| answer.header("www-authenticate").to_owned();
    let none = run.ask(&Question::get(&endpoint)).await?;
    let garbage = run.ask(&bearer("garbage")).await?;
    for (what, answer) in [("no token", &none), ("garbage", &garbage)] {
        seen.says(format!("{what}: {}", answer.status));
        seen.must(!answer.is_success() && answer.status < 500, format!("{what} was answered {}", answer.status));
        let challenged = answer.status == 401 && challenge(answer).to_ascii_lowercase().starts_with("bearer");
        // RFC 6750 section 2 also allows the token in the body: a request without a token may be malformed (400).
        let due = challenged || (what == "no token" && answer.status == 400);
        seen.must(due, format!("{what}: status {}, challenge {:?}", answer.status, challenge(answer)));
    }
    seen.good(none.status == 401 && !challenge(&none).contains("error="), "no token is told as an error");
    seen.good(challenge(&garbage).contains("invalid_token"), "garbage is not called invalid_token");
    let tokens = run.shared_tokens().await?;
    if let Some(id_token) = &tokens.id_token {
        let answer = run.ask(&bearer(id_token)).await?;
        seen.says(format!("an ID token: {}", answer.status));
        seen.good(answer.status == 401, format!("an ID token was answered {}", answer.status));
        let in_url = run.ask(&Question::get(&endpoint).query(&[("access_token", &tokens.access)])).await?;
        seen.says(format!("in the URL: {}", in_url.status));
        seen.good(!in_url.is_success(), "a token in the URL was accepted");
    }
    Ok(())
}

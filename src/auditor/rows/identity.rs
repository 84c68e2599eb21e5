//! Who signed in, and can that be believed? ID tokens and userinfo: OpenID Connect Core, RFC 6750, RFC 7517.

use serde_json::Value;

use crate::auditor::auditing::{Auditing, Tokens};
use crate::auditor::rows::Row;
use crate::auditor::seen::{Seen, Stop};
use crate::auditor::time::now;
use crate::auditor::wire::{Answer, Question};
use crate::device::{Claims, Expected, Secret, verified_claims};

/// What a published key must not have: RFC 7518 sections 6.2.2, 6.3.2 and 6.4.
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "id-token",
        section: "OpenID Connect Core section 3.1.3.7",
        proves: "K-11 N34",
        must: "where openid is granted, an ID token comes that verifies: signature, iss, aud, sub, exp",
        good: "with iat and auth_time",
        waits: false,
        check: |auditing| Box::pin(id_token(auditing)),
    },
    Row {
        id: "jwks",
        section: "RFC 7517 section 9.2",
        proves: "N69 K-15",
        must: "published keys have no private parts",
        good: "each has a kid, an alg and a use",
        waits: false,
        check: |auditing| Box::pin(jwks(auditing)),
    },
    Row {
        id: "userinfo",
        section: "OpenID Connect Core section 5.3.2",
        proves: "V-01",
        must: "200, JSON with the sub of the ID token",
        good: "also by POST, and Cache-Control: no-store",
        waits: false,
        check: |auditing| Box::pin(userinfo(auditing)),
    },
    Row {
        id: "userinfo-refuses",
        section: "RFC 6750 section 3",
        proves: "N64 V-02",
        must: "no token and garbage are answered 401 with WWW-Authenticate: Bearer",
        good: "without an error code for no token; garbage, an ID token and a token in the URL are refused, too",
        waits: false,
        check: |auditing| Box::pin(userinfo_refuses(auditing)),
    },
];

/// Whether `openid` was asked for, or given by default.
fn is_openid(auditing: &Auditing, tokens: &Tokens) -> bool {
    let granted = tokens.answer.text("scope").or_else(|| auditing.scope.clone()).unwrap_or_default();
    granted.split(' ').any(|scope| scope == "openid")
}

async fn keys(auditing: &Auditing) -> Result<Value, Stop> {
    let answer = auditing.ask(&Question::get(&auditing.metadata.endpoint("jwks_uri")?)).await?;
    answer.json().ok_or_else(|| Stop::Failed(format!("jwks_uri is answered {}", answer.brief())))
}

async fn claims(auditing: &Auditing, tokens: &Tokens) -> Result<Claims, Stop> {
    let id_token =
        tokens.id_token.clone().ok_or_else(|| Stop::Failed("openid was granted, and no id_token came".to_owned()))?;
    let expected = Expected { issuer: auditing.issuer(), client_id: &tokens.client.id, nonce: None };
    let keys = keys(auditing).await?;
    verified_claims(&Secret::from(id_token), &keys, &expected, now()).map_err(|error| Stop::Failed(error.to_string()))
}

async fn id_token(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let tokens = auditing.shared_tokens().await?;
    if !is_openid(auditing, tokens) {
        return Err(Stop::NotSupported("openid was not granted".to_owned()));
    }
    let claims = claims(auditing, tokens).await?;
    let names: Vec<&str> = claims.keys().map(String::as_str).collect();
    seen.says(names.join(", "));
    seen.must(claims.get("iat").is_some_and(Value::is_number), "iat is missing");
    seen.good(claims.get("auth_time").is_some_and(Value::is_number), "auth_time is missing");
    Ok(seen)
}

async fn jwks(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let keys = keys(auditing).await?;
    let keys = keys.get("keys").and_then(Value::as_array).cloned().unwrap_or_default();
    seen.says(format!("{} keys", keys.len()));
    seen.must(!keys.is_empty(), "there are no keys");
    for key in &keys {
        let private = PRIVATE.iter().find(|member| key.get(**member).is_some());
        seen.must(private.is_none(), format!("a key shows its private part {:?}", private.unwrap_or(&"")));
        let missing = ["kid", "alg", "use"].iter().find(|member| key.get(**member).is_none());
        seen.good(missing.is_none(), format!("a key has no {}", missing.unwrap_or(&"")));
    }
    Ok(seen)
}

async fn userinfo(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let endpoint = auditing.metadata.endpoint("userinfo_endpoint")?;
    let tokens = auditing.shared_tokens().await?;
    if !is_openid(auditing, tokens) {
        return Err(Stop::NotSupported("openid was not granted".to_owned()));
    }
    let bearer = format!("Bearer {}", tokens.access);
    let got = auditing.ask(&Question::get(&endpoint).header("authorization", &bearer)).await?;
    seen.says(got.brief());
    seen.must(got.status == 200 && got.json().is_some(), format!("answered {}", got.brief()));
    let claims = claims(auditing, tokens).await?;
    let same = got.text("sub").is_some_and(|sub| claims.get("sub").and_then(Value::as_str) == Some(&sub));
    seen.must(same, "it speaks of somebody else than the ID token");
    seen.good(got.is_not_stored(), "the answer may be cached");
    let posted = auditing.ask(&Question::post(&endpoint, &[]).header("authorization", bearer)).await?;
    seen.good(posted.status == 200, format!("POST is answered {}", posted.brief()));
    Ok(seen)
}

async fn userinfo_refuses(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let endpoint = auditing.metadata.endpoint("userinfo_endpoint")?;
    let bearer = |token: &str| Question::get(&endpoint).header("authorization", format!("Bearer {token}"));
    let challenge = |answer: &Answer| answer.header("www-authenticate").to_owned();
    let none = auditing.ask(&Question::get(&endpoint)).await?;
    let garbage = auditing.ask(&bearer("garbage")).await?;
    for (what, answer) in [("no token", &none), ("garbage", &garbage)] {
        seen.says(format!("{what}: {}", answer.status));
        seen.must(!answer.is_success() && answer.status < 500, format!("{what} was answered {}", answer.status));
        let told = answer.status == 401 && challenge(answer).to_ascii_lowercase().starts_with("bearer");
        // RFC 6750 section 2 allows the token in the body, too: a request without one may also be malformed (400).
        let due = told || (what == "no token" && answer.status == 400);
        seen.must(due, format!("{what}: status {}, challenge {:?}", answer.status, challenge(answer)));
    }
    seen.good(none.status == 401 && !challenge(&none).contains("error="), "no token is told as an error");
    seen.good(challenge(&garbage).contains("invalid_token"), "garbage is not called invalid_token");
    let tokens = auditing.shared_tokens().await?;
    if let Some(id_token) = &tokens.id_token {
        let answer = auditing.ask(&bearer(id_token)).await?;
        seen.says(format!("an ID token: {}", answer.status));
        seen.good(answer.status == 401, format!("an ID token was answered {}", answer.status));
        let in_url = auditing.ask(&Question::get(&endpoint).query(&[("access_token", &tokens.access)])).await?;
        seen.says(format!("in the URL: {}", in_url.status));
        seen.good(!in_url.is_success(), "a token in the URL was accepted");
    }
    Ok(seen)
}

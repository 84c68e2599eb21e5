//! Does signing out end what was issued? Revocation: RFC 7009.

use crate::auditor::Client;
use crate::auditor::auditing::{Auditing, Tokens};
use crate::auditor::rows::Row;
use crate::auditor::rows::expecting::refused;
use crate::auditor::seen::{Seen, Stop};
use crate::auditor::wire::{Answer, Question};

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "revoke-refresh-token",
        section: "RFC 7009 sections 2.1 and 2.2",
        proves: "N66 V-03",
        must: "200, and the refresh token is dead at once",
        good: "whatever token_type_hint says",
        waits: false,
        check: |auditing| Box::pin(refresh_token(auditing)),
    },
    Row {
        id: "revoke-access-token",
        section: "RFC 7009 section 2",
        proves: "V-03 V-05",
        must: "200, or unsupported_token_type",
        good: "userinfo refuses the token from then on",
        waits: false,
        check: |auditing| Box::pin(access_token(auditing)),
    },
    Row {
        id: "revoke-unknown",
        section: "RFC 7009 section 2.2",
        proves: "N66 V-03",
        must: "an unknown token is answered 200, a request without token invalid_request",
        good: "",
        waits: false,
        check: |auditing| Box::pin(unknown(auditing)),
    },
    Row {
        id: "revoke-other-client",
        section: "RFC 7009 section 2.1",
        proves: "N66 V-03",
        must: "nobody revokes the tokens of another client",
        good: "",
        waits: false,
        check: |auditing| Box::pin(other_client(auditing)),
    },
];

async fn revoke(auditing: &Auditing, client: &Client, form: &[(&str, &str)]) -> Result<Answer, Stop> {
    let endpoint = auditing.metadata.endpoint("revocation_endpoint")?;
    auditing.ask(&auditing.by(client, &endpoint, form)).await
}

async fn refreshes(auditing: &Auditing, tokens: &Tokens) -> Result<bool, Stop> {
    let form = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh()?)];
    let question = auditing.by(&tokens.client, &auditing.metadata.token_endpoint, &form);
    Ok(auditing.ask(&question).await?.has_tokens())
}

async fn refresh_token(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    auditing.metadata.endpoint("revocation_endpoint")?;
    let tokens = auditing.signed_in().await?;
    let form = [("token", tokens.refresh()?), ("token_type_hint", "access_token")];
    let answer = revoke(auditing, &tokens.client, &form).await?;
    seen.says(answer.brief());
    seen.must(answer.status == 200, format!("answered {}", answer.brief()));
    seen.must(!refreshes(auditing, &tokens).await?, "the refresh token still works");
    Ok(seen)
}

async fn access_token(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    auditing.metadata.endpoint("revocation_endpoint")?;
    let tokens = auditing.signed_in().await?;
    let answer = revoke(auditing, &tokens.client, &[("token", &tokens.access)]).await?;
    seen.says(answer.brief());
    if answer.error() == "unsupported_token_type" {
        return Err(Stop::NotSupported("access tokens are not revoked: unsupported_token_type".to_owned()));
    }
    seen.must(answer.status == 200, format!("answered {}", answer.brief()));
    if let (Ok(userinfo), Some(_)) = (auditing.metadata.endpoint("userinfo_endpoint"), &tokens.id_token) {
        let question = Question::get(&userinfo).header("authorization", format!("Bearer {}", tokens.access));
        let status = auditing.ask(&question).await?.status;
        seen.says(format!("userinfo then: {status}"));
        seen.good(status == 401, format!("userinfo still answers {status}"));
    }
    Ok(seen)
}

async fn unknown(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    for (what, form) in [
        ("an unknown token", &[("token", "garbage")][..]),
        ("with a strange hint", &[("token", "garbage"), ("token_type_hint", "grantd-audit")]),
    ] {
        let answer = revoke(auditing, auditing.main(), form).await?;
        seen.says(format!("{what}: {}", answer.brief()));
        seen.must(answer.status == 200, format!("{what} was answered {}", answer.brief()));
    }
    refused(&mut seen, "no token", &revoke(auditing, auditing.main(), &[]).await?, &["invalid_request"]);
    Ok(seen)
}

async fn other_client(auditing: &Auditing) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    auditing.metadata.endpoint("revocation_endpoint")?;
    let other = auditing.other()?;
    let tokens = auditing.signed_in().await?;
    let answer = revoke(auditing, other, &[("token", tokens.refresh()?)]).await?;
    seen.says(format!("the other client: {}", answer.brief()));
    seen.must(refreshes(auditing, &tokens).await?, "another client revoked the token");
    Ok(seen)
}

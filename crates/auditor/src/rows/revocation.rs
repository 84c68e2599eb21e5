//! The revocation of tokens (RFC 7009).

use crate::observations::{Observations, Stop};
use crate::rows::expecting::expect_refusal;
use crate::rows::refreshing::spend;
use crate::rows::{Row, row};
use crate::run::{AuditRun, Tokens};
use crate::wire::Question;

pub(super) const ROWS: &[Row] = &[
    row!("revoke-refresh-token", "RFC 7009 sections 2.1 and 2.2", "N66 V-03", refresh_token)
        .must("200, and the refresh token is dead at once")
        .good("whatever token_type_hint says"),
    row!("revoke-access-token", "RFC 7009 section 2", "V-03 V-05", access_token)
        .must("200, or unsupported_token_type")
        .good("userinfo refuses the token from then on"),
    row!("revoke-unknown", "RFC 7009 section 2.2", "N66 V-03", unknown)
        .must("an unknown token is answered 200, a request without token invalid_request"),
    row!("revoke-other-client", "RFC 7009 section 2.1", "N66 V-03", other_client)
        .must("nobody revokes the tokens of another client"),
];

/// Whether the refresh token still works.
async fn refreshes(run: &AuditRun, tokens: &Tokens) -> Result<bool, Stop> {
    Ok(spend(run, &tokens.client, tokens.refresh()?, None).await?.has_tokens())
}

async fn refresh_token(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let endpoint = run.metadata.endpoint("revocation_endpoint")?;
    let tokens = run.signed_in().await?;
    let form = [("token", tokens.refresh()?), ("token_type_hint", "access_token")];
    let answer = run.ask(&run.by(&tokens.client, &endpoint, &form)).await?;
    seen.says(answer.brief());
    seen.must(answer.status == 200, format!("answered {}", answer.brief()));
    seen.must(!refreshes(run, &tokens).await?, "the refresh token still works");
    Ok(())
}

async fn access_token(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let endpoint = run.metadata.endpoint("revocation_endpoint")?;
    let tokens = run.signed_in().await?;
    let answer = run.ask(&run.by(&tokens.client, &endpoint, &[("token", &tokens.access)])).await?;
    seen.says(answer.brief());
    if answer.error() == "unsupported_token_type" {
        return Err(Stop::not_supported("access tokens are not revoked: unsupported_token_type"));
    }
    seen.must(answer.status == 200, format!("answered {}", answer.brief()));
    if let (Ok(userinfo), Some(_)) = (run.metadata.endpoint("userinfo_endpoint"), &tokens.id_token) {
        let question = Question::get(&userinfo).header("authorization", format!("Bearer {}", tokens.access));
        let status = run.ask(&question).await?.status;
        seen.says(format!("userinfo then: {status}"));
        seen.good(status == 401, format!("userinfo still answers {status}"));
    }
    Ok(())
}

async fn unknown(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let endpoint = run.metadata.endpoint("revocation_endpoint")?;
    for (what, form) in [
        ("an unknown token", &[("token", "garbage")][..]),
        ("with a strange hint", &[("token", "garbage"), ("token_type_hint", "grantd-audit")]),
    ] {
        let answer = run.ask(&run.by(run.main(), &endpoint, form)).await?;
        seen.says(format!("{what}: {}", answer.brief()));
        seen.must(answer.status == 200, format!("{what} was answered {}", answer.brief()));
    }
    expect_refusal(run, seen, "no token", &run.by(run.main(), &endpoint, &[]), &["invalid_request"]).await
}

async fn other_client(run: &AuditRun, seen: &mut Observations) -> Result<(), Stop> {
    let endpoint = run.metadata.endpoint("revocation_endpoint")?;
    let other = run.other()?;
    let tokens = run.signed_in().await?;
    let answer = run.ask(&run.by(other, &endpoint, &[("token", tokens.refresh()?)])).await?;
    seen.says(format!("the other client: {}", answer.brief()));
    seen.must(refreshes(run, &tokens).await?, "another client revoked the token");
    Ok(())
}

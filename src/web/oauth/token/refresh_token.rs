//! How does a device stay signed in? RFC 6749 section 6, with the rotation of RFC 9700 section 4.14.2.

use crate::app::App;
use crate::flow::ClientRequest;
use crate::root_secret::{Purpose, SealingKey};
use crate::web::TRIES;
use crate::web::error::ApiError;
use protocol::messages::TokenResponse;
use protocol::{Channel, Client, Event, OAuthError, Refresh, RefreshToken, Scope, Source, Timestamp};
use store::{RefreshableFamily, Rotation, StoreError};

use crate::web::oauth::token::issue::{Grounds, Issue};
use crate::web::oauth::token::possession;

/// Answers a refresh. One that loses a race is decided again on what the winner left: then the presented token is the
/// one before the current, and gets the winner's successor.
pub(super) async fn refresh(
    app: &App,
    client: &Client,
    token: &RefreshToken,
    request: &ClientRequest,
) -> Result<TokenResponse, ApiError> {
    let source = &request.source(Channel::Token);
    let mut proven: Option<Option<String>> = None;
    for _ in 0..TRIES {
        let found = store::find_refreshable_family(&app.db, &token.chain_key()).await?;
        // Another client's token is told as one that never was, and no alarm rings for it.
        let family = found.filter(|family| family.client_id == client.id).ok_or(OAuthError::InvalidGrant)?;
        let now = app.shared_now();
        let refresh = family.chain.judge(&token.digest(), now, app.settings.tokens.rotation_grace);
        // A thief may have bound a chain that was free, and its device has no key to prove.
        if refresh == Refresh::Reuse && family.bound_late {
            return Err(ring(app, client, &family, source, now).await?.into());
        }
        // Before anything else comes of it: who does not hold its key neither moves the chain on nor rings its alarm. A proof
        // is good once, but a chain that was free when it came may be bound when a lost race is decided again.
        let bound_to = client.refreshes_with(family.jkt.as_deref());
        let jkt = match &proven {
            Some(jkt) => {
                client.may_use(bound_to, jkt.as_deref())?;
                jkt
            }
            None => proven.insert(possession::proven_key(app, client, request, bound_to).await?),
        };
        if refresh == Refresh::Reuse {
            return Err(ring(app, client, &family, source, now).await?.into());
        }
        if refresh == Refresh::Expired {
            return Err(OAuthError::InvalidGrant.into());
        }
        // What was approved may have been taken from the client since.
        let longest = client.longest_scope().max(family.scope.to_string().len());
        let scope = narrowed(client, &family, request.parameter("scope", longest)?)?;
        let resources = client.resources_within(&family.resources, request.form.all("resource"))?;
        let mut issue = sign(app, client, &family, &scope, &resources, jkt.as_deref(), now).await?;
        let idle_until = (now + client.refresh_token_idle).min(family.chain.ends_at);
        let access_token = &issue.access_token;
        let (written, refresh_token) = match refresh {
            Refresh::Rotate if client.rotates_refresh_tokens || client.is_public() => {
                let next = token.successor(app.entropy.secret());
                let sealed = successor_key(token).seal(b"", next.reveal().as_bytes());
                let rotation = Rotation {
                    spent: token.digest(),
                    next: next.digest(),
                    sealed,
                    idle_until,
                    at: now,
                    // The refresh tokens of a public client are bound from its first proof on (RFC 9449 section 5).
                    jkt: jkt.clone().filter(|_| client.is_public()),
                };
                let written = store::rotate_refresh_token(&app.db, &family.id, &rotation, access_token).await?;
                (written, Some(next.reveal().to_owned()))
            }
            // The same token stays good: the answer need not carry it again (RFC 6749 section 6).
            Refresh::Rotate => (store::add_to_family(&app.db, &family.id, now, idle_until, access_token).await?, None),
            Refresh::Again(sealed) => {
                let idle_until = family.chain.idle_until;
                let written = store::add_to_family(&app.db, &family.id, now, idle_until, access_token).await?;
                (written, Some(opened(token, &sealed)?))
            }
            Refresh::Expired | Refresh::Reuse => return Err(OAuthError::InvalidGrant.into()),
        };
        if written {
            issue.response.refresh_token = refresh_token;
            return Ok(issue.response);
        }
    }
    Err(StoreError::Overtaken.into())
}

/// A spent token came back too late to be a retry: one of two holders is a thief, so the family ends (RFC 9700 section
/// 4.14.2). The alarm rings once; what the client is told is the same each time.
async fn ring(
    app: &App,
    client: &Client,
    family: &RefreshableFamily,
    source: &Source,
    now: Timestamp,
) -> Result<OAuthError, StoreError> {
    let alarm = Event::RefreshTokenReused;
    let happened =
        |event| app.event(event, source).of_family(&family.id).of_client(&client.id).of_subject(&family.subject);
    let events = [happened(alarm), happened(Event::TokensRevoked).with("by", "reuse")];
    if store::revoke_family(&app.db, &family.id, now, &events).await? {
        tracing::warn!(
            alarm = alarm.name(),
            family = family.id,
            client = client.id,
            "a spent refresh token came back: tokens revoked"
        );
    }
    Ok(OAuthError::InvalidGrant)
}

/// What is granted this time: what was asked for, never more than what was approved (RFC 6749 section 6), and never what
/// the operator has taken from the client since. The chain itself keeps the whole scope.
fn narrowed(client: &Client, family: &RefreshableFamily, asked: Option<&str>) -> Result<Scope, OAuthError> {
    let scope = match asked {
        None => family.scope.clone(),
        Some(asked) => {
            let asked: Scope =
                asked.parse().map_err(|_| OAuthError::InvalidScope("scope has characters that no scope has".into()))?;
            if !asked.beyond(&family.scope).is_empty() {
                return Err(OAuthError::InvalidScope("a refresh cannot widen what was approved".into()));
            }
            asked
        }
    };
    Ok(scope.within(&client.scope))
}

async fn sign(
    app: &App,
    client: &Client,
    family: &RefreshableFamily,
    scope: &Scope,
    resources: &[String],
    jkt: Option<&str>,
    now: Timestamp,
) -> Result<Issue, ApiError> {
    let grounds = Grounds {
        subject: &family.subject,
        scope,
        auth_time: family.auth_time,
        amr: &family.amr,
        acr: family.acr.as_deref(),
        nonce: None,
        jkt,
        resources,
    };
    Issue::sign(app, client, &grounds, now).await
}

/// What seals the successor: the spent token, which only its holder has.
fn successor_key(spent: &RefreshToken) -> SealingKey {
    SealingKey::derive(spent.reveal().as_bytes(), Purpose::RefreshSuccessor)
}

fn opened(spent: &RefreshToken, sealed: &[u8]) -> Result<String, OAuthError> {
    let text = successor_key(spent).open(b"", sealed).map_err(|_| OAuthError::InvalidGrant)?;
    String::from_utf8(text.to_vec()).map_err(|_| OAuthError::InvalidGrant)
}

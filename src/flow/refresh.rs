//! Refresh the tokens of a device (RFC 6749 section 6), with the rotation of RFC 9700 section 4.14.2.
//!
//! 1. Find the family of the refresh token. Another client's token is answered as one that never was, and causes no alarm.
//! 2. Have the client prove the key that the chain is bound to.
//! 3. Judge the token: a spent one that comes back too late ends the family.
//! 4. Sign an access token for what is asked for, within what was approved.
//! 5. Rotate the chain and store the access token. A request that loses a race is decided again on what the winner left:
//!    then its token is the one before the current, and gets the winner's successor.

use crate::app::App;
use crate::flow::issue::{Grounds, IssuedTokens, issue};
use crate::flow::{ClientRequest, FlowError, TRIES, dpop};
use crate::root_secret::{Purpose, SealingKey};
use protocol::messages::TokenResponse;
use protocol::{Channel, Client, Event, OAuthError, Refresh, RefreshToken, Scope, Timestamp};
use store::{RefreshableFamily, Rotation, StoreError};

/// Answers a refresh.
pub(super) async fn refresh(
    app: &App,
    client: &Client,
    request: &ClientRequest,
    token: &str,
) -> Result<TokenResponse, FlowError> {
    let token = RefreshToken::presented(token).ok_or(OAuthError::InvalidGrant)?;
    let mut family = find(app, client, &token).await?;
    let judge =
        |family: &RefreshableFamily, now| family.chain.judge(&token.digest(), now, app.settings.tokens.rotation_grace);
    // A thief may have bound a chain that was free, and its device has no key to prove.
    if family.bound_late && judge(&family, app.shared_now()) == Refresh::Reuse {
        return Err(revoke_reused(app, request, &family).await?.into());
    }
    // Before anything else comes of it: a client without the key neither rotates the token nor is reported for reuse.
    let proof = dpop::proof_of_client(app, client, request, client.refreshes_with(family.jkt.as_deref()))?;
    let jkt = dpop::spend(app, proof).await?;
    for _ in 0..TRIES {
        let now = app.shared_now();
        let judged = judge(&family, now);
        if judged == Refresh::Reuse {
            return Err(revoke_reused(app, request, &family).await?.into());
        }
        // A proof is good once, but a chain that was free when it came may be bound after a lost race.
        client.may_use(client.refreshes_with(family.jkt.as_deref()), jkt.as_deref())?;
        if judged == Refresh::Expired {
            return Err(OAuthError::InvalidGrant.into());
        }
        let mut issued = sign(app, client, request, &family, jkt.as_deref(), now).await?;
        let idle_until = (now + client.refresh_token_idle).min(family.chain.ends_at);
        let access_token = &issued.access_token;
        let (is_stored, refresh_token) = match judged {
            Refresh::Rotate if client.rotates_refresh_tokens || client.is_public() => {
                let next = token.successor(app.entropy.secret());
                let rotation = Rotation {
                    spent: token.digest(),
                    next: next.digest(),
                    sealed: successor_key(&token).seal(b"", next.reveal().as_bytes()),
                    idle_until,
                    at: now,
                    // The refresh tokens of a public client are bound from its first proof on (RFC 9449 section 5).
                    jkt: if client.is_public() { jkt.clone() } else { None },
                };
                let is_stored = store::rotate_refresh_token(&app.db, &family.id, &rotation, access_token).await?;
                (is_stored, Some(next.reveal().to_owned()))
            }
            // The same token stays good: the answer need not carry it again (RFC 6749 section 6).
            Refresh::Rotate => (store::add_to_family(&app.db, &family.id, now, idle_until, access_token).await?, None),
            Refresh::Again(sealed) => {
                let idle_until = family.chain.idle_until;
                let is_stored = store::add_to_family(&app.db, &family.id, now, idle_until, access_token).await?;
                (is_stored, Some(open_successor(&token, &sealed)?))
            }
            Refresh::Expired | Refresh::Reuse => return Err(OAuthError::InvalidGrant.into()),
        };
        if is_stored {
            issued.response.refresh_token = refresh_token;
            return Ok(issued.response);
        }
        family = find(app, client, &token).await?;
    }
    Err(StoreError::Overtaken.into())
}

async fn find(app: &App, client: &Client, token: &RefreshToken) -> Result<RefreshableFamily, FlowError> {
    let found = store::find_refreshable_family(&app.db, &token.chain_key()).await?;
    Ok(found.filter(|family| family.client_id == client.id).ok_or(OAuthError::InvalidGrant)?)
}

/// Makes an access token for what is asked for. What was approved may have been taken from the client since.
async fn sign(
    app: &App,
    client: &Client,
    request: &ClientRequest,
    family: &RefreshableFamily,
    jkt: Option<&str>,
    now: Timestamp,
) -> Result<IssuedTokens, FlowError> {
    let longest = client.longest_scope().max(family.scope.to_string().len());
    let grounds = Grounds {
        subject: &family.subject,
        scope: &narrowed(client, family, request.parameter("scope", longest)?)?,
        auth_time: family.auth_time,
        amr: &family.amr,
        acr: family.acr.as_deref(),
        nonce: None,
        jkt,
        resources: &client.resources_within(&family.resources, request.form.all("resource"))?,
    };
    issue(app, client, &grounds, now).await
}

/// What is granted this time: what was asked for, never more than what was approved (RFC 6749 section 6), and never what
/// the operator has taken from the client since. The chain itself keeps the whole scope.
fn narrowed(client: &Client, family: &RefreshableFamily, asked: Option<&str>) -> Result<Scope, OAuthError> {
    let Some(asked) = asked else { return Ok(family.scope.within(&client.scope)) };
    let asked = Scope::requested(asked)?;
    if asked.beyond(&family.scope).is_empty() {
        Ok(asked.within(&client.scope))
    } else {
        Err(OAuthError::InvalidScope("a refresh cannot widen what was approved".into()))
    }
}

/// Ends a family whose spent token came back too late to be a retry: one of two holders is a thief (RFC 9700 section 4.14.2).
/// The alarm is raised once; the client gets the same answer each time.
async fn revoke_reused(
    app: &App,
    request: &ClientRequest,
    family: &RefreshableFamily,
) -> Result<OAuthError, StoreError> {
    let (alarm, source) = (Event::RefreshTokenReused, request.source(Channel::Token));
    let happened = |event| {
        app.event(event, &source).of_family(&family.id).of_client(&family.client_id).of_subject(&family.subject)
    };
    let events = [happened(alarm), happened(Event::TokensRevoked).with("by", "reuse")];
    if store::revoke_family(&app.db, &family.id, app.shared_now(), &events).await? {
        tracing::warn!(
            alarm = alarm.name(),
            family = family.id,
            client = family.client_id,
            "a spent refresh token came back: tokens revoked"
        );
    }
    Ok(OAuthError::InvalidGrant)
}

/// What seals the successor: the spent token, which only its holder has.
fn successor_key(spent: &RefreshToken) -> SealingKey {
    SealingKey::derive(spent.reveal().as_bytes(), Purpose::RefreshSuccessor)
}

fn open_successor(spent: &RefreshToken, sealed: &[u8]) -> Result<String, OAuthError> {
    let text = successor_key(spent).open(b"", sealed).map_err(|_| OAuthError::InvalidGrant)?;
    String::from_utf8(text.to_vec()).map_err(|_| OAuthError::InvalidGrant)
}

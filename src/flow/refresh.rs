//! Refresh the tokens of a device (RFC 6749 section 6), with the rotation of RFC 9700 section 4.14.2.
//!
//! 1. Find the family of the refresh token. A token of another client gets the answer of an unknown one, without an alarm.
//! 2. Check the proof of the key that the chain is bound to.
//! 3. Judge the token: a used one that comes back too late ends the family.
//! 4. Sign an access token for what the client asks for, within what was approved.
//! 5. Rotate the chain and store the access token. A request that loses a race is decided again on the new state: its
//!    token is then the one before the current, and it gets the successor that the winner made.

use crate::app::App;
use crate::flow::issue::{Grounds, IssuedTokens, issue};
use crate::flow::reuse::revoke_reused;
use crate::flow::{ClientRequest, FlowError, TRIES, dpop};
use crate::root_secret::{Purpose, SealingKey};
use protocol::messages::TokenResponse;
use protocol::{Channel, Client, Event, LONGEST_TOKEN, OAuthError, Refresh, RefreshToken, Scope, Timestamp};
use store::{RefreshableFamily, Rotation, StoreError};

/// Answers a refresh.
pub(super) async fn refresh(app: &App, client: &Client, request: &ClientRequest) -> Result<TokenResponse, FlowError> {
    let token = request.required("refresh_token", LONGEST_TOKEN)?;
    let token = RefreshToken::presented(token).ok_or(OAuthError::InvalidGrant)?;
    let mut family = find(app, client, &token).await?;
    let judge =
        |family: &RefreshableFamily, now| family.chain.judge(&token.digest(), now, app.settings.tokens.rotation_grace);
    // A thief may have bound a chain that was free, so the device has no key to prove.
    if family.bound_late && judge(&family, app.shared_now()) == Refresh::Reuse {
        return Err(end_reused(app, request, &family).await?.into());
    }
    // Before everything else: a client without the key does not rotate the token, and raises no alarm.
    let proof = dpop::proof_of_client(app, client, request, client.refreshes_with(family.jkt.as_deref()))?;
    let jkt = dpop::spend(app, proof).await?;
    for _ in 0..TRIES {
        let now = app.shared_now();
        let judged = judge(&family, now);
        if judged == Refresh::Reuse {
            return Err(end_reused(app, request, &family).await?.into());
        }
        // The proof was spent once for all tries, but a chain that was free may be bound after a lost race.
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
                // The refresh tokens of a public client are bound from its first proof on (RFC 9449 section 5).
                let jkt = if client.is_public() { jkt.clone() } else { None };
                let (spent, sealed) = (token.digest(), successor_key(&token).seal(b"", next.reveal().as_bytes()));
                let rotation = Rotation { spent, next: next.digest(), sealed, idle_until, at: now, jkt };
                let is_stored = store::rotate_refresh_token(&app.db, &family.id, &rotation, access_token).await?;
                (is_stored, Some(next.reveal().to_owned()))
            }
            // The same token stays good, so the answer does not have to contain it (RFC 6749 section 6).
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

/// Makes an access token for what the client asks for. The operator may have taken from the client what was approved.
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
        auth_time: Some(family.auth_time),
        amr: &family.amr,
        acr: family.acr.as_deref(),
        nonce: None,
        jkt,
        resources: &client.resources_within(&family.resources, request.form.all("resource"))?,
    };
    issue(app, client, &grounds, now).await
}

/// The scope that is granted this time: what the client asks for, never more than was approved (RFC 6749 section 6), and
/// never what the operator has taken from the client since. The chain itself keeps the whole scope.
fn narrowed(client: &Client, family: &RefreshableFamily, asked: Option<&str>) -> Result<Scope, OAuthError> {
    let Some(asked) = asked else { return Ok(family.scope.within(&client.scope)) };
    let asked = Scope::requested(asked)?;
    let beyond = asked.beyond(&family.scope);
    if beyond.is_empty() {
        Ok(asked.within(&client.scope))
    } else {
        tracing::info!(client = client.id, refused = beyond.named(), "a scope is refused: it was not approved");
        Err(OAuthError::InvalidScope(format!("a refresh cannot add {} to what was approved", beyond.named()).into()))
    }
}

/// Ends a family whose used refresh token came back.
async fn end_reused(app: &App, request: &ClientRequest, family: &RefreshableFamily) -> Result<OAuthError, FlowError> {
    let source = request.source(Channel::Token);
    let event = |event| app.event(event, &source).of_client(&family.client_id).of_subject(&family.subject);
    let words = "a spent refresh token came back: tokens revoked";
    revoke_reused(app, &family.id, event, Event::RefreshTokenReused, words).await
}

/// The key that seals the successor, made from the used token, which only its holder has.
fn successor_key(spent: &RefreshToken) -> SealingKey {
    SealingKey::derive(spent.reveal().as_bytes(), Purpose::RefreshSuccessor)
}

fn open_successor(spent: &RefreshToken, sealed: &[u8]) -> Result<String, OAuthError> {
    let text = successor_key(spent).open(b"", sealed).map_err(|_| OAuthError::InvalidGrant)?;
    String::from_utf8(text.to_vec()).map_err(|_| OAuthError::InvalidGrant)
}

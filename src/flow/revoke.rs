//! Revoke a token for its client (RFC 7009).
//!
//! 1. Authenticate the client.
//! 2. Find the token. An unknown token is a success, because it is not valid (section 2.2).
//! 3. Refuse a token of another client.
//! 4. End an access token alone, a refresh token with its whole family.

use crate::app::App;
use crate::flow::authenticate_client::authenticate_client;
use crate::flow::presented_token::PresentedToken;
use crate::flow::{ClientRequest, FlowError};
use protocol::{AuditEvent, Channel, Event, LONGEST_TOKEN, OAuthError};

/// Ends the token of a request.
pub(crate) async fn revoke(app: &App, request: &ClientRequest) -> Result<(), FlowError> {
    let client = authenticate_client(app, request).await?;
    let token = request.required("token", LONGEST_TOKEN)?;
    let now = app.clock.now();
    let Some(found) = PresentedToken::find(app, token, now).await? else { return Ok(()) };
    if found.client_id() != client.id {
        // Only a client that has authenticated gets an error (section 2.1); anybody can claim to be a public client.
        return if client.is_public() {
            Ok(())
        } else {
            Err(OAuthError::invalid_request("this token was issued to another client").into())
        };
    }
    let source = request.source(Channel::Revocation);
    let revoked = app.event(Event::TokensRevoked, &source).of_client(&client.id).with("by", "client");
    match found {
        PresentedToken::Access(_, live) => {
            let revoked = revoked.of_family(&live.family_id).with("token", "access_token");
            let revoked = AuditEvent { subject: live.person.map(|person| person.subject), ..revoked };
            store::revoke_access_token(&app.db, &live.digest, &revoked).await?;
            tracing::info!(client = client.id, "an access token was revoked by its client");
        }
        PresentedToken::Refresh(_, family) => {
            let revoked = revoked.of_family(&family.id).of_subject(&family.subject).with("token", "refresh_token");
            store::revoke_family(&app.db, &family.id, now, &[revoked]).await?;
            tracing::info!(client = client.id, family = family.id, "a device was signed out by its client");
        }
    }
    Ok(())
}

//! How is a token ended by its client? RFC 7009.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::protocol::{Channel, Event, OAuthError};
use crate::store;
use crate::web::error::{ApiError, no_store};
use crate::web::form::OAuthRequest;
use crate::web::oauth::presented_token::PresentedToken;
use crate::web::oauth::{LONGEST_TOKEN, authenticated, required};

/// `POST /revoke`. An unknown token is a success: what was wanted is so (section 2.2). A refresh token ends its whole
/// family, an access token only itself.
pub(in crate::web) async fn revoke(State(app): State<Arc<App>>, request: OAuthRequest) -> Result<Response, ApiError> {
    let client = authenticated(&app, &request).await?;
    let token = required(&request, "token", LONGEST_TOKEN)?;
    let now = app.clock.now();
    let revoked = || {
        app.event(Event::TokensRevoked, &request.hop.source(Channel::Revocation))
            .of_client(&client.id)
            .with("by", "client")
    };
    match PresentedToken::find(&app, token, now).await? {
        None => {}
        // Never revoked. Who has proven who they are is told (section 2.1); anybody could be a public client.
        Some(found) if found.client_id() != client.id && client.is_public() => {}
        Some(found) if found.client_id() != client.id => {
            return Err(OAuthError::invalid_request("this token was issued to another client").into());
        }
        Some(PresentedToken::Access(_, live)) => {
            let revoked = revoked().of_family(&live.family_id).of_subject(&live.subject).with("token", "access_token");
            store::revoke_access_token(&app.db, &live.digest, &revoked).await?;
            tracing::info!(client = client.id, "an access token was revoked by its client");
        }
        Some(PresentedToken::Refresh(_, family)) => {
            let revoked = revoked().of_family(&family.id).of_subject(&family.subject).with("token", "refresh_token");
            store::revoke_family(&app.db, &family.id, now, &[revoked]).await?;
            tracing::info!(client = client.id, family = family.id, "a device was signed out by its client");
        }
    }
    Ok(no_store(StatusCode::OK.into_response()))
}

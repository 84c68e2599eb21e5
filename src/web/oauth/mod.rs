//! What do clients ask? One file for each endpoint.

pub(super) mod device_authorization;
pub(super) mod jwks;
pub(super) mod metadata;
pub(super) mod token;
pub(super) mod userinfo;

use crate::app::App;
use crate::protocol::Client;
use crate::protocol::Credentials;
use crate::protocol::OAuthError;
use crate::web::form::OAuthRequest;

/// The client that a request comes from, proven (RFC 6749 section 2.3).
fn authenticated<'a>(app: &'a App, request: &OAuthRequest) -> Result<&'a Client, OAuthError> {
    let credentials = Credentials::presented(request.authorization.as_deref(), &request.form)?;
    let client = app.clients.find(&credentials.client_id);
    credentials.verify(client, || app.secret_compared())?;
    client.ok_or(OAuthError::InvalidClient { challenged: false })
}

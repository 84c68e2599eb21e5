//! What do clients ask? One file for each endpoint.

mod client_assertion;
pub(super) mod device_authorization;
pub(super) mod dpop;
pub(super) mod introspection;
pub(super) mod jwks;
pub(super) mod metadata;
mod presented_token;
mod resource_error;
pub(super) mod revocation;
mod throttle;
pub(super) mod token;
pub(super) mod userinfo;

use crate::app::App;
use crate::protocol::{Client, Credentials, OAuthError};
use crate::web::error::ApiError;
use crate::web::form::OAuthRequest;

/// Longer than any token of ours, with claims to come.
const LONGEST_TOKEN: usize = 8192;
/// How opaque access tokens begin, for scanners of secrets and for us (requirement K-01).
const OPAQUE: &str = "gat_";

/// A parameter that must be there.
fn required<'a>(request: &'a OAuthRequest, name: &'static str, longest: usize) -> Result<&'a str, OAuthError> {
    parameter(request, name, longest)?.ok_or_else(|| OAuthError::invalid_request(format!("{name} is missing")))
}

/// A parameter that may be there.
fn parameter<'a>(request: &'a OAuthRequest, name: &'static str, longest: usize) -> Result<Option<&'a str>, OAuthError> {
    request.form.at_most(name, longest).map_err(|malformed| OAuthError::InvalidRequest(malformed.into_reason()))
}

/// The client that a request comes from, proven (RFC 6749 section 2.3).
async fn authenticated<'a>(app: &'a App, request: &OAuthRequest) -> Result<&'a Client, ApiError> {
    let credentials = Credentials::presented(request.authorization.as_deref(), &request.form)?;
    let client = app.clients.find(&credentials.client_id);
    let verified = match credentials.assertion() {
        Some(assertion) => client_assertion::verify(app, &credentials.client_id, client, assertion).await,
        None => credentials.verify(client, || app.secret_compared()).map_err(ApiError::from),
    };
    verified.map_err(|refusal| {
        throttle::wrong_client_credentials(app, &credentials.client_id, request.hop.address, refusal)
    })?;
    client.ok_or(OAuthError::InvalidClient { challenged: false }.into())
}

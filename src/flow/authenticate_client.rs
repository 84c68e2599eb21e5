//! Authenticate the client of a request (RFC 6749 section 2.3).

use crate::app::App;
use crate::flow::{ClientRequest, FlowError, client_assertion, throttle};
use protocol::{Client, Credentials, OAuthError};

/// The client that a request comes from, proven.
pub(crate) async fn authenticate_client<'a>(app: &'a App, request: &ClientRequest) -> Result<&'a Client, FlowError> {
    let credentials = Credentials::presented(request.authorization.as_deref(), &request.form)?;
    let client = app.registry.clients.find(&credentials.client_id);
    let verified = match credentials.assertion() {
        Some(assertion) => client_assertion::verify(app, &credentials.client_id, client, assertion).await,
        None => credentials.verify(client, || app.secret_compared()).map_err(FlowError::from),
    };
    verified
        .map_err(|refusal| throttle::wrong_client_credentials(app, &credentials.client_id, request.address, refusal))?;
    client.ok_or(OAuthError::InvalidClient { challenged: false }.into())
}

//! Authenticate the client of a request (RFC 6749 section 2.3).

use crate::app::App;
use crate::flow::{ClientRequest, FlowError, client_assertion, limit_reached};
use crate::observer::Work;
use protocol::{Client, Credentials, OAuthError};

/// Returns the client of a request, after it has proven its identity.
pub(crate) async fn authenticate_client<'a>(app: &'a App, request: &ClientRequest) -> Result<&'a Client, FlowError> {
    let credentials = Credentials::presented(request.authorization.as_deref(), &request.form)?;
    let client = app.registry.clients.find(&credentials.client_id);
    let verified = match credentials.assertion() {
        Some(assertion) => client_assertion::verify(app, &credentials.client_id, client, assertion).await,
        None => credentials.verify(client, || app.observer.observe(Work::ClientSecret)).map_err(FlowError::from),
    };
    if let Err(FlowError::OAuth(OAuthError::InvalidClient { .. })) = verified {
        // Only wrong credentials are counted. An unknown client is counted like a known one.
        let (limits, now) = (&app.settings.limits, app.clock.now());
        let counted = app.limits.rates.wrong_client_credentials(limits, &credentials.client_id, request.address, now);
        counted.map_err(|wait| limit_reached("wrong client credentials", wait))?;
    }
    verified?;
    client.ok_or(OAuthError::InvalidClient { challenged: false }.into())
}

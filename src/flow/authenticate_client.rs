//! Authenticate the client of a request (RFC 6749 section 2.3).

use crate::app::App;
use crate::flow::{ClientRequest, FlowError, client_assertion, limit_reached};
use crate::observer::Work;
use protocol::{Client, Credentials, OAuthError, display_text};

/// Returns the client of a request, after it has proven its identity. Every flaw has the answer `invalid_client`; only
/// the log says which flaw it is.
pub(crate) async fn authenticate_client<'a>(app: &'a App, request: &ClientRequest) -> Result<&'a Client, FlowError> {
    let presented = Credentials::presented(request.authorization.as_deref(), &request.form);
    let credentials = presented.inspect_err(log_unreadable)?;
    let client = app.registry.clients.find(&credentials.client_id);
    let mut flaw = None;
    let verified = match credentials.assertion() {
        Some(assertion) => client_assertion::verify(app, &credentials.client_id, client, assertion).await,
        None => credentials.verify(client, || app.observer.observe(Work::ClientSecret)).map_err(|found| {
            flaw = Some(found);
            credentials.refusal().into()
        }),
    };
    if let Err(FlowError::OAuth(OAuthError::InvalidClient { .. })) = verified {
        // Only wrong credentials are counted. An unknown client is counted like a known one.
        let (limits, now) = (&app.settings.limits, app.clock.now());
        let counted = app.limits.rates.wrong_client_credentials(limits, &credentials.client_id, request.address, now);
        counted.map_err(|wait| limit_reached("wrong client credentials", wait))?;
    }
    if let Some(flaw) = flaw {
        // An id that nobody registered may be a secret in the wrong place.
        tracing::info!(
            client = client.map(|client| display_text(&client.id, 255)),
            %flaw,
            method = credentials.method(),
            registered = client.map(|client| client.authentication.name()),
            "a client is not authenticated"
        );
    }
    verified?;
    client.ok_or(OAuthError::InvalidClient { challenged: false }.into())
}

/// Logs that a request names no client in a way that can be read. What it holds may be a secret.
fn log_unreadable(refusal: &OAuthError) {
    let flaw = match refusal {
        OAuthError::InvalidClient { challenged: true } => {
            "the Authorization header is not Basic with an id and a secret".to_owned()
        }
        OAuthError::InvalidClient { challenged: false } => "its client_assertion_type is unknown".to_owned(),
        other => other.to_string(),
    };
    tracing::info!(flaw, "a client is not authenticated");
}

//! Exchange a grant for tokens at the token endpoint (RFC 6749 section 5).
//!
//! 1. Authenticate the client.
//! 2. Find the grant type, and check that the server offers it and the client may use it.
//! 3. Call the flow of the grant type, which reads the parameters of that type.

use crate::app::App;
use crate::flow::authenticate_client::authenticate_client;
use crate::flow::{ClientRequest, FlowError, poll, refresh};
use protocol::messages::TokenResponse;
use protocol::{GrantType, OAuthError};

/// Answers a token request.
pub(crate) async fn exchange(app: &App, request: &ClientRequest) -> Result<TokenResponse, FlowError> {
    let client = authenticate_client(app, request).await?;
    let name = request.required("grant_type", 255)?;
    let grant_type = offered(app).find(|offered| offered.name() == name).ok_or(OAuthError::UnsupportedGrantType)?;
    client.may(grant_type)?;
    match grant_type {
        GrantType::DeviceCode => poll::poll(app, client, request).await,
        GrantType::RefreshToken => refresh::refresh(app, client, request).await,
    }
}

/// The grant types that this server offers.
pub(crate) fn offered(app: &App) -> impl Iterator<Item = GrantType> {
    let has_devices = app.settings.device.enabled;
    GrantType::ALL.iter().copied().filter(move |grant_type| has_devices || *grant_type != GrantType::DeviceCode)
}

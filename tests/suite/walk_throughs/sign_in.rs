//! The program of docs/first-device.md, which shows all of it but this line.

use std::error::Error;
use std::time::Duration;

use oauth2::basic::BasicClient;
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, DeviceAuthorizationUrl, Scope, StandardDeviceAuthorizationResponse,
    TokenResponse, TokenUrl,
};

/// Signs in, and returns the access token. `show` puts the address and the code on the screen.
pub async fn sign_in<Pause: Future<Output = ()>>(
    issuer: &str,
    http: &impl for<'c> AsyncHttpClient<'c>,
    pause: impl Fn(Duration) -> Pause,
    show: impl FnOnce(&str, &str),
) -> Result<String, Box<dyn Error>> {
    let device = BasicClient::new(ClientId::new("living-room-tv".to_owned()))
        .set_auth_type(AuthType::RequestBody)
        .set_device_authorization_url(DeviceAuthorizationUrl::new(format!("{issuer}/device_authorization"))?)
        .set_token_uri(TokenUrl::new(format!("{issuer}/token"))?);
    let scopes = ["openid", "profile"].map(|scope| Scope::new(scope.to_owned()));
    let codes: StandardDeviceAuthorizationResponse =
        device.exchange_device_code().add_scopes(scopes).request_async(http).await?;
    show(codes.verification_uri().as_str(), codes.user_code().secret());
    // Polls, waits and slows down by itself.
    let tokens = device.exchange_device_access_token(&codes).request_async(http, pause, None).await?;
    Ok(tokens.access_token().secret().clone())
}

//! How does a device stay signed in? It buys new tokens with its refresh token (RFC 6749 section 6).

use crate::device::client::Client;
use crate::device::discovery::Server;
use crate::device::error::DeviceError;
use crate::device::http::Http;
use crate::device::messages::TokenResponse;
use crate::device::secret::Secret;

/// Asks `server` for new tokens, with no more scope than `refresh_token` stands for; `None`: all of it. When the response
/// carries a refresh token, that one takes the place of the old one and has to be kept before anything else is done. An ID
/// token in it is not looked at: it cannot say that somebody else signed in meanwhile.
pub async fn refresh(
    http: &Http,
    server: &Server,
    client: &Client,
    refresh_token: &Secret,
    scope: Option<&str>,
) -> Result<TokenResponse, DeviceError> {
    let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose())];
    form.extend(scope.map(|scope| ("scope", scope)));
    let basic = client.authenticate(&mut form);
    let answer = http.post(&server.token_endpoint, &form, basic).await?;
    answer.granted::<TokenResponse>()?.usable(&server.token_endpoint, http.proves())
}

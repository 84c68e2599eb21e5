//! What becomes of the tokens: refresh them (RFC 6749 section 6), revoke them (RFC 7009), or ask whether one is active
//! (RFC 7662).

use reqwest::StatusCode;

use crate::client::Client;
use crate::error::DeviceError;
use crate::messages::{IntrospectionResponse, TokenResponse};
use crate::secret::Secret;

impl Client<'_> {
    /// Asks for new tokens, with no more scope than `refresh_token` stands for; `None`: all of it. When the response carries
    /// a refresh token, that one takes the place of the old one and has to be kept before anything else is done. An ID token
    /// in it is not looked at: it cannot say that somebody else signed in meanwhile.
    pub async fn refresh(&self, refresh_token: &Secret, scope: Option<&str>) -> Result<TokenResponse, DeviceError> {
        let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose())];
        form.extend(scope.map(|scope| ("scope", scope)));
        let endpoint = &self.server.token_endpoint;
        self.post(endpoint, form).await?.granted::<TokenResponse>()?.usable(endpoint, self.http.proves())
    }

    /// Ends `token`. The end of a refresh token is that of the tokens that it bought, where the server supports that
    /// (section 2.1). A token that the server does not know is a success.
    pub async fn revoke(&self, token: &Secret) -> Result<(), DeviceError> {
        let endpoint = self.server.named(self.server.revocation_endpoint.as_ref(), "revocation_endpoint")?;
        let answer = self.post(endpoint, vec![("token", token.expose())]).await?.not_unavailable()?;
        // The body of a success is ignored (section 2.2).
        match answer.refusal() {
            _ if answer.status == StatusCode::OK => Ok(()),
            Some(refusal) => Err(refusal.into()),
            None => Err(DeviceError::unexpected(endpoint, format!("status {}", answer.status.as_u16()))),
        }
    }

    /// Asks about `token`, as a resource server, which has to authenticate.
    pub async fn introspect(&self, token: &Secret) -> Result<IntrospectionResponse, DeviceError> {
        let endpoint = self.server.named(self.server.introspection_endpoint.as_ref(), "introspection_endpoint")?;
        self.post(endpoint, vec![("token", token.expose())]).await?.granted()
    }
}

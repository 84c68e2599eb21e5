//! Refreshes tokens (RFC 6749 section 6), revokes them (RFC 7009), and asks whether one is active (RFC 7662).

use reqwest::StatusCode;
use serde_json::Value;

use crate::client::Client;
use crate::error::DeviceError;
use crate::messages::{IntrospectionResponse, TokenResponse};
use protocol::Secret;

impl Client<'_> {
    /// Asks for new tokens, with the scope of `refresh_token` or less of it. If the response has a refresh token, it replaces
    /// the old one and must be saved first. An ID token in the response is not read: the person is the same.
    pub async fn refresh(&self, refresh_token: &Secret, scope: Option<&str>) -> Result<TokenResponse, DeviceError> {
        let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", refresh_token.reveal())];
        form.extend(scope.map(|scope| ("scope", scope)));
        let endpoint = &self.server.token_endpoint;
        self.post(endpoint, form).await?.granted::<TokenResponse>()?.usable(endpoint, self.http.proves())
    }

    /// Revokes `token`. With a refresh token a server may also revoke the access tokens of the same grant (section 2.1). A token
    /// that the server does not know is a success.
    pub async fn revoke(&self, token: &Secret) -> Result<(), DeviceError> {
        let endpoint = self.server.revocation_endpoint.as_ref();
        let endpoint = endpoint.ok_or_else(|| self.server.lacks("revocation_endpoint"))?;
        let answer = self.post(endpoint, vec![("token", token.reveal())]).await?;
        // The body of a success is ignored (section 2.2).
        if answer.status == StatusCode::OK { Ok(()) } else { answer.granted::<Value>().map(drop) }
    }

    /// Asks whether `token` is active. A resource server asks this, and must authenticate.
    pub async fn introspect(&self, token: &Secret) -> Result<IntrospectionResponse, DeviceError> {
        let endpoint = self.server.introspection_endpoint.as_ref();
        let endpoint = endpoint.ok_or_else(|| self.server.lacks("introspection_endpoint"))?;
        self.post(endpoint, vec![("token", token.reveal())]).await?.granted()
    }
}

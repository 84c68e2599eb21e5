//! How does a device sign out? It ends its tokens at the server (RFC 7009).

use reqwest::StatusCode;

use crate::device::client::Client;
use crate::device::discovery::Server;
use crate::device::error::DeviceError;
use crate::device::http::Http;
use crate::device::secret::Secret;

/// Ends `token`; a refresh token takes what was bought with it along, where the server can do that (section 2.1). A token
/// that the server does not know is ended already.
pub async fn revoke(http: &Http, server: &Server, client: &Client, token: &Secret) -> Result<(), DeviceError> {
    let endpoint = server.named(server.revocation_endpoint.as_ref(), "revocation_endpoint")?;
    let mut form = vec![("token", token.expose())];
    let basic = client.authenticate(&mut form);
    let answer = http.post(endpoint, &form, basic).await?.not_unavailable()?;
    // The status says it all; the body of a success is ignored (section 2.2).
    match answer.refusal() {
        _ if answer.status == StatusCode::OK => Ok(()),
        Some(refusal) => Err(refusal.into()),
        None => Err(DeviceError::unexpected(endpoint, format!("status {}", answer.status.as_u16()))),
    }
}

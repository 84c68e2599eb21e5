//! Is this token still good? What a resource server asks before it believes one (RFC 7662).

use crate::device::client::Client;
use crate::device::discovery::Server;
use crate::device::error::DeviceError;
use crate::device::http::Http;
use crate::device::messages::IntrospectionResponse;
use crate::device::secret::Secret;

/// Asks `server` about `token`. `client` is the resource server, which has to prove who it is.
pub async fn introspect(
    http: &Http,
    server: &Server,
    client: &Client,
    token: &Secret,
) -> Result<IntrospectionResponse, DeviceError> {
    let endpoint = server.named(server.introspection_endpoint.as_ref(), "introspection_endpoint")?;
    let mut form = vec![("token", token.expose())];
    let basic = client.authenticate(&mut form);
    http.post(endpoint, &form, basic).await?.granted()
}

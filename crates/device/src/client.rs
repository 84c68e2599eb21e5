//! The client as which the device asks: its id and, if it is confidential, its secret (RFC 6749 section 2.3.1).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::{Url, form_urlencoded};

use crate::discovery::Server;
use crate::error::DeviceError;
use crate::http::{Answer, Http};
use protocol::Secret;

/// A client of one server.
#[derive(Clone, Debug)]
pub struct Client<'a> {
    pub(super) http: &'a Http,
    pub(super) server: &'a Server,
    pub(super) id: String,
    secret: Option<Secret>,
}

impl<'a> Client<'a> {
    /// A client that authenticates by HTTP Basic, or in the body if the server offers only that. An empty secret counts as
    /// none.
    pub fn new(id: &str, secret: Option<&str>, http: &'a Http, server: &'a Server) -> Self {
        let secret = secret.filter(|secret| !secret.is_empty()).map(Secret::presented);
        Self { http, server, id: id.to_owned(), secret }
    }

    /// POSTs `form` to `url` as this client.
    pub(super) async fn post(&self, url: &Url, mut form: Vec<(&str, &str)>) -> Result<Answer, DeviceError> {
        let (client, authorization) = authentication(&self.id, self.secret.as_ref(), self.server.wants_secret_in_body);
        form.extend(client);
        self.http.post(url, &form, authorization).await
    }
}

/// The parameters that authenticate a client, or its `Authorization` header (RFC 6749 section 2.3.1).
pub fn authentication<'a>(
    id: &'a str,
    secret: Option<&'a Secret>,
    in_body: bool,
) -> (Vec<(&'a str, &'a str)>, Option<String>) {
    match secret {
        Some(secret) if in_body => (vec![("client_id", id), ("client_secret", secret.reveal())], None),
        Some(secret) => (Vec::new(), Some(basic(id, secret.reveal()))),
        None => (vec![("client_id", id)], None),
    }
}

/// The `Authorization` header of HTTP Basic. RFC 6749 section 2.3.1 has both halves form-encoded first.
pub fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret))))
}

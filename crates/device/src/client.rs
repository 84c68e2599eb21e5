//! The client that the device is to the server: its id and, if it is confidential, its secret (RFC 6749 section 2.3.1).

use url::{Url, form_urlencoded};

use crate::discovery::Server;
use crate::error::DeviceError;
use crate::http::{Answer, Http};
use crate::secret::Secret;

/// A client of one server, and its way there.
#[derive(Clone, Debug)]
pub struct Client<'a> {
    pub(super) http: &'a Http,
    pub(super) server: &'a Server,
    pub(super) id: String,
    secret: Option<Secret>,
}

impl<'a> Client<'a> {
    /// A client that authenticates as `server` likes best: HTTP Basic, or in the body if only that is offered. An empty
    /// secret is none.
    pub fn new(id: &str, secret: Option<&str>, http: &'a Http, server: &'a Server) -> Self {
        let secret = secret.filter(|secret| !secret.is_empty()).map(|secret| Secret::from(secret.to_owned()));
        Self { http, server, id: id.to_owned(), secret }
    }

    /// POSTs `form` to `url`, authenticated in the header or in the body.
    pub(super) async fn post(&self, url: &Url, mut form: Vec<(&str, &str)>) -> Result<Answer, DeviceError> {
        let mut basic = None;
        match &self.secret {
            Some(secret) if !self.server.wants_secret_in_body => {
                basic = Some((form_encoded(&self.id), form_encoded(secret.expose())));
            }
            Some(secret) => form.extend([("client_id", self.id.as_str()), ("client_secret", secret.expose())]),
            None => form.push(("client_id", &self.id)),
        }
        self.http.post(url, &form, basic).await
    }
}

/// RFC 6749 section 2.3.1 wants both halves form-encoded before they meet at the colon.
fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

//! Who is the device to the server? Its client id and, for a confidential client, its secret (RFC 6749 section 2.3.1).

use url::form_urlencoded;

use crate::device::discovery::Server;
use crate::device::secret::Secret;

/// A client of one server.
#[derive(Clone, Debug)]
pub struct Client {
    id: String,
    secret: Option<Secret>,
    secret_in_body: bool,
}

impl Client {
    /// A client that authenticates as `server` likes best: HTTP Basic, or in the body if only that is offered. An empty
    /// secret is none.
    pub fn new(id: &str, secret: Option<&str>, server: &Server) -> Self {
        Self {
            id: id.to_owned(),
            secret: secret.filter(|secret| !secret.is_empty()).map(|secret| Secret::from(secret.to_owned())),
            secret_in_body: server.wants_secret_in_body,
        }
    }

    /// The `client_id`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Adds to `form` what the body has to say about the client, and gives the Basic credentials for the header.
    pub(super) fn authenticate<'a>(&'a self, form: &mut Vec<(&'static str, &'a str)>) -> Option<(String, String)> {
        match &self.secret {
            Some(secret) if !self.secret_in_body => {
                return Some((form_encoded(&self.id), form_encoded(secret.expose())));
            }
            Some(secret) => form.extend([("client_id", self.id.as_str()), ("client_secret", secret.expose())]),
            None => form.push(("client_id", &self.id)),
        }
        None
    }
}

/// RFC 6749 section 2.3.1 wants both halves form-encoded before they meet at the colon.
fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

//! The clients that the audit plays: one that is audited with, and others who must stay others (RFC 6749 section 2).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use device::Secret;

/// A client that the server knows.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its `client_id`.
    pub id: String,
    /// The secret of a confidential client.
    pub secret: Option<Secret>,
}

/// Everybody that the audit may play.
#[derive(Clone, Debug)]
pub struct Clients {
    /// The one whose device signs in.
    pub main: Client,
    /// Another one that may use the device grant, too.
    pub other: Option<Client>,
    /// One that may not.
    pub without_grant: Option<Client>,
}

impl Clients {
    /// One that has a secret.
    pub(super) fn confidential(&self) -> Option<&Client> {
        [Some(&self.main), self.other.as_ref()].into_iter().flatten().find(|client| client.secret.is_some())
    }
}

impl Client {
    /// What the body says about the client, and what the `Authorization` header says (RFC 6749 section 2.3.1).
    pub(super) fn authentication(&self, in_body: bool) -> (Vec<(&str, &str)>, Option<String>) {
        match &self.secret {
            Some(secret) if in_body => (vec![("client_id", &self.id), ("client_secret", secret.expose())], None),
            Some(secret) => (Vec::new(), Some(basic(&self.id, secret.expose()))),
            None => (vec![("client_id", &self.id)], None),
        }
    }
}

/// HTTP Basic, both halves form-encoded first.
pub(super) fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret))))
}

//! The clients that the audit uses: the audited one, and others that must stay apart from it (RFC 6749 section 2).

use device::authentication;
use protocol::Secret;

/// A client that the server knows.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its `client_id`.
    pub id: String,
    /// The secret of a confidential client.
    pub secret: Option<Secret>,
}

/// The clients that the audit may use.
#[derive(Clone, Debug)]
pub struct Clients {
    /// The client whose device signs in.
    pub main: Client,
    /// Another client with the device grant.
    pub other: Option<Client>,
    /// A client without the device grant.
    pub without_grant: Option<Client>,
}

impl Client {
    /// The parameters that authenticate the client, or its `Authorization` header (RFC 6749 section 2.3.1).
    pub(super) fn authentication(&self, in_body: bool) -> (Vec<(&str, &str)>, Option<String>) {
        authentication(&self.id, self.secret.as_ref(), in_body)
    }

    /// The secret; empty for a public client.
    pub(super) fn secret(&self) -> &str {
        self.secret.as_ref().map(Secret::reveal).unwrap_or_default()
    }
}

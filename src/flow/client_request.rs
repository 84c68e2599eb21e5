//! What a client sent to an OAuth endpoint, past the rules of HTTP.

use std::net::IpAddr;

use protocol::{Channel, Form, OAuthError, Source};

/// A request to an OAuth endpoint.
pub(crate) struct ClientRequest {
    /// The parameters in its body.
    pub(crate) form: Form,
    /// The bytes of its `Authorization` header.
    pub(crate) authorization: Option<Vec<u8>>,
    /// Every `DPoP` header (RFC 9449 section 4.1).
    pub(crate) proofs: Vec<Vec<u8>>,
    /// The URL of the endpoint, by the name that was used of it; the host is the issuer's, whatever the request says.
    pub(crate) url: String,
    /// The network address, past trusted proxies.
    pub(crate) address: IpAddr,
    /// What the client calls itself, cleaned.
    pub(crate) user_agent: Option<String>,
    /// Names the request in the log.
    pub(crate) request_id: String,
}

impl ClientRequest {
    /// A parameter that must be there.
    pub(crate) fn required(&self, name: &'static str, longest: usize) -> Result<&str, OAuthError> {
        self.parameter(name, longest)?.ok_or_else(|| OAuthError::invalid_request(format!("{name} is missing")))
    }

    /// A parameter that may be there.
    pub(crate) fn parameter(&self, name: &'static str, longest: usize) -> Result<Option<&str>, OAuthError> {
        self.form.at_most(name, longest).map_err(|malformed| OAuthError::InvalidRequest(malformed.into_reason()))
    }

    /// The source of an event that this request causes.
    pub(crate) fn source(&self, channel: Channel) -> Source {
        Source { channel, actor: None, address: Some(self.address), request_id: Some(self.request_id.clone()) }
    }
}

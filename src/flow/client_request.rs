//! A request to an OAuth endpoint, after `web` has checked the rules of HTTP.

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
    /// The URL of the endpoint, with the path that the client used and the host of the issuer, never the host of the
    /// request.
    pub(crate) url: String,
    /// The network address, without those of trusted proxies.
    pub(crate) address: IpAddr,
    /// The `User-Agent` of the client, cleaned.
    pub(crate) user_agent: Option<String>,
    /// The id of the request in the log.
    pub(crate) request_id: String,
}

impl ClientRequest {
    /// A required parameter.
    pub(crate) fn required(&self, name: &'static str, longest: usize) -> Result<&str, OAuthError> {
        self.parameter(name, longest)?.ok_or_else(|| OAuthError::invalid_request(format!("{name} is missing")))
    }

    /// An optional parameter.
    pub(crate) fn parameter(&self, name: &'static str, longest: usize) -> Result<Option<&str>, OAuthError> {
        Ok(self.form.at_most(name, longest)?)
    }

    /// The source of an event that this request causes.
    pub(crate) fn source(&self, channel: Channel) -> Source {
        Source { channel, actor: None, address: Some(self.address), request_id: Some(self.request_id.clone()) }
    }
}

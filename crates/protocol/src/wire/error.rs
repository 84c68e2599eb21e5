//! The errors that clients receive: RFC 6749 section 5.2 and RFC 8628 section 3.5.

use std::borrow::Cow;
use std::time::Duration;

/// One variant for each registered error code and cause. The text becomes `error_description`: it is for the developer
/// of the client, and has only the characters that RFC 6749 allows. Of the request it contains nothing but the scopes that
/// are refused, whose characters are among these.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// `invalid_request`: a parameter is missing, repeated or malformed.
    #[error("{0}")]
    InvalidRequest(Cow<'static, str>),
    /// `invalid_client`. It is the same for an unknown, a disabled and a wrongly authenticated client.
    #[error("client authentication failed")]
    InvalidClient {
        /// Whether the request used the `Authorization` header, so that the answer names the scheme.
        challenged: bool,
    },
    /// `invalid_grant`. It is the same for a code that never existed, that belongs to another client, or that was used.
    #[error("this code or token is not valid for this client")]
    InvalidGrant,
    /// `unauthorized_client`.
    #[error("this client is not registered for this grant type")]
    UnauthorizedClient,
    /// `unauthorized_client`, because of where the request comes from (requirement P-07).
    #[error("this client may not ask for codes from this network")]
    NetworkNotAllowed,
    /// `unsupported_grant_type`
    #[error("this server does not support this grant_type")]
    UnsupportedGrantType,
    /// `invalid_scope`
    #[error("{0}")]
    InvalidScope(Cow<'static, str>),
    /// `invalid_target`: a resource that is malformed, unknown, or not for this client (RFC 8707 section 2).
    #[error("{0}")]
    InvalidTarget(Cow<'static, str>),
    /// `authorization_pending`
    #[error("the person has not decided yet")]
    AuthorizationPending,
    /// `slow_down`
    #[error("polled too soon: wait five seconds longer between polls from now on")]
    SlowDown,
    /// `authorization_pending`, or `slow_down` to a `hasty` device: approved, but the PIN that was sent is wrong
    /// (requirement B-04). Only a client that knows of PINs has sent one, so no other client gets this answer.
    #[error("the initiation_pin is wrong: ask the person for it again")]
    WrongInitiationPin {
        /// Whether the poll came too early as well.
        hasty: bool,
        /// How many PINs the device may still send.
        tries_left: u32,
    },
    /// `access_denied`
    #[error("the person refused the request")]
    AccessDenied,
    /// `access_denied`, because the server cannot authenticate anybody as the device demands (requirement S-02). The
    /// name is that of the error of `/authorize` for this case (OpenID Connect Core Unmet Authentication Requirements).
    #[error("unmet_authentication_requirements: this server knows none of the acr_values that were asked for")]
    UnmetAuthentication,
    /// `expired_token`
    #[error("the device code has expired: start again")]
    ExpiredToken,
    /// `invalid_dpop_proof` (RFC 9449 section 5)
    #[error("{0}")]
    InvalidDpopProof(Cow<'static, str>),
    /// `use_dpop_nonce` (RFC 9449 section 8): the nonce is in a header of the answer.
    #[error("put the nonce of the DPoP-Nonce header into the proof")]
    UseDpopNonce,
    /// `temporarily_unavailable`: a limit was reached (requirement D-15).
    #[error("too many requests of this kind: try again when Retry-After says")]
    TooManyRequests {
        /// How long until the limit allows the next request.
        wait: Duration,
    },
    /// `temporarily_unavailable`: the database is away.
    #[error("{0}")]
    TemporarilyUnavailable(Cow<'static, str>),
    /// `server_error`: a fault of the server, without details.
    #[error("the server failed; the failure was logged")]
    ServerError,
}

impl OAuthError {
    /// `invalid_request` with its reason.
    pub fn invalid_request(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidRequest(reason.into())
    }

    /// The registered error code.
    pub fn code(&self) -> &'static str {
        self.registered().0
    }

    /// The HTTP status of the response that has this error.
    pub fn status(&self) -> u16 {
        self.registered().1
    }

    fn registered(&self) -> (&'static str, u16) {
        match self {
            Self::InvalidRequest(_) => ("invalid_request", 400),
            Self::InvalidClient { .. } => ("invalid_client", 401),
            Self::InvalidGrant => ("invalid_grant", 400),
            Self::UnauthorizedClient | Self::NetworkNotAllowed => ("unauthorized_client", 400),
            Self::UnsupportedGrantType => ("unsupported_grant_type", 400),
            Self::InvalidScope(_) => ("invalid_scope", 400),
            Self::InvalidTarget(_) => ("invalid_target", 400),
            Self::AuthorizationPending | Self::WrongInitiationPin { hasty: false, .. } => {
                ("authorization_pending", 400)
            }
            Self::SlowDown | Self::WrongInitiationPin { hasty: true, .. } => ("slow_down", 400),
            Self::AccessDenied | Self::UnmetAuthentication => ("access_denied", 400),
            Self::ExpiredToken => ("expired_token", 400),
            Self::InvalidDpopProof(_) => ("invalid_dpop_proof", 400),
            Self::UseDpopNonce => ("use_dpop_nonce", 400),
            Self::TooManyRequests { .. } => ("temporarily_unavailable", 429),
            Self::TemporarilyUnavailable(_) => ("temporarily_unavailable", 503),
            Self::ServerError => ("server_error", 500),
        }
    }
}

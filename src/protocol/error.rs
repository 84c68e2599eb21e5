//! What can go wrong, in the words that clients understand? RFC 6749 section 5.2 and RFC 8628 section 3.5.

use std::borrow::Cow;
use std::time::Duration;

/// One variant per registered error code. The text becomes `error_description`: it is read by the developer of the
/// client, never holds what the request held, and keeps to the characters that RFC 6749 allows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// `invalid_request`: a parameter is missing, repeated or malformed.
    #[error("{0}")]
    InvalidRequest(Cow<'static, str>),
    /// `invalid_client`. An unknown, a disabled and a wrongly authenticated client are told the same.
    #[error("client authentication failed")]
    InvalidClient {
        /// Whether the request used the `Authorization` header, so that the answer names the scheme.
        challenged: bool,
    },
    /// `invalid_grant`. The same for a code that never was, that is somebody else's, or that was used.
    #[error("this code or token is not valid for this client")]
    InvalidGrant,
    /// `unauthorized_client`
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
    /// `authorization_pending`, or `slow_down` to a `hasty` device: approved, but the PIN that was sent is wrong (requirement
    /// B-04). A client that knew no PIN would not have sent one, so nobody else hears this.
    #[error("the initiation_pin is wrong: ask the person for it again")]
    WrongInitiationPin {
        /// Whether the poll came too soon as well.
        hasty: bool,
        /// How many may be sent yet.
        tries_left: u32,
    },
    /// `access_denied`
    #[error("the person refused the request")]
    AccessDenied,
    /// `access_denied`, because nobody can be authenticated here as the device demands (requirement S-02). The name is
    /// that of the error which `/authorize` has for it (OpenID Connect Core Unmet Authentication Requirements).
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
    /// `temporarily_unavailable`, for a limit that was reached (requirement D-15).
    #[error("too many requests of this kind: try again when Retry-After says")]
    TooManyRequests {
        /// How long until there is room.
        wait: Duration,
    },
    /// `temporarily_unavailable`, for a database that is away.
    #[error("{0}")]
    TemporarilyUnavailable(Cow<'static, str>),
    /// `server_error`: our fault, told without detail.
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
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidClient { .. } => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient | Self::NetworkNotAllowed => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope(_) => "invalid_scope",
            Self::InvalidTarget(_) => "invalid_target",
            Self::AuthorizationPending | Self::WrongInitiationPin { hasty: false, .. } => "authorization_pending",
            Self::SlowDown | Self::WrongInitiationPin { hasty: true, .. } => "slow_down",
            Self::AccessDenied | Self::UnmetAuthentication => "access_denied",
            Self::ExpiredToken => "expired_token",
            Self::InvalidDpopProof(_) => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
            Self::TooManyRequests { .. } | Self::TemporarilyUnavailable(_) => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }
}

//! Render a failure for a client: always JSON (RFC 6749 section 5.2), and faults of the server without detail.

use std::any::Any;

use axum::Json;
use axum::http::header::{ALLOW, CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::flow::{FlowError, log_fault};
use protocol::OAuthError;
use protocol::messages::ErrorResponse;
use store::StoreError;

/// Why a client gets an error: a refusal of the flow that it called, or of a rule of HTTP.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The flow has no outcome.
    #[error(transparent)]
    Flow(FlowError),
    /// The body is larger than any request needs.
    #[error("the body is too large")]
    TooLarge,
    /// The body takes longer than any honest one.
    #[error("the body came too slowly")]
    TooSlow,
    /// Another method; it names those that are allowed.
    #[error("this endpoint does not take this method")]
    Method(&'static str),
    /// The request is for another host (RFC 9110 section 15.5.20); the issuer that is here.
    #[error("this is {0}, another host was asked")]
    Misdirected(String),
    /// The operator switched the grant off.
    #[error("this grant is switched off")]
    SwitchedOff,
}

impl<E: Into<FlowError>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self::Flow(error.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = match &self {
            Self::Flow(error) => return render(&oauth_error(error)),
            Self::SwitchedOff => render(&OAuthError::UnsupportedGrantType),
            refusal => render(&OAuthError::invalid_request(refusal.to_string())),
        };
        *response.status_mut() = match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Method(allowed) => {
                response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
                StatusCode::METHOD_NOT_ALLOWED
            }
            Self::Misdirected(_) => StatusCode::MISDIRECTED_REQUEST,
            Self::Flow(_) | Self::SwitchedOff => StatusCode::NOT_FOUND,
        };
        response
    }
}

/// What a client is told of a failed flow. A fault of the server is logged here, once, and told without detail.
fn oauth_error(error: &FlowError) -> OAuthError {
    match error {
        FlowError::OAuth(refusal) => return refusal.clone(),
        FlowError::ClientKeys(unavailable) => {
            return OAuthError::TemporarilyUnavailable(unavailable.to_string().into());
        }
        FlowError::Store(error) => log_fault(error),
        FlowError::Keys(error) => log_fault(error),
        FlowError::Passwords(error) => log_fault(error),
    }
    match error {
        FlowError::Store(StoreError::Overtaken) => {
            OAuthError::TemporarilyUnavailable("others change the same at this moment; try again".into())
        }
        FlowError::Store(error) if error.is_away() => {
            OAuthError::TemporarilyUnavailable("the server cannot reach its database; try again".into())
        }
        _ => OAuthError::ServerError,
    }
}

fn render(error: &OAuthError) -> Response {
    let status = match error {
        OAuthError::InvalidClient { .. } => StatusCode::UNAUTHORIZED,
        OAuthError::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        OAuthError::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
        OAuthError::TemporarilyUnavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        OAuthError::InvalidRequest(_)
        | OAuthError::InvalidGrant
        | OAuthError::UnauthorizedClient
        | OAuthError::NetworkNotAllowed
        | OAuthError::UnsupportedGrantType
        | OAuthError::InvalidScope(_)
        | OAuthError::InvalidTarget(_)
        | OAuthError::AuthorizationPending
        | OAuthError::SlowDown
        | OAuthError::WrongInitiationPin { .. }
        | OAuthError::AccessDenied
        | OAuthError::UnmetAuthentication
        | OAuthError::ExpiredToken
        | OAuthError::InvalidDpopProof(_)
        | OAuthError::UseDpopNonce => StatusCode::BAD_REQUEST,
    };
    let tries_left = match error {
        OAuthError::WrongInitiationPin { tries_left, .. } => Some(*tries_left),
        _ => None,
    };
    let body = ErrorResponse {
        error: error.code(),
        error_description: error.to_string(),
        initiation_pin: tries_left.map(|_| "wrong"),
        initiation_pin_tries_left: tries_left,
    };
    let mut response = no_store((status, Json(body)).into_response());
    response.extensions_mut().insert(error.clone());
    let headers = response.headers_mut();
    if let OAuthError::InvalidClient { challenged: true } = error {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"grantd\""));
    }
    if let OAuthError::TooManyRequests { wait } = error {
        // Whole seconds (RFC 9110 section 10.2.3), rounded up so that the wait is enough.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// Forbids every cache to keep an answer (RFC 6749 section 5.1).
pub(crate) fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// A handler broke down. The panic hook wrote where; nothing of it is told.
pub(super) fn after_panic(_: Box<dyn Any + Send>) -> Response {
    render(&OAuthError::ServerError)
}

pub(super) async fn only_post() -> ApiError {
    ApiError::Method("POST")
}

pub(super) async fn only_get_and_post() -> ApiError {
    ApiError::Method("GET, HEAD, POST")
}

/// Devices cannot read pages: what is switched off is told to them in JSON too (requirement U-16).
pub(super) async fn switched_off() -> ApiError {
    ApiError::SwitchedOff
}

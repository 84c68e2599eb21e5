//! How is a failure told to a client? JSON, always (RFC 6749 section 5.2); our own faults without detail.

use std::any::Any;

use axum::Json;
use axum::http::header::{ALLOW, CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::client_keys::Unavailable;
use crate::keys::KeyError;
use crate::protocol::OAuthError;
use crate::protocol::messages::ErrorResponse;
use crate::store::StoreError;

/// An answer that is an error, or a fault of ours.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// In the protocol's words.
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    /// The body is larger than any request needs.
    #[error("the body is too large")]
    TooLarge,
    /// The body takes longer than any honest one.
    #[error("the body came too slowly")]
    TooSlow,
    /// Another method; it names those that are allowed.
    #[error("this endpoint takes {0}")]
    Method(&'static str),
    /// The request is for another host (RFC 9110 section 15.5.20); the issuer that is here.
    #[error("this is {0}")]
    Misdirected(String),
    /// A grant that the operator switched off.
    #[error("this endpoint is switched off")]
    SwitchedOff,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys of a client are away: not its fault, and logged when they were asked for.
    #[error(transparent)]
    ClientKeys(#[from] Unavailable),
    /// A token could not be signed.
    #[error(transparent)]
    Keys(#[from] KeyError),
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::OAuth(error) => told(&error),
            Self::TooLarge => {
                let mut response = told(&OAuthError::invalid_request("the body is too large"));
                *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
                response
            }
            Self::TooSlow => {
                let mut response = told(&OAuthError::invalid_request("the body came too slowly"));
                *response.status_mut() = StatusCode::REQUEST_TIMEOUT;
                response
            }
            Self::Method(allowed) => {
                let mut response = told(&OAuthError::invalid_request("this endpoint does not take this method"));
                *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
                response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
                response
            }
            Self::Misdirected(issuer) => {
                let mut response =
                    told(&OAuthError::invalid_request(format!("this is {issuer}, another host was asked")));
                *response.status_mut() = StatusCode::MISDIRECTED_REQUEST;
                response
            }
            Self::SwitchedOff => {
                let mut response = told(&OAuthError::UnsupportedGrantType);
                *response.status_mut() = StatusCode::NOT_FOUND;
                response
            }
            Self::Store(StoreError::Overtaken) => {
                log_fault(&StoreError::Overtaken);
                told(&OAuthError::TemporarilyUnavailable("others change the same at this moment; try again".into()))
            }
            Self::Store(error) if error.is_away() => {
                log_fault(&error);
                told(&OAuthError::TemporarilyUnavailable("the server cannot reach its database; try again".into()))
            }
            Self::Store(error) => {
                log_fault(&error);
                told(&OAuthError::ServerError)
            }
            Self::ClientKeys(unavailable) => told(&OAuthError::TemporarilyUnavailable(unavailable.to_string().into())),
            Self::Keys(error) => {
                log_fault(&error);
                told(&OAuthError::ServerError)
            }
        }
    }
}

/// Logs a fault of ours, once, with all that led to it.
pub(crate) fn log_fault(fault: &(dyn std::error::Error + 'static)) {
    let chain: Vec<String> =
        std::iter::successors(Some(fault), |error| error.source()).map(ToString::to_string).collect();
    tracing::error!(fault = chain.join(": "), "a request failed");
}

fn told(error: &OAuthError) -> Response {
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
    told(&OAuthError::ServerError)
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

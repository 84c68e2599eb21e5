//! Render a failure for a client: always JSON (RFC 6749 section 5.2), and faults of the server without detail.

use std::any::Any;
use std::time::Duration;

use axum::Json;
use axum::http::header::{ALLOW, CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::flow::{FlowError, log_fault};
use protocol::OAuthError;
use protocol::messages::ErrorResponse;
use store::StoreError;

/// Why a client gets an error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The flow has no outcome.
    #[error(transparent)]
    Flow(FlowError),
    /// A rule of HTTP refuses the request, with the status that it has for this.
    #[error("{1}")]
    Http(StatusCode, OAuthError),
}

/// The format of an error: JSON for clients, a page for people.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorFormat {
    Json,
    Page,
}

impl<E: Into<FlowError>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self::Flow(error.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::Flow(error) => render(oauth_error(error)),
            Self::Http(status, error) => {
                let mut response = render(error);
                *response.status_mut() = status;
                response
            }
        }
    }
}

/// The answer to a client about a failed flow. A fault of the server is logged here, once, and answered without detail.
fn oauth_error(error: FlowError) -> OAuthError {
    match error {
        FlowError::OAuth(refusal) => return refusal,
        FlowError::ClientKeys(unavailable) => {
            return OAuthError::TemporarilyUnavailable(unavailable.to_string().into());
        }
        _ => log_fault(&error),
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

fn render(error: OAuthError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut body =
        ErrorResponse { error: error.code(), error_description: error.to_string(), ..ErrorResponse::default() };
    let mut headers = HeaderMap::new();
    match &error {
        OAuthError::InvalidClient { challenged: true } => {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"grantd\""));
        }
        OAuthError::TooManyRequests { wait } => {
            headers.insert(RETRY_AFTER, retry_after(*wait));
        }
        OAuthError::TemporarilyUnavailable(_) => {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        OAuthError::WrongInitiationPin { tries_left, .. } => {
            body.initiation_pin = Some("wrong");
            body.initiation_pin_tries_left = Some(*tries_left);
        }
        _ => {}
    }
    let mut response = no_store((status, headers, Json(body)).into_response());
    // For `compatibility`, which says some errors in the words of other products.
    response.extensions_mut().insert(error);
    response
}

/// The value of `Retry-After`: whole seconds (RFC 9110 section 10.2.3), rounded up so that the wait is enough.
pub(crate) fn retry_after(wait: Duration) -> HeaderValue {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    HeaderValue::from(seconds.max(1))
}

/// Forbids every cache to keep an answer (RFC 6749 section 5.1).
pub(crate) fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// A handler panicked. The panic hook logged where.
pub(super) fn after_panic(_: Box<dyn Any + Send>) -> Response {
    render(OAuthError::ServerError)
}

pub(super) async fn only_post() -> Response {
    method_not_allowed("POST")
}

pub(super) async fn only_get_and_post() -> Response {
    method_not_allowed("GET, HEAD, POST")
}

pub(super) fn method_not_allowed(allowed: &'static str) -> Response {
    let error = OAuthError::invalid_request("this endpoint does not take this method");
    ([(ALLOW, allowed)], ApiError::Http(StatusCode::METHOD_NOT_ALLOWED, error)).into_response()
}

/// The grant is disabled. Devices cannot read pages, so they get this as JSON (requirement U-16).
pub(super) async fn switched_off() -> ApiError {
    ApiError::Http(StatusCode::NOT_FOUND, OAuthError::UnsupportedGrantType)
}

//! Render a failure for a person: a page with a clear sentence, a reference and a way on (requirement W-09).

use std::any::Any;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::flow::{FlowError, log_fault};
use crate::web::pages::views::Fault;

/// Why there is no page of the usual kind.
#[derive(Debug)]
pub(crate) enum PageError {
    /// A form that no page of ours sends.
    Malformed,
    /// A form that is larger than any of ours.
    TooLarge,
    /// The form came more slowly than any honest one.
    TooSlow,
    /// The browser asked for another host (RFC 9110 section 15.5.20).
    Misdirected,
    /// The request names no host, or several (RFC 9112 section 3.2): the page says which host this is.
    NoHost,
    /// The form's session has ended, or it came from elsewhere.
    Stale,
    /// No such page, or none of this person's business.
    NotFound,
    /// The page does not take this method.
    Method,
    /// The account changed since the page was shown.
    OtherAccount,
    /// Nobody may approve such a request at present.
    Held,
    /// A use case has no outcome.
    Flow(FlowError),
    /// A handler broke down.
    Panic,
}

impl<E: Into<FlowError>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self::Flow(error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (status, fault) = match &self {
            Self::Malformed => (StatusCode::BAD_REQUEST, Fault::Malformed),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Fault::Malformed),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, Fault::TooSlow),
            Self::Misdirected => (StatusCode::MISDIRECTED_REQUEST, Fault::Misdirected),
            Self::NoHost => (StatusCode::BAD_REQUEST, Fault::Misdirected),
            Self::Stale => (StatusCode::FORBIDDEN, Fault::Stale),
            Self::NotFound => (StatusCode::NOT_FOUND, Fault::NotFound),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, Fault::Method),
            Self::OtherAccount => (StatusCode::CONFLICT, Fault::OtherAccount),
            Self::Held => (StatusCode::CONFLICT, Fault::Held),
            Self::Flow(error @ FlowError::Store(fault)) if fault.is_away() => {
                log_fault(error);
                (StatusCode::SERVICE_UNAVAILABLE, Fault::Unavailable)
            }
            Self::Panic => (StatusCode::INTERNAL_SERVER_ERROR, Fault::Internal),
            Self::Flow(error) => {
                log_fault(error);
                (StatusCode::INTERNAL_SERVER_ERROR, Fault::Internal)
            }
        };
        let mut response = status.into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        // The frame makes a page of it.
        response.extensions_mut().insert(fault);
        response
    }
}

/// The panic hook wrote where; the page says that the fault is ours.
pub(in crate::web) fn after_panic(_: Box<dyn Any + Send>) -> Response {
    PageError::Panic.into_response()
}

/// There is no such page.
pub(in crate::web) async fn not_found() -> PageError {
    PageError::NotFound
}

/// The page is there, but not for this method. (The router adds `Allow`.)
pub(in crate::web) async fn method_not_allowed() -> PageError {
    PageError::Method
}

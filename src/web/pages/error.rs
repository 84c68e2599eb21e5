//! Render a failure for a person: a page with a clear sentence, a reference and a way on (requirement W-09).

use std::any::Any;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::flow::{FlowError, log_fault};

/// Why a person gets an error page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// The form's session has ended, or it came from another site.
    Stale,
    /// There is no such page, or this person may not see it.
    NotFound,
    /// The page does not take this method.
    Method,
    /// The account changed since the page was shown (requirement U-10).
    OtherAccount,
    /// Nobody may approve such a request at present (requirement B-06).
    Held,
    /// The database is away, and nothing was decided.
    Unavailable,
    /// A fault of the server.
    Internal,
}

impl<E: Into<FlowError>> From<E> for PageError {
    /// Logs the fault.
    fn from(error: E) -> Self {
        let error = error.into();
        log_fault(&error);
        match error {
            FlowError::Store(fault) if fault.is_away() => Self::Unavailable,
            _ => Self::Internal,
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Malformed | Self::NoHost => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::Stale => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::OtherAccount | Self::Held => StatusCode::CONFLICT,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut response = status.into_response();
        if self == Self::Unavailable {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        // `frame` makes a page of it.
        response.extensions_mut().insert(self);
        response
    }
}

/// A handler panicked. The panic hook logged where.
pub(in crate::web) fn after_panic(_: Box<dyn Any + Send>) -> Response {
    PageError::Internal.into_response()
}

pub(in crate::web) async fn not_found() -> PageError {
    PageError::NotFound
}

/// The router adds `Allow`.
pub(in crate::web) async fn method_not_allowed() -> PageError {
    PageError::Method
}

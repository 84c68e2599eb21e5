//! Render a refusal for a program that answers for a person, in the shape of every other error of clients.

use std::time::Duration;

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::flow::FlowError;
use crate::flow::log_in::LoginRefusal;
use crate::web::error::{ApiError, no_store};
use crate::web::form::Unreadable;
use protocol::Timestamp;

/// Why a program gets an error.
pub(super) enum Refusal {
    /// Nobody is logged in, or not recently enough.
    LoginRequired,
    /// The session has ended because too many of its codes were wrong.
    LockedOut,
    /// The form does not have the csrf value of the session, or another site sent it: the status that the operator chose, and
    /// the reason.
    Csrf(u16, &'static str),
    /// A member is missing or has an impossible value.
    Wanting(&'static str),
    /// The operator does not let it be approved like this, or it was denied for it: the code and the reason.
    Forbidden(&'static str, &'static str),
    /// The detector of campaigns lets nobody approve such a request at present.
    Held,
    /// Wrong user name or password.
    WrongCredentials,
    /// Too many wrong passwords in a row: no further one is verified until an operator unlocks the account.
    Locked,
    /// Too many wrong codes or passwords: the seconds until the next try.
    TooMany(u64),
    /// An error of the other endpoints.
    Fault(ApiError),
}

impl Refusal {
    /// The form lacks the csrf value of the session.
    pub(super) fn csrf(app: &App) -> Self {
        Self::Csrf(app.settings.compatibility.bad_csrf_status, "csrf is missing or not the value of this session")
    }

    /// Another site sent the request.
    pub(super) fn foreign(app: &App) -> Self {
        Self::Csrf(app.settings.compatibility.bad_csrf_status, "another site sent this")
    }

    /// Nothing is looked up until then.
    pub(super) fn until(app: &App, until: Timestamp) -> Self {
        Self::after(until.since(app.clock.now()))
    }

    fn after(wait: Duration) -> Self {
        Self::TooMany(wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX).max(1))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error, description) = match self {
            Self::Fault(error) => return error.into_response(),
            Self::LoginRequired => (401, "login_required", "log in first"),
            Self::LockedOut => (401, "login_required", "too many codes were wrong: log in again"),
            Self::WrongCredentials => (401, "invalid_credentials", "the user name or the password is wrong"),
            Self::Locked => (
                403,
                "account_locked",
                "too many passwords of this user name were wrong: the operator has to unlock it",
            ),
            Self::Csrf(status, description) => (status, "invalid_csrf", description),
            Self::Wanting(description) => (400, "invalid_request", description),
            Self::Forbidden(error, description) => (403, error, description),
            Self::Held => (409, "held", "such requests cannot be approved at present; they can be denied"),
            Self::TooMany(_) => (429, "too_many_requests", "try again when Retry-After says"),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
        let body = Json(json!({"error": error, "error_description": description}));
        let mut response = no_store((status, body).into_response());
        if let Self::TooMany(seconds) = self {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl<E: Into<FlowError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Fault(error.into().into())
    }
}

impl From<LoginRefusal> for Refusal {
    fn from(refusal: LoginRefusal) -> Self {
        match refusal {
            LoginRefusal::WrongCredentials => Self::WrongCredentials,
            LoginRefusal::TooMany(wait) => Self::after(wait),
            LoginRefusal::Locked => Self::Locked,
        }
    }
}

impl From<Unreadable> for Refusal {
    fn from(unreadable: Unreadable) -> Self {
        Self::Fault(unreadable.into())
    }
}

//! Render an error for a program that acts for a person, in the shape of every other error of clients.

use std::time::Duration;

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::flow::FlowError;
use crate::flow::log_in::LoginRefusal;
use crate::web::error::{ApiError, no_store, retry_after};
use crate::web::form::Unreadable;
use crate::web::posted_form::same_origin;

/// Why a program gets an error.
pub(super) enum RestError {
    /// A refusal: its status, its code and its description.
    Refused(u16, &'static str, &'static str),
    /// Answers of an approval are missing. Each description says which.
    Incomplete(Vec<&'static str>),
    /// Too many codes or passwords were wrong; the next try is after this.
    TooMany(Duration),
    /// An error of the other endpoints.
    Api(ApiError),
}

impl RestError {
    /// Nobody is logged in, or not recently enough.
    pub(super) const LOGIN_REQUIRED: Self = Self::Refused(401, "login_required", "log in first");
    /// The session has ended because too many of its codes were wrong.
    pub(super) const LOCKED_OUT: Self = Self::Refused(401, "login_required", "too many codes were wrong: log in again");
    /// The detector of campaigns lets nobody approve such a request at present.
    pub(super) const HELD: Self =
        Self::Refused(409, "held", "such requests cannot be approved at present; they can be denied");

    /// A member is missing or has an impossible value.
    pub(super) fn malformed(description: &'static str) -> Self {
        Self::Refused(400, "invalid_request", description)
    }

    /// Refuses what another site sent.
    pub(super) fn check_origin(app: &App, headers: &HeaderMap) -> Result<(), Self> {
        if same_origin(headers, app) { Ok(()) } else { Err(Self::csrf(app, "another site sent this")) }
    }

    /// The form does not have the csrf value of the session, or another site sent it; the operator chose the status.
    pub(super) fn csrf(app: &App, description: &'static str) -> Self {
        Self::Refused(app.settings.compatibility.bad_csrf_status, "invalid_csrf", description)
    }
}

impl IntoResponse for RestError {
    fn into_response(self) -> Response {
        let (status, error, description, wait) = match self {
            Self::Api(error) => return error.into_response(),
            Self::Refused(status, error, description) => (status, error, description.to_owned(), None),
            Self::Incomplete(descriptions) => (400, "invalid_request", descriptions.join("; "), None),
            Self::TooMany(wait) => (429, "too_many_requests", "try again when Retry-After says".to_owned(), Some(wait)),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
        let body = Json(json!({"error": error, "error_description": description}));
        let mut response = no_store((status, body).into_response());
        if let Some(wait) = wait {
            response.headers_mut().insert(RETRY_AFTER, retry_after(wait));
        }
        response
    }
}

impl<E: Into<FlowError>> From<E> for RestError {
    fn from(error: E) -> Self {
        Self::Api(error.into().into())
    }
}

impl From<LoginRefusal> for RestError {
    fn from(refusal: LoginRefusal) -> Self {
        match refusal {
            LoginRefusal::WrongCredentials => {
                Self::Refused(401, "invalid_credentials", "the user name or the password is wrong")
            }
            LoginRefusal::TooMany(wait) => Self::TooMany(wait),
            LoginRefusal::Locked => Self::Refused(
                403,
                "account_locked",
                "too many passwords of this user name were wrong: the operator has to unlock it",
            ),
        }
    }
}

impl From<Unreadable> for RestError {
    fn from(unreadable: Unreadable) -> Self {
        Self::Api(unreadable.into())
    }
}

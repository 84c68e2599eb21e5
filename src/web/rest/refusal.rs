//! Why was nothing done? The refusals of programs that answer for people, in the shape of every other error of clients.

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::flow::log_fault;
use crate::protocol::{OAuthError, Timestamp};
use crate::store::StoreError;
use crate::web::error::{ApiError, no_store};
use crate::web::form::Unreadable;
use crate::web::pages::PageError;

/// Why nothing was done.
pub(super) enum Refusal {
    /// Nobody is signed in, or not recently enough.
    LoginRequired,
    /// Too many codes of this session were wrong: it has ended.
    LockedOut,
    /// The form does not carry the session's csrf value, or another site sent it; the status that the operator chose, and why.
    Csrf(u16, &'static str),
    /// A member is missing or none of those that there are.
    Wanting(&'static str),
    /// It may not be approved like this, as the operator decided; or it was denied for it.
    Forbidden(&'static str, &'static str),
    /// Nobody may approve such a request at present.
    Held,
    /// Wrong user name or password.
    WrongCredentials,
    /// Too many wrong passwords in a row: no further one is looked at until an operator unlocks the account.
    Locked,
    /// Too many wrong codes or logins; seconds until the next try.
    TooMany(u64),
    /// In the words of the other endpoints.
    Fault(ApiError),
}

impl Refusal {
    /// Without the session's csrf value.
    pub(super) fn csrf(app: &App) -> Self {
        Self::Csrf(app.settings.compatibility.bad_csrf_status, "csrf is missing or not the value of this session")
    }

    /// From another site.
    pub(super) fn foreign(app: &App) -> Self {
        Self::Csrf(app.settings.compatibility.bad_csrf_status, "another site sent this")
    }

    /// Until then nothing is looked at.
    pub(super) fn until(app: &App, until: Timestamp) -> Self {
        Self::TooMany(until.since(app.clock.now()).as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX).max(1))
    }

    fn told(&self, status: StatusCode, error: &str, description: &str) -> Response {
        let mut response = (status, Json(json!({"error": error, "error_description": description}))).into_response();
        if let Self::TooMany(seconds) = self {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
        }
        no_store(response)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let denied = StatusCode::UNAUTHORIZED;
        match self {
            Self::Fault(error) => error.into_response(),
            Self::LoginRequired => self.told(denied, "login_required", "log in first"),
            Self::LockedOut => self.told(denied, "login_required", "too many codes were wrong: log in again"),
            Self::WrongCredentials => {
                self.told(denied, "invalid_credentials", "the user name or the password is wrong")
            }
            Self::Locked => {
                let words = "too many passwords of this user name were wrong: the operator has to unlock it";
                self.told(StatusCode::FORBIDDEN, "account_locked", words)
            }
            Self::Csrf(status, words) => {
                self.told(StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN), "invalid_csrf", words)
            }
            Self::Wanting(words) => self.told(StatusCode::BAD_REQUEST, "invalid_request", words),
            Self::Forbidden(error, words) => self.told(StatusCode::FORBIDDEN, error, words),
            Self::Held => {
                let words = "such requests cannot be approved at present; they can be denied";
                self.told(StatusCode::CONFLICT, "held", words)
            }
            Self::TooMany(_) => {
                self.told(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "try again when Retry-After says")
            }
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<OAuthError> for Refusal {
    fn from(error: OAuthError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Unreadable> for Refusal {
    fn from(unreadable: Unreadable) -> Self {
        Self::Fault(unreadable.into())
    }
}

/// What the pages find out. A request that is nobody's to decide any more is for the caller of this to tell.
impl From<PageError> for Refusal {
    fn from(error: PageError) -> Self {
        match error {
            PageError::Held => Self::Held,
            PageError::Malformed => Self::Wanting("a scope was ticked that is not to be chosen"),
            PageError::Store(error) => error.into(),
            fault => {
                log_fault(&fault);
                OAuthError::ServerError.into()
            }
        }
    }
}

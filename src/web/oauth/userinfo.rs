//! Who signed in? OpenID Connect Core section 5.3; what can go wrong is RFC 6750 section 3.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::app::App;
use crate::protocol::ClaimPlace;
use crate::protocol::CustomClaim;
use crate::protocol::Person;
use crate::protocol::Scope;
use crate::protocol::messages::ErrorResponse;
use crate::protocol::messages::UserinfoResponse;
use crate::web::error::ApiError;
use crate::web::error::no_store;
use crate::web::form::Unreadable;
use crate::web::form::read_form;
use crate::web::oauth::presented_token::live_access_token;

/// Why a bearer token is not honoured (RFC 6750 section 3.1).
enum BearerError {
    /// No token at all, or another scheme: a bare challenge.
    Missing,
    /// Two tokens, a token in the URL, a body that cannot be read.
    InvalidRequest,
    /// Not ours, not alive, or not an access token.
    InvalidToken,
    /// Without `openid`.
    InsufficientScope,
    /// Our fault.
    Fault(ApiError),
}

/// `GET` and `POST /userinfo`
pub(in crate::web) async fn userinfo(State(app): State<Arc<App>>, request: Request) -> Response {
    match answer(&app, request).await {
        Ok(response) => no_store(Json(response).into_response()),
        Err(error) => error.into_response(),
    }
}

async fn answer(app: &App, request: Request) -> Result<UserinfoResponse, BearerError> {
    let token = presented(request, app.settings.listen.read_timeout).await?;
    let found =
        live_access_token(app, &token, app.clock.now()).await.map_err(|error| BearerError::Fault(error.into()))?;
    let (says, live) = found.ok_or(BearerError::InvalidToken)?;
    let scope: Scope = says.scope.parse().map_err(|_| BearerError::InvalidToken)?;
    if !scope.contains("openid") {
        return Err(BearerError::InsufficientScope);
    }
    let claims = app.clients.find(&live.client_id).map(|client| client.claims.as_slice()).unwrap_or_default();
    let person = Person { username: Some(live.username), name: live.name, email: live.email };
    let custom = CustomClaim::told(claims, ClaimPlace::Userinfo, &scope, &person);
    let (profile, email) = (scope.contains("profile"), scope.contains("email"));
    Ok(UserinfoResponse {
        sub: live.subject.as_str().to_owned(),
        name: person.name.filter(|_| profile),
        preferred_username: person.username.filter(|_| profile),
        email: person.email.filter(|_| email),
        custom,
    })
}

/// The one token of a request: in the header, or in the form of a POST; never in the URL.
async fn presented(request: Request, patience: Duration) -> Result<String, BearerError> {
    let (parts, body) = request.into_parts();
    if parts.uri.query().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("access_token="))) {
        return Err(BearerError::InvalidRequest);
    }
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    let header = headers.next();
    if headers.next().is_some() {
        return Err(BearerError::InvalidRequest);
    }
    let in_header = header.map(bearer).transpose()?.flatten();
    let has_body = parts.method == Method::POST && parts.headers.contains_key("content-type");
    let in_body = if has_body {
        match read_form(&parts.headers, body, patience).await {
            Ok(form) => form.get("access_token").map(str::to_owned),
            Err(Unreadable::Malformed(_) | Unreadable::TooLarge | Unreadable::TooSlow) => {
                return Err(BearerError::InvalidRequest);
            }
        }
    } else {
        None
    };
    match (in_header, in_body) {
        (Some(token), None) | (None, Some(token)) => Ok(token),
        (Some(_), Some(_)) => Err(BearerError::InvalidRequest),
        (None, None) => Err(BearerError::Missing),
    }
}

/// The token of a `Bearer` header. A header of another scheme has none: its sender does not know yet what is wanted here
/// (RFC 6750 section 3.1), which is no error of theirs.
fn bearer(value: &HeaderValue) -> Result<Option<String>, BearerError> {
    let value = value.to_str().map_err(|_| BearerError::InvalidRequest)?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    match (scheme.eq_ignore_ascii_case("bearer"), token.trim()) {
        (false, _) => Ok(None),
        (true, "") => Err(BearerError::InvalidRequest),
        (true, token) => Ok(Some(token.to_owned())),
    }
}

impl IntoResponse for BearerError {
    fn into_response(self) -> Response {
        let (status, error, description, challenge) = match self {
            Self::Fault(fault) => return fault.into_response(),
            Self::Missing => (StatusCode::UNAUTHORIZED, None, "", "Bearer realm=\"grantd\""),
            Self::InvalidRequest => (
                StatusCode::BAD_REQUEST,
                Some("invalid_request"),
                "send one access token, in the Authorization header",
                "Bearer realm=\"grantd\", error=\"invalid_request\"",
            ),
            Self::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                Some("invalid_token"),
                "the access token is not valid here any more",
                "Bearer realm=\"grantd\", error=\"invalid_token\"",
            ),
            Self::InsufficientScope => (
                StatusCode::FORBIDDEN,
                Some("insufficient_scope"),
                "the access token lacks the scope openid",
                "Bearer realm=\"grantd\", error=\"insufficient_scope\", scope=\"openid\"",
            ),
        };
        let mut response = match error {
            Some(error) => {
                (status, Json(ErrorResponse { error, error_description: description.to_owned() })).into_response()
            }
            None => status.into_response(),
        };
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        no_store(response)
    }
}

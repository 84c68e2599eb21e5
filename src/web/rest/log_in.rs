//! Log a person in for a program: with JSON at `/login`, or with two headers at the paths of another product.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::flow::log_in;
use crate::passwords::Password;
use crate::web::browser::Browser;
use crate::web::cookies::set_cookie;
use crate::web::error::no_store;
use crate::web::form::read_body;
use crate::web::hop::Hop;
use crate::web::rest::error::RestError;
use protocol::Secret;

/// The start of a header in base64.
const ENCODED: &str = "=?UTF-8?B?";

/// The body that a program posts to `/login`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LoginBody {
    username: String,
    password: String,
}

/// `POST /login` of JSON: begins a session as the page does, and answers with its csrf value. Another site cannot send this type
/// of body without a preflight request, so the request needs no csrf value of its own.
pub(super) async fn log_in(app: &Arc<App>, request: Request) -> Result<Response, RestError> {
    let (parts, body) = request.into_parts();
    RestError::check_origin(app, &parts.headers)?;
    let body = read_body(app, &parts.headers, body).await?;
    let LoginBody { username, password } = serde_json::from_slice(&body)
        .map_err(|_| RestError::malformed("the body must be JSON with username and password and nothing else"))?;
    let browser = Browser::of(app, &parts).await?;
    let after = browser.after_login(app, None);
    let (password, new) = (Password::typed(&password), after.new_session(&browser));
    let session = log_in::log_in(app, &username, &password, &browser.login_source(), new).await??;
    let username = session.sign_in.username.clone();
    let browser = after.in_session(session);
    let body = Json(json!({"username": username, "csrf": browser.csrf(app)}));
    let mut response = no_store(browser.answer(app, body.into_response()));
    browser.remember_login(app, &mut response);
    Ok(response)
}

/// `POST` to one of `compatibility.authenticate_paths`, with the credentials in headers: begins a session that opens no page. Its
/// token is its cookie.
pub(in crate::web) async fn authenticate(State(app): State<Arc<App>>, mut request: Request) -> Response {
    Hop::mark_as_of_program(&mut request);
    let (parts, _) = request.into_parts();
    match begun(&app, &parts).await {
        Ok(response) => response,
        Err(error) => in_products_shape(error),
    }
}

async fn begun(app: &App, parts: &Parts) -> Result<Response, RestError> {
    RestError::check_origin(app, &parts.headers)?;
    let (username, password) =
        (header(&parts.headers, "x-openam-username"), header(&parts.headers, "x-openam-password"));
    let (Some(username), Some(password)) = (username, password) else {
        return Err(RestError::malformed("X-OpenAM-Username and X-OpenAM-Password are needed"));
    };
    let token = Secret::from_random("", app.entropy.secret());
    let browser = Browser::of_program(app, &token, parts).await?;
    let (password, new) = (Password::typed(&password), browser.new_session(&browser));
    let session = log_in::log_in(app, &username, &password, &browser.login_source(), new).await??;
    let realm = format!("/{}", app.settings.compatibility.realm);
    let body = json!({"tokenId": token.reveal(), "successUrl": app.path("/account"), "realm": realm});
    let mut response = no_store(Json(body).into_response());
    set_cookie(app, &mut response, &app.settings.compatibility.session_cookie, token.reveal(), "SameSite=Strict");
    browser.in_session(session).remember_login(app, &mut response);
    Ok(response)
}

/// The one header of a name, in UTF-8 as it is or as RFC 2047 section 4.1 writes what is not ASCII.
fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut sent = headers.get_all(name).iter();
    let (Some(value), None) = (sent.next(), sent.next()) else { return None };
    let value = std::str::from_utf8(value.as_bytes()).ok()?;
    let is_encoded = value.get(..ENCODED.len()).is_some_and(|start| start.eq_ignore_ascii_case(ENCODED));
    match value.get(ENCODED.len()..).and_then(|rest| rest.strip_suffix("?=")).filter(|_| is_encoded) {
        Some(encoded) => String::from_utf8(STANDARD.decode(encoded).ok()?).ok(),
        None => Some(value.to_owned()),
    }
}

/// An error in the shape of the product whose headers these are; its status and `Retry-After` are ours.
fn in_products_shape(error: RestError) -> Response {
    let message = match error {
        RestError::Refused(_, "invalid_credentials", _) => Some("Authentication Failed"),
        RestError::Refused(_, "invalid_request" | "invalid_csrf", description) => Some(description),
        _ => None,
    };
    let (mut head, _) = error.into_response().into_parts();
    for of_body in [CONTENT_LENGTH, CONTENT_TYPE] {
        head.headers.remove(of_body);
    }
    let reason = head.status.canonical_reason().unwrap_or_default();
    let message = message.unwrap_or(reason);
    let body = Json(json!({"code": head.status.as_u16(), "reason": reason, "message": message}));
    (head.status, head.headers, body).into_response()
}

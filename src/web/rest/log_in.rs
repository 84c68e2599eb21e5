//! How does a program log a person in? With JSON at `/login`, or with two headers where another product has it so.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::passwords::Password;
use crate::protocol::{Event, Secret};
use crate::store::SignIn;
use crate::web::browser::Browser;
use crate::web::error::no_store;
use crate::web::form::read_body;
use crate::web::hop::Hop;
use crate::web::pages::login;
use crate::web::password_login::{self, LoginSource, Verdict};
use crate::web::posted_form::same_origin;
use crate::web::rest::refusal::Refusal;

/// What begins a header in base64.
const ENCODED: &str = "=?UTF-8?B?";

/// What a program posts to `/login`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    username: String,
    password: String,
}

/// `POST /login` of JSON: begins a session as the page does, and tells its csrf value. No other site can send this type
/// of body without asking this one first, so it needs no csrf value of its own.
pub(super) async fn log_in(app: &Arc<App>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    if !same_origin(&parts.headers, app) {
        return Err(Refusal::foreign(app));
    }
    let hop = Hop::of(&parts)?.of_program();
    let body = read_body(&parts.headers, body, app.settings.listen.read_timeout).await?;
    let Credentials { username, password } = serde_json::from_slice(&body)
        .map_err(|_| Refusal::Wanting("the body must be JSON with username and password and nothing else"))?;
    let mut browser = Browser::of(app, &parts).await?;
    let source = LoginSource::new(app, &hop, &parts.headers, Some(&browser));
    let sign_in = verified(app, &username, &password, &hop, &source).await?;
    let succeeded = app.event(Event::LoginSucceeded, &hop.person()).of_subject(&sign_in.subject);
    let (told, subject) = (sign_in.username.clone(), sign_in.subject.clone());
    if !browser.sign_in_as(app, sign_in, &succeeded).await? {
        return Err(Refusal::WrongCredentials);
    }
    let told = Json(json!({"username": told, "csrf": browser.csrf(app)}));
    Ok(no_store(source.seen().remember(app, &subject, browser.answer(app, told.into_response()))))
}

/// `POST` to one of `compatibility.authenticate_paths`, with the credentials in headers: begins a session that opens no
/// page, whose token is its cookie.
pub(in crate::web) async fn authenticate(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match begun(&app, &parts).await {
        Ok(response) => response,
        Err(refusal) => in_products_shape(refusal),
    }
}

async fn begun(app: &App, parts: &Parts) -> Result<Response, Refusal> {
    if !same_origin(&parts.headers, app) {
        return Err(Refusal::foreign(app));
    }
    let hop = Hop::of(parts)?.of_program();
    let (username, password) =
        (header(&parts.headers, "x-openam-username"), header(&parts.headers, "x-openam-password"));
    let (Some(username), Some(password)) = (username, password) else {
        return Err(Refusal::Wanting("X-OpenAM-Username and X-OpenAM-Password are needed"));
    };
    let source = LoginSource::new(app, &hop, &parts.headers, None);
    let sign_in = verified(app, &username, &password, &hop, &source).await?;
    let subject = sign_in.subject.clone();
    let succeeded = app.event(Event::LoginSucceeded, &hop.person()).of_subject(&sign_in.subject);
    let token = Secret::from_random("", app.entropy.secret());
    if !Browser::begin_of_program(app, &token, sign_in, &succeeded, parts).await? {
        return Err(Refusal::WrongCredentials);
    }
    let realm = format!("/{}", app.settings.compatibility.realm);
    let told = json!({"tokenId": token.reveal(), "successUrl": app.path("/account"), "realm": realm});
    let mut response = no_store(Json(told).into_response());
    let secure = if app.is_https() { "; Secure" } else { "" };
    let name = &app.settings.compatibility.session_cookie;
    let cookie = format!("{name}={}; Path=/; HttpOnly; SameSite=Strict{secure}", token.reveal());
    if let Ok(mut value) = HeaderValue::try_from(cookie) {
        value.set_sensitive(true);
        response.headers_mut().append(SET_COOKIE, value);
    }
    Ok(source.seen().remember(app, &subject, response))
}

/// Looks at name and password as the page does, with its limits.
async fn verified(
    app: &App,
    username: &str,
    password: &str,
    hop: &Hop,
    source: &LoginSource<'_>,
) -> Result<SignIn, Refusal> {
    let auth_time = app.clock.now();
    match password_login::authenticate(app, username, &Password::typed(password), source).await? {
        Verdict::Right(user) => {
            tracing::info!(subject = user.subject.as_str(), "signed in by a program");
            Ok(login::by_password(user, auth_time, hop))
        }
        Verdict::Wrong => Err(Refusal::WrongCredentials),
        Verdict::NotBefore(until) => Err(Refusal::until(app, until)),
        Verdict::Locked => Err(Refusal::Locked),
    }
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

/// A refusal in the shape of the product whose headers these are; its status and `Retry-After` are ours.
fn in_products_shape(refusal: Refusal) -> Response {
    let told = match refusal {
        Refusal::WrongCredentials => "Authentication Failed",
        Refusal::Wanting(words) | Refusal::Csrf(_, words) => words,
        _ => "",
    };
    let (mut head, _) = refusal.into_response().into_parts();
    for of_body in [CONTENT_LENGTH, CONTENT_TYPE] {
        head.headers.remove(of_body);
    }
    let reason = head.status.canonical_reason().unwrap_or_default();
    let message = if told.is_empty() { reason } else { told };
    let body = Json(json!({"code": head.status.as_u16(), "reason": reason, "message": message}));
    (head.status, head.headers, body).into_response()
}

//! The interface for programs that act for a person: `/device` and `/login` in JSON, with the same session, the same csrf rule
//! and the same flows as the pages (RFC 8628 section 6.2), audited as the channel `api`.
//!
//! In one product, a program logs in with two headers, sends the token that it got as its csrf value, and need not say that the
//! device is present. Sessions that begin at one of `compatibility.authenticate_paths` work so; they open no page.

mod answer;
mod caller;
mod code_answer;
mod described;
mod error;
mod log_in;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, ORIGIN, VARY};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::web::cookies::{BROWSER, cookie, cookie_name};
use crate::web::header_text::{accepted_weight, header_text, is_of_type};
use crate::web::hop::Hop;
use crate::web::rest::caller::token;
use crate::web::rest::code_answer::AnswerFormat;

pub(super) use log_in::authenticate;

/// Answers programs at the path of the page where codes are typed.
pub(super) async fn beside_the_code_page(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let Some(format) = format(&app, request.method(), request.headers()) else {
        return varied(next.run(request).await);
    };
    Hop::mark_as_of_program(&mut request);
    let answered = match *request.method() {
        Method::GET | Method::HEAD => answer::look(&app, request, format).await,
        Method::POST => answer::decide(&app, request, format).await,
        _ => return next.run(request).await,
    };
    varied(answered.unwrap_or_else(IntoResponse::into_response))
}

/// Answers programs at the path of the page where people log in.
pub(super) async fn beside_the_login_page(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !is_json(request.headers()) {
        return next.run(request).await;
    }
    Hop::mark_as_of_program(&mut request);
    log_in::log_in(&app, request).await.unwrap_or_else(IntoResponse::into_response)
}

/// Whether an answer on the code page is for a program.
pub(super) fn is_for_program(app: &App, request: &Request) -> bool {
    format(app, request.method(), request.headers()).is_some()
}

/// The format in which a program wants its answer; `None` for people.
fn format(app: &App, method: &Method, headers: &HeaderMap) -> Option<AnswerFormat> {
    // Browsers accept anything and do not name JSON.
    if accepted_weight(headers, "application/json") > 0.0 {
        return Some(AnswerFormat::Json);
    }
    // Browsers send these headers. A browser may have a cookie of that name from another server of its domain.
    if headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-mode") {
        return None;
    }
    // A program without its cookie learns that it must log in, and not that a form is stale.
    let forgot = method == Method::POST && cookie(headers, &cookie_name(app, BROWSER)).is_none();
    let may_forget = forgot && !app.settings.compatibility.authenticate_paths.is_empty();
    if may_forget || token(app, headers).is_some() { Some(AnswerFormat::PageData) } else { None }
}

fn is_json(headers: &HeaderMap) -> bool {
    header_text(headers, CONTENT_TYPE).first().is_some_and(|media| is_of_type(media, "application/json"))
}

/// The answer depends on these headers of the request (RFC 9110 section 12.5.5).
fn varied(mut response: Response) -> Response {
    response.headers_mut().insert(VARY, HeaderValue::from_static("Accept, Cookie"));
    response
}

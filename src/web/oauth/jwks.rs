//! Which keys verify what this server signs? RFC 7517 section 5.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::http::header::CACHE_CONTROL;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::app::App;

/// `GET /jwks.json`
pub(in crate::web) async fn jwks(State(app): State<Arc<App>>) -> Response {
    let json = HeaderValue::from_static("application/json");
    public(([(CONTENT_TYPE, json)], app.keys.jwks()).into_response())
}

/// For everybody, scripts of other sites included, and worth keeping for five minutes (requirements T-23, K-15).
pub(super) fn public(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

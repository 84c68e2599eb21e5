//! Publish the keys that verify what this server signs (RFC 7517 section 5).

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
    ALLOW, CACHE_CONTROL, CONTENT_TYPE,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::web::error::method_not_allowed;

/// `GET /jwks.json`
pub(in crate::web) async fn jwks(State(app): State<Arc<App>>) -> Response {
    let json = HeaderValue::from_static("application/json");
    public(([(CONTENT_TYPE, json)], app.keys.signing.jwks()).into_response())
}

/// Answers methods other than GET and HEAD. A browser asks by `OPTIONS` whether a script of another site may read a document, if
/// the script sends a header of its own (Fetch, section 3.3.2): it may.
pub(in crate::web) async fn not_read(method: Method) -> Response {
    const ALLOWED: &str = "GET, HEAD, OPTIONS";
    if method != Method::OPTIONS {
        return method_not_allowed(ALLOWED);
    }
    let headers = [
        (ALLOW, ALLOWED),
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"),
        // The asterisk stands for every header but that one.
        (ACCESS_CONTROL_ALLOW_HEADERS, "*, authorization"),
        (ACCESS_CONTROL_MAX_AGE, "7200"),
    ];
    public((StatusCode::NO_CONTENT, headers).into_response())
}

/// Lets every site read an answer, and every cache keep it for five minutes (requirements T-23, K-15).
pub(super) fn public(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

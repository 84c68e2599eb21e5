//! `POST /introspect` (RFC 7662): as JSON, or as a JWT where `Accept` asks for one (RFC 9701).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::flow::ClientRequest;
use crate::flow::introspect::{Introspection, introspect};
use crate::web::error::{ApiError, no_store};
use crate::web::header_text::accepted_weight;

const SIGNED: &str = "application/token-introspection+jwt";

/// `POST /introspect`
pub(in crate::web) async fn introspection(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    request: ClientRequest,
) -> Result<Response, ApiError> {
    let mut response = match introspect(&app, &request, prefers_signed(&headers)).await? {
        Introspection::Plain(response) => Json(response).into_response(),
        Introspection::Signed(jwt) => ([(CONTENT_TYPE, SIGNED)], jwt).into_response(),
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    Ok(no_store(response))
}

/// Whether `Accept` names the signed form, and likes it no less than plain JSON. A client that accepts anything gets JSON.
fn prefers_signed(headers: &HeaderMap) -> bool {
    let signed = accepted_weight(headers, SIGNED);
    signed > 0.0 && signed >= accepted_weight(headers, "application/json")
}

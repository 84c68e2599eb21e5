//! `POST /introspect` (RFC 7662): as JSON, or as a JWT where `Accept` asks for one (RFC 9701).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::flow::ClientRequest;
use crate::flow::introspect::{Introspection, introspect};
use crate::web::error::{ApiError, no_store};
use crate::web::header_text::header_text;

const JSON: &str = "application/json";
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

/// Whether `Accept` names the signed form, and likes it no less than plain JSON (RFC 9110 section 12.5.1). Only its own name
/// counts: who takes anything expects what everybody gets.
fn prefers_signed(headers: &HeaderMap) -> bool {
    let accept = header_text(headers, ACCEPT);
    let ranges: Vec<&str> = accept.iter().flat_map(|value| value.split(',')).collect();
    let weight = |media: &str| {
        let mut parts = ranges.iter().map(|range| range.split(';'));
        let range = parts.find_map(|mut range| range.next()?.trim().eq_ignore_ascii_case(media).then_some(range))?;
        let mut parameters = range.filter_map(|parameter| parameter.split_once('='));
        let q = parameters.rfind(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
        Some(q.and_then(|(_, value)| value.trim().parse::<f32>().ok()).unwrap_or(1.0))
    };
    let signed = weight(SIGNED).unwrap_or(0.0);
    signed > 0.0 && signed >= weight(JSON).unwrap_or(0.0)
}

//! The endpoints of clients, which answer in JSON. A handler takes a request that the extractor has parsed, calls one flow and
//! renders its outcome.

pub(super) mod introspection;
pub(super) mod jwks;
pub(super) mod metadata;
mod resource_error;
pub(super) mod userinfo;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::flow::request::request_codes;
use crate::flow::{ClientRequest, revoke, token};
use crate::web::error::{ApiError, no_store};

/// `POST /device_authorization` (RFC 8628 section 3.1)
pub(super) async fn device_authorization(
    State(app): State<Arc<App>>,
    request: ClientRequest,
) -> Result<Response, ApiError> {
    let codes = request_codes(&app, &request).await?;
    Ok(no_store(Json(codes).into_response()))
}

/// `POST /token` (RFC 6749 section 3.2)
pub(super) async fn token(State(app): State<Arc<App>>, request: ClientRequest) -> Result<Response, ApiError> {
    let tokens = token::exchange(&app, &request).await?;
    Ok(no_store(Json(tokens).into_response()))
}

/// `POST /revoke` (RFC 7009)
pub(super) async fn revocation(State(app): State<Arc<App>>, request: ClientRequest) -> Result<Response, ApiError> {
    revoke::revoke(&app, &request).await?;
    Ok(no_store(StatusCode::OK.into_response()))
}

/// Adds the nonce for the next proof to every answer, if the settings ask for nonces (RFC 9449 section 8.2).
pub(super) async fn nonced(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Ok(nonce) = HeaderValue::from_str(&app.registry.dpop_nonces.current(app.clock.now())) {
        response.headers_mut().insert("dpop-nonce", nonce);
    }
    response
}

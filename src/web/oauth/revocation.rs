//! `POST /revoke` (RFC 7009).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::flow::{self, ClientRequest};
use crate::web::error::{ApiError, no_store};

/// `POST /revoke`
pub(in crate::web) async fn revoke(State(app): State<Arc<App>>, request: ClientRequest) -> Result<Response, ApiError> {
    flow::revoke::revoke(&app, &request).await?;
    Ok(no_store(StatusCode::OK.into_response()))
}

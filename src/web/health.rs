//! Is this process alive, and can it work? For supervisors and load balancers; answered under any Host (L-07).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use crate::app::App;

/// The process answers.
pub(super) async fn livez() -> &'static str {
    "alive\n"
}

/// The database answers too, so requests are welcome.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    match app.db.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    }
}

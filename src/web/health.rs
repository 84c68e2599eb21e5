//! Health checks for supervisors and load balancers, answered under any Host (requirement L-07).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use crate::app::App;

/// Answers while the process lives. It checks nothing else, because a restart does not bring a database back.
pub(super) async fn livez() -> &'static str {
    "alive\n"
}

/// Answers whether the database accepts writes, or else which part fails.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> (StatusCode, String) {
    let unready = match app.node.readiness.refuses(app.node.timekeeping.ahead().unwrap_or_default()) {
        Some(reason) => Some(reason.to_owned()),
        None => app.db.readiness().await.err().map(|reason| reason.to_string()),
    };
    match unready {
        None => (StatusCode::OK, "ready\n".to_owned()),
        Some(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {reason}\n")),
    }
}

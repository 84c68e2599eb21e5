//! Who tidies up? A task that deletes what has expired, by the same clock that everything else goes by.

use std::sync::Arc;

use crate::app::App;
use crate::store;

/// Purges at every `purge.every` for as long as it is polled; a database that is away is tried again the next time.
pub(crate) async fn tidy(app: Arc<App>) {
    let settings = &app.settings.purge;
    let ceiling = app.settings.limits.login_ceiling;
    loop {
        app.clock.sleep_until(app.clock.now() + settings.every).await;
        match store::purge(&app.db, app.clock.now(), settings.batch, ceiling).await {
            Ok(0) => {}
            Ok(deleted) => tracing::info!(deleted, "expired rows purged"),
            Err(error) => tracing::warn!(%error, "expired rows cannot be purged"),
        }
    }
}

//! Look once a minute whether the files hold another certificate: not everything that renews one can send a signal.
//!
//! The secrets of clients and webhooks are not looked at: people change those, on two sides at once, and say when by a reload.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::spawn_blocking;

use crate::listener::InForce;
use crate::telemetry::chain;

/// How soon a renewed certificate is shown, at the latest.
const EVERY: Duration = Duration::from_secs(60);

/// Looks for as long as it is polled, by the clock that everything else goes by.
pub(crate) async fn watch(in_force: watch::Receiver<Arc<InForce>>) {
    loop {
        let clock = Arc::clone(&in_force.borrow().app.clock);
        clock.sleep_until(clock.now() + EVERY).await;
        let current = Arc::clone(&in_force.borrow());
        // Files may be on a network that does not answer.
        match spawn_blocking(move || current.look_at_certificate()).await {
            Ok(Some(Ok(()))) => tracing::info!("the certificate was renewed: new connections are shown the new one"),
            Ok(Some(Err(refusal))) => {
                tracing::error!(
                    refused = chain(&refusal),
                    "the certificate has changed and the old one is still shown"
                );
            }
            Ok(None) | Err(_) => {}
        }
    }
}

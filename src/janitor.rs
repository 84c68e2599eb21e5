//! The periodic tasks: delete expired rows and rows of settings that were removed, rotate signing keys, free memory, and
//! compare clocks. All of them use the clock of the server.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::listener::InForce;
use crate::timekeeping;
use store::StoreError;

/// How long the memory for hashing is kept for the next login. To allocate it again takes a tenth of the time of a hash.
const MEMORY_RESTS: Duration = Duration::from_secs(5);

/// Frees idle memory for hashing, for as long as it is polled.
pub(crate) async fn give_back_memory(mut in_force: watch::Receiver<Arc<InForce>>) {
    loop {
        let app = Arc::clone(&in_force.borrow_and_update().app);
        tokio::select! {
            () = app.clock.sleep_until(app.clock.now() + MEMORY_RESTS) => app.passwords.give_back_memory(),
            Ok(()) = in_force.changed() => {}
        }
    }
}

/// Purges at every `purge.every`, for as long as it is polled. If the database is away, it tries again the next time. A
/// reload that shortens the wait takes effect at once.
pub(crate) async fn tidy(mut in_force: watch::Receiver<Arc<InForce>>) {
    let mut tidied = in_force.borrow().app.clock.now();
    loop {
        let app = Arc::clone(&in_force.borrow_and_update().app);
        let (settings, detector) = (&app.settings.purge, &app.settings.detector);
        // Here, and not when an approval is counted: there may be no approval while the detector is disabled.
        if !(detector.enabled && detector.hold)
            && let Err(error) = store::release_every_campaign(&app.db, app.clock.now()).await
        {
            tracing::warn!(%error, "requests that the detector held cannot be released");
        }
        tokio::select! {
            () = app.clock.sleep_until(tidied + settings.every) => {}
            Ok(()) = in_force.changed() => continue,
        }
        tidied = app.clock.now();
        app.limits.rates.forget_idle(tidied);
        if let Err(error) = app.keys.signing.tend(&app.settings.keys).await {
            tracing::error!(%error, "signing keys cannot be tended");
        }
        let ceiling = app.settings.limits.login_ceiling;
        let audited_since = tidied - app.settings.audit.keep_for;
        // A notice is tried for that long, and then kept as long again, so that an operator can see its outcome.
        let noticed_since = tidied - app.settings.notices.keep_for * 2;
        let webhooks: Vec<&str> = app.registry.webhooks.iter().map(|webhook| webhook.name.as_str()).collect();
        let purged = async {
            let expired = store::purge(&app.db, tidied, settings.batch, ceiling).await?;
            let expired = expired + store::purge_changes(&app.db, settings.batch).await?;
            let counted = tidied - detector.within;
            let expired = expired + store::purge_campaigns(&app.db, counted, settings.batch).await?;
            let notices = store::purge_notices(&app.db, noticed_since, settings.batch, &webhooks).await?;
            Ok::<_, StoreError>(
                expired + notices + store::purge_audit_events(&app.db, audited_since, settings.batch).await?,
            )
        };
        match purged.await {
            Ok(0) => {}
            Ok(deleted) => tracing::info!(deleted, "expired rows purged"),
            Err(error) => tracing::warn!(%error, "expired rows cannot be purged"),
        }
    }
}

/// Compares this node's clock with the database's once a minute, for as long as it is polled.
pub(crate) async fn keep_time(in_force: watch::Receiver<Arc<InForce>>) {
    loop {
        let app = Arc::clone(&in_force.borrow().app);
        app.clock.sleep_until(app.clock.now() + timekeeping::EVERY).await;
        if let Err(error) = app.node.timekeeping.look(&app.db, app.clock.as_ref()).await {
            tracing::warn!(%error, "the clocks of this node and of the database cannot be compared");
        }
    }
}

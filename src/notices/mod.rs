//! Deliver notices to their webhooks. Each webhook has a task that takes due notices from the outbox, one after the other,
//! and sends each until the receiver accepts it or its time is over (requirement U-15).
//!
//! Every notice is sent at least once: after a crash between sending a notice and storing that it was sent, it is sent
//! again under the same id. Notices may arrive in another order. A receiver that fails waits until the next look, and
//! delays no other receiver.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::App;
use crate::listener::InForce;
use crate::telemetry::chain;
use crate::webhooks::{SendError, Webhook};
use protocol::{Channel, Event, Source, Timestamp, notice_backoff};
use store::{Notice, StoreError, failpoints};

/// How often a task looks for notices of other processes, and for postponed ones.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// After the longest time of an attempt, a node has so long to store the outcome before another node may try.
const GRACE: Duration = Duration::from_secs(30);

/// Delivers to the webhooks that are in force, for as long as it is polled.
pub(crate) async fn deliver(mut in_force: watch::Receiver<Arc<InForce>>) {
    let mut tasks = JoinSet::new();
    loop {
        let app = Arc::clone(&in_force.borrow_and_update().app);
        for webhook in app.registry.webhooks.iter() {
            tasks.spawn(serve_webhook(Arc::clone(&app), webhook.clone(), in_force.clone()));
        }
        // The tasks of an older configuration finish their present notice, and end.
        while tasks.try_join_next().is_some() {}
        if in_force.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Serves one webhook until another configuration is in force.
async fn serve_webhook(app: Arc<App>, webhook: Webhook, mut in_force: watch::Receiver<Arc<InForce>>) {
    let mut deliveries = app.db.deliveries();
    loop {
        deliveries.mark_unchanged();
        // `has_changed` does not mark the change as seen, so the `select!` below sees it as well.
        let is_in_force = || !in_force.has_changed().unwrap_or(true);
        if let Err(error) = deliver_to(&app, &webhook, is_in_force).await {
            tracing::warn!(webhook = webhook.name, %error, "notices cannot be looked for");
        }
        tokio::select! {
            () = app.clock.sleep_until(app.clock.now() + LOOK_EVERY) => {}
            Ok(()) = deliveries.changed() => {}
            _ = in_force.changed() => return,
        }
    }
}

/// Sends the due notices of every webhook, up to its first failure.
pub async fn deliver_due(app: &App) -> Result<(), StoreError> {
    let rounds = join_all(app.registry.webhooks.iter().map(|webhook| deliver_to(app, webhook, || true))).await;
    rounds.into_iter().collect()
}

/// Sends the due notices while this configuration is in force. The next configuration sends the others.
async fn deliver_to(app: &App, webhook: &Webhook, is_in_force: impl Fn() -> bool) -> Result<(), StoreError> {
    let timeout = app.settings.notices.timeout;
    while is_in_force() {
        failpoints::reach("notice: before").await;
        let now = app.clock.now();
        let until = now + timeout + GRACE;
        let Some(notice) = store::take_notice(&app.db, &webhook.name, now, until).await? else { return Ok(()) };
        let sent = webhook.send(&notice.id, &notice.body, now, timeout).await;
        failpoints::reach("notice: sent").await;
        match sent {
            Ok(status) => {
                store::note_delivery(&app.db, &notice, app.clock.now(), &status.to_string()).await?;
            }
            // A receiver that does not accept one notice will not accept the next.
            Err(error) => return put_off(app, &notice, &error).await,
        }
    }
    Ok(())
}

/// Postpones a notice, or gives it up when its time is over.
async fn put_off(app: &App, notice: &Notice, error: &SendError) -> Result<(), StoreError> {
    let (now, reason) = (app.clock.now(), chain(error));
    let mut random = [0; 4];
    app.entropy.fill(&mut random);
    let failures = u32::try_from(notice.attempts).unwrap_or(u32::MAX);
    let due_at = now + notice_backoff(failures, u32::from_be_bytes(random));
    let (webhook, id, name) = (&notice.webhook, &notice.id, &notice.name);
    if due_at <= Timestamp::from_millis(notice.at) + app.settings.notices.keep_for {
        tracing::warn!(webhook, id, notice = name, attempts = notice.attempts, reason, "a notice was not taken");
        return store::postpone_notice(&app.db, notice, due_at, &reason).await;
    }
    let given_up = app.event(Event::NoticeGivenUp, &Source::local(Channel::Server));
    let given_up = given_up.with("webhook", webhook.as_str()).with("notice", name.as_str()).with("about", id.as_str());
    if store::give_up_notice(&app.db, notice, &reason, &given_up).await? {
        tracing::error!(webhook, id, notice = name, attempts = notice.attempts, reason, "a notice is given up");
    }
    Ok(())
}

//! The outbox of the webhooks (requirement U-15).
//!
//! A notice is written in the transaction of its event, so that neither exists without the other and nobody waits for a
//! network. A node leases a notice before it delivers it, so that two nodes do not deliver it at once. The lease of a node that
//! died runs out.

use std::sync::Arc;

use sqlx::FromRow;

use crate::arg::{Arg, args};
use crate::portable_row::EngineRow;
use crate::statement::{Columns, WrittenRow, insert_parts, list, row, statements};
use crate::subscribers::{LoggedNotice, Subscribers};
use crate::transaction::Transaction;
use crate::{Db, StoreError};
use protocol::{AuditEvent, NoticeFacts, Timestamp, notice_body, notice_name};

statements! {
    /// Always one row. A family names its grant, and both name the person. The row of a family holds the facts of every type of
    /// grant.
    FACTS = "SELECT COALESCE(f.grant_id, g.id) AS grant_id, COALESCE(f.client_id, g.client_id) AS client_id, \
            COALESCE(f.subject, g.subject) AS subject, COALESCE(f.scope, g.granted_scope) AS scope, u.username, u.email, \
            g.requested_at, COALESCE(g.requested_from, f.requested_from) AS requested_from, \
            COALESCE(g.user_agent, f.user_agent) AS user_agent \
        FROM (SELECT CAST($1 AS TEXT) AS grant_id, CAST($2 AS TEXT) AS family_id, CAST($3 AS TEXT) AS subject) e \
        LEFT JOIN token_families f ON f.id = e.family_id \
        LEFT JOIN device_grants g ON g.id = COALESCE(e.grant_id, f.grant_id) \
        LEFT JOIN users u ON u.id = COALESCE(e.subject, f.subject, g.subject)";
    ADD = insert_parts("notices", &[Notice::COLUMNS, &["due_at"]]);
    FIND = "SELECT id FROM notices WHERE webhook = $1 AND id = $2";
    NEXT = format!(
        "SELECT {} FROM notices WHERE webhook = $1 AND due_at <= $2 \
        ORDER BY due_at, id LIMIT 1",
        list::<Notice>()
    );
    TAKE = "UPDATE notices SET attempts = attempts + 1, due_at = $4, last_answer = NULL \
        WHERE webhook = $1 AND id = $2 AND attempts = $3 AND due_at <= $5";
    DELIVERED = "UPDATE notices SET due_at = NULL, delivered_at = $4, last_answer = $5, body = '' \
        WHERE webhook = $1 AND id = $2 AND attempts = $3 AND due_at IS NOT NULL";
    POSTPONE = "UPDATE notices SET due_at = $4, last_answer = $5 \
        WHERE webhook = $1 AND id = $2 AND attempts = $3 AND due_at IS NOT NULL";
    GIVE_UP = "UPDATE notices SET due_at = NULL, given_up_at = $4, last_answer = $5 \
        WHERE webhook = $1 AND id = $2 AND attempts = $3 AND due_at IS NOT NULL";
    COUNT = "SELECT webhook, COUNT(due_at) AS waiting, COUNT(given_up_at) AS given_up, \
            COUNT(delivered_at) AS delivered, MAX(delivered_at) AS last_delivered_at, \
            MIN(CASE WHEN due_at IS NULL THEN NULL ELSE at END) AS waiting_since \
        FROM notices GROUP BY webhook ORDER BY webhook";
    UNDELIVERED = format!(
        "SELECT {} FROM notices \
        WHERE delivered_at IS NULL AND (CAST($1 AS TEXT) IS NULL OR webhook = $1) ORDER BY at, webhook, id LIMIT $2",
        list::<UndeliveredNotice>()
    );
    /// Notices that are over, and those to none of these `,names,`, which are never delivered.
    PURGE = "DELETE FROM notices WHERE at < $1 AND (webhook, id) IN \
        (SELECT webhook, id FROM notices WHERE at < $1 AND (due_at IS NULL OR $3 NOT LIKE '%,' || webhook || ',%') \
            ORDER BY at LIMIT $2)";
}

row! {
    /// A notice that waits for its delivery.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Notice {
        /// The receiver.
        pub webhook: String,
        /// The id of its event, by which the receiver recognizes a repetition.
        pub id: String,
        /// Its name.
        pub name: String,
        /// When the event happened, in milliseconds since the epoch.
        pub at: i64,
        /// The body of the request.
        pub body: String,
        /// The number of attempts.
        pub attempts: i64,
    }
}

row! {
    /// The deliveries to a webhook.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct WebhookStanding {
        /// The webhook, which may not be configured any more.
        pub webhook: String,
        /// Notices that wait.
        pub waiting: i64,
        /// Notices that were tried for as long as they may be.
        pub given_up: i64,
        /// Notices that were delivered and are not purged yet.
        pub delivered: i64,
        /// When the last one was delivered, in milliseconds since the epoch.
        pub last_delivered_at: Option<i64>,
        /// When the event of the oldest waiting notice happened, in milliseconds since the epoch.
        pub waiting_since: Option<i64>,
    }
}

row! {
    /// A notice that was not delivered.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct UndeliveredNotice {
        /// The receiver.
        pub webhook: String,
        /// The id of its event.
        pub id: String,
        /// Its name.
        pub name: String,
        /// When the event happened, in milliseconds since the epoch.
        pub at: i64,
        /// The number of attempts.
        pub attempts: i64,
        /// The time of the next attempt.
        pub due_at: Option<i64>,
        /// When it was given up.
        pub given_up_at: Option<i64>,
        /// The result of the last attempt; `None` while it is under way.
        pub last_answer: Option<String>,
    }
}

/// The facts of an event, without the name of the client.
struct FactsRow(NoticeFacts);

impl<'r, R: EngineRow> FromRow<'r, R> for FactsRow {
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        Ok(Self(NoticeFacts {
            grant_id: row.read("grant_id")?,
            client_id: row.read("client_id")?,
            client_name: None,
            subject: row.read("subject")?,
            username: row.read("username")?,
            email: row.read("email")?,
            scope: row.read("scope")?,
            requested_at: row.read("requested_at")?,
            requested_from: row.read("requested_from")?,
            user_agent: row.read("user_agent")?,
        }))
    }
}

/// Whether a webhook wants the notice of an event.
pub(super) fn is_awaited(db: &Db, event: &AuditEvent) -> bool {
    notice_name(event.event).is_some_and(|name| !db.subscribers.of(name).is_empty())
}

/// Logs the notice of an event that no webhook wants, once its transaction is committed.
pub(super) fn log_unawaited(event: &AuditEvent) {
    if let Some(name) = notice_name(event.event) {
        LoggedNotice { name, event: event.clone(), is_queued: false }.log();
    }
}

/// Adds a notice of an event for each webhook that wants one, if `is_told`. Otherwise it takes as long and adds nothing.
pub(super) async fn add(tx: &mut Transaction, event: &AuditEvent, is_told: bool) -> Result<(), StoreError> {
    let Some(name) = notice_name(event.event) else { return Ok(()) };
    let subscribers = Arc::clone(&tx.db.subscribers);
    let webhooks = subscribers.of(name);
    if is_told {
        tx.notices.push(LoggedNotice { name, event: event.clone(), is_queued: !webhooks.is_empty() });
    }
    if webhooks.is_empty() {
        return Ok(());
    }
    let facts = facts(tx, event, &subscribers).await?;
    let body = notice_body(name, event, &facts, &subscribers.issuer, &subscribers.account_url);
    for subscriber in webhooks {
        if !is_told {
            tx.value::<String>(FIND, args![&subscriber.webhook, &event.id]).await?;
            continue;
        }
        let notice = Notice {
            webhook: subscriber.webhook.clone(),
            id: event.id.clone(),
            name: name.to_owned(),
            at: event.at.millis(),
            body: body.clone(),
            attempts: 0,
        };
        let mut args = notice.args();
        args.extend(args![event.at]);
        tx.write(ADD, args).await?;
    }
    Ok(())
}

async fn facts(tx: &mut Transaction, event: &AuditEvent, to: &Subscribers) -> Result<NoticeFacts, StoreError> {
    let subject = event.subject.as_ref();
    let args = args![event.grant_id.clone(), event.family_id.clone(), subject];
    let Some(FactsRow(facts)) = tx.one(FACTS, args).await? else { return Ok(NoticeFacts::default()) };
    let client = event.client_id.as_ref().or(facts.client_id.as_ref());
    Ok(NoticeFacts { client_name: client.and_then(|id| to.clients.get(id)).cloned(), ..facts })
}

/// Leases the next notice that is due to a webhook, until a time at which another node may take it.
pub async fn take_notice(
    db: &Db,
    webhook: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Notice>, StoreError> {
    while let Some(mut due) = db.one::<Notice>(NEXT, args![webhook, now]).await? {
        // Another node may be faster; then there may be another notice.
        if db.write(TAKE, args![webhook, &due.id, due.attempts, until, now]).await? == 1 {
            due.attempts += 1;
            return Ok(Some(due));
        }
    }
    Ok(None)
}

/// Records that a notice that was taken is delivered, and deletes its body. `answer` is the answer of the receiver, or the reason
/// why there is none, for the operator.
pub async fn note_delivery(db: &Db, notice: &Notice, at: Timestamp, answer: &str) -> Result<(), StoreError> {
    db.write(DELIVERED, attempted(notice, at, answer)).await.map(drop)
}

/// Lets a notice that was taken wait for its next attempt.
pub async fn postpone_notice(db: &Db, notice: &Notice, due_at: Timestamp, answer: &str) -> Result<(), StoreError> {
    db.write(POSTPONE, attempted(notice, due_at, answer)).await.map(drop)
}

/// Gives up a notice that was taken, with its event; false when another node took it meanwhile.
pub async fn give_up_notice(db: &Db, notice: &Notice, answer: &str, event: &AuditEvent) -> Result<bool, StoreError> {
    db.write_with_events(GIVE_UP, attempted(notice, event.at, answer), &[event]).await
}

fn attempted(notice: &Notice, time: Timestamp, answer: &str) -> Vec<Arg> {
    args![&notice.webhook, &notice.id, notice.attempts, time, answer]
}

/// The deliveries to each webhook that has notices.
pub async fn webhook_standings(db: &Db) -> Result<Vec<WebhookStanding>, StoreError> {
    db.all(COUNT, args![]).await
}

/// The notices that were not delivered, the oldest first: to one webhook, or to any.
pub async fn undelivered_notices(
    db: &Db,
    webhook: Option<&str>,
    most: u32,
) -> Result<Vec<UndeliveredNotice>, StoreError> {
    db.all(UNDELIVERED, args![webhook, most]).await
}

/// Deletes notices of events before a time that are over, or that belong to none of these webhooks; `batch` rows a statement.
/// Returns the number of rows deleted.
pub async fn purge_notices(db: &Db, before: Timestamp, batch: u32, webhooks: &[&str]) -> Result<u64, StoreError> {
    let known = format!(",{},", webhooks.join(","));
    db.delete_in_batches(PURGE, args![before, batch, &known], batch).await
}

//! The outbox of the webhooks (requirement U-15).
//!
//! A notice is written in the transaction of its event, so that neither is there without the other and nobody waits for a
//! network. A node leases a notice before it delivers it: several nodes do not deliver the same notice at once, and one
//! that dies with a notice in its hands keeps it from nobody.

use crate::arg::args;
use crate::statement::{Columns, insert_parts, list, result_row, row, statements};
use crate::subscribers::{LoggedNotice, Subscribers};
use crate::transaction::Transaction;
use crate::{Db, StoreError};
use protocol::{AuditEvent, NoticeFacts, Timestamp, notice_body, notice_name};

statements! {
    /// One row, whatever is known: a family leads to its grant, and both to the person. A family knows by itself what it descends
    /// from and who asked, whatever the type of the grant.
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
    /// What is over, and what nobody of these `,names,` will ever deliver.
    PURGE = "DELETE FROM notices WHERE at < $1 AND (webhook, id) IN \
        (SELECT webhook, id FROM notices WHERE at < $1 AND (due_at IS NULL OR $3 NOT LIKE '%,' || webhook || ',%') \
            ORDER BY at LIMIT $2)";
}

row! {
    /// A notice that waits for its delivery.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Notice {
        /// To whom.
        pub webhook: String,
        /// The event that it tells of; the receiver knows it again by this.
        pub id: String,
        /// What happened.
        pub name: String,
        /// When, in milliseconds since the epoch.
        pub at: i64,
        /// What is sent.
        pub body: String,
        /// How often it was tried.
        pub attempts: i64,
    }
}

/// What became of an attempt, in words for the operator.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// When it ended.
    pub at: Timestamp,
    /// What the receiver answered, or why there was no answer.
    pub answer: String,
}

result_row! {
    /// How a webhook stands.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct WebhookStanding {
        /// Which; it may not be configured any more.
        pub webhook: String,
        /// Notices that wait.
        pub waiting: i64,
        /// Notices that were tried for as long as they may be.
        pub given_up: i64,
        /// Notices that were delivered and are not forgotten yet.
        pub delivered: i64,
        /// When the last one was delivered, in milliseconds since the epoch.
        pub last_delivered_at: Option<i64>,
        /// Since when the oldest waits.
        pub waiting_since: Option<i64>,
    }
}

row! {
    /// A notice that was not delivered so far, or never will be.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct UndeliveredNotice {
        /// To whom.
        pub webhook: String,
        /// The event that it tells of.
        pub id: String,
        /// What happened.
        pub name: String,
        /// When, in milliseconds since the epoch.
        pub at: i64,
        /// How often it was tried.
        pub attempts: i64,
        /// When it is tried next.
        pub due_at: Option<i64>,
        /// When it was given up.
        pub given_up_at: Option<i64>,
        /// What came of the last attempt; `None` while it is under way.
        pub last_answer: Option<String>,
    }
}

result_row! {
    struct FactsRow {
        grant_id: Option<String>,
        client_id: Option<String>,
        subject: Option<String>,
        scope: Option<String>,
        username: Option<String>,
        email: Option<String>,
        requested_at: Option<i64>,
        requested_from: Option<String>,
        user_agent: Option<String>,
    }
}

/// Leaves a notice of an event to each webhook that wants one.
pub(super) async fn add(tx: &mut Transaction, event: &AuditEvent) -> Result<(), StoreError> {
    let Some(name) = notice_name(event.event) else { return Ok(()) };
    let subscribers = tx.subscribers();
    let webhooks = subscribers.of(name);
    tx.notices.push(LoggedNotice { name, event: event.clone(), is_queued: !webhooks.is_empty() });
    if webhooks.is_empty() {
        return Ok(());
    }
    let facts = facts(tx, event, &subscribers).await?;
    let body = notice_body(name, event, &facts, &subscribers.issuer, &subscribers.account_url);
    for subscriber in webhooks {
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

/// Takes as long as if a notice of this event were left, and leaves none.
pub(super) async fn pass_over(tx: &mut Transaction, event: &AuditEvent) -> Result<(), StoreError> {
    let Some(name) = notice_name(event.event) else { return Ok(()) };
    let subscribers = tx.subscribers();
    let webhooks = subscribers.of(name);
    if webhooks.is_empty() {
        return Ok(());
    }
    facts(tx, event, &subscribers).await?;
    for subscriber in webhooks {
        tx.one::<(String,)>(FIND, args![&subscriber.webhook, &event.id]).await?;
    }
    Ok(())
}

async fn facts(tx: &mut Transaction, event: &AuditEvent, to: &Subscribers) -> Result<NoticeFacts, StoreError> {
    let subject = event.subject.as_ref();
    let args = args![event.grant_id.clone(), event.family_id.clone(), subject];
    let Some(row) = tx.one::<FactsRow>(FACTS, args).await? else { return Ok(NoticeFacts::default()) };
    let client = event.client_id.as_ref().or(row.client_id.as_ref());
    Ok(NoticeFacts {
        client_name: client.and_then(|id| to.clients.get(id)).cloned(),
        grant_id: row.grant_id,
        client_id: row.client_id,
        subject: row.subject,
        username: row.username,
        email: row.email,
        scope: row.scope,
        requested_at: row.requested_at.map(Timestamp::from_millis),
        requested_from: row.requested_from,
        user_agent: row.user_agent,
    })
}

/// Takes the next notice that is due to a webhook, until a time at which somebody else may take it; `None` when there is
/// none.
pub async fn take_notice(
    db: &Db,
    webhook: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Notice>, StoreError> {
    while let Some(mut due) = db.one::<Notice>(NEXT, args![webhook, now]).await? {
        // Somebody else may be faster; then there may be another.
        if db.write(TAKE, args![webhook, &due.id, due.attempts, until, now]).await? == 1 {
            due.attempts += 1;
            return Ok(Some(due));
        }
    }
    Ok(None)
}

/// Notes that a notice that was taken is delivered. What it says is forgotten.
pub async fn note_delivery(db: &Db, notice: &Notice, attempt: &Attempt) -> Result<bool, StoreError> {
    let args = args![&notice.webhook, &notice.id, notice.attempts, attempt.at, &attempt.answer];
    Ok(db.write(DELIVERED, args).await? == 1)
}

/// Lets a notice that was taken wait for its next attempt.
pub async fn postpone_notice(
    db: &Db,
    notice: &Notice,
    attempt: &Attempt,
    due_at: Timestamp,
) -> Result<bool, StoreError> {
    let args = args![&notice.webhook, &notice.id, notice.attempts, due_at, &attempt.answer];
    Ok(db.write(POSTPONE, args).await? == 1)
}

/// Gives up a notice that was taken, and writes down that it did.
pub async fn give_up_notice(
    db: &Db,
    notice: &Notice,
    attempt: &Attempt,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    let args = args![&notice.webhook, &notice.id, notice.attempts, attempt.at, &attempt.answer];
    db.write_with_events(GIVE_UP, args, &[event]).await
}

/// How each webhook stands that anything is known of.
pub async fn webhook_standings(db: &Db) -> Result<Vec<WebhookStanding>, StoreError> {
    db.all(COUNT, args![]).await
}

/// What was not delivered, the oldest first: to one webhook, or to any.
pub async fn undelivered_notices(
    db: &Db,
    webhook: Option<&str>,
    most: u32,
) -> Result<Vec<UndeliveredNotice>, StoreError> {
    db.all(UNDELIVERED, args![webhook, most]).await
}

/// Forgets notices of events before a time that are over, or that belong to none of these webhooks; `batch` rows a statement.
/// Gives the number of rows deleted.
pub async fn purge_notices(db: &Db, before: Timestamp, batch: u32, webhooks: &[&str]) -> Result<u64, StoreError> {
    let known = format!(",{},", webhooks.join(","));
    db.delete_in_batches(PURGE, args![before, batch, &known], batch).await
}

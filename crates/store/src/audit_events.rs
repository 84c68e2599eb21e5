//! What happened? The audit table: rows are added with the change that they tell of, read, and forgotten when they are
//! old (requirement L-03). No statement changes one.

use sqlx::FromRow;

use crate::arg::{Arg, args};
use crate::db::Transaction;
use crate::{Db, StoreError, notices};
use protocol::{AuditEvent, Subject, Timestamp, notice_name};

/// A family knows its grant. What is told once (see [`AuditEvent::once`]) is there already the next time.
const ADD: &str = "INSERT INTO audit_events \
        (id, at, event, channel, actor, grant_id, family_id, client_id, subject, address, request_id, detail) \
    VALUES ($1, $2, $3, $4, $5, COALESCE($6, (SELECT grant_id FROM token_families WHERE id = $7)), $7, $8, $9, $10, $11, \
        $12) \
    ON CONFLICT (id) DO NOTHING";
/// What a reader asked for: any of `,these,events,`, a client, a person, a grant, not before a time.
macro_rules! select_wanted {
    ($rest:literal) => {
        concat!(
            "SELECT id, at, event, channel, actor, grant_id, family_id, client_id, subject, address, request_id, detail \
            FROM audit_events \
            WHERE (CAST($1 AS TEXT) IS NULL OR $1 LIKE '%,' || event || ',%') AND (CAST($2 AS TEXT) IS NULL OR client_id = $2) \
                AND (CAST($3 AS TEXT) IS NULL OR subject = $3) AND (CAST($4 AS TEXT) IS NULL OR grant_id = $4) AND at >= $5 ",
            $rest
        )
    };
}
const FIND: &str = "SELECT id FROM audit_events WHERE id = $1";
const NEWEST: &str = select_wanted!("ORDER BY at DESC, id DESC LIMIT $6");
const AFTER: &str = select_wanted!("AND (at > $5 OR id > $7) ORDER BY at, id LIMIT $6");
const PURGE: &str = "DELETE FROM audit_events WHERE id IN \
    (SELECT id FROM audit_events WHERE at < $1 ORDER BY at, id LIMIT $2)";

pub(super) const STATEMENTS: &[&str] = &[ADD, FIND, NEWEST, AFTER, PURGE];

/// An event as its row keeps it. Its name may be one that this version does not know yet.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct RecordedEvent {
    /// Names it.
    pub id: String,
    /// Milliseconds since the epoch.
    pub at: i64,
    /// What happened.
    pub event: String,
    /// By which way.
    pub channel: String,
    /// Who did it, as [`Actor`](protocol::Actor) is written.
    pub actor: Option<String>,
    /// The grant it is about.
    pub grant_id: Option<String>,
    /// The token family it is about.
    pub family_id: Option<String>,
    /// The client it is about.
    pub client_id: Option<String>,
    /// The `sub` of the person it is about, whose account may be gone.
    pub subject: Option<String>,
    /// The network address of the request.
    pub address: Option<String>,
    /// The id of the request.
    pub request_id: Option<String>,
    /// What else is known, as JSON.
    pub detail: String,
}

/// Which events are wanted; by default all of them.
#[derive(Clone, Debug, Default)]
pub struct WantedEvents {
    /// Any of these names; none: whatever it is called.
    pub events: Vec<String>,
    /// About this client.
    pub client_id: Option<String>,
    /// About this person.
    pub subject: Option<Subject>,
    /// About this grant.
    pub grant_id: Option<String>,
}

impl RecordedEvent {
    /// A fact of the detail, if it is a text.
    pub fn fact(&self, name: &str) -> Option<String> {
        let detail: serde_json::Value = serde_json::from_str(&self.detail).ok()?;
        Some(detail.get(name)?.as_str()?.to_owned())
    }
}

impl WantedEvents {
    fn args(&self, since: Timestamp, most: u32) -> Vec<Arg> {
        let events = (!self.events.is_empty()).then(|| format!(",{},", self.events.join(",")));
        let subject = self.subject.as_ref().map(Subject::as_str);
        args![events, self.client_id.clone(), subject, self.grant_id.clone(), since, most]
    }
}

/// Writes an event with whatever else the transaction does, and leaves a notice of it to those who want one.
pub(super) async fn add(tx: &mut Transaction, event: &AuditEvent) -> Result<(), StoreError> {
    // What is told once, and was, is no news.
    if tx.write(ADD, added(event)).await? == 0 {
        return Ok(());
    }
    notices::add(tx, event).await
}

/// Writes an event where it is to be told. Where it is not it takes as long all the same, as many statements on the same tables,
/// so that nobody can measure which of both it was.
pub(super) async fn add_if(tx: &mut Transaction, event: &AuditEvent, is_told: bool) -> Result<(), StoreError> {
    if is_told {
        return add(tx, event).await;
    }
    tx.one::<(String,)>(FIND, args![&event.id]).await?;
    notices::pass_over(tx, event).await
}

/// Writes an event that no change of another row belongs to.
///
/// # Errors
/// When the database does not answer.
pub async fn add_audit_event(db: &Db, event: &AuditEvent) -> Result<(), StoreError> {
    if notice_name(event.event).is_none() {
        return db.write(ADD, added(event)).await.map(drop);
    }
    db.in_transaction(async |mut tx| {
        add(&mut tx, event).await?;
        tx.commit().await
    })
    .await
}

/// Writes an event that a stranger may have caused, where it is to be told, and takes as long where it is not. It waits for no
/// disk, so that strangers make nobody wait: a process that is killed forgets nothing, a power cut may take it.
///
/// # Errors
/// When the database does not answer.
pub async fn add_audit_event_lightly(db: &Db, event: &AuditEvent, is_told: bool) -> Result<(), StoreError> {
    let mut tx = db.lightly().begin().await?;
    add_if(&mut tx, event, is_told).await?;
    tx.commit().await
}

/// The newest events since a time, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn newest_audit_events(
    db: &Db,
    wanted: &WantedEvents,
    since: Timestamp,
    most: u32,
) -> Result<Vec<RecordedEvent>, StoreError> {
    db.all(NEWEST, wanted.args(since, most)).await
}

/// The next events in the order of time, and of their ids within one millisecond. `after` is the id of the last one that
/// was read, which was `since`; nothing: from the beginning of that millisecond.
///
/// # Errors
/// When the database does not answer.
pub async fn next_audit_events(
    db: &Db,
    wanted: &WantedEvents,
    since: Timestamp,
    after: &str,
    most: u32,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let mut args = wanted.args(since, most);
    args.extend(args![after]);
    db.all(AFTER, args).await
}

/// Forgets what happened before a time, `batch` rows a statement, and gives the number of rows deleted.
///
/// # Errors
/// When the database does not answer; what was deleted by then stays deleted.
pub async fn purge_audit_events(db: &Db, before: Timestamp, batch: u32) -> Result<u64, StoreError> {
    let mut deleted = 0;
    loop {
        let rows = db.write(PURGE, args![before, batch]).await?;
        deleted += rows;
        if rows < u64::from(batch) {
            return Ok(deleted);
        }
    }
}

fn added(event: &AuditEvent) -> Vec<Arg> {
    args![
        &event.id,
        event.at,
        event.event.name(),
        event.source.channel.name(),
        event.actor().map(|actor| actor.to_string()),
        event.grant_id.clone(),
        event.family_id.clone(),
        event.client_id.clone(),
        event.subject.as_ref().map(Subject::as_str),
        event.source.address.map(|address| address.to_string()),
        event.source.request_id.clone(),
        serde_json::Value::Object(event.detail.clone()).to_string(),
    ]
}

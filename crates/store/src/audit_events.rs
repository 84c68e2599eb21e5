//! The audit table (requirement L-03): an event is added in the transaction of the change that it records, never changed, and purged
//! when it is old.

use crate::arg::{Arg, args};
use crate::statement::{Statement, WrittenRow, insert, list, place_of, row, statements};
use crate::transaction::Transaction;
use crate::{Db, StoreError, notices};
use protocol::{AuditEvent, Subject, Timestamp, notice_name};

statements! {
    /// Takes the grant from the family if the event does not name it. An event that happens once (see [`AuditEvent::once`]) is not
    /// added again.
    pub(super) ADD = insert_event();
    FIND = "SELECT id FROM audit_events WHERE id = $1";
    NEWEST = select_wanted("ORDER BY at DESC, id DESC LIMIT $6");
    AFTER = select_wanted("AND (at > $5 OR id > $7) ORDER BY at, id LIMIT $6");
    PURGE = "DELETE FROM audit_events WHERE id IN \
        (SELECT id FROM audit_events WHERE at < $1 ORDER BY at, id LIMIT $2)";
}

fn insert_event() -> String {
    let [grant, family] = ["grant_id", "family_id"].map(|column| place_of::<RecordedEvent>(column, 1));
    let of_family = format!("COALESCE({grant}, (SELECT grant_id FROM token_families WHERE id = {family}))");
    let insert = insert::<RecordedEvent>("audit_events").replace(&format!(" {grant},"), &format!(" {of_family},"));
    format!("{insert} ON CONFLICT (id) DO NOTHING")
}

/// The events of a [`WantedEvents`]: any of `,these,events,`, of a client, a person, a grant, not before a time.
fn select_wanted(rest: &str) -> String {
    format!(
        "SELECT {} FROM audit_events \
        WHERE (CAST($1 AS TEXT) IS NULL OR $1 LIKE '%,' || event || ',%') AND (CAST($2 AS TEXT) IS NULL OR client_id = $2) \
            AND (CAST($3 AS TEXT) IS NULL OR subject = $3) AND (CAST($4 AS TEXT) IS NULL OR grant_id = $4) AND at >= $5 {rest}",
        list::<RecordedEvent>()
    )
}

row! {
    /// An event as its row holds it. A newer version may have written it, under a name that this version does not know.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RecordedEvent {
        /// Its identifier.
        pub id: String,
        /// Milliseconds since the epoch.
        pub at: i64,
        /// The name of its kind.
        pub event: String,
        /// The channel of the request.
        pub channel: String,
        /// The actor, in the text form of [`Actor`](protocol::Actor).
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
        /// Other facts, as JSON.
        pub detail: String,
    }
}

/// Which events are wanted; by default all of them.
#[derive(Clone, Debug, Default)]
pub struct WantedEvents {
    /// Any of these kinds; none: all.
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
        args![events, self.client_id.clone(), self.subject.as_ref(), self.grant_id.clone(), since, most]
    }
}

/// The parameters of [`ADD`].
pub(super) fn args_of(event: &AuditEvent) -> Vec<Arg> {
    RecordedEvent::of(event).args()
}

/// Records an event within a transaction, with a notice to each webhook that wants one, unless it is recorded already.
pub(super) async fn add(tx: &mut Transaction, event: &AuditEvent) -> Result<(), StoreError> {
    add_if(tx, event, true).await
}

/// The same if `is_told`. Otherwise it takes as long, with as many statements on the same tables, so that nobody can measure which
/// of both it was.
pub(super) async fn add_if(tx: &mut Transaction, event: &AuditEvent, is_told: bool) -> Result<(), StoreError> {
    let is_new = if is_told {
        tx.write(ADD, args_of(event)).await? > 0
    } else {
        tx.value::<String>(FIND, args![&event.id]).await?.is_none()
    };
    if is_new { notices::add(tx, event, is_told).await } else { Ok(()) }
}

impl Db {
    /// Runs a statement and records events with it, if it changed a row; false if it did not.
    pub(super) async fn write_with_events(
        &self,
        of: Statement,
        args: Vec<Arg>,
        events: &[&AuditEvent],
    ) -> Result<bool, StoreError> {
        self.change(async |mut tx| {
            tx.change(of, args.clone()).await?;
            for event in events {
                add(&mut tx, event).await?;
            }
            Ok(tx)
        })
        .await
    }
}

/// Records an event by itself.
pub async fn add_audit_event(db: &Db, event: &AuditEvent) -> Result<(), StoreError> {
    if notice_name(event.event).is_none() {
        return db.write(ADD, args_of(event)).await.map(drop);
    }
    db.in_transaction(async |mut tx| {
        add(&mut tx, event).await?;
        tx.commit().await
    })
    .await
}

/// Records an event that a stranger may have caused, if `is_told`, and takes as long if not. It does not wait for the disk, so
/// that strangers do not make others wait: a process that is killed forgets nothing, a power cut may lose it.
pub async fn add_audit_event_lightly(db: &Db, event: &AuditEvent, is_told: bool) -> Result<(), StoreError> {
    let mut tx = db.lightly().begin().await?;
    add_if(&mut tx, event, is_told).await?;
    tx.commit().await
}

/// The newest events since a time, the newest first.
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

/// Deletes events from before a time, `batch` rows a statement, and gives the number of rows deleted.
pub async fn purge_audit_events(db: &Db, before: Timestamp, batch: u32) -> Result<u64, StoreError> {
    db.delete_in_batches(PURGE, args![before, batch], batch).await
}

impl RecordedEvent {
    fn of(event: &AuditEvent) -> Self {
        Self {
            id: event.id.clone(),
            at: event.at.millis(),
            event: event.event.name().to_owned(),
            channel: event.source.channel.name().to_owned(),
            actor: event.actor().map(|actor| actor.to_string()),
            grant_id: event.grant_id.clone(),
            family_id: event.family_id.clone(),
            client_id: event.client_id.clone(),
            subject: event.subject.as_ref().map(|subject| subject.as_str().to_owned()),
            address: event.source.address.map(|address| address.to_string()),
            request_id: event.source.request_id.clone(),
            detail: serde_json::Value::Object(event.detail.clone()).to_string(),
        }
    }
}

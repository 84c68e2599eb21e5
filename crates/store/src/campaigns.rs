//! Campaigns: many people approve the requests of one sender. They are counted in the transaction of each approval (requirement
//! B-06).

use crate::arg::args;
use crate::statement::{list, row, statements};
use crate::transaction::Transaction;
use crate::{Db, StoreError, audit_events};
use protocol::{AuditEvent, Channel, DeviceGrant, Event, Source, Subject, Timestamp, origin_of};

statements! {
    /// Locks the row, so that of two people who approve at once the second counts both.
    TAKE = "INSERT INTO campaigns (client_id, origin, seen_at, suspected_at, held) VALUES ($1, $2, $3, NULL, FALSE) \
        ON CONFLICT (client_id, origin) DO UPDATE SET seen_at = excluded.seen_at RETURNING suspected_at, held";
    SIGHT = "INSERT INTO approvals_by_origin (client_id, origin, subject, at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (client_id, origin, subject) DO UPDATE SET at = excluded.at";
    COUNT = "SELECT COUNT(*) FROM approvals_by_origin WHERE client_id = $1 AND origin = $2 AND at > $3";
    SUSPECT = "UPDATE campaigns SET suspected_at = $3, held = held OR $4 WHERE client_id = $1 AND origin = $2";
    RELEASE = "UPDATE campaigns SET suspected_at = NULL, held = FALSE WHERE client_id = $1 AND origin = $2 AND held";
    FORGET = "DELETE FROM approvals_by_origin WHERE client_id = $1 AND origin = $2";
    SUSPECTED = format!(
        "SELECT {} FROM campaigns WHERE suspected_at IS NOT NULL ORDER BY suspected_at DESC, client_id, origin",
        list::<Campaign>()
    );
    PURGE_APPROVALS = "DELETE FROM approvals_by_origin WHERE at < $1 AND (client_id, origin, subject) IN \
        (SELECT client_id, origin, subject FROM approvals_by_origin WHERE at < $1 ORDER BY at LIMIT $2)";
    PURGE_CAMPAIGNS = "DELETE FROM campaigns WHERE NOT held AND seen_at < $1 AND (client_id, origin) IN \
        (SELECT client_id, origin FROM campaigns WHERE NOT held AND seen_at < $1 ORDER BY seen_at LIMIT $2)";
}

/// How approvals are counted, and how many are too many.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The time of the approval.
    pub now: Timestamp,
    /// Approvals after this time count.
    pub since: Timestamp,
    /// So many people are too many.
    pub people: u32,
    /// Whether nobody may approve more then.
    pub hold: bool,
    /// The event that is recorded then, once in the time that is counted over.
    pub alarm: AuditEvent,
}

/// The outcome of an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalOutcome {
    /// It is saved.
    Won,
    /// Another request was faster, or the person may not approve any more.
    Lost,
    /// Nobody may approve such a request at present.
    Held,
}

row! {
    /// A suspected campaign.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Campaign {
        /// The client.
        pub client_id: String,
        /// The network.
        pub origin: String,
        /// When the alarm was raised, in milliseconds since the epoch.
        pub suspected_at: i64,
        /// Whether nobody may approve such requests.
        pub held: bool,
    }
}

/// Counts an approval. Says whether such requests are held, and whether the alarm is raised now.
pub(super) async fn count(
    tx: &mut Transaction,
    grant: &DeviceGrant,
    subject: &Subject,
    watch: &Watch,
) -> Result<(bool, bool), StoreError> {
    let (client, origin) = (&grant.client_id, &origin_of(grant.origin.address).to_string());
    let row: Option<(Option<i64>, bool)> = tx.one(TAKE, args![client, origin, watch.now]).await?;
    let (suspected_at, held) = row.unwrap_or_default();
    tx.write(SIGHT, args![client, origin, subject, watch.now]).await?;
    let people: i64 = tx.value(COUNT, args![client, origin, watch.since]).await?.unwrap_or_default();
    let is_much = people >= i64::from(watch.people);
    let is_new = is_much && suspected_at.is_none_or(|at| at <= watch.since.millis());
    if is_new || (is_much && watch.hold && !held) {
        let suspected_at = if is_new { watch.now } else { suspected_at.map_or(watch.now, Timestamp::from_millis) };
        tx.write(SUSPECT, args![client, origin, suspected_at, watch.hold]).await?;
    }
    if is_new {
        audit_events::add(tx, &watch.alarm.clone().with("people", people)).await?;
    }
    // A hold that was switched off is over, whatever the row says.
    Ok((watch.hold && (held || is_much), is_new))
}

/// Lets people approve requests of a client and origin again, and starts counting again; false when they were not held.
pub async fn release_campaign(db: &Db, client: &str, origin: &str, event: &AuditEvent) -> Result<bool, StoreError> {
    db.change(async |mut tx| {
        tx.change(RELEASE, args![client, origin]).await?;
        tx.write(FORGET, args![client, origin]).await?;
        audit_events::add(&mut tx, event).await?;
        Ok(tx)
    })
    .await
}

/// Lets people approve all that is held, because holding was switched off. When it is switched on again, it holds what it finds
/// then.
pub async fn release_every_campaign(db: &Db, now: Timestamp) -> Result<(), StoreError> {
    for of in suspected_campaigns(db).await?.iter().filter(|of| of.held) {
        let Campaign { client_id, origin, suspected_at, .. } = of;
        let about = format!("{client_id} {origin} {suspected_at}");
        let released = AuditEvent::once(&about, Event::CampaignReleased, &Source::local(Channel::Server), now);
        let released = released.of_client(client_id).with("origin", origin.as_str()).with("by", "settings");
        release_campaign(db, client_id, origin, &released).await?;
    }
    Ok(())
}

/// The suspected campaigns, the newest first.
pub async fn suspected_campaigns(db: &Db) -> Result<Vec<Campaign>, StoreError> {
    db.all(SUSPECTED, args![]).await
}

/// Deletes approvals from before a time, and campaigns that are not held and were not seen since; `batch` rows a statement.
/// Returns the number of rows deleted.
pub async fn purge_campaigns(db: &Db, before: Timestamp, batch: u32) -> Result<u64, StoreError> {
    let approvals = db.delete_in_batches(PURGE_APPROVALS, args![before, batch], batch).await?;
    Ok(approvals + db.delete_in_batches(PURGE_CAMPAIGNS, args![before, batch], batch).await?)
}

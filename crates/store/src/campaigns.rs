//! Campaigns: many people approve what one sender asks. They are counted in the transaction of each approval (requirement B-06).

use crate::arg::args;
use crate::statement::{list, row, statements};
use crate::transaction::Transaction;
use crate::{Db, StoreError, audit_events, device_grants, failpoints};
use protocol::{AuditEvent, Channel, DeviceGrant, Event, Source, Subject, Timestamp};

statements! {
    /// Takes the row, so that of two people who approve at once the second counts both.
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

/// What is counted, and when it is too much.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The client.
    pub client_id: String,
    /// The network that the device asked from.
    pub origin: String,
    /// Who approves.
    pub subject: Subject,
    /// When.
    pub now: Timestamp,
    /// Approvals since then count.
    pub since: Timestamp,
    /// So many people are too many.
    pub people: u32,
    /// Whether nobody may approve more then.
    pub hold: bool,
    /// What is written down then, once in the time that is counted over.
    pub alarm: AuditEvent,
}

/// What became of an approval that was watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalOutcome {
    /// It stands.
    Won,
    /// Somebody was faster, or the giver may not give it any more.
    Lost,
    /// Nobody may approve such a request at present.
    Held,
}

row! {
    /// What is suspected.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Campaign {
        /// The client.
        pub client_id: String,
        /// The network.
        pub origin: String,
        /// Since when, in milliseconds since the epoch.
        pub suspected_at: i64,
        /// Whether nobody may approve such requests.
        pub held: bool,
    }
}

/// Writes an approval, if its giver may still give it and it is none too many; also says whether the alarm was given. A
/// refused one counts, too: it is one more person who would have approved.
pub async fn approve_watched_grant(
    db: &Db,
    revision: i64,
    next: &DeviceGrant,
    event: &AuditEvent,
    watch: &Watch,
) -> Result<(ApprovalOutcome, bool), StoreError> {
    failpoints::reach("approve: before").await;
    db.in_transaction(async |mut tx| {
        let (is_held, is_new) = count(&mut tx, watch).await?;
        if !is_held && !device_grants::approve_in(&mut tx, revision, next, event).await? {
            return Ok((ApprovalOutcome::Lost, false));
        }
        tx.commit().await?;
        failpoints::reach("approve: after").await;
        Ok((if is_held { ApprovalOutcome::Held } else { ApprovalOutcome::Won }, is_new))
    })
    .await
}

/// Whether such requests are held, and whether the alarm is given now.
async fn count(tx: &mut Transaction, watch: &Watch) -> Result<(bool, bool), StoreError> {
    let Watch { client_id, origin, .. } = watch;
    let row: Option<(Option<i64>, bool)> = tx.one(TAKE, args![client_id, origin, watch.now]).await?;
    let (suspected_at, held) = row.unwrap_or_default();
    tx.write(SIGHT, args![client_id, origin, &watch.subject, watch.now]).await?;
    let people: Option<(i64,)> = tx.one(COUNT, args![client_id, origin, watch.since]).await?;
    let people = people.map_or(0, |(people,)| people);
    let is_much = people >= i64::from(watch.people);
    let is_new = is_much && suspected_at.is_none_or(|at| at <= watch.since.millis());
    if is_new || (is_much && watch.hold && !held) {
        let suspected_at = if is_new { watch.now } else { suspected_at.map_or(watch.now, Timestamp::from_millis) };
        tx.write(SUSPECT, args![client_id, origin, suspected_at, watch.hold]).await?;
    }
    if is_new {
        audit_events::add(tx, &watch.alarm.clone().with("people", people)).await?;
    }
    // A hold that was switched off is over, whatever the row says.
    Ok((watch.hold && (held || is_much), is_new))
}

/// Lets people approve requests of a client and origin again, and counts anew; false when they were not held.
pub async fn release_campaign(db: &Db, client: &str, origin: &str, event: &AuditEvent) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        if tx.write(RELEASE, args![client, origin]).await? == 0 {
            return Ok(false);
        }
        tx.write(FORGET, args![client, origin]).await?;
        audit_events::add(&mut tx, event).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

/// Lets people approve all that is held, because holding was switched off: switched on again, it holds what it finds then.
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

/// What is suspected, the newest first.
pub async fn suspected_campaigns(db: &Db) -> Result<Vec<Campaign>, StoreError> {
    db.all(SUSPECTED, args![]).await
}

/// Forgets who approved before a time, and what is neither held nor seen since; `batch` rows a statement. Gives the number of
/// rows deleted.
pub async fn purge_campaigns(db: &Db, before: Timestamp, batch: u32) -> Result<u64, StoreError> {
    let approvals = db.delete_in_batches(PURGE_APPROVALS, args![before, batch], batch).await?;
    Ok(approvals + db.delete_in_batches(PURGE_CAMPAIGNS, args![before, batch], batch).await?)
}

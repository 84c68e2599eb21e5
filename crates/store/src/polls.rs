//! The polls of waiting grants: known ones are judged in memory, and only a raised interval is written (requirements T-14 and
//! T-15).

use std::sync::Arc;
use std::time::Duration;

use crate::arg::args;
use crate::statement::statements;
use crate::waiting_room::Sighting;
use crate::{Db, StoreError, Versioned, WaitingGrant, device_grants, failpoints};
use protocol::{DeviceGrant, Digest, Pace, Timestamp};

statements! {
    /// No new revision. A power cut may lose it.
    RAISE = "UPDATE device_grants SET interval_ms = $2, answered_at = $3, slowed = TRUE, repeated = FALSE \
        WHERE device_code_digest = $1 AND interval_ms < $2";
}

/// A grant whose row was read for a poll.
#[derive(Clone, Debug)]
pub struct PolledGrant {
    /// The grant, as its row was.
    pub found: Versioned<DeviceGrant>,
    seen: Sighting,
}

/// How the pace of a poll was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedPoll {
    /// The pace that is remembered now. It is `slowed` if the poll was too fast.
    pub pace: Pace,
    /// Whether the interval is longer than before, and has to be written.
    pub is_raised: bool,
}

impl From<(Pace, Pace)> for JudgedPoll {
    fn from((before, pace): (Pace, Pace)) -> Self {
        Self { is_raised: pace.interval > before.interval, pace }
    }
}

/// The grant of a device code, if this process knows that it waits. No statement runs.
pub fn recall_waiting(db: &Db, code: &Digest, now: Timestamp) -> Option<Arc<WaitingGrant>> {
    db.room.recall(code, now)
}

/// The grant of a device code, from its row.
pub async fn find_polled(db: &Db, code: &Digest) -> Result<Option<PolledGrant>, StoreError> {
    let seen = db.room.sighting(code);
    let found = device_grants::find_by_device_code(db, code).await?;
    Ok(found.map(|found| PolledGrant { found, seen }))
}

/// Judges the pace of a poll of a grant that was recalled; `None` when it does not wait any more.
pub async fn judge_recalled(db: &Db, code: &Digest, now: Timestamp, tolerance: Duration) -> Option<JudgedPoll> {
    failpoints::reach("poll: before").await;
    db.room.judge_known(code, now, tolerance).map(JudgedPoll::from)
}

/// Judges the pace of a poll of a grant that was found waiting, and remembers both; `None` when it may have changed
/// since, and has to be found again.
pub async fn judge_found(
    db: &Db,
    code: &Digest,
    polled: &PolledGrant,
    now: Timestamp,
    tolerance: Duration,
) -> Option<JudgedPoll> {
    failpoints::reach("poll: before").await;
    db.room.judge_found(code, &polled.found.value, polled.seen, now, tolerance).map(JudgedPoll::from)
}

/// Writes a raised interval, so that it holds at every node and after a restart.
pub async fn raise_interval(db: &Db, code: &Digest, pace: &Pace) -> Result<(), StoreError> {
    db.note(RAISE, args![code, pace.interval, pace.answered_at]).await.map(drop)
}

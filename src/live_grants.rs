//! Count the grants that wait for a person, for each client, each network and the whole server (requirement D-15).
//!
//! The count is in the database, but a query for each request would make a flood cost the server more than its sender. So
//! a node reads a count again only when it is a second old, and adds to it what the node admits itself. One request
//! reads, and requests beside it use the older count, because a million grants take a while to count. Several nodes
//! together can exceed a limit by what they admit in one second.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;

use protocol::Timestamp;
use store::{Db, Holder, LiveCount, StoreError};

const FRESH: Duration = Duration::from_secs(1);
/// How long a count is kept: longer than it is fresh, so that a burst after a pause has a count to use, and short, so
/// that the counts stay few.
const REMEMBERED: Duration = Duration::from_secs(10);

/// The counts of this node. They are few, because few requests are admitted in so short a time.
#[derive(Debug, Default)]
pub struct LiveGrants(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    of: HashMap<Holder, Count>,
    cleared_at: Option<Timestamp>,
}

#[derive(Debug, Default)]
struct Count {
    read_at: Option<Timestamp>,
    live: i64,
    first_ends_at: Option<Timestamp>,
    /// Whether a request is reading it.
    reading: bool,
    /// The grants that were admitted since that request began. Its result may or may not include them, so they are added.
    meanwhile: i64,
}

impl LiveGrants {
    /// Counts one more grant, which ends at `ends_at`, for a holder who may have `most`. If there is no room, returns
    /// when the first of their grants ends.
    pub async fn add(
        &self,
        db: &Db,
        holder: &Holder,
        most: u32,
        now: Timestamp,
        ends_at: Timestamp,
    ) -> Result<Result<(), Timestamp>, StoreError> {
        self.read(db, holder, most, now).await?;
        Ok(self.0.lock().add(holder, most, ends_at))
    }

    /// The number of grants of a holder who may have `most`, and when the first of them ends.
    pub async fn count(
        &self,
        db: &Db,
        holder: &Holder,
        most: u32,
        now: Timestamp,
    ) -> Result<(u64, Option<Timestamp>), StoreError> {
        self.read(db, holder, most, now).await?;
        let counts = self.0.lock();
        Ok(counts
            .of
            .get(holder)
            .map_or((0, None), |count| (u64::try_from(count.live).unwrap_or(0), count.first_ends_at)))
    }

    /// Reads a count that is old, unless another request is reading it.
    async fn read(&self, db: &Db, holder: &Holder, most: u32, now: Timestamp) -> Result<(), StoreError> {
        // A statement of its own, so that the lock is released before the query.
        let is_ours_to_read = self.0.lock().claim(holder, now);
        if is_ours_to_read {
            let reading = Reading { grants: self, holder };
            let read = store::live_grants(db, holder, most, now).await?;
            reading.done(read, now);
        }
        Ok(())
    }
}

impl Counts {
    /// Whether the caller has to read the count: it is old or was never read, and no other request is reading it.
    fn claim(&mut self, holder: &Holder, now: Timestamp) -> bool {
        if self.cleared_at.is_none_or(|at| !at.is_within(REMEMBERED, now)) {
            self.of.retain(|_, count| count.reading || count.read_at.is_some_and(|at| at.is_within(REMEMBERED, now)));
            self.cleared_at = Some(now);
        }
        let count = self.of.entry(holder.clone()).or_default();
        if count.reading || count.read_at.is_some_and(|at| at.is_within(FRESH, now)) {
            return false;
        }
        count.reading = true;
        count.meanwhile = 0;
        true
    }

    fn add(&mut self, holder: &Holder, most: u32, ends_at: Timestamp) -> Result<(), Timestamp> {
        let count = self.of.entry(holder.clone()).or_default();
        let first_ends_at = *count.first_ends_at.get_or_insert(ends_at);
        if count.live >= i64::from(most) {
            return Err(first_ends_at);
        }
        count.live += 1;
        count.meanwhile += 1;
        Ok(())
    }
}

/// A count that is being read. If that fails, or the request ends early, the next request reads it.
struct Reading<'a> {
    grants: &'a LiveGrants,
    holder: &'a Holder,
}

impl Reading<'_> {
    fn done(self, read: LiveCount, now: Timestamp) {
        if let Some(count) = self.grants.0.lock().of.get_mut(self.holder) {
            count.read_at = Some(now);
            count.live = read.live + count.meanwhile;
            count.first_ends_at = read.first_ends_at;
        }
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        if let Some(count) = self.grants.0.lock().of.get_mut(self.holder) {
            count.reading = false;
        }
    }
}

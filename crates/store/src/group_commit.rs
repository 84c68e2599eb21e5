//! Commits the scripts of many requests together on SQLite, so that they share one transaction and one wait for the disk.
//!
//! Nothing waits for company: a script that comes alone is committed at once, and those that come meanwhile are the next
//! group. A group that fails at the disk fails as a whole. One whose statement is refused is run again without it.

use std::collections::VecDeque;

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use crate::arg::Arg;
use crate::engine::Engine;
use crate::statement::Statement;
use crate::{Db, StoreError, failpoints};

/// The most scripts in one group, so that a transaction stays short.
const MOST: usize = 256;

/// The scripts that wait for the next group.
#[derive(Debug, Default)]
pub(super) struct GroupCommit(Mutex<GroupQueue>);

#[derive(Debug, Default)]
struct GroupQueue {
    waiting: VecDeque<QueuedScript>,
    /// A task commits what waits.
    is_served: bool,
    tickets: u64,
}

struct QueuedScript {
    ticket: u64,
    whole: Statement,
    args: Vec<Arg>,
    point: &'static str,
    answer: oneshot::Sender<Result<bool, StoreError>>,
}

impl GroupCommit {
    fn queue(&self) -> MutexGuard<'_, GroupQueue> {
        self.0.lock()
    }

    /// Whether something waits. If not, the task that asks has to end.
    fn goes_on(&self) -> bool {
        let mut queue = self.queue();
        queue.is_served = !queue.waiting.is_empty();
        queue.is_served
    }

    fn next_group(&self) -> Vec<QueuedScript> {
        let mut queue = self.queue();
        let most = queue.waiting.len().min(MOST);
        queue.waiting.drain(..most).filter(|waiting| !waiting.answer.is_closed()).collect()
    }

    /// Takes a script back; false when its group has begun.
    fn withdraw(&self, ticket: u64) -> bool {
        let mut queue = self.queue();
        let waiting = queue.waiting.len();
        queue.waiting.retain(|other| other.ticket != ticket);
        queue.waiting.len() < waiting
    }
}

impl Db {
    /// Runs a script in the next group; false where its first statement changed no row.
    pub(super) async fn commit_in_group(
        &self,
        whole: Statement,
        args: Vec<Arg>,
        point: &'static str,
        deadline: Instant,
    ) -> Result<bool, StoreError> {
        let (answer, mut answered) = oneshot::channel();
        let (ticket, is_served) = {
            let mut queue = self.group.queue();
            queue.tickets += 1;
            let ticket = queue.tickets;
            queue.waiting.push_back(QueuedScript { ticket, whole, args, point, answer });
            (ticket, std::mem::replace(&mut queue.is_served, true))
        };
        if !is_served {
            // A task, because a request whose client hangs up must not take the scripts of others with it.
            tokio::spawn(Served(self.clone()).serve());
        }
        let answer = match timeout_at(deadline, &mut answered).await {
            Err(_) if self.group.withdraw(ticket) => return Err(sqlx::Error::PoolTimedOut.into()),
            // Its group has begun, so the answer comes soon.
            Err(_) => answered.await,
            Ok(answer) => answer,
        };
        answer.unwrap_or_else(|_| Err(StoreError::Unanswered(sqlx::Error::WorkerCrashed.into())))
    }

    /// Runs a group in one transaction, and says of each script whether its first statement changed a row.
    async fn commit_together(&self, mut engine: Engine, group: &[QueuedScript]) -> Result<Vec<bool>, GroupFailure> {
        let mut changed = Vec::with_capacity(group.len());
        for (place, script) in group.iter().enumerate() {
            let written = engine.execute(script.whole, script.args.clone()).await.map_err(StoreError::from);
            let rows = self.health.read(written).map_err(|error| match error {
                StoreError::Refused(_) => GroupFailure::OfOne(place, error),
                error => GroupFailure::OfAll(error),
            })?;
            changed.push(rows > 0);
        }
        for script in group {
            failpoints::reach(script.point).await;
        }
        let committed = engine.commit().await.map_err(StoreError::of_commit);
        self.health.committed(committed).map_err(GroupFailure::OfAll)?;
        Ok(changed)
    }
}

/// Why a group was not committed.
enum GroupFailure {
    /// The statement of one script was refused; which one.
    OfOne(usize, StoreError),
    /// The transaction failed, with this for each script.
    OfAll(StoreError),
}

/// The task that commits groups, until nothing waits.
struct Served(Db);

impl Served {
    async fn serve(self) {
        while self.0.group.goes_on() {
            let mut begun = self.begin().await;
            // After the wait for the turn to write, so that the group is as large as it can be.
            let mut group = self.0.group.next_group();
            loop {
                let failure = match begun {
                    Ok(engine) => match self.0.commit_together(engine, &group).await {
                        Ok(changed) => {
                            for (script, changed) in group.into_iter().zip(changed) {
                                drop(script.answer.send(Ok(changed)));
                            }
                            break;
                        }
                        Err(failure) => failure,
                    },
                    Err(error) => GroupFailure::OfAll(error),
                };
                match failure {
                    GroupFailure::OfAll(error) => {
                        for script in group {
                            drop(script.answer.send(Err(error.clone())));
                        }
                        break;
                    }
                    GroupFailure::OfOne(place, error) => drop(group.remove(place).answer.send(Err(error))),
                }
                begun = self.begin().await;
            }
        }
    }

    async fn begin(&self) -> Result<Engine, StoreError> {
        let begun = self.0.begin_engine(self.0.deadline()).await;
        self.0.health.read(begun.map_err(StoreError::from))
    }
}

impl Drop for Served {
    /// A panic must not leave a queue that nobody serves.
    fn drop(&mut self) {
        self.0.group.queue().is_served = false;
    }
}

impl std::fmt::Debug for QueuedScript {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QueuedScript").field("ticket", &self.ticket).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection, SqliteConnection};

    use crate::StoreError;
    use crate::arg::args;
    use crate::database_for_tests::empty_database;
    use crate::script::{Script, scripts};
    use crate::statement::statements;

    statements! {
        FACT = "INSERT INTO server_facts (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        FOLLOWS = "INSERT INTO server_facts (name, value) VALUES ($1, $2)";
        FIND = "SELECT value FROM server_facts WHERE name = $1";
    }

    scripts! {
        FACTS = [FACT, FOLLOWS];
    }

    fn script(name: &str, value: Option<&str>) -> Script {
        let second = args![format!("{name} too"), value.map(ToOwned::to_owned)];
        Script { kind: FACTS, args: vec![args![name, "1"], second], trace: (FIND, args![name]), point: "test" }
    }

    /// Proves: PF-06: what is refused leaves nothing, and what does not decide changes nothing.
    #[tokio::test(flavor = "multi_thread")]
    async fn scripts_that_wait_are_committed_together_without_the_one_that_is_refused() {
        let (db, folder) = empty_database().await;
        assert_eq!((STATEMENTS.len(), SCRIPTS.len()), (3, 1));
        let url = format!("sqlite:{}/grantd.db", folder.path().display());
        let mut other = SqliteConnection::connect(&url).await.unwrap();
        sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
        let run = |name: &'static str, value: Option<&'static str>| {
            let db = db.clone();
            tokio::spawn(async move { db.run_script(script(name, value)).await })
        };
        let scripts = [run("a", Some("2")), run("b", None), run("c", Some("2")), run("a", Some("3"))];
        while db.group.queue().tickets < 4 {
            tokio::task::yield_now().await;
        }
        sqlx::query("COMMIT").execute(&mut other).await.unwrap();
        let mut done = Vec::new();
        for script in scripts {
            done.push(script.await.unwrap());
        }
        assert!(matches!(done[1], Err(StoreError::Refused(_))), "{done:?}");
        assert!(matches!(done[2], Ok(true)), "{done:?}");
        assert!(matches!((&done[0], &done[3]), (Ok(true), Ok(false)) | (Ok(false), Ok(true))), "{done:?}");
        for (name, is_there) in [("a", true), ("a too", true), ("b", false), ("b too", false), ("c too", true)] {
            let found = db.value::<String>(FIND, args![name]).await.unwrap();
            assert_eq!(found.is_some(), is_there, "{name}");
        }
    }
}

//! Pays for one more user code: all budgets of requirements E-01 and E-03, in one transaction before the lookup.
//!
//! The server's budget is strict: no stretch of time as long as a code lives holds more wrong codes than it allows, since
//! the length of codes is reckoned from it (requirement E-04). A counter that starts anew would let twice as many through
//! around its end. So it is kept in ten slices of a lifetime, each forgotten a lifetime after its own end.

use std::time::Duration;

use crate::arg::args;
use crate::statement::statements;
use crate::transaction::Transaction;
use crate::{Budget, Db, StoreError, audit_events, browser_sessions, budgets};
use protocol::{AuditEvent, Digest, Timestamp};

statements! {
    /// A transaction that spends from the server's budget locks this row, so that reading the sum and adding to it are
    /// one step.
    LOCK = "INSERT INTO budgets (name, holder, spent, until) VALUES ($1, '', 0, $2) \
        ON CONFLICT (name, holder) DO UPDATE SET until = excluded.until";
    /// What ends later than a slice that begins now was begun while a clock was ahead.
    SPENT = "SELECT CAST(COALESCE(SUM(spent), 0) AS BIGINT), MIN(until) FROM budgets \
        WHERE name = $1 AND spent > 0 AND until > $2 AND until <= $3 + 60000";
    ALARM = "SELECT until FROM budgets WHERE name = 'alarm of wrong codes' AND holder = '' AND until > $1";
}

const SLICES: u32 = 10;

/// Wrong codes of the whole server.
#[derive(Clone, Debug)]
pub struct ServerBudget {
    /// What is counted.
    pub name: &'static str,
    /// How many.
    pub limit: u32,
    /// In any stretch of time as long as this.
    pub lifetime: Duration,
}

/// What a browser session may type before who is signed in there has to log in again.
#[derive(Clone, Copy, Debug)]
pub struct SessionTries {
    /// The digest of the cookie's value.
    pub digest: Digest,
    /// How many wrong codes.
    pub limit: u32,
}

/// What came of paying.
#[derive(Debug)]
pub enum Payment {
    /// One try is paid from the session and from each of these. A try that was right gets it back with
    /// [`refund`](super::refund), and the session with [`forgive_wrong_codes`](super::forgive_wrong_codes).
    Paid(Vec<Budget>),
    /// The session has none left. Nothing was paid.
    Locked,
    /// The account or the network has none left until then. Nothing was paid.
    Exhausted(Timestamp),
    /// The server bears no more until then. Nothing was paid.
    Closed(Timestamp),
}

/// Pays one try from the session, from all of `personal`, and from the first of `of_server` that has one left; or from none:
/// what is not looked up costs nothing, so that nobody is locked out for what others spent.
pub async fn pay_for_code(
    db: &Db,
    session: &SessionTries,
    personal: &[Budget],
    of_server: &[ServerBudget],
    now: Timestamp,
) -> Result<Payment, StoreError> {
    // A refused guesser costs the server one read, however often they come.
    if let Some(until) = closed(db, of_server, now).await? {
        return Ok(Payment::Closed(until));
    }
    db.in_transaction(async |mut tx| {
        if !browser_sessions::count_code(&mut tx, &session.digest, session.limit).await? {
            return Ok(Payment::Locked);
        }
        for budget in personal {
            if let Err(until) = budgets::take(&mut tx, budget, now).await? {
                return Ok(Payment::Exhausted(until));
            }
        }
        let mut closed_until = None;
        for budget in of_server {
            match take(&mut tx, budget, now).await? {
                Ok(slice) => {
                    tx.commit().await?;
                    return Ok(Payment::Paid(personal.iter().cloned().chain([slice]).collect()));
                }
                Err(until) => closed_until = closed_until.max(Some(until)),
            }
        }
        Ok(Payment::Closed(closed_until.unwrap_or(now)))
    })
    .await
}

/// Gives a try back that came to nothing for a fault of ours.
pub async fn give_code_back(
    db: &Db,
    session: &SessionTries,
    paid: &[Budget],
    now: Timestamp,
) -> Result<(), StoreError> {
    db.in_transaction(async |mut tx| {
        browser_sessions::give_back(&mut tx, &session.digest).await?;
        budgets::give_back(&mut tx, paid, now).await?;
        tx.commit().await
    })
    .await
}

async fn take(
    tx: &mut Transaction,
    budget: &ServerBudget,
    now: Timestamp,
) -> Result<Result<Budget, Timestamp>, StoreError> {
    tx.write(LOCK, args![budget.name, now + budget.lifetime * 2]).await?;
    let spent: Option<(i64, Option<i64>)> = tx.one(SPENT, args![budget.name, now, now + budget.lifetime * 2]).await?;
    if let Some(until) = budget.is_spent(spent, now) {
        return Ok(Err(until));
    }
    let slice = budget.slice(now);
    Ok(budgets::take(tx, &slice, now).await?.map(|()| slice))
}

/// Until when all of these are spent, if they are.
async fn closed(db: &Db, of_server: &[ServerBudget], now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let mut closed_until = None;
    for budget in of_server {
        match budget.is_spent(db.one(SPENT, args![budget.name, now, now + budget.lifetime * 2]).await?, now) {
            Some(until) => closed_until = closed_until.max(Some(until)),
            None => return Ok(None),
        }
    }
    Ok(closed_until)
}

impl ServerBudget {
    fn is_spent(&self, spent: Option<(i64, Option<i64>)>, now: Timestamp) -> Option<Timestamp> {
        let (spent, first_until) = spent.unwrap_or_default();
        (spent >= i64::from(self.limit)).then(|| first_until.map_or(now + self.lifetime, Timestamp::from_millis))
    }

    /// The slice of this instant, as a budget of its own that is never the one to refuse.
    fn slice(&self, now: Timestamp) -> Budget {
        let long = i64::try_from((self.lifetime / SLICES).as_millis()).unwrap_or(i64::MAX).max(1);
        let number = now.millis().div_euclid(long);
        let end = Timestamp::from_millis((number + 1) * long);
        Budget { name: self.name, holder: number.to_string(), limit: u32::MAX, window: end.since(now) + self.lifetime }
    }
}

/// Raises the alarm that somebody guesses, for as long as a code lives, and tells of it. False, and nothing told, while
/// it is up already.
pub async fn raise_guessing_alarm(
    db: &Db,
    lifetime: Duration,
    event: &AuditEvent,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let alarm = Budget { name: "alarm of wrong codes", holder: String::new(), limit: 1, window: lifetime };
    db.in_transaction(async |mut tx| {
        if budgets::take(&mut tx, &alarm, now).await?.is_err() {
            return Ok(false);
        }
        audit_events::add(&mut tx, event).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

/// Until when the alarm is up, if it is.
pub async fn guessing_alarm(db: &Db, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let until: Option<(i64,)> = db.one(ALARM, args![now]).await?;
    Ok(until.map(|(until,)| Timestamp::from_millis(until)))
}

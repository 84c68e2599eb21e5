//! Pays for one more user code: all budgets of requirements E-01 and E-03, in one transaction before the lookup.
//!
//! The budget of the server is strict, because the length of codes is calculated from it (requirement E-04): no period as long as
//! the lifetime of a code has more wrong codes than it allows. A counter that starts again would let twice as many pass around its
//! end. So the budget is kept in ten slices of a lifetime, and each slice is forgotten a lifetime after its end.

use std::time::Duration;

use crate::arg::args;
use crate::statement::statements;
use crate::transaction::Transaction;
use crate::{Budget, Db, StoreError, audit_events, browser_sessions, budgets};
use protocol::{AuditEvent, Digest, Timestamp};

statements! {
    /// A transaction that spends from the budget of the server locks this row, so that reading the sum and adding to it are one
    /// step.
    LOCK = "INSERT INTO budgets (name, holder, spent, until) VALUES ($1, '', 0, $2) \
        ON CONFLICT (name, holder) DO UPDATE SET until = excluded.until";
    /// Without slices that end later than one that begins now: they were begun while a clock was ahead.
    SPENT = "SELECT CAST(COALESCE(SUM(spent), 0) AS BIGINT), MIN(until) FROM budgets \
        WHERE name = $1 AND spent > 0 AND until > $2 AND until <= $3 + 60000";
    ALARM = "SELECT until FROM budgets WHERE name = 'alarm of wrong codes' AND holder = '' AND until > $1";
}

const SLICES: u32 = 10;

/// The budget of wrong codes of the whole server.
#[derive(Clone, Debug)]
pub struct ServerBudget {
    /// The name of the counter.
    pub name: &'static str,
    /// The most wrong codes in any period of one `lifetime`.
    pub limit: u32,
    /// The lifetime of a code.
    pub lifetime: Duration,
}

/// The wrong codes that a browser session may enter before its person must log in again.
#[derive(Clone, Copy, Debug)]
pub struct SessionTries {
    /// The digest of the cookie's value.
    pub digest: Digest,
    /// The most wrong codes.
    pub limit: u32,
}

/// The outcome of a payment. Only [`Payment::Paid`] changes a budget.
#[derive(Debug)]
pub enum Payment {
    /// One try is paid from the session and from each of these budgets. For a right code, [`refund`](super::refund) gives it back to
    /// the budgets, and [`forgive_wrong_codes`](super::forgive_wrong_codes) to the session.
    Paid(Vec<Budget>),
    /// The session has none left.
    Locked,
    /// The account or the network has none left until then.
    Exhausted(Timestamp),
    /// The server has none left until then.
    Closed(Timestamp),
}

/// Pays one try from the session, from all of `personal`, and from the first of `of_server` that has one left; or from none, so that
/// the tries of others lock nobody out.
pub async fn pay_for_code(
    db: &Db,
    session: &SessionTries,
    personal: &[Budget],
    of_server: &[ServerBudget],
    now: Timestamp,
) -> Result<Payment, StoreError> {
    // Each further try of a refused guesser costs one read.
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

/// Gives a try back whose code could not be looked up because of a fault of the server.
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

/// When the first of these budgets has a try again, if all are spent.
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

    /// The slice of this instant, as a budget without a limit of its own.
    fn slice(&self, now: Timestamp) -> Budget {
        let long = i64::try_from((self.lifetime / SLICES).as_millis()).unwrap_or(i64::MAX).max(1);
        let number = now.millis().div_euclid(long);
        let end = Timestamp::from_millis((number + 1) * long);
        Budget { name: self.name, holder: number.to_string(), limit: u32::MAX, window: end.since(now) + self.lifetime }
    }
}

/// Raises the alarm of guessed codes for the lifetime of a code, with its event; false while it is raised already.
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

/// When the alarm ends, if it is raised.
pub async fn guessing_alarm(db: &Db, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    db.value(ALARM, args![now]).await
}

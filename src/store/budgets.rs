//! How much guessing is left? Counters that hold over nodes and restarts (RFC 8628 section 5.1, requirement E-01).
//!
//! An attempt is paid for before anything is looked up, in one statement, so that parallel guesses cannot overshoot.
//! What turns out to be right is refunded; nothing is ever reset by a success.

use std::net::IpAddr;
use std::time::Duration;

use crate::protocol::Place;
use crate::protocol::Timestamp;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::arg::args;
use crate::store::db::Transaction;

/// A window that ends later than one that began now, and more than a minute later, was begun while a clock was ahead: it is over.
const SPEND: &str = "INSERT INTO budgets (name, holder, spent, until) VALUES ($1, $2, 1, $3) \
    ON CONFLICT (name, holder) DO UPDATE SET \
        spent = CASE WHEN budgets.until <= $4 OR budgets.until > $3 + 60000 THEN 1 ELSE budgets.spent + 1 END, \
        until = CASE WHEN budgets.until <= $4 OR budgets.until > $3 + 60000 THEN excluded.until ELSE budgets.until END \
    WHERE budgets.until <= $4 OR budgets.until > $3 + 60000 OR budgets.spent < $5";
const UNTIL: &str = "SELECT until FROM budgets WHERE name = $1 AND holder = $2";
const REFUND: &str =
    "UPDATE budgets SET spent = spent - 1 WHERE name = $1 AND holder = $2 AND spent > 0 AND until > $3";

pub(super) const STATEMENTS: &[&str] = &[SPEND, UNTIL, REFUND];

/// A counter: `limit` attempts of a holder, forgotten `window` after the first.
#[derive(Clone, Debug)]
pub struct Budget {
    /// What is counted.
    pub name: &'static str,
    /// For whom: an account, a network, everybody.
    pub holder: String,
    /// How many.
    pub limit: u32,
    /// Within which time.
    pub window: Duration,
}

impl Budget {
    /// The budgets of the network of an address and of the sites around it, where one network has `each` and no site may have
    /// more than its share of `all`, if that is given.
    pub fn of_places(
        name: &'static str,
        address: IpAddr,
        each: u32,
        all: Option<u32>,
        window: Duration,
    ) -> impl Iterator<Item = Self> {
        Place::around(address).into_iter().map(move |place| {
            let limit = all.map_or_else(|| place.share(each), |all| place.share_of(each, all));
            Self { name, holder: place.network.to_string(), limit, window }
        })
    }
}

/// Pays one attempt from all of these, or from none when one is exhausted: then it tells until when.
///
/// Callers name them in one order (account, network, sites, server), so that two of them never wait for each other.
///
/// # Errors
/// When the database does not answer: then nothing was paid and nothing may be looked up.
pub async fn spend(db: &Db, budgets: &[Budget], now: Timestamp) -> Result<Result<(), Timestamp>, StoreError> {
    db.in_transaction(async |mut tx| {
        for budget in budgets {
            if let Err(until) = take(&mut tx, budget, now).await? {
                return Ok(Err(until));
            }
        }
        tx.commit().await?;
        Ok(Ok(()))
    })
    .await
}

/// Pays one attempt, unless there is none left until some instant.
pub(super) async fn take(
    tx: &mut Transaction,
    budget: &Budget,
    now: Timestamp,
) -> Result<Result<(), Timestamp>, StoreError> {
    let args = args![budget.name, &budget.holder, now + budget.window, now, budget.limit];
    if tx.write(SPEND, args).await? == 0 {
        let until: Option<(i64,)> = tx.one(UNTIL, args![budget.name, &budget.holder]).await?;
        return Ok(Err(until.map_or(now + budget.window, |(until,)| Timestamp::from_millis(until))));
    }
    Ok(Ok(()))
}

/// Gives one attempt back to each: it was not a wrong one.
///
/// # Errors
/// When the database does not answer.
pub async fn refund(db: &Db, budgets: &[Budget], now: Timestamp) -> Result<(), StoreError> {
    db.in_transaction(async |mut tx| {
        give_back(&mut tx, budgets, now).await?;
        tx.commit().await
    })
    .await
}

/// Gives one attempt back to each, with whatever else the transaction does.
pub(super) async fn give_back(tx: &mut Transaction, budgets: &[Budget], now: Timestamp) -> Result<(), StoreError> {
    for budget in budgets {
        tx.write(REFUND, args![budget.name, &budget.holder, now]).await?;
    }
    Ok(())
}

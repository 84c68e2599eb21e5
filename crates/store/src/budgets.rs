//! Counters against guessing that hold over nodes and restarts (RFC 8628 section 5.1, requirement E-01).
//!
//! An attempt is paid for before anything is looked up, in one statement, so that parallel guesses cannot overshoot.
//! What turns out to be right is refunded; nothing is ever reset by a success. A login holds its try until it is known what came
//! of it, apart from what is spent, so that right ones wait for each other and are not refused.
//!
//! What is paid alone waits for no disk, because strangers pay as well (FA-04): a process that is killed forgets nothing, and a
//! power cut may give the tries of its last moment back.

use std::net::IpAddr;
use std::time::Duration;

use crate::arg::args;
use crate::reservation::{RESERVED_FOR, is_reserved};
use crate::statement::statements;
use crate::transaction::Transaction;
use crate::{Db, StoreError};
use protocol::{Place, Timestamp};

statements! {
    /// A window that ends later than one that began now, and more than a minute later, was begun while a clock was ahead: it is over.
    SPEND = "INSERT INTO budgets (name, holder, spent, until) VALUES ($1, $2, 1, $3) \
        ON CONFLICT (name, holder) DO UPDATE SET \
            spent = CASE WHEN budgets.until <= $4 OR budgets.until > $3 + 60000 THEN 1 ELSE budgets.spent + 1 END, \
            until = CASE WHEN budgets.until <= $4 OR budgets.until > $3 + 60000 THEN excluded.until ELSE budgets.until END \
        WHERE budgets.until <= $4 OR budgets.until > $3 + 60000 OR budgets.spent < $5";
    UNTIL = "SELECT until FROM budgets WHERE name = $1 AND holder = $2";
    REFUND = "UPDATE budgets SET spent = spent - 1 WHERE name = $1 AND holder = $2 AND spent > 0 AND until > $3";
    STANDING = "SELECT spent, until, held, held_until FROM budgets WHERE name = $1 AND holder = $2";
    HOLD = "INSERT INTO budgets (name, holder, spent, until, held, held_until) VALUES ($1, $2, 0, $3, 1, $3) \
        ON CONFLICT (name, holder) DO UPDATE SET \
            spent = CASE WHEN budgets.until <= $4 THEN 0 ELSE budgets.spent END, \
            until = CASE WHEN budgets.until <= $4 THEN excluded.until ELSE budgets.until END, \
            held = 1 + CASE WHEN budgets.held_until > $4 AND budgets.held_until <= $5 THEN budgets.held ELSE 0 END, \
            held_until = excluded.held_until \
        WHERE CASE WHEN budgets.until <= $4 THEN 0 ELSE budgets.spent END \
            + CASE WHEN budgets.held_until > $4 AND budgets.held_until <= $5 THEN budgets.held ELSE 0 END < $6";
    SETTLE_SPENT = "INSERT INTO budgets (name, holder, spent, until) VALUES ($1, $2, 1, $3) \
        ON CONFLICT (name, holder) DO UPDATE SET \
            spent = CASE WHEN budgets.until <= $4 THEN 1 ELSE budgets.spent + 1 END, \
            until = CASE WHEN budgets.until <= $4 OR budgets.spent = 0 THEN excluded.until ELSE budgets.until END, \
            held = CASE WHEN budgets.held > 0 THEN budgets.held - 1 ELSE 0 END";
    RELEASE = "UPDATE budgets SET held = held - 1 WHERE name = $1 AND holder = $2 AND held > 0";
}

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

/// How much is left of a budget.
pub(super) enum BudgetStanding {
    /// Something.
    Open,
    /// Nothing while what is held is not settled.
    Busy,
    /// Nothing until then.
    Spent(Timestamp),
}

/// Looks how much is left of a budget, without writing.
pub(super) async fn standing(db: &Db, budget: &Budget, now: Timestamp) -> Result<BudgetStanding, StoreError> {
    let found: Option<(i64, i64, i64, i64)> = db.one(STANDING, args![budget.name, &budget.holder]).await?;
    let Some((spent, until, held, held_until)) = found else { return Ok(BudgetStanding::Open) };
    let (until, limit) = (Timestamp::from_millis(until), i64::from(budget.limit));
    let spent = if now < until { spent } else { 0 };
    let held = if is_reserved(held_until, now) { held } else { 0 };
    Ok(match spent {
        _ if spent >= limit => BudgetStanding::Spent(until),
        _ if spent + held >= limit => BudgetStanding::Busy,
        _ => BudgetStanding::Open,
    })
}

/// Holds one attempt until it is settled; false when there is none left.
pub(super) async fn hold(tx: &mut Transaction, budget: &Budget, now: Timestamp) -> Result<bool, StoreError> {
    let (until, latest) = (now + RESERVED_FOR, now + RESERVED_FOR * 2);
    let args = args![budget.name, &budget.holder, until, now, latest, budget.limit];
    Ok(tx.write(HOLD, args).await? == 1)
}

/// Spends an attempt that was held, or gives it back.
pub(super) async fn settle(
    tx: &mut Transaction,
    budget: &Budget,
    is_spent: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    if is_spent {
        tx.write(SETTLE_SPENT, args![budget.name, &budget.holder, now + budget.window, now]).await?;
    } else {
        tx.write(RELEASE, args![budget.name, &budget.holder]).await?;
    }
    Ok(())
}

/// Pays one attempt from all of these, or from none when one is exhausted: then it tells until when.
///
/// Callers name them in one order (account, network, sites, server), so that two of them never wait for each other.
pub async fn spend(db: &Db, budgets: &[Budget], now: Timestamp) -> Result<Result<(), Timestamp>, StoreError> {
    db.lightly()
        .in_transaction(async |mut tx| {
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
pub async fn refund(db: &Db, budgets: &[Budget], now: Timestamp) -> Result<(), StoreError> {
    db.lightly()
        .in_transaction(async |mut tx| {
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

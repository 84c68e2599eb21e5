//! Counters against guessing that all nodes share and that survive restarts (RFC 8628 section 5.1, requirement E-01).
//!
//! An attempt is paid for before the lookup, in one statement, so that parallel guesses cannot exceed the limit. A right attempt is
//! refunded; a success never resets a counter. A login holds an attempt until its result is known. Held attempts are counted apart
//! from spent ones, so that right logins wait for each other and are not refused.
//!
//! A payment by itself does not wait for the disk, because strangers pay as well (FA-04): a process that is killed forgets nothing,
//! and a power cut may give back the attempts of the last moment.

use std::net::IpAddr;
use std::time::Duration;

use crate::arg::args;
use crate::reservation::{RESERVED_FOR, is_reserved};
use crate::statement::{list, row, statements};
use crate::transaction::Transaction;
use crate::{Db, StoreError};
use protocol::{Place, Timestamp};

statements! {
    /// A window that ends more than a minute later than one that begins now was begun while a clock was ahead: it is over.
    SPEND = "INSERT INTO budgets (name, holder, spent, until) VALUES ($1, $2, 1, $3) \
        ON CONFLICT (name, holder) DO UPDATE SET \
            spent = CASE WHEN budgets.until <= $4 OR budgets.until > $3 + 60000 THEN 1 ELSE budgets.spent + 1 END, \
            until = CASE WHEN budgets.until <= $4 OR budgets.until > $3 + 60000 THEN excluded.until ELSE budgets.until END \
        WHERE budgets.until <= $4 OR budgets.until > $3 + 60000 OR budgets.spent < $5";
    UNTIL = "SELECT until FROM budgets WHERE name = $1 AND holder = $2";
    REFUND = "UPDATE budgets SET spent = spent - 1 WHERE name = $1 AND holder = $2 AND spent > 0 AND until > $3";
    STANDING = format!("SELECT {} FROM budgets WHERE name = $1 AND holder = $2", list::<BudgetRow>());
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

row! {
    struct BudgetRow {
        spent: i64,
        until: Timestamp,
        held: i64,
        held_until: i64,
    }
}

/// A counter: `limit` attempts of a holder, forgotten `window` after the first.
#[derive(Clone, Debug)]
pub struct Budget {
    /// The name of the counter.
    pub name: &'static str,
    /// The account or the network that is counted; empty for all together.
    pub holder: String,
    /// The most attempts.
    pub limit: u32,
    /// The time in which they are counted.
    pub window: Duration,
}

impl Budget {
    /// The budgets of the network of an address and of the sites around it. One network has `each`, and no site has more than its
    /// share of `all`, if that is given.
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

/// Whether a budget has an attempt left.
pub(super) enum BudgetStanding {
    /// It has.
    Open,
    /// It has none until a held one is settled.
    Busy,
    /// It has none until then.
    Spent(Timestamp),
}

/// Whether a budget has an attempt left. Writes nothing.
pub(super) async fn standing(db: &Db, budget: &Budget, now: Timestamp) -> Result<BudgetStanding, StoreError> {
    let found: Option<BudgetRow> = db.one(STANDING, args![budget.name, &budget.holder]).await?;
    let Some(BudgetRow { spent, until, held, held_until }) = found else { return Ok(BudgetStanding::Open) };
    let limit = i64::from(budget.limit);
    let spent = if now < until { spent } else { 0 };
    let held = if is_reserved(held_until, now) { held } else { 0 };
    Ok(match spent {
        _ if spent >= limit => BudgetStanding::Spent(until),
        _ if spent + held >= limit => BudgetStanding::Busy,
        _ => BudgetStanding::Open,
    })
}

/// Until when at least one of these budgets has no attempt left. Writes nothing.
pub async fn spent_until(db: &Db, budgets: &[Budget], now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let mut spent_until = None;
    for budget in budgets {
        if let BudgetStanding::Spent(until) = standing(db, budget, now).await? {
            spent_until = spent_until.max(Some(until));
        }
    }
    Ok(spent_until)
}

/// Holds one attempt until it is settled; [`StoreError::Overtaken`] when none is left.
pub(super) async fn hold(tx: &mut Transaction, budget: &Budget, now: Timestamp) -> Result<(), StoreError> {
    let (until, latest) = (now + RESERVED_FOR, now + RESERVED_FOR * 2);
    tx.change(HOLD, args![budget.name, &budget.holder, until, now, latest, budget.limit]).await
}

/// Spends a held attempt, or gives it back.
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

/// Pays one attempt from all of these budgets, or from none when one is exhausted, and then returns until when.
///
/// All callers name budgets in one order (account, network, sites, server), so that two of them never wait for each other.
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

/// Pays one attempt; if none is left, returns until when.
pub(super) async fn take(
    tx: &mut Transaction,
    budget: &Budget,
    now: Timestamp,
) -> Result<Result<(), Timestamp>, StoreError> {
    let args = args![budget.name, &budget.holder, now + budget.window, now, budget.limit];
    if tx.write(SPEND, args).await? == 0 {
        let until = tx.value(UNTIL, args![budget.name, &budget.holder]).await?;
        return Ok(Err(until.unwrap_or(now + budget.window)));
    }
    Ok(Ok(()))
}

/// Gives one attempt back to each budget, because it was right.
pub async fn refund(db: &Db, budgets: &[Budget], now: Timestamp) -> Result<(), StoreError> {
    db.lightly()
        .in_transaction(async |mut tx| {
            give_back(&mut tx, budgets, now).await?;
            tx.commit().await
        })
        .await
}

/// The same within a transaction.
pub(super) async fn give_back(tx: &mut Transaction, budgets: &[Budget], now: Timestamp) -> Result<(), StoreError> {
    for budget in budgets {
        tx.write(REFUND, args![budget.name, &budget.holder, now]).await?;
    }
    Ok(())
}

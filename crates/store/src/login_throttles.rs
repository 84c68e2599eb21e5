//! Limits the login attempts on an account (NIST SP 800-63B-4 section 3.2.2, requirements A-03, FA-06 and FA-07).
//!
//! A row is found by a keyed digest of the username, whether the account exists or not. Each browser that has logged in to the
//! account before has a row of its own. A try is reserved before the password is verified, and settled when the result is known.
//! Reserved tries and failures together never exceed the free ones, so parallel guesses cannot exceed the limit. Only failures cause
//! a delay: a login that is refused because of reserved tries may retry at once.
//!
//! Nothing here waits for the disk, because the client has proven nothing yet, and strangers must delay nobody (FA-04). A process
//! that is killed forgets nothing. A power cut (of Postgres, or of the machine with SQLite) may lose the last moment of the counts,
//! which forgives a few wrong passwords. What a right password writes, such as its session, waits for the disk, and so makes
//! everything before it last.

use std::time::Duration;

use crate::arg::args;
use crate::budgets::{self, BudgetStanding};
use crate::reservation::{RESERVED_FOR, is_reserved};
use crate::statement::{list, row, statements};
use crate::transaction::Transaction;
use crate::{Budget, Db, StoreError, audit_events};
use protocol::{AuditEvent, Digest, Timestamp, delay_after};

statements! {
    FIND = format!("SELECT {} FROM login_throttles WHERE account = $1", list::<AccountRow>());
    /// One more of the free tries, or the only try after the delay of the failures that were read.
    RESERVE = "INSERT INTO login_throttles \
            (account, failures, not_before, updated_at, trying, trying_until, known_of) VALUES ($1, 0, 0, $2, 1, $3, $4) \
        ON CONFLICT (account) DO UPDATE SET updated_at = excluded.updated_at, trying_until = excluded.trying_until, \
            trying = 1 + CASE WHEN login_throttles.trying_until > $2 AND login_throttles.trying_until <= $5 \
                THEN login_throttles.trying ELSE 0 END \
        WHERE login_throttles.failures + CASE WHEN login_throttles.trying_until > $2 AND login_throttles.trying_until <= $5 \
                THEN login_throttles.trying ELSE 0 END < $6 \
            OR (login_throttles.failures = $7 AND (login_throttles.trying = 0 OR login_throttles.trying_until <= $2 \
                OR login_throttles.trying_until > $5))";
    FAIL = "INSERT INTO login_throttles \
            (account, failures, not_before, updated_at, trying, trying_until, known_of) VALUES ($1, 1, 0, $2, 0, 0, $3) \
        ON CONFLICT (account) DO UPDATE SET failures = login_throttles.failures + 1, updated_at = excluded.updated_at, \
            trying = CASE WHEN login_throttles.trying > 0 THEN login_throttles.trying - 1 ELSE 0 END";
    WAIT = "UPDATE login_throttles SET not_before = $2 WHERE account = $1";
    RELEASE = "UPDATE login_throttles SET trying = trying - 1 WHERE account = $1 AND trying > 0";
    SUCCEED = "UPDATE login_throttles SET failures = 0, not_before = 0, \
        trying = CASE WHEN trying > 0 THEN trying - 1 ELSE 0 END WHERE account = $1";
    FORGET = "DELETE FROM login_throttles WHERE account = $1 AND failures = 0 AND trying = 0";
    FORGIVE = "DELETE FROM login_throttles WHERE account = $1 OR known_of = $1";
    FAILURES = "SELECT failures, not_before, updated_at, known_of IS NOT NULL AS in_known_browser FROM login_throttles \
        WHERE (account = $1 OR known_of = $1) AND failures > 0 ORDER BY known_of IS NOT NULL, updated_at";
    LOCKED = "SELECT account FROM login_throttles WHERE failures >= $1 AND known_of IS NULL";
}

/// The limits of the login attempts on an account.
#[derive(Clone, Copy, Debug)]
pub struct LoginLimits {
    /// Failures before delays begin.
    pub free: u32,
    /// Failures that lock the account until an operator unlocks it.
    pub ceiling: u32,
    /// The longest delay.
    pub longest: Duration,
}

/// The counters of a login attempt.
#[derive(Clone, Debug)]
pub struct LoginTry {
    /// The row of the account, or of one browser that is known to it.
    pub account: Digest,
    /// For such a browser: the row of its account.
    pub known_of: Option<Digest>,
    /// The budgets of the network, the sites and the server, in this order.
    pub budgets: Vec<Budget>,
}

/// Whether the password may be verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Yes, and the try is reserved until it is settled.
    Admitted,
    /// Not while other tries are verified: if they are right, it may.
    Busy,
    /// Not before this instant, because of the failures of the account. The instant is by the clock of the node that wrote it; the
    /// wait is not longer than the duration.
    NotBefore(Timestamp, Duration),
    /// Not before this instant, because this one of the budgets is spent.
    Spent(usize, Timestamp),
    /// Not until an operator unlocks it.
    Locked,
}

/// The outcome of a try.
#[derive(Clone, Copy, Debug)]
pub enum LoginOutcome<'a> {
    /// The password was right.
    Right,
    /// The password was wrong.
    Wrong {
        /// The event of the failure.
        failed: &'a AuditEvent,
        /// The event that is recorded with it if this failure locks the account.
        locked: &'a AuditEvent,
        /// Whether the events are recorded, because the account exists. If not, it takes as long.
        is_told: bool,
    },
    /// Unknown: the client did not wait for the result. The account gets no failure, but the try is spent.
    Unheard,
}

row! {
    /// The failures of an account or of a browser that is known to it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct LoginFailures {
        /// The number of failures in a row.
        pub failures: u32,
        /// The earliest time of the next try.
        pub not_before: Timestamp,
        /// The time of the last try.
        pub last_at as updated_at: Timestamp,
        /// Whether they were counted in one known browser.
        pub in_known_browser: bool,
    }
}

row! {
    struct AccountRow {
        failures: u32,
        not_before: Timestamp,
        trying: i64,
        trying_until: i64,
    }
}

/// Reserves a try, or returns why there is none. A refusal writes nothing. `waited` is an [`Admission::NotBefore`] of before that is
/// over by the clock of the caller.
pub async fn admit_login(
    db: &Db,
    of: &LoginTry,
    limits: LoginLimits,
    waited: Option<Timestamp>,
    now: Timestamp,
) -> Result<Admission, StoreError> {
    let seen = match stands(db, of, limits, waited, now).await? {
        Ok(seen) => seen,
        Err(refusal) => return Ok(refusal),
    };
    // Another login may have been faster; then the caller asks again.
    Ok(if reserve(db, of, limits, seen, now).await? { Admission::Admitted } else { Admission::Busy })
}

/// The number of failures, if a try is allowed now, or why it is not.
async fn stands(
    db: &Db,
    of: &LoginTry,
    limits: LoginLimits,
    waited: Option<Timestamp>,
    now: Timestamp,
) -> Result<Result<u32, Admission>, StoreError> {
    let mut is_busy = false;
    for (place, budget) in of.budgets.iter().enumerate() {
        match budgets::standing(db, budget, now).await? {
            BudgetStanding::Open => {}
            BudgetStanding::Busy => is_busy = true,
            BudgetStanding::Spent(until) => return Ok(Err(Admission::Spent(place, until))),
        }
    }
    let row: Option<AccountRow> = db.one(FIND, args![of.account]).await?;
    let failures = row.as_ref().map_or(0, |row| row.failures);
    let trying = row.as_ref().map_or(0, |row| if is_reserved(row.trying_until, now) { row.trying } else { 0 });
    if failures >= limits.ceiling {
        return Ok(Err(Admission::Locked));
    }
    if failures < limits.free {
        is_busy |= i64::from(failures) + trying >= i64::from(limits.free);
    } else if let Some(AccountRow { not_before, .. }) = row {
        if now < not_before && waited != Some(not_before) {
            let delay = delay_after(failures, limits.free, limits.longest);
            return Ok(Err(Admission::NotBefore(not_before, delay)));
        }
        is_busy |= trying > 0;
    }
    Ok(if is_busy { Err(Admission::Busy) } else { Ok(failures) })
}

async fn reserve(db: &Db, of: &LoginTry, limits: LoginLimits, seen: u32, now: Timestamp) -> Result<bool, StoreError> {
    db.lightly()
        .change(async |mut tx| {
            for budget in &of.budgets {
                budgets::hold(&mut tx, budget, now).await?;
            }
            let (until, latest) = (now + RESERVED_FOR, now + RESERVED_FOR * 2);
            tx.change(RESERVE, args![of.account, now, until, of.known_of, latest, limits.free, seen]).await?;
            Ok(tx)
        })
        .await
}

/// Settles a try that was admitted; true if it was wrong and locks the account.
pub async fn settle_login(
    db: &Db,
    of: &LoginTry,
    outcome: LoginOutcome<'_>,
    limits: LoginLimits,
    now: Timestamp,
) -> Result<bool, StoreError> {
    db.lightly()
        .in_transaction(async |mut tx| {
            for budget in &of.budgets {
                budgets::settle(&mut tx, budget, !matches!(outcome, LoginOutcome::Right), now).await?;
            }
            let is_locked = match outcome {
                LoginOutcome::Right => {
                    tx.write(SUCCEED, args![of.account]).await?;
                    tx.write(FORGET, args![of.account]).await?;
                    false
                }
                LoginOutcome::Wrong { failed, locked, is_told } => {
                    let is_locked = fail(&mut tx, of, limits, now).await?;
                    audit_events::add_if(&mut tx, failed, is_told).await?;
                    if is_locked {
                        audit_events::add_if(&mut tx, locked, is_told).await?;
                    }
                    is_locked
                }
                // Without a budget that pays for it, it counts as a failure: otherwise it could be repeated without end.
                LoginOutcome::Unheard if of.budgets.is_empty() => fail(&mut tx, of, limits, now).await?,
                LoginOutcome::Unheard => {
                    tx.write(RELEASE, args![of.account]).await?;
                    false
                }
            };
            tx.commit().await?;
            Ok(is_locked)
        })
        .await
}

/// Counts a failure, which delays the next try; true when it locks the account.
async fn fail(tx: &mut Transaction, of: &LoginTry, limits: LoginLimits, now: Timestamp) -> Result<bool, StoreError> {
    tx.write(FAIL, args![of.account, now, of.known_of]).await?;
    let row: Option<AccountRow> = tx.one(FIND, args![of.account]).await?;
    let failures = row.map_or(0, |row| row.failures);
    tx.write(WAIT, args![of.account, now + delay_after(failures, limits.free, limits.longest)]).await?;
    Ok(failures == limits.ceiling)
}

/// Forgets the failures of an account, in known browsers too: an operator set a new password or deleted it.
pub async fn forgive_login_failures(db: &Db, account: &Digest) -> Result<(), StoreError> {
    db.write(FORGIVE, args![account]).await.map(drop)
}

/// Forgets the failures of an account, in known browsers too, with the event if there were any. Returns the forgotten failures.
pub async fn unlock_login(db: &Db, account: &Digest, event: &AuditEvent) -> Result<Vec<LoginFailures>, StoreError> {
    let failures = login_failures(db, account).await?;
    if !failures.is_empty() {
        db.write_with_events(FORGIVE, args![account], &[event]).await?;
    }
    Ok(failures)
}

/// The failures of an account: those in unknown browsers first, if there are any, then those of each known browser.
pub async fn login_failures(db: &Db, account: &Digest) -> Result<Vec<LoginFailures>, StoreError> {
    db.all(FAILURES, args![account]).await
}

/// The digests of the accounts that are locked in unknown browsers.
pub async fn locked_logins(db: &Db, ceiling: u32) -> Result<Vec<Digest>, StoreError> {
    let rows: Vec<(Vec<u8>,)> = db.all(LOCKED, args![ceiling]).await?;
    Ok(rows.iter().filter_map(|(account,)| Digest::from_row(account)).collect())
}

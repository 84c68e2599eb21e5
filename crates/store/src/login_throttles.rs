//! Limits the login attempts on an account (NIST SP 800-63B-4 section 3.2.2, requirements A-03, FA-06 and FA-07).
//!
//! Kept by a keyed digest of the username, for accounts that exist and for those that do not alike, and apart for each browser
//! that has logged in to the account before. A try is reserved before the password is looked at, and settled when it is known
//! what came of it. Reserved tries and failures together never exceed what is free, so parallel guesses cannot overshoot; but
//! only failures make anybody wait for longer than that: a login that meets only reserved tries is told to retry.
//!
//! Nothing here waits for the disk, because the client has proven nothing yet, and strangers must delay nobody
//! (FA-04). A
//! process that is killed forgets nothing. A power cut (of Postgres, or of the machine with SQLite) may take the last moment of
//! the counts, so a few wrong passwords are forgiven. What lasts after a right one, such as its session, waits for the disk, and
//! takes along what was written before it.

use std::time::Duration;

use crate::arg::args;
use crate::budgets::{self, BudgetStanding};
use crate::reservation::{RESERVED_FOR, is_reserved};
use crate::statement::statements;
use crate::transaction::Transaction;
use crate::{Budget, Db, StoreError, audit_events};
use protocol::{AuditEvent, Digest, Timestamp, delay_after};

statements! {
    FIND = "SELECT failures, not_before, trying, trying_until FROM login_throttles WHERE account = $1";
    /// One more try of so many free ones, or the only one where failures are known to have waited long enough.
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
    FAILURES = "SELECT failures, not_before, updated_at, known_of IS NOT NULL FROM login_throttles \
        WHERE account = $1 OR known_of = $1 ORDER BY known_of IS NOT NULL, updated_at";
    LOCKED = "SELECT account FROM login_throttles WHERE failures >= $1 AND known_of IS NULL";
}

/// How patient the server is.
#[derive(Clone, Copy, Debug)]
pub struct LoginLimits {
    /// Failures before delays begin.
    pub free: u32,
    /// Failures after which only an operator can help.
    pub ceiling: u32,
    /// The longest delay.
    pub longest: Duration,
}

/// What a login is counted against.
#[derive(Clone, Debug)]
pub struct LoginTry {
    /// The failures of an account, or of one browser that is known to it.
    pub account: Digest,
    /// In such a browser: the failures of its account.
    pub known_of: Option<Digest>,
    /// Those of everybody: network, sites, server, in this order.
    pub budgets: Vec<Budget>,
}

/// Whether the password may be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Yes, and the try is reserved until it is settled.
    Admitted,
    /// Not while the tries of others are looked at: if they are right, it may.
    Busy,
    /// Not before this instant, for the failures of the account. By the clock of who wrote it: the wait is no longer than this.
    NotBefore(Timestamp, Duration),
    /// Not before this instant, because this one of the budgets is spent.
    Spent(usize, Timestamp),
    /// Not until an operator unlocks it.
    Locked,
}

/// What came of a try.
#[derive(Clone, Copy, Debug)]
pub enum LoginOutcome<'a> {
    /// It was right.
    Right,
    /// It was wrong.
    Wrong {
        /// What is told of it.
        failed: &'a AuditEvent,
        /// What is told besides if it was the last one before the lock.
        locked: &'a AuditEvent,
        /// Whether there is an account that this is told of. If not it is settled in the same way, and nothing is told.
        is_told: bool,
    },
    /// Unknown: the client did not wait for the result. It is no failure of the account, but the try is spent.
    Unheard,
}

/// The failures of an account or of a browser that is known to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginFailures {
    /// How many in a row.
    pub failures: u32,
    /// Until when the next try has to wait.
    pub not_before: Timestamp,
    /// When the last try was.
    pub last_at: Timestamp,
    /// Whether they are those of one known browser.
    pub in_known_browser: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Account {
    failures: u32,
    not_before: i64,
    trying: i64,
}

/// Reserves a try, or says why there is none. A refusal writes nothing. `waited` is an instant that was told before, and that the
/// caller knows to be over by their own clock.
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
    // Somebody may have been faster: it is for the caller to look again.
    Ok(if reserve(db, of, limits, seen, now).await? { Admission::Admitted } else { Admission::Busy })
}

/// How many failures there are of who may try now, or why they may not.
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
    let found: Option<(i64, i64, i64, i64)> = db.one(FIND, args![of.account]).await?;
    let account = found.map_or_else(Account::default, |row| Account::of(row, now));
    if account.failures >= limits.ceiling {
        return Ok(Err(Admission::Locked));
    }
    if account.failures >= limits.free {
        let until = Timestamp::from_millis(account.not_before);
        if now < until && waited != Some(until) {
            let delay = delay_after(account.failures, limits.free, limits.longest);
            return Ok(Err(Admission::NotBefore(until, delay)));
        }
        is_busy |= account.trying > 0;
    } else {
        is_busy |= i64::from(account.failures) + account.trying >= i64::from(limits.free);
    }
    Ok(if is_busy { Err(Admission::Busy) } else { Ok(account.failures) })
}

async fn reserve(db: &Db, of: &LoginTry, limits: LoginLimits, seen: u32, now: Timestamp) -> Result<bool, StoreError> {
    db.lightly()
        .in_transaction(async |mut tx| {
            for budget in &of.budgets {
                if !budgets::hold(&mut tx, budget, now).await? {
                    return Ok(false);
                }
            }
            let (until, latest) = (now + RESERVED_FOR, now + RESERVED_FOR * 2);
            let args = args![of.account, now, until, of.known_of, latest, limits.free, seen];
            if tx.write(RESERVE, args).await? == 0 {
                return Ok(false);
            }
            tx.commit().await?;
            Ok(true)
        })
        .await
}

/// Settles a try that was admitted. True if it was wrong, and the last one before the lock.
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
                // What cost nothing could be repeated without end: where there is no budget that pays, it is a failure.
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

/// Counts a failure and lets the next try wait for it; true when it locks the account.
async fn fail(tx: &mut Transaction, of: &LoginTry, limits: LoginLimits, now: Timestamp) -> Result<bool, StoreError> {
    tx.write(FAIL, args![of.account, now, of.known_of]).await?;
    let found: Option<(i64, i64, i64, i64)> = tx.one(FIND, args![of.account]).await?;
    let failures = found.map_or_else(Account::default, |row| Account::of(row, now)).failures;
    tx.write(WAIT, args![of.account, now + delay_after(failures, limits.free, limits.longest)]).await?;
    Ok(failures == limits.ceiling)
}

impl Account {
    fn of((failures, not_before, trying, trying_until): (i64, i64, i64, i64), now: Timestamp) -> Self {
        let failures = u32::try_from(failures).unwrap_or(u32::MAX);
        Self { failures, not_before, trying: if is_reserved(trying_until, now) { trying } else { 0 } }
    }
}

/// Forgets the failures of an account, in known browsers too: an operator set a new password or deleted it.
pub async fn forgive_login_failures(db: &Db, account: &Digest) -> Result<(), StoreError> {
    db.write(FORGIVE, args![account]).await.map(drop)
}

/// Forgets the failures of an account, in known browsers too, and tells of it if there were any. Gives what was forgotten.
pub async fn unlock_login(db: &Db, account: &Digest, event: &AuditEvent) -> Result<Vec<LoginFailures>, StoreError> {
    let failures = login_failures(db, account).await?;
    if failures.is_empty() {
        return Ok(failures);
    }
    let mut tx = db.begin().await?;
    if tx.write(FORGIVE, args![account]).await? > 0 {
        audit_events::add(&mut tx, event).await?;
        tx.commit().await?;
    }
    Ok(failures)
}

/// The failures of an account: those in unknown browsers first, if there are any, then those of each known browser.
pub async fn login_failures(db: &Db, account: &Digest) -> Result<Vec<LoginFailures>, StoreError> {
    let rows: Vec<(i64, i64, i64, bool)> = db.all(FAILURES, args![account]).await?;
    let failures = rows.into_iter().map(|(failures, not_before, last_at, in_known_browser)| LoginFailures {
        failures: u32::try_from(failures).unwrap_or(u32::MAX),
        not_before: Timestamp::from_millis(not_before),
        last_at: Timestamp::from_millis(last_at),
        in_known_browser,
    });
    Ok(failures.filter(|of| of.failures > 0).collect())
}

/// The accounts that are locked in unknown browsers, by their digests.
pub async fn locked_logins(db: &Db, ceiling: u32) -> Result<Vec<Digest>, StoreError> {
    let rows: Vec<(Vec<u8>,)> = db.all(LOCKED, args![ceiling]).await?;
    Ok(rows.iter().filter_map(|(account,)| Digest::from_row(account)).collect())
}

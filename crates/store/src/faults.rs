//! The meaning of the error codes of both engines.
//!
//! SQLSTATEs are those of appendix A of the Postgres manual; SQLite's are its primary result codes, the low byte of the
//! extended ones.

use std::io;

use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

/// Why the database cannot do its work at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// It does not answer, or the file cannot be opened.
    #[error("unreachable")]
    Unreachable,
    /// It answers and takes no writes: a standby, a primary that was demoted, a file system that was remounted.
    #[error("read-only")]
    ReadOnly,
    /// Its disk is full.
    #[error("full")]
    Full,
    /// Another connection held a lock for longer than the wait, or there are too many connections.
    #[error("busy")]
    Busy,
    /// Its disk fails.
    #[error("failing")]
    Failing,
}

/// The error of a connection to a server that takes no writes.
pub(super) fn takes_no_writes() -> sqlx::Error {
    let why = "the server takes no writes: it is a standby, or default_transaction_read_only is on";
    sqlx::Error::Io(io::Error::new(io::ErrorKind::ReadOnlyFilesystem, why))
}

/// Why a later try may succeed, if it may.
pub(super) fn cause(error: &sqlx::Error) -> Option<Cause> {
    match error {
        sqlx::Error::Io(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => Some(Cause::ReadOnly),
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            Some(Cause::Unreachable)
        }
        sqlx::Error::Database(refusal) if is_of_a_pooler(refusal.as_ref()) => Some(Cause::Unreachable),
        sqlx::Error::Database(refusal) => match Code::of(refusal.code()?.as_ref()) {
            Code::Postgres(state) => cause_in_postgres(state),
            Code::Sqlite(code) => cause_in_sqlite(code),
        },
        _ => None,
    }
}

/// Whether a pooler says that it has no server to offer. PgBouncer calls each of its own troubles a violation of the protocol;
/// Postgres names the routine of its source that found one.
fn is_of_a_pooler(refusal: &dyn DatabaseError) -> bool {
    let refusal = refusal.try_downcast_ref::<PgDatabaseError>();
    refusal.is_some_and(|refusal| refusal.code() == "08P01" && refusal.routine().is_none())
}

fn cause_in_postgres(state: &str) -> Option<Cause> {
    match state {
        // The connection: 08P01 of Postgres, a violation of the protocol, is a fault of a program and does not go away.
        // Then: shutting down, crashed, starting up, or it ended a session that rested.
        "08000" | "08001" | "08003" | "08004" | "08006" | "08007" | "57P01" | "57P02" | "57P03" | "57P05" | "25P03"
        | "40003" => Some(Cause::Unreachable),
        "25006" => Some(Cause::ReadOnly),
        "53100" => Some(Cause::Full),
        // No memory, no connection left; a time limit for statements, locks or transactions; a conflict.
        "53000" | "53200" | "53300" | "55P03" | "57014" | "25P04" | "40001" | "40P01" => Some(Cause::Busy),
        "58000" | "58030" => Some(Cause::Failing),
        _ => None,
    }
}

fn cause_in_sqlite(code: u32) -> Option<Cause> {
    match code {
        // BUSY, LOCKED, NOMEM.
        5..=7 => Some(Cause::Busy),
        // READONLY.
        8 => Some(Cause::ReadOnly),
        // IOERR.
        10 => Some(Cause::Failing),
        // FULL.
        13 => Some(Cause::Full),
        // CANTOPEN, PROTOCOL.
        14 | 15 => Some(Cause::Unreachable),
        _ => None,
    }
}

/// The primary result code, if SQLite refused.
pub(super) fn sqlite_code(refusal: &dyn DatabaseError) -> Option<u32> {
    match Code::of(refusal.code()?.as_ref()) {
        Code::Sqlite(code) => Some(code),
        Code::Postgres(_) => None,
    }
}

/// Whether the connection is as good as before, because only the statement was wrong (a constraint, a value, a conflict), or a
/// value of its answer.
pub(super) fn spares_the_connection(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(refusal) = error else { return matches!(error, sqlx::Error::ColumnDecode { .. }) };
    refusal.code().is_some_and(|code| match Code::of(&code) {
        Code::Postgres(state) => state != "40003" && ["22", "23", "40"].iter().any(|class| state.starts_with(class)),
        // CONSTRAINT. After anything else SQLite may have rolled back by itself.
        Code::Sqlite(code) => code == 19,
    })
}

/// Whether an error in place of the answer to a commit says that nothing was committed. A server that ends the connection,
/// and a disk that fails, may have done it before.
pub(super) fn says_that_nothing_happened(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(refusal) = error else { return false };
    refusal.code().is_some_and(|code| match Code::of(&code) {
        Code::Postgres(_) => cause(error) != Some(Cause::Unreachable),
        Code::Sqlite(code) => code != 10,
    })
}

enum Code<'a> {
    Postgres(&'a str),
    Sqlite(u32),
}

impl<'a> Code<'a> {
    /// SQLSTATEs have five characters; no code of SQLite has as many.
    fn of(code: &'a str) -> Self {
        match code.parse::<u32>() {
            Ok(number) if code.len() < 5 => Self::Sqlite(number & 0xff),
            _ => Self::Postgres(code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cause, Code, cause, cause_in_postgres, cause_in_sqlite, takes_no_writes};

    #[test]
    fn a_violation_of_the_protocol_is_no_absence() {
        assert_eq!(cause_in_postgres("08006"), Some(Cause::Unreachable));
        assert_eq!(cause_in_postgres("08P01"), None);
        assert_eq!(cause_in_postgres("23505"), None);
    }

    #[test]
    fn a_database_that_takes_no_writes_says_so_in_three_ways() {
        assert_eq!(cause(&takes_no_writes()), Some(Cause::ReadOnly));
        assert_eq!(cause_in_postgres("25006"), Some(Cause::ReadOnly));
        let readonly_dbmoved = 1032;
        assert_eq!(cause_in_sqlite(readonly_dbmoved & 0xff), Some(Cause::ReadOnly));
    }

    #[test]
    fn codes_of_both_engines_are_told_apart() {
        assert!(matches!(Code::of("57014"), Code::Postgres("57014")));
        assert!(matches!(Code::of("1555"), Code::Sqlite(19)));
        assert!(matches!(Code::of("13"), Code::Sqlite(13)));
        assert!(matches!(Code::of("53100"), Code::Postgres("53100")));
    }
}

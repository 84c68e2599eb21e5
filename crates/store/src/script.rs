//! A transaction that is known as a whole before it begins. Postgres runs it as one statement, in one round trip; SQLite
//! commits those of many requests together ([`group_commit`](crate::group_commit)).
//!
//! Its first statement decides: where that changes no row, nothing happens. An attempt whose answer is missing is looked
//! for and repeated, which a transaction of any other form must not be: the first statement of a second attempt changes
//! nothing where the first attempt happened, and a script leaves a trace that no other script leaves.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::time::Instant;

use crate::arg::Arg;
use crate::db::Pools;
use crate::engine::ConnectionUse;
use crate::statement::Statement;
use crate::{Db, StoreError, failpoints, notices};
use protocol::AuditEvent;

/// The statements of a script, and their text as a whole for each engine.
#[derive(Clone, Copy)]
pub(super) struct ScriptKind {
    pub(super) statements: &'static [Statement],
    pub(super) on_postgres: Statement,
    pub(super) on_sqlite: Statement,
}

/// Declares scripts, `NAME = [FIRST, NEXT, ..];` each, and the list of them. Each statement after the first is an `INSERT` of
/// one row of `VALUES`, and none of them may break a rule of its table.
macro_rules! scripts {
    ($($(#[$doc:meta])* $name:ident = $statements:expr;)+) => {
        $($(#[$doc])* const $name: $crate::script::ScriptKind = $crate::script::ScriptKind {
            statements: &$statements,
            on_postgres: $crate::statement::Statement::unlisted(|| {
                static TEXT: std::sync::LazyLock<String> =
                    std::sync::LazyLock::new(|| $crate::script::one_statement(&$statements));
                TEXT.as_str()
            }),
            on_sqlite: $crate::statement::Statement::unlisted(|| {
                static TEXT: std::sync::LazyLock<String> =
                    std::sync::LazyLock::new(|| $crate::script::one_message(&$statements));
                TEXT.as_str()
            }),
        };)+

        pub(super) const SCRIPTS: &[$crate::script::ScriptKind] = &[$($name),+];
    };
}
pub(super) use scripts;

/// A script with its values.
pub(super) struct Script {
    pub(super) kind: ScriptKind,
    /// The parameters of each statement.
    pub(super) args: Vec<Vec<Arg>>,
    /// A statement that finds a row if this script, and no other, has happened.
    pub(super) trace: (Statement, Vec<Arg>),
    /// The failpoint before its commit.
    pub(super) point: &'static str,
}

impl ScriptKind {
    /// Its text as a whole.
    pub(super) fn whole(self, db: &Db) -> Statement {
        match db.pools {
            Pools::Postgres { .. } => self.on_postgres,
            Pools::Sqlite { .. } => self.on_sqlite,
        }
    }
}

impl Db {
    /// Runs a script; false, and nothing happened, where its first statement changed no row. The last statement records
    /// the event; webhooks that want it are told.
    pub(super) async fn carry_out(&self, script: Script, event: &AuditEvent) -> Result<bool, StoreError> {
        if notices::is_awaited(self, event) {
            return self.carry_out_and_tell(script, event).await;
        }
        let happened = self.run_script(script).await?;
        if happened {
            notices::log_unawaited(event);
        }
        Ok(happened)
    }

    /// The same, step by step, because a notice says what has to be read first.
    async fn carry_out_and_tell(&self, script: Script, event: &AuditEvent) -> Result<bool, StoreError> {
        let Script { kind, args, trace, point } = &script;
        let once = || {
            self.change(async |mut tx| {
                let mut steps = kind.statements.iter().zip(args);
                if let Some((first, args)) = steps.next() {
                    tx.change(*first, args.clone()).await?;
                }
                for (next, args) in steps {
                    tx.write(*next, args.clone()).await?;
                }
                notices::add(&mut tx, event, true).await?;
                failpoints::reach(point).await;
                Ok(tx)
            })
        };
        self.attempt_until_known(trace, |_| once()).await
    }

    /// Runs a script that tells nobody; false, and nothing happened, where its first statement changed no row.
    pub(super) async fn run_script(&self, script: Script) -> Result<bool, StoreError> {
        let Script { kind, args, trace, point } = script;
        let (whole, args) = (kind.whole(self), args.concat());
        let args = &args;
        let attempt = |deadline| async move {
            match &self.pools {
                Pools::Postgres { .. } => self.commit_at_once(whole, args.clone(), point, deadline).await,
                Pools::Sqlite { .. } => self.commit_in_group(whole, args.clone(), point, deadline).await,
            }
        };
        self.attempt_until_known(&trace, attempt).await
    }

    /// Attempts a script until it is known whether it happened. If the answer to an attempt is missing, a later one that
    /// changes nothing may mean that the earlier one happened: then the trace is there.
    async fn attempt_until_known<Attempt>(
        &self,
        (trace, left): &(Statement, Vec<Arg>),
        attempt: impl Fn(Instant) -> Attempt,
    ) -> Result<bool, StoreError>
    where
        Attempt: Future<Output = Result<bool, StoreError>>,
    {
        let (deadline, is_doubtful) = (self.deadline(), AtomicBool::new(false));
        let done = self.retry_while_away(deadline, || async {
            match attempt(deadline).await {
                Ok(false) if is_doubtful.load(Ordering::Relaxed) => {
                    Ok(self.value::<String>(*trace, left.clone()).await?.is_some())
                }
                Err(StoreError::Unanswered(trouble)) => {
                    is_doubtful.store(true, Ordering::Relaxed);
                    Err(StoreError::Away(trouble))
                }
                known => known,
            }
        });
        match done.await {
            Err(StoreError::Away(trouble)) if is_doubtful.load(Ordering::Relaxed) => {
                Err(StoreError::Unanswered(trouble))
            }
            done => done,
        }
    }

    async fn commit_at_once(
        &self,
        whole: Statement,
        args: Vec<Arg>,
        point: &'static str,
        deadline: Instant,
    ) -> Result<bool, StoreError> {
        let engine = self.engine(ConnectionUse::Script, deadline).await.map_err(StoreError::from);
        let mut engine = self.health.read(engine)?;
        failpoints::reach(point).await;
        let written = engine.execute(whole, args).await.map_err(StoreError::of_commit);
        Ok(self.health.committed(written)? > 0)
    }
}

/// One statement for Postgres. Its parts see the database as it was before all of them.
pub(super) fn one_statement(statements: &[Statement]) -> String {
    let texts = renumbered(statements);
    let part = |(number, text): (usize, &String)| match number {
        0 => format!("decided AS ({text} RETURNING 1)"),
        _ => format!("next_{number} AS ({})", only_if(text, "EXISTS (SELECT FROM decided)")),
    };
    let parts: Vec<String> = texts.iter().enumerate().map(part).collect();
    format!("WITH {} SELECT 1 FROM decided", parts.join(", "))
}

/// Several statements for SQLite, which its driver takes as one message. Each changes a row only if the one before it did.
pub(super) fn one_message(statements: &[Statement]) -> String {
    let texts = renumbered(statements);
    let part = |(number, text): (usize, &String)| match number {
        0 => text.clone(),
        _ => only_if(text, "changes() > 0"),
    };
    texts.iter().enumerate().map(part).collect::<Vec<_>>().join("; ")
}

/// The texts of the statements, with parameters that are numbered on from one to the next.
fn renumbered(statements: &[Statement]) -> Vec<String> {
    let mut before = 0;
    let mut texts = Vec::with_capacity(statements.len());
    for statement in statements {
        let mut pieces = statement.text().split('$');
        let (mut text, mut most) = (vec![pieces.next().unwrap_or_default().to_owned()], 0);
        for piece in pieces {
            let digits = piece.find(|next: char| !next.is_ascii_digit()).unwrap_or(piece.len());
            let (number, rest) = piece.split_at(digits);
            let number: usize = number.parse().expect("a parameter has a number");
            most = most.max(number);
            text.push(format!("{}{rest}", before + number));
        }
        before += most;
        texts.push(text.join("$"));
    }
    texts
}

/// An `INSERT … VALUES (…)` that inserts nothing unless a condition holds.
fn only_if(insert: &str, condition: &str) -> String {
    let (head, values) = insert.split_once(" VALUES (").expect("an INSERT of one row");
    let mut depth = 1_usize;
    let end = values.find(|next: char| {
        depth = match next {
            '(' => depth + 1,
            ')' => depth - 1,
            _ => depth,
        };
        depth == 0
    });
    let (row, rest) = values.split_at(end.expect("a row in parentheses"));
    format!("{head} SELECT {row} WHERE {condition}{}", &rest[1..])
}

#[cfg(test)]
mod tests {
    use super::{one_message, one_statement};
    use crate::statement::Statement;

    const STATEMENTS: [Statement; 2] = [
        Statement::unlisted(|| "UPDATE a SET b = $2 WHERE c = $1"),
        Statement::unlisted(|| "INSERT INTO d (e, f) VALUES ($1, COALESCE($2, (SELECT $1))) ON CONFLICT DO NOTHING"),
    ];

    #[test]
    fn each_engine_has_one_text_for_all_statements() {
        let insert = "INSERT INTO d (e, f) SELECT $3, COALESCE($4, (SELECT $3)) WHERE";
        assert_eq!(
            one_message(&STATEMENTS),
            format!("UPDATE a SET b = $2 WHERE c = $1; {insert} changes() > 0 ON CONFLICT DO NOTHING")
        );
        assert_eq!(
            one_statement(&STATEMENTS),
            format!(
                "WITH decided AS (UPDATE a SET b = $2 WHERE c = $1 RETURNING 1), \
                 next_1 AS ({insert} EXISTS (SELECT FROM decided) ON CONFLICT DO NOTHING) SELECT 1 FROM decided"
            )
        );
    }
}

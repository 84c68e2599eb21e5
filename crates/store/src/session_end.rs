//! Ends browser sessions: the one place that deletes them before they expire.

use crate::arg::args;
use crate::statement::statements;
use crate::transaction::Transaction;
use crate::{Db, StoreError, audit_events};
use protocol::{AuditEvent, Digest, Subject};

statements! {
    END = "DELETE FROM browser_sessions WHERE digest = $1 AND subject = COALESCE($2, subject)";
    END_ALL_BUT = "DELETE FROM browser_sessions WHERE subject = $1 AND digest IS DISTINCT FROM $2";
}

/// The sessions that end. A session is named by the digest of its cookie.
#[derive(Clone, Copy, Debug)]
pub enum SessionSelection<'a> {
    /// This session, for any account.
    One(&'a Digest),
    /// This session, if it belongs to this person.
    OneOf(&'a Subject, &'a Digest),
    /// All sessions of a person but this one.
    Others(&'a Subject, &'a Digest),
    /// All sessions of a person.
    All(&'a Subject),
}

/// Ends sessions, with an event if any ended, and returns their number.
pub async fn end_browser_sessions(
    db: &Db,
    sessions: SessionSelection<'_>,
    event: Option<&AuditEvent>,
) -> Result<u64, StoreError> {
    db.in_transaction(async |mut tx| {
        let ended = end(&mut tx, sessions).await?;
        if ended > 0
            && let Some(event) = event
        {
            let event = event.clone();
            let is_of_several = matches!(sessions, SessionSelection::Others(..) | SessionSelection::All(_));
            let event = if is_of_several { event.with("sessions", ended) } else { event };
            audit_events::add(&mut tx, &event).await?;
        }
        tx.commit().await?;
        Ok(ended)
    })
    .await
}

/// The same within a transaction, without an event.
pub(super) async fn end(tx: &mut Transaction, sessions: SessionSelection<'_>) -> Result<u64, StoreError> {
    match sessions {
        SessionSelection::One(digest) => tx.write(END, args![digest, None::<String>]).await,
        SessionSelection::OneOf(subject, digest) => tx.write(END, args![digest, subject]).await,
        SessionSelection::Others(subject, kept) => tx.write(END_ALL_BUT, args![subject, kept]).await,
        SessionSelection::All(subject) => tx.write(END_ALL_BUT, args![subject, None::<Digest>]).await,
    }
}

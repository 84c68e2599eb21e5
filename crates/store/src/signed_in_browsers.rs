//! In which browsers is somebody signed in, and how do they end one of those sessions? Requirement W-05.

use sqlx::FromRow;

use crate::arg::args;
use crate::db::Transaction;
use crate::{Db, StoreError, audit_events};
use protocol::{AuditEvent, Digest, Subject, Timestamp};

const LIST: &str = "SELECT s.digest, s.auth_time, s.signed_in_from, s.user_agent FROM browser_sessions s \
    JOIN users u ON u.id = s.subject AND u.disabled_at IS NULL AND u.valid_from <= s.auth_time \
    WHERE s.subject = $1 AND s.expires_at > $2 AND s.idle_until > $2 ORDER BY s.auth_time DESC, s.digest LIMIT $3";
const END: &str = "DELETE FROM browser_sessions WHERE digest = $1 AND subject = $2";
const END_OTHERS: &str = "DELETE FROM browser_sessions WHERE subject = $1 AND digest <> $2";
const END_ALL: &str = "DELETE FROM browser_sessions WHERE subject = $1";

pub(super) const STATEMENTS: &[&str] = &[LIST, END, END_OTHERS, END_ALL];

/// A browser in which somebody is signed in.
#[derive(Clone, Debug)]
pub struct SignedInBrowser {
    /// The digest of its cookie.
    pub digest: Digest,
    /// When they signed in.
    pub auth_time: Timestamp,
    /// From which network address, where that is known.
    pub address: Option<String>,
    /// What the browser called itself, cleaned and cut.
    pub user_agent: Option<String>,
}

#[derive(FromRow)]
struct BrowserRow {
    digest: Vec<u8>,
    auth_time: i64,
    signed_in_from: Option<String>,
    user_agent: Option<String>,
}

impl TryFrom<BrowserRow> for SignedInBrowser {
    type Error = StoreError;

    fn try_from(row: BrowserRow) -> Result<Self, StoreError> {
        let why = "the digest is not 32 bytes";
        let corrupt = StoreError::Corrupt { table: "browser_sessions", id: String::new(), why };
        Ok(Self {
            digest: Digest::from_row(&row.digest).ok_or(corrupt)?,
            auth_time: Timestamp::from_millis(row.auth_time),
            address: row.signed_in_from,
            user_agent: row.user_agent,
        })
    }
}

/// The browsers that somebody is signed in with: `most` of them, the newest first.
///
/// # Errors
/// When the database does not answer, or a row is impossible.
pub async fn signed_in_browsers(
    db: &Db,
    subject: &Subject,
    now: Timestamp,
    most: u32,
) -> Result<Vec<SignedInBrowser>, StoreError> {
    let rows = db.all::<BrowserRow>(LIST, args![subject.as_str(), now, most]).await?;
    rows.into_iter().map(SignedInBrowser::try_from).collect()
}

/// Ends one session of somebody, and tells of it; false when it had ended, or is not theirs.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn end_browser_session(
    db: &Db,
    subject: &Subject,
    digest: &Digest,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        if tx.write(END, args![digest, subject.as_str()]).await? == 0 {
            return Ok(false);
        }
        audit_events::add(&mut tx, event).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

/// Ends all sessions of somebody but the one that is kept, and tells how many there were, if there were any.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn end_other_browser_sessions(
    db: &Db,
    subject: &Subject,
    kept: &Digest,
    event: &AuditEvent,
) -> Result<u64, StoreError> {
    db.in_transaction(async |mut tx| {
        let ended = tx.write(END_OTHERS, args![subject.as_str(), kept]).await?;
        if ended > 0 {
            audit_events::add(&mut tx, &event.clone().with("sessions", ended)).await?;
        }
        tx.commit().await?;
        Ok(ended)
    })
    .await
}

/// Ends every session of somebody, with whatever else the transaction does.
pub(super) async fn end_all(tx: &mut Transaction, subject: &Subject) -> Result<u64, StoreError> {
    tx.write(END_ALL, args![subject.as_str()]).await
}

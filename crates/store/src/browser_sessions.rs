//! Which browser is this, and who is signed in there? By the digest of the cookie's value (requirement W-04).

use sqlx::FromRow;

use crate::arg::args;
use crate::db::Transaction;
use crate::{Db, StoreError, audit_events, sign_out_everywhere};
use protocol::{AuditEvent, Digest, Subject, Timestamp};

const FIND: &str = "SELECT s.digest, s.created_at, s.expires_at, s.idle_until, s.subject, s.auth_time, s.amr, \
        s.right_code_at, s.sealed_next, s.signed_in_from, s.user_agent, u.username, u.valid_from \
    FROM browser_sessions s JOIN users u \
        ON u.id = s.subject AND u.disabled_at IS NULL AND u.valid_from <= s.auth_time \
    WHERE s.digest = $1 AND s.expires_at > $2 AND s.idle_until > $2";
const ADD: &str = "INSERT INTO browser_sessions \
        (digest, created_at, expires_at, idle_until, subject, auth_time, amr, wrong_codes, sealed_next, right_code_at, \
        signed_in_from, user_agent) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11)";
const TOUCH: &str = "UPDATE browser_sessions SET idle_until = $2 WHERE digest = $1";
const KEEP: &str = "UPDATE browser_sessions SET sealed_next = $2 WHERE digest = $1";
const DELETE: &str = "DELETE FROM browser_sessions WHERE digest = $1";
const COUNT_WRONG_CODE: &str = "UPDATE browser_sessions SET wrong_codes = wrong_codes + 1 \
    WHERE digest = $1 AND wrong_codes < $2";
const GIVE_CODE_BACK: &str = "UPDATE browser_sessions SET wrong_codes = wrong_codes - 1 \
    WHERE digest = $1 AND wrong_codes > 0";
const FORGIVE_WRONG_CODES: &str = "UPDATE browser_sessions SET wrong_codes = 0, right_code_at = $2 WHERE digest = $1";

pub(super) const STATEMENTS: &[&str] =
    &[FIND, ADD, TOUCH, KEEP, DELETE, COUNT_WRONG_CODE, GIVE_CODE_BACK, FORGIVE_WRONG_CODES];

/// A browser in which somebody is signed in. Nothing is written of any other.
#[derive(Clone, Debug)]
pub struct BrowserSession {
    /// The digest of the cookie's value.
    pub digest: Digest,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
    /// When it ends without a request.
    pub idle_until: Timestamp,
    /// Who is signed in.
    pub sign_in: SignIn,
    /// What waits for another login, sealed under the cookie's value.
    pub sealed_next: Option<Vec<u8>>,
    /// When a right code was last entered, by who is signed in.
    pub right_code_at: Option<Timestamp>,
}

/// Who is signed in, since when and how.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The account.
    pub subject: Subject,
    /// Its name, to be shown.
    pub username: String,
    /// When they authenticated.
    pub auth_time: Timestamp,
    /// Since when sign-ins of the account are good, as it was found when they did: at least that early.
    pub valid_from: Timestamp,
    /// How (RFC 8176).
    pub amr: Vec<String>,
    /// From which network address, where that is known.
    pub address: Option<String>,
    /// In what calls itself this, cleaned and cut.
    pub user_agent: Option<String>,
}

#[derive(FromRow)]
struct SessionRow {
    digest: Vec<u8>,
    created_at: i64,
    expires_at: i64,
    idle_until: i64,
    subject: String,
    auth_time: i64,
    amr: String,
    sealed_next: Option<Vec<u8>>,
    right_code_at: Option<i64>,
    signed_in_from: Option<String>,
    user_agent: Option<String>,
    username: String,
    valid_from: i64,
}

impl TryFrom<SessionRow> for BrowserSession {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        let corrupt = |why| StoreError::Corrupt { table: "browser_sessions", id: String::new(), why };
        let sign_in = SignIn {
            subject: Subject::new(row.subject),
            username: row.username,
            auth_time: Timestamp::from_millis(row.auth_time),
            valid_from: Timestamp::from_millis(row.valid_from),
            amr: row.amr.split(' ').map(str::to_owned).collect(),
            address: row.signed_in_from,
            user_agent: row.user_agent,
        };
        Ok(Self {
            digest: Digest::from_row(&row.digest).ok_or(corrupt("the digest is not 32 bytes"))?,
            created_at: Timestamp::from_millis(row.created_at),
            expires_at: Timestamp::from_millis(row.expires_at),
            idle_until: Timestamp::from_millis(row.idle_until),
            sign_in,
            sealed_next: row.sealed_next,
            right_code_at: row.right_code_at.map(Timestamp::from_millis),
        })
    }
}

/// The live session of a cookie. There is none any more once the account was disabled or its password changed.
///
/// # Errors
/// When the database does not answer.
pub async fn find_browser_session(
    db: &Db,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<BrowserSession>, StoreError> {
    db.one::<SessionRow>(FIND, args![digest, now]).await?.map(BrowserSession::try_from).transpose()
}

/// Begins a session with whatever else the transaction does.
pub(super) async fn add(tx: &mut Transaction, session: &BrowserSession) -> Result<(), StoreError> {
    tx.write(ADD, added(session)).await.map(drop)
}

/// Ends one session and begins another in its place, as a login does (session fixation, requirement W-05), and tells of it;
/// false when the account was disabled, signed out or given another password since the login found it.
///
/// # Errors
/// When the database does not answer: then neither happened.
pub async fn replace_browser_session(
    db: &Db,
    old: &Digest,
    new: &BrowserSession,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        if !sign_out_everywhere::is_as_found(&mut tx, &new.sign_in.subject, new.sign_in.valid_from).await? {
            return Ok(false);
        }
        tx.write(DELETE, args![old]).await?;
        add(&mut tx, new).await?;
        audit_events::add(&mut tx, event).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

/// Puts off the idle end of a session.
///
/// # Errors
/// When the database does not answer.
pub async fn touch_browser_session(db: &Db, digest: &Digest, idle_until: Timestamp) -> Result<(), StoreError> {
    db.note(TOUCH, args![digest, idle_until]).await.map(drop)
}

/// Keeps what has to wait for another login, or forgets it.
///
/// # Errors
/// When the database does not answer.
pub async fn keep_for_later(db: &Db, digest: &Digest, sealed: Option<Vec<u8>>) -> Result<(), StoreError> {
    db.note(KEEP, args![digest, sealed]).await.map(drop)
}

/// Ends a session.
///
/// # Errors
/// When the database does not answer.
pub async fn delete_browser_session(db: &Db, digest: &Digest) -> Result<(), StoreError> {
    db.write(DELETE, args![digest]).await.map(drop)
}

/// Counts a code before it is looked up; false when the session has no tries left.
///
/// # Errors
/// When the database does not answer.
pub async fn count_wrong_code(db: &Db, digest: &Digest, limit: u32) -> Result<bool, StoreError> {
    Ok(db.write(COUNT_WRONG_CODE, args![digest, limit]).await? == 1)
}

/// Counts a code with whatever else the transaction does; false when the session has no tries left.
pub(super) async fn count_code(tx: &mut Transaction, digest: &Digest, limit: u32) -> Result<bool, StoreError> {
    Ok(tx.write(COUNT_WRONG_CODE, args![digest, limit]).await? == 1)
}

/// Takes back that a code was counted: it was not looked up, for no fault of this session.
pub(super) async fn give_back(tx: &mut Transaction, digest: &Digest) -> Result<(), StoreError> {
    tx.write(GIVE_CODE_BACK, args![digest]).await.map(drop)
}

/// The code was right: the session starts counting anew, and is known for it. Nothing else is forgiven.
///
/// # Errors
/// When the database does not answer.
pub async fn forgive_wrong_codes(db: &Db, digest: &Digest, now: Timestamp) -> Result<(), StoreError> {
    db.write(FORGIVE_WRONG_CODES, args![digest, now]).await.map(drop)
}

fn added(session: &BrowserSession) -> Vec<crate::arg::Arg> {
    let sign_in = &session.sign_in;
    args![
        session.digest,
        session.created_at,
        session.expires_at,
        session.idle_until,
        sign_in.subject.as_str(),
        sign_in.auth_time,
        sign_in.amr.join(" "),
        session.sealed_next.clone(),
        session.right_code_at,
        sign_in.address.as_deref(),
        sign_in.user_agent.as_deref(),
    ]
}

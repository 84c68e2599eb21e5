//! Browser sessions, by the digest of the cookie's value (requirement W-04).

use sqlx::FromRow;

use crate::arg::args;
use crate::portable_row::EngineRow;
use crate::session_end::{self, SessionSelection};
use crate::statement::{columns, insert, list_of, statements};
use crate::transaction::Transaction;
use crate::{Db, StoreError, account_turn, audit_events};
use protocol::{AuditEvent, Digest, Subject, Timestamp};

statements! {
    FIND = format!(
        "SELECT {}, u.username, u.valid_from FROM browser_sessions s JOIN users u \
            ON u.id = s.subject AND u.disabled_at IS NULL AND u.valid_from <= s.auth_time \
        WHERE s.digest = $1 AND s.expires_at > $2 AND s.idle_until > $2",
        list_of::<SessionColumns>("s")
    );
    ADD = insert::<SessionColumns>("browser_sessions");
    RENEW = "UPDATE browser_sessions SET auth_time = $2, signed_in_from = $3, user_agent = $4 WHERE digest = $1";
    TOUCH = "UPDATE browser_sessions SET idle_until = $2 WHERE digest = $1";
    KEEP = "UPDATE browser_sessions SET sealed_next = $2 WHERE digest = $1";
    COUNT_WRONG_CODE = "UPDATE browser_sessions SET wrong_codes = wrong_codes + 1 \
        WHERE digest = $1 AND wrong_codes < $2";
    GIVE_CODE_BACK = "UPDATE browser_sessions SET wrong_codes = wrong_codes - 1 \
        WHERE digest = $1 AND wrong_codes > 0";
    FORGIVE_WRONG_CODES = "UPDATE browser_sessions SET wrong_codes = 0, right_code_at = $2 WHERE digest = $1";
}

columns! {
    SessionColumns(session: &BrowserSession) {
        digest: session.digest,
        created_at: session.created_at,
        expires_at: session.expires_at,
        idle_until: session.idle_until,
        subject: &session.sign_in.subject,
        auth_time: session.sign_in.auth_time,
        amr: session.sign_in.amr.as_slice(),
        signed_in_from: &session.sign_in.address,
        user_agent: &session.sign_in.user_agent,
        sealed_next: session.sealed_next.as_deref(),
        wrong_codes: 0_i64,
        right_code_at: session.right_code_at,
    }
}

/// The session of a browser in which a person is logged in. Other browsers have no row.
#[derive(Clone, Debug)]
pub struct BrowserSession {
    /// The digest of the cookie's value.
    pub digest: Digest,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
    /// When it ends if there is no request.
    pub idle_until: Timestamp,
    /// The login.
    pub sign_in: SignIn,
    /// The step that waits for another login, sealed under the cookie's value.
    pub sealed_next: Option<Vec<u8>>,
    /// When its person last entered a right code.
    pub right_code_at: Option<Timestamp>,
}

/// A login in a browser.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The account.
    pub subject: Subject,
    /// The name of the account, for pages.
    pub username: String,
    /// When the person authenticated.
    pub auth_time: Timestamp,
    /// The `valid_from` of the account when the person authenticated, or an earlier one.
    pub valid_from: Timestamp,
    /// The methods of the authentication (RFC 8176).
    pub amr: Vec<String>,
    /// The network address of the browser, if it is known.
    pub address: Option<String>,
    /// The `User-Agent` of the browser, cleaned and cut.
    pub user_agent: Option<String>,
}

impl<'r, R: EngineRow> FromRow<'r, R> for BrowserSession {
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        Ok(Self {
            digest: row.read("digest")?,
            created_at: row.read("created_at")?,
            expires_at: row.read("expires_at")?,
            idle_until: row.read("idle_until")?,
            sign_in: SignIn {
                subject: row.read("subject")?,
                username: row.read("username")?,
                auth_time: row.read("auth_time")?,
                valid_from: row.read("valid_from")?,
                amr: row.read("amr")?,
                address: row.read("signed_in_from")?,
                user_agent: row.read("user_agent")?,
            },
            sealed_next: row.read("sealed_next")?,
            right_code_at: row.read("right_code_at")?,
        })
    }
}

/// The live session of a cookie. A disabled account and a new password end it.
pub async fn find_browser_session(
    db: &Db,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<BrowserSession>, StoreError> {
    db.one(FIND, args![digest, now]).await
}

/// Adds a session within a transaction.
pub(super) async fn add(tx: &mut Transaction, session: &BrowserSession) -> Result<(), StoreError> {
    tx.write(ADD, SessionColumns::args(session)).await.map(drop)
}

/// Ends one session and begins another in its place, as a login does (session fixation, requirement W-05), with its event;
/// false when the account was disabled, signed out or got another password after the login had read it.
pub async fn replace_browser_session(
    db: &Db,
    old: &Digest,
    new: &BrowserSession,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    db.change(async |mut tx| {
        account_turn::take_as_found(&mut tx, &new.sign_in.subject, new.sign_in.valid_from).await?;
        session_end::end(&mut tx, SessionSelection::One(old)).await?;
        add(&mut tx, new).await?;
        audit_events::add(&mut tx, event).await?;
        Ok(tx)
    })
    .await
}

/// Renews the login of a session, and writes the event of the login; false when the session has ended, or the account was
/// disabled, signed out or given another password since the login found it.
pub async fn renew_login(db: &Db, session: &BrowserSession, event: &AuditEvent) -> Result<bool, StoreError> {
    let SignIn { subject, valid_from, auth_time, address, user_agent, .. } = &session.sign_in;
    db.change(async |mut tx| {
        account_turn::take_as_found(&mut tx, subject, *valid_from).await?;
        tx.change(RENEW, args![&session.digest, *auth_time, address.as_deref(), user_agent.as_deref()]).await?;
        audit_events::add(&mut tx, event).await?;
        Ok(tx)
    })
    .await
}

/// Postpones the idle end of a session.
pub async fn touch_browser_session(db: &Db, digest: &Digest, idle_until: Timestamp) -> Result<(), StoreError> {
    db.note(TOUCH, args![digest, idle_until]).await.map(drop)
}

/// Stores the step that waits for another login, or deletes it.
pub async fn keep_for_later(db: &Db, digest: &Digest, sealed: Option<Vec<u8>>) -> Result<(), StoreError> {
    db.note(KEEP, args![digest, sealed]).await.map(drop)
}

/// Counts a code before the lookup; false when the session has no tries left.
pub async fn count_wrong_code(db: &Db, digest: &Digest, limit: u32) -> Result<bool, StoreError> {
    Ok(db.write(COUNT_WRONG_CODE, args![digest, limit]).await? == 1)
}

/// The same within a transaction.
pub(super) async fn count_code(tx: &mut Transaction, digest: &Digest, limit: u32) -> Result<bool, StoreError> {
    Ok(tx.write(COUNT_WRONG_CODE, args![digest, limit]).await? == 1)
}

/// Takes the count of a code back: it was not looked up, by no fault of this session.
pub(super) async fn give_back(tx: &mut Transaction, digest: &Digest) -> Result<(), StoreError> {
    tx.write(GIVE_CODE_BACK, args![digest]).await.map(drop)
}

/// Records that a code was right: the session starts counting again. Nothing else is forgiven.
pub async fn forgive_wrong_codes(db: &Db, digest: &Digest, now: Timestamp) -> Result<(), StoreError> {
    db.write(FORGIVE_WRONG_CODES, args![digest, now]).await.map(drop)
}

//! Browser sessions, by the digest of the cookie's value (requirement W-04).

use crate::arg::args;
use crate::session_end::{self, SessionSelection};
use crate::statement::{Columns, insert, list_of, result_row, row, statements};
use crate::transaction::Transaction;
use crate::{Db, StoreError, account_turn, audit_events};
use protocol::{AuditEvent, Digest, Subject, Timestamp};

statements! {
    FIND = format!(
        "SELECT {}, u.username, u.valid_from FROM browser_sessions s JOIN users u \
            ON u.id = s.subject AND u.disabled_at IS NULL AND u.valid_from <= s.auth_time \
        WHERE s.digest = $1 AND s.expires_at > $2 AND s.idle_until > $2",
        list_of::<SessionRow>("s")
    );
    ADD = insert::<SessionRow>("browser_sessions");
    TOUCH = "UPDATE browser_sessions SET idle_until = $2 WHERE digest = $1";
    KEEP = "UPDATE browser_sessions SET sealed_next = $2 WHERE digest = $1";
    COUNT_WRONG_CODE = "UPDATE browser_sessions SET wrong_codes = wrong_codes + 1 \
        WHERE digest = $1 AND wrong_codes < $2";
    GIVE_CODE_BACK = "UPDATE browser_sessions SET wrong_codes = wrong_codes - 1 \
        WHERE digest = $1 AND wrong_codes > 0";
    FORGIVE_WRONG_CODES = "UPDATE browser_sessions SET wrong_codes = 0, right_code_at = $2 WHERE digest = $1";
}

row! {
    /// A session of somebody who is logged in: no other has a row.
    pub(super) struct SessionRow {
        digest: Vec<u8>,
        created_at: i64,
        expires_at: i64,
        idle_until: i64,
        subject: String,
        pub(super) auth_time: i64,
        amr: String,
        pub(super) signed_in_from: Option<String>,
        pub(super) user_agent: Option<String>,
        sealed_next: Option<Vec<u8>>,
        wrong_codes: i64,
        right_code_at: Option<i64>,
    }
}

result_row! {
    struct LiveSessionRow {
        ..session: SessionRow,
        username: String,
        valid_from: i64,
    }
}

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

impl SessionRow {
    fn of(session: &BrowserSession) -> Self {
        let sign_in = &session.sign_in;
        Self {
            digest: session.digest.as_bytes().to_vec(),
            created_at: session.created_at.millis(),
            expires_at: session.expires_at.millis(),
            idle_until: session.idle_until.millis(),
            subject: sign_in.subject.as_str().to_owned(),
            auth_time: sign_in.auth_time.millis(),
            amr: sign_in.amr.join(" "),
            signed_in_from: sign_in.address.clone(),
            user_agent: sign_in.user_agent.clone(),
            sealed_next: session.sealed_next.clone(),
            wrong_codes: 0,
            right_code_at: session.right_code_at.map(Timestamp::millis),
        }
    }

    pub(super) fn digest(&self) -> Result<Digest, StoreError> {
        let why = "the digest is not 32 bytes";
        let corrupt = StoreError::Corrupt { table: "browser_sessions", id: String::new(), why };
        Digest::from_row(&self.digest).ok_or(corrupt)
    }
}

impl TryFrom<LiveSessionRow> for BrowserSession {
    type Error = StoreError;

    fn try_from(LiveSessionRow { session, username, valid_from }: LiveSessionRow) -> Result<Self, StoreError> {
        let time = Timestamp::from_millis;
        Ok(Self {
            digest: session.digest()?,
            created_at: time(session.created_at),
            expires_at: time(session.expires_at),
            idle_until: time(session.idle_until),
            sign_in: SignIn {
                subject: Subject::new(session.subject),
                username,
                auth_time: time(session.auth_time),
                valid_from: time(valid_from),
                amr: session.amr.split(' ').map(str::to_owned).collect(),
                address: session.signed_in_from,
                user_agent: session.user_agent,
            },
            sealed_next: session.sealed_next,
            right_code_at: session.right_code_at.map(time),
        })
    }
}

/// The live session of a cookie. There is none any more once the account was disabled or its password changed.
pub async fn find_browser_session(
    db: &Db,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<BrowserSession>, StoreError> {
    db.one::<LiveSessionRow>(FIND, args![digest, now]).await?.map(BrowserSession::try_from).transpose()
}

/// Begins a session with whatever else the transaction does.
pub(super) async fn add(tx: &mut Transaction, session: &BrowserSession) -> Result<(), StoreError> {
    tx.write(ADD, SessionRow::of(session).args()).await.map(drop)
}

/// Ends one session and begins another in its place, as a login does (session fixation, requirement W-05), and tells of it;
/// false when the account was disabled, signed out or given another password since the login found it.
pub async fn replace_browser_session(
    db: &Db,
    old: &Digest,
    new: &BrowserSession,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        if !account_turn::is_as_found(&mut tx, &new.sign_in.subject, new.sign_in.valid_from).await? {
            return Ok(false);
        }
        session_end::end(&mut tx, SessionSelection::One(old)).await?;
        add(&mut tx, new).await?;
        audit_events::add(&mut tx, event).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

/// Puts off the idle end of a session.
pub async fn touch_browser_session(db: &Db, digest: &Digest, idle_until: Timestamp) -> Result<(), StoreError> {
    db.note(TOUCH, args![digest, idle_until]).await.map(drop)
}

/// Keeps what has to wait for another login, or forgets it.
pub async fn keep_for_later(db: &Db, digest: &Digest, sealed: Option<Vec<u8>>) -> Result<(), StoreError> {
    db.note(KEEP, args![digest, sealed]).await.map(drop)
}

/// Counts a code before it is looked up; false when the session has no tries left.
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
pub async fn forgive_wrong_codes(db: &Db, digest: &Digest, now: Timestamp) -> Result<(), StoreError> {
    db.write(FORGIVE_WRONG_CODES, args![digest, now]).await.map(drop)
}

//! Who are the people? Accounts, by their `sub` and by the name they sign in with.

use std::fmt;

use sqlx::FromRow;

use crate::arg::{Arg, args};
use crate::{Db, StoreError, audit_events};
use protocol::{AuditEvent, Subject, Timestamp};

const ADD: &str = "INSERT INTO users (id, username, name, email, password_hash, created_at, valid_from) \
    VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (username) DO NOTHING";
const FIND: &str = "SELECT id, username, name, email, password_hash, created_at, disabled_at, valid_from FROM users \
    WHERE id = $1";
const FIND_BY_NAME: &str = "SELECT id, username, name, email, password_hash, created_at, disabled_at, valid_from \
    FROM users WHERE username = $1";
const ALL: &str = "SELECT id, username, name, email, password_hash, created_at, disabled_at, valid_from FROM users \
    ORDER BY username";
const PASSWORD_SET_AT: &str = "SELECT COALESCE(password_set_at, created_at) FROM users WHERE id = $1";
const REHASH_PASSWORD: &str = "UPDATE users SET password_hash = $2 WHERE id = $1 AND password_hash = $3";
const ENABLE: &str = "UPDATE users SET disabled_at = NULL WHERE id = $1";

pub(super) const STATEMENTS: &[&str] = &[ADD, FIND, FIND_BY_NAME, ALL, PASSWORD_SET_AT, REHASH_PASSWORD, ENABLE];

/// An account.
#[derive(Clone)]
pub struct User {
    /// The `sub` of their tokens.
    pub subject: Subject,
    /// What they sign in with, folded.
    pub username: String,
    /// What they are called.
    pub name: Option<String>,
    /// Where they can be written to.
    pub email: Option<String>,
    /// A PHC string.
    pub password_hash: String,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Since when it may not be used.
    pub disabled_at: Option<Timestamp>,
    /// Sign-ins from before this are void, with everything that was approved in them.
    pub valid_from: Timestamp,
}

#[derive(FromRow)]
struct UserRow {
    id: String,
    username: String,
    name: Option<String>,
    email: Option<String>,
    password_hash: String,
    created_at: i64,
    disabled_at: Option<i64>,
    valid_from: i64,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            subject: Subject::new(row.id),
            username: row.username,
            name: row.name,
            email: row.email,
            password_hash: row.password_hash,
            created_at: Timestamp::from_millis(row.created_at),
            disabled_at: row.disabled_at.map(Timestamp::from_millis),
            valid_from: Timestamp::from_millis(row.valid_from),
        }
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("subject", &self.subject).field("username", &self.username).finish_non_exhaustive()
    }
}

/// Adds an account, and tells of it; false when its name is taken.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn add_user(db: &Db, user: &User, event: &AuditEvent) -> Result<bool, StoreError> {
    let (name, email) = (user.name.as_deref(), user.email.as_deref());
    let args = args![user.subject.as_str(), &user.username, name, email, &user.password_hash, user.created_at];
    change_and_tell(db, ADD, args, event).await
}

/// The account of a `sub`.
///
/// # Errors
/// When the database does not answer.
pub async fn find_user(db: &Db, subject: &Subject) -> Result<Option<User>, StoreError> {
    Ok(db.one::<UserRow>(FIND, args![subject.as_str()]).await?.map(User::from))
}

/// The account of a folded name.
///
/// # Errors
/// When the database does not answer.
pub async fn find_user_by_name(db: &Db, username: &str) -> Result<Option<User>, StoreError> {
    Ok(db.one::<UserRow>(FIND_BY_NAME, args![username]).await?.map(User::from))
}

/// Every account, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn all_users(db: &Db) -> Result<Vec<User>, StoreError> {
    Ok(db.all::<UserRow>(ALL, args![]).await?.into_iter().map(User::from).collect())
}

/// Since when somebody has their password; `None` for nobody.
///
/// # Errors
/// When the database does not answer.
pub async fn password_set_at(db: &Db, subject: &Subject) -> Result<Option<Timestamp>, StoreError> {
    let set: Option<(i64,)> = db.one(PASSWORD_SET_AT, args![subject.as_str()]).await?;
    Ok(set.map(|(at,)| Timestamp::from_millis(at)))
}

/// Keeps the same password under stronger parameters, unless it was changed meanwhile.
///
/// # Errors
/// When the database does not answer.
pub async fn rehash_password(db: &Db, user: &User, hash: &str) -> Result<(), StoreError> {
    db.write(REHASH_PASSWORD, args![user.subject.as_str(), hash, &user.password_hash]).await.map(drop)
}

/// Lets an account be used again, and tells of it.
///
/// # Errors
/// When the database does not answer: then nothing happened, or all of it.
pub async fn enable_user(db: &Db, subject: &Subject, event: &AuditEvent) -> Result<(), StoreError> {
    change_and_tell(db, ENABLE, args![subject.as_str()], event).await.map(drop)
}

async fn change_and_tell(
    db: &Db,
    statement: &'static str,
    args: Vec<Arg>,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        if tx.write(statement, args.clone()).await? == 0 {
            return Ok(false);
        }
        audit_events::add(&mut tx, event).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

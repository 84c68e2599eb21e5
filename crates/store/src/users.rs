//! Accounts, by their `sub` and by the name that people log in with.

use std::fmt;

use crate::arg::args;
use crate::statement::{Columns, insert, list, row, statements};
use crate::{Db, StoreError};
use protocol::{AuditEvent, Subject, Timestamp};

statements! {
    ADD = format!("{} ON CONFLICT (username) DO NOTHING", insert::<UserRow>("users"));
    FIND = select("WHERE id = $1");
    FIND_BY_NAME = select("WHERE username = $1");
    ALL = select("ORDER BY username");
    PASSWORD_SET_AT = "SELECT COALESCE(password_set_at, created_at) FROM users WHERE id = $1";
    REHASH_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1 AND password_hash = $3";
    ENABLE = "UPDATE users SET disabled_at = NULL WHERE id = $1";
}

fn select(rest: &str) -> String {
    format!("SELECT {} FROM users {rest}", list::<UserRow>())
}

row! {
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
}

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

/// Adds an account, with its event; false when its name is taken.
pub async fn add_user(db: &Db, user: &User, event: &AuditEvent) -> Result<bool, StoreError> {
    let row = UserRow {
        id: user.subject.as_str().to_owned(),
        username: user.username.clone(),
        name: user.name.clone(),
        email: user.email.clone(),
        password_hash: user.password_hash.clone(),
        created_at: user.created_at.millis(),
        disabled_at: None,
        valid_from: user.created_at.millis(),
    };
    db.write_with_events(ADD, row.args(), &[event]).await
}

/// The account of a `sub`.
pub async fn find_user(db: &Db, subject: &Subject) -> Result<Option<User>, StoreError> {
    Ok(db.one::<UserRow>(FIND, args![subject]).await?.map(User::from))
}

/// The account of a folded name.
pub async fn find_user_by_name(db: &Db, username: &str) -> Result<Option<User>, StoreError> {
    Ok(db.one::<UserRow>(FIND_BY_NAME, args![username]).await?.map(User::from))
}

/// Every account, by name.
pub async fn all_users(db: &Db) -> Result<Vec<User>, StoreError> {
    Ok(db.all::<UserRow>(ALL, args![]).await?.into_iter().map(User::from).collect())
}

/// Since when somebody has their password; `None` for nobody.
pub async fn password_set_at(db: &Db, subject: &Subject) -> Result<Option<Timestamp>, StoreError> {
    let set: Option<(i64,)> = db.one(PASSWORD_SET_AT, args![subject]).await?;
    Ok(set.map(|(at,)| Timestamp::from_millis(at)))
}

/// Keeps the same password under stronger parameters, unless it was changed meanwhile.
pub async fn rehash_password(db: &Db, user: &User, hash: &str) -> Result<(), StoreError> {
    db.write(REHASH_PASSWORD, args![&user.subject, hash, &user.password_hash]).await.map(drop)
}

/// Lets an account be used again, with its event.
pub async fn enable_user(db: &Db, subject: &Subject, event: &AuditEvent) -> Result<(), StoreError> {
    db.write_with_events(ENABLE, args![subject], &[event]).await.map(drop)
}

//! Accounts, by their `sub` and by the name that people log in with.

use std::fmt;

use crate::arg::args;
use crate::statement::{WrittenRow, insert, list, row, statements};
use crate::{Db, StoreError};
use protocol::{AuditEvent, Subject, Timestamp};

statements! {
    ADD = format!("{} ON CONFLICT (username) DO NOTHING", insert::<User>("users"));
    FIND = select("WHERE id = $1");
    FIND_BY_NAME = select("WHERE username = $1");
    ALL = select("ORDER BY username");
    PASSWORD_SET_AT = "SELECT COALESCE(password_set_at, created_at) FROM users WHERE id = $1";
    REHASH_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1 AND password_hash = $3";
    SET_PROFILE = "UPDATE users SET name = CASE WHEN $2 THEN CAST($3 AS TEXT) ELSE name END, \
        email = CASE WHEN $4 THEN CAST($5 AS TEXT) ELSE email END WHERE id = $1";
    ENABLE = "UPDATE users SET disabled_at = NULL WHERE id = $1";
}

fn select(rest: &str) -> String {
    format!("SELECT {} FROM users {rest}", list::<User>())
}

row! {
    /// An account.
    #[derive(Clone)]
    pub struct User {
        /// The `sub` of its tokens.
        pub subject as id: Subject,
        /// The name that its person logs in with, folded.
        pub username: String,
        /// The name of its person.
        pub name: Option<String>,
        /// The e-mail address of its person.
        pub email: Option<String>,
        /// A PHC string.
        pub password_hash: String,
        /// When the account was created.
        pub created_at: Timestamp,
        /// When it was disabled.
        pub disabled_at: Option<Timestamp>,
        /// Logins from before this time are void, with everything that was approved in them.
        pub valid_from: Timestamp,
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("subject", &self.subject).field("username", &self.username).finish_non_exhaustive()
    }
}

/// Adds an account, with its event; false when its name is taken.
pub async fn add_user(db: &Db, user: &User, event: &AuditEvent) -> Result<bool, StoreError> {
    db.write_with_events(ADD, user.clone().args(), &[event]).await
}

/// The account of a `sub`.
pub async fn find_user(db: &Db, subject: &Subject) -> Result<Option<User>, StoreError> {
    db.one(FIND, args![subject]).await
}

/// The account of a folded name.
pub async fn find_user_by_name(db: &Db, username: &str) -> Result<Option<User>, StoreError> {
    db.one(FIND_BY_NAME, args![username]).await
}

/// Every account, by name.
pub async fn all_users(db: &Db) -> Result<Vec<User>, StoreError> {
    db.all(ALL, args![]).await
}

/// When a person got their password; `None` where there is no such account.
pub async fn password_set_at(db: &Db, subject: &Subject) -> Result<Option<Timestamp>, StoreError> {
    db.value(PASSWORD_SET_AT, args![subject]).await
}

/// Stores the same password hashed with stronger parameters, unless it was changed meanwhile.
pub async fn rehash_password(db: &Db, user: &User, hash: &str) -> Result<(), StoreError> {
    db.write(REHASH_PASSWORD, args![&user.subject, hash, &user.password_hash]).await.map(drop)
}

/// Sets the name and the e-mail address of a person, or takes them away (`Some(None)`), with the event; `None` leaves a value as
/// it is. False when there is no such account.
pub async fn set_profile(
    db: &Db,
    subject: &Subject,
    name: Option<Option<&str>>,
    email: Option<Option<&str>>,
    event: &AuditEvent,
) -> Result<bool, StoreError> {
    let args = args![subject, name.is_some(), name.flatten(), email.is_some(), email.flatten()];
    db.write_with_events(SET_PROFILE, args, &[event]).await
}

/// Lets an account be used again, with its event.
pub async fn enable_user(db: &Db, subject: &Subject, event: &AuditEvent) -> Result<(), StoreError> {
    db.write_with_events(ENABLE, args![subject], &[event]).await.map(drop)
}

//! Facts about this database as a whole, such as the fingerprint of its root secret.

use crate::arg::args;
use crate::statement::statements;
use crate::{Db, StoreError};

statements! {
    CLAIM = "INSERT INTO server_facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    SET = "UPDATE server_facts SET value = $2 WHERE name = $1";
    FIND = "SELECT value FROM server_facts WHERE name = $1";
}

/// Writes a fact unless it has a value, and returns its value: of two nodes that start at once, one wins.
pub async fn claim_fact(db: &Db, name: &'static str, value: &str) -> Result<String, StoreError> {
    db.write(CLAIM, args![name, value]).await?;
    Ok(find_fact(db, name).await?.unwrap_or_else(|| value.to_owned()))
}

/// The value of a fact, if it has one.
pub async fn find_fact(db: &Db, name: &'static str) -> Result<Option<String>, StoreError> {
    db.value(FIND, args![name]).await
}

/// Replaces the value of a fact.
pub async fn set_fact(db: &Db, name: &'static str, value: &str) -> Result<(), StoreError> {
    db.write(SET, args![name, value]).await.map(drop)
}

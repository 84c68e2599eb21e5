//! What is true of this database as a whole? The fingerprint of the root secret that it belongs to.

use crate::arg::args;
use crate::{Db, StoreError};

const CLAIM: &str = "INSERT INTO server_facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
const SET: &str = "UPDATE server_facts SET value = $2 WHERE name = $1";
const FIND: &str = "SELECT value FROM server_facts WHERE name = $1";

pub(super) const STATEMENTS: &[&str] = &[CLAIM, SET, FIND];

/// Writes a fact unless it is known, and gives the value that stands: of two nodes that start at once, one wins.
///
/// # Errors
/// When the database does not answer.
pub async fn claim_fact(db: &Db, name: &'static str, value: &str) -> Result<String, StoreError> {
    db.write(CLAIM, args![name, value]).await?;
    let stands: Option<(String,)> = db.one(FIND, args![name]).await?;
    Ok(stands.map_or_else(|| value.to_owned(), |(value,)| value))
}

/// Writes a fact anew.
///
/// # Errors
/// When the database does not answer.
pub async fn set_fact(db: &Db, name: &'static str, value: &str) -> Result<(), StoreError> {
    db.write(SET, args![name, value]).await.map(drop)
}

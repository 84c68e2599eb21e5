//! What is true of this database as a whole? The fingerprint of the root secret that it belongs to.

use crate::store::Db;
use crate::store::StoreError;
use crate::store::arg::args;

const CLAIM: &str = "INSERT INTO server_facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
const FIND: &str = "SELECT value FROM server_facts WHERE name = $1";

pub(super) const STATEMENTS: &[&str] = &[CLAIM, FIND];

/// Writes a fact unless it is known, and gives the value that stands: of two nodes that start at once, one wins.
///
/// # Errors
/// When the database does not answer.
pub async fn claim_fact(db: &Db, name: &'static str, value: &str) -> Result<String, StoreError> {
    db.write(CLAIM, args![name, value]).await?;
    let stands: Option<(String,)> = db.one(FIND, args![name]).await?;
    Ok(stands.map_or_else(|| value.to_owned(), |(value,)| value))
}

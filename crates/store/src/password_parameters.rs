//! The parameters with which the passwords of people are hashed.

use crate::arg::args;
use crate::statement::statements;
use crate::{Db, StoreError};

statements! {
    /// One at a time, each by the index: `DISTINCT` would read every account.
    NEXT = format!("SELECT {0} FROM users WHERE {0} > $1 ORDER BY {0} LIMIT 1", parameters());
}

/// A PHC string without its hash and its salt, as the index has it: the characters of base64 are removed from the end, up to
/// the `$` before them.
fn parameters() -> String {
    let base64 = "'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'";
    format!("rtrim(rtrim(rtrim(rtrim(password_hash, {base64}), '$'), {base64}), '$')")
}

/// The parameters with which passwords are hashed, as the beginnings of PHC strings: `most` of them.
pub async fn password_parameters(db: &Db, most: usize) -> Result<Vec<String>, StoreError> {
    let mut found: Vec<String> = Vec::new();
    while found.len() < most {
        let last = found.last().map_or("", String::as_str);
        let Some(next) = db.value(NEXT, args![last]).await? else { break };
        found.push(next);
    }
    Ok(found)
}

//! Under which parameters are the passwords of people hashed?

use crate::arg::args;
use crate::{Db, StoreError};

macro_rules! base64 {
    () => {
        "'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'"
    };
}
/// A PHC string without its hash and its salt, as the index has it: what base64 is written with goes from the end, up to
/// the `$` before it.
macro_rules! parameters {
    () => {
        concat!("rtrim(rtrim(rtrim(rtrim(password_hash, ", base64!(), "), '$'), ", base64!(), "), '$')")
    };
}
/// One at a time, each by the index: `DISTINCT` would read every account.
const NEXT: &str = concat!(
    "SELECT ",
    parameters!(),
    " FROM users WHERE ",
    parameters!(),
    " > $1 ORDER BY ",
    parameters!(),
    " LIMIT 1"
);

pub(super) const STATEMENTS: &[&str] = &[NEXT];

/// The parameters that somebody's password is hashed under, as the beginnings of PHC strings: `most` of them.
///
/// # Errors
/// When the database does not answer.
pub async fn password_parameters(db: &Db, most: usize) -> Result<Vec<String>, StoreError> {
    let mut found: Vec<String> = Vec::new();
    while found.len() < most {
        let last = found.last().map_or("", String::as_str);
        let next: Option<(String,)> = db.one(NEXT, args![last]).await?;
        let Some((next,)) = next else { break };
        found.push(next);
    }
    Ok(found)
}

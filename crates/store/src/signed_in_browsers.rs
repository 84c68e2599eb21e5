//! The browsers that a person is signed in with (requirement W-05).

use crate::arg::args;
use crate::browser_sessions::SessionRow;
use crate::statement::{list_of, statements};
use crate::{Db, StoreError};
use protocol::{Digest, Subject, Timestamp};

statements! {
    LIST = format!(
        "SELECT {} FROM browser_sessions s \
        JOIN users u ON u.id = s.subject AND u.disabled_at IS NULL AND u.valid_from <= s.auth_time \
        WHERE s.subject = $1 AND s.expires_at > $2 AND s.idle_until > $2 ORDER BY s.auth_time DESC, s.digest LIMIT $3",
        list_of::<SessionRow>("s")
    );
}

/// A browser in which somebody is signed in.
#[derive(Clone, Debug)]
pub struct SignedInBrowser {
    /// The digest of its cookie.
    pub digest: Digest,
    /// When they signed in.
    pub auth_time: Timestamp,
    /// From which network address, where that is known.
    pub address: Option<String>,
    /// What the browser called itself, cleaned and cut.
    pub user_agent: Option<String>,
}

impl TryFrom<SessionRow> for SignedInBrowser {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        Ok(Self {
            digest: row.digest()?,
            auth_time: Timestamp::from_millis(row.auth_time),
            address: row.signed_in_from,
            user_agent: row.user_agent,
        })
    }
}

/// The browsers that somebody is signed in with: `most` of them, the newest first.
pub async fn signed_in_browsers(
    db: &Db,
    subject: &Subject,
    now: Timestamp,
    most: u32,
) -> Result<Vec<SignedInBrowser>, StoreError> {
    let rows = db.all::<SessionRow>(LIST, args![subject, now, most]).await?;
    rows.into_iter().map(SignedInBrowser::try_from).collect()
}

//! The browsers that a person is signed in with (requirement W-05).

use crate::arg::args;
use crate::statement::{list_of, row, statements};
use crate::{Db, StoreError};
use protocol::{Digest, Subject, Timestamp};

statements! {
    LIST = format!(
        "SELECT {} FROM browser_sessions s \
        JOIN users u ON u.id = s.subject AND u.disabled_at IS NULL AND u.valid_from <= s.auth_time \
        WHERE s.subject = $1 AND s.expires_at > $2 AND s.idle_until > $2 ORDER BY s.auth_time DESC, s.digest LIMIT $3",
        list_of::<SignedInBrowser>("s")
    );
}

row! {
    /// A browser in which a person is signed in.
    #[derive(Clone, Debug)]
    pub struct SignedInBrowser {
        /// The digest of its cookie.
        pub digest: Digest,
        /// When the person authenticated.
        pub auth_time: Timestamp,
        /// The network address of the browser, if it is known.
        pub address as signed_in_from: Option<String>,
        /// The `User-Agent` of the browser, cleaned and cut.
        pub user_agent: Option<String>,
    }
}

/// The browsers that a person is signed in with: `most` of them, the newest first.
pub async fn signed_in_browsers(
    db: &Db,
    subject: &Subject,
    now: Timestamp,
    most: u32,
) -> Result<Vec<SignedInBrowser>, StoreError> {
    db.all(LIST, args![subject, now, most]).await
}

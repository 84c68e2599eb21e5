//! Access tokens, by a digest, with the state of their family and their person. For a JWT it is the digest of its `jti`; for
//! an opaque token it is that of the token itself, and the row holds the claims.

use sqlx::FromRow;

use crate::arg::{Arg, args, json};
use crate::column_type::Json;
use crate::portable_row::EngineRow;
use crate::statement::{Statement, columns, insert, row, statements};
use crate::{Db, StoreError};
use protocol::{AccessTokenClaims, AuditEvent, Digest, Subject, Timestamp};

statements! {
    pub(super) ADD = insert::<TokenColumns>("access_tokens");
    FIND = "SELECT family_id FROM access_tokens WHERE digest = $1";
    /// A client's own token has no person who could have been disabled.
    FIND_LIVE = "SELECT t.digest, t.claims, f.id AS family_id, f.client_id, u.id AS subject, u.username, u.name, u.email \
        FROM access_tokens t \
        JOIN token_families f ON f.id = t.family_id AND f.revoked_at IS NULL \
        LEFT JOIN users u ON u.id = f.subject AND u.disabled_at IS NULL AND u.valid_from <= f.auth_time \
        WHERE t.digest = $1 AND t.expires_at > $2 AND (f.subject IS NULL OR u.id IS NOT NULL)";
    REVOKE = "DELETE FROM access_tokens WHERE digest = $1";
}

columns! {
    pub(super) TokenColumns(token: &NewAccessToken, family: &str) {
        digest: token.digest,
        family_id: family,
        expires_at: token.expires_at,
        claims: token.claims.as_ref().map(json),
    }
}

/// What is stored of an access token before it is shown.
#[derive(Clone, Debug)]
pub struct NewAccessToken {
    /// The digest by which it is found.
    pub digest: Digest,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Its claims, if it is opaque.
    pub claims: Option<AccessTokenClaims>,
}

/// An access token that may be used.
#[derive(Clone, Debug)]
pub struct LiveAccessToken {
    /// The digest by which it was found.
    pub digest: Digest,
    /// Its claims, if it is opaque.
    pub claims: Option<AccessTokenClaims>,
    /// Its family.
    pub family_id: String,
    /// The client that it was issued to.
    pub client_id: String,
    /// The person who approved it; `None` for a client's own token.
    pub person: Option<TokenPerson>,
}

row! {
    /// The person of an access token.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct TokenPerson {
        /// The `sub` of their account.
        pub subject: Subject,
        /// The name that they log in with.
        pub username: String,
        /// Their name.
        pub name: Option<String>,
        /// Their e-mail address.
        pub email: Option<String>,
    }
}

impl<'r, R: EngineRow> FromRow<'r, R> for LiveAccessToken {
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let claims: Option<Json<_>> = row.read("claims")?;
        let subject: Option<Subject> = row.read("subject")?;
        Ok(Self {
            digest: row.read("digest")?,
            claims: claims.map(|Json(claims)| claims),
            family_id: row.read("family_id")?,
            client_id: row.read("client_id")?,
            person: subject.map(|_| TokenPerson::from_row(row)).transpose()?,
        })
    }
}

/// The trace of what was issued with a token: its digest is in no other row.
pub(super) fn trace(token: &NewAccessToken) -> (Statement, Vec<Arg>) {
    (FIND, args![token.digest])
}

/// Deletes an access token and records the event, if it was there: a token without a row is not alive.
pub async fn revoke_access_token(db: &Db, digest: &Digest, event: &AuditEvent) -> Result<(), StoreError> {
    db.write_with_events(REVOKE, args![digest], &[event]).await.map(drop)
}

/// The token, unless it expired or was revoked, or its person was disabled or signed out everywhere.
pub async fn find_access_token(
    db: &Db,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<LiveAccessToken>, StoreError> {
    db.one(FIND_LIVE, args![digest, now]).await
}

//! The devices that a person is signed in on: each living family of tokens is one.

use sqlx::FromRow;

use crate::arg::args;
use crate::column_type::Json;
use crate::portable_row::EngineRow;
use crate::statement::{row, statements};
use crate::transaction::Transaction;
use crate::{Db, StoreError, audit_events};
use protocol::{AuditEvent, Channel, Event, Scope, Subject, Timestamp};

statements! {
    COUNT = select_living("f.client_id, COUNT(*) AS devices", "GROUP BY f.client_id ORDER BY f.client_id");
    COUNT_FAMILY = select_living("COUNT(*)", "AND f.id = $3");
    COUNT_OF_CLIENT = select_living("COUNT(*)", "AND f.client_id = COALESCE($3, f.client_id)");
    LIST = select_living(DEVICE_COLUMNS, "ORDER BY COALESCE(f.last_used_at, f.issued_at) DESC, f.id LIMIT $3");
    FIND = format!(
        "SELECT {DEVICE_COLUMNS} FROM token_families f JOIN users u ON u.id = f.subject WHERE f.id = $1 AND f.subject = $2"
    );
}

/// A family lives as long as something of it can be used: its refresh token, or else an access token.
fn select_living(columns: &str, rest: &str) -> String {
    format!(
        "SELECT {columns} FROM token_families f \
        JOIN users u ON u.id = f.subject AND u.disabled_at IS NULL AND u.valid_from <= f.auth_time \
        WHERE f.subject = $1 AND f.revoked_at IS NULL AND ((f.refresh_idle_until > $2 AND f.ends_at > $2) \
            OR EXISTS (SELECT 1 FROM access_tokens t WHERE t.family_id = f.id AND t.expires_at > $2)) {rest}"
    )
}

/// The columns of a [`SignedInDevice`]. `valid_from` voids a family that was approved before it.
const DEVICE_COLUMNS: &str = "f.id, f.client_id, f.scope, f.resources, f.name, f.requested_from, f.user_agent, f.issued_at, \
    f.last_used_at, f.ends_at, f.refresh_idle_until, f.revoked_at, f.reported_at, f.auth_time, u.valid_from, \
    (SELECT MAX(a.expires_at) FROM access_tokens a WHERE a.family_id = f.id) AS access_until";

row! {
    /// The number of devices of one client on which a person is signed in.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SignedInDevices {
        /// The client, which may not be registered any more.
        pub client_id: String,
        /// One or more.
        pub devices: i64,
    }
}

/// A device on which a person is signed in, or was until a while ago.
#[derive(Clone, Debug)]
pub struct SignedInDevice {
    /// The id of its family, which names the device in URLs: random, and found only for its own person.
    pub id: String,
    /// The client, which may not be registered any more.
    pub client_id: String,
    /// Its scope.
    pub scope: Scope,
    /// Its resources; none: the usual audience.
    pub resources: Vec<String>,
    /// The name that its person gave it, if any.
    pub name: Option<String>,
    /// The network address of its request, if it is known.
    pub requested_from: Option<String>,
    /// The `User-Agent` of its request, cleaned and cut.
    pub user_agent: Option<String>,
    /// When it received its first tokens.
    pub first_used_at: Timestamp,
    /// When it received its latest tokens.
    pub last_used_at: Timestamp,
    /// When all of its tokens have ended, however often it is used.
    pub ends_at: Timestamp,
    /// When they have ended before that if it is not used.
    pub idle_until: Option<Timestamp>,
    /// How long a token of it is good; `None`: it was signed out.
    pub alive_until: Option<Timestamp>,
    /// Whether its person reported it as not theirs.
    pub is_reported: bool,
}

/// The devices on which a person is signed in, counted by client.
pub async fn signed_in_devices(db: &Db, subject: &Subject, now: Timestamp) -> Result<Vec<SignedInDevices>, StoreError> {
    db.all(COUNT, args![subject, now]).await
}

/// Whether a person is still signed in on the device of a family.
pub async fn is_signed_in(db: &Db, subject: &Subject, family: &str, now: Timestamp) -> Result<bool, StoreError> {
    let living: Option<i64> = db.value(COUNT_FAMILY, args![subject, now, family]).await?;
    Ok(living.is_some_and(|devices| devices > 0))
}

/// The devices on which a person is signed in: `most` of them, those used last first.
pub async fn list_signed_in_devices(
    db: &Db,
    subject: &Subject,
    now: Timestamp,
    most: u32,
) -> Result<Vec<SignedInDevice>, StoreError> {
    db.all(LIST, args![subject, now, most]).await
}

/// A device of a person, also when it is over; `None` when there is none or it is not theirs.
pub async fn find_signed_in_device(db: &Db, subject: &Subject, id: &str) -> Result<Option<SignedInDevice>, StoreError> {
    db.one(FIND, args![id, subject]).await
}

/// Records that a person, or an operator for them, signs all of their devices out, if there are any: a second event beside that
/// of the act, so that a search for ended tokens finds all of them under one name.
pub(super) async fn record_their_end(
    tx: &mut Transaction,
    subject: &Subject,
    act: &AuditEvent,
) -> Result<(), StoreError> {
    let devices = count(tx, subject, None, act.at).await?;
    if devices == 0 {
        return Ok(());
    }
    let by = if act.source.channel == Channel::Page { "person" } else { "operator" };
    let ended = AuditEvent::once(&act.id, Event::TokensRevoked, &act.source, act.at);
    audit_events::add(tx, &ended.of_subject(subject).with("by", by).with("devices", devices)).await
}

/// The number of devices on which a person is signed in, of all clients or of one.
pub(super) async fn count(
    tx: &mut Transaction,
    subject: &Subject,
    client_id: Option<&str>,
    now: Timestamp,
) -> Result<i64, StoreError> {
    Ok(tx.value(COUNT_OF_CLIENT, args![subject, now, client_id]).await?.unwrap_or_default())
}

impl SignedInDevice {
    /// Whether none of its tokens is good any more.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.alive_until.is_none_or(|until| until <= now)
    }
}

impl<'r, R: EngineRow> FromRow<'r, R> for SignedInDevice {
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let resources: Option<Json<_>> = row.read("resources")?;
        let (first_used_at, last_used_at): (Timestamp, Option<_>) = (row.read("issued_at")?, row.read("last_used_at")?);
        let (chain_ends_at, idle_until): (Option<_>, Option<Timestamp>) =
            (row.read("ends_at")?, row.read("refresh_idle_until")?);
        let access_until: Option<Timestamp> = row.read("access_until")?;
        let chain_until = idle_until.and_then(|idle| Some(idle.min(chain_ends_at?)));
        let ends_at = chain_ends_at.max(access_until).unwrap_or(first_used_at);
        let revoked_at: Option<Timestamp> = row.read("revoked_at")?;
        let is_void = revoked_at.is_some() || row.read::<Timestamp>("valid_from")? > row.read("auth_time")?;
        Ok(Self {
            id: row.read("id")?,
            client_id: row.read("client_id")?,
            scope: row.read("scope")?,
            resources: resources.map(|Json(resources)| resources).unwrap_or_default(),
            name: row.read("name")?,
            requested_from: row.read("requested_from")?,
            user_agent: row.read("user_agent")?,
            first_used_at,
            last_used_at: last_used_at.unwrap_or(first_used_at),
            ends_at,
            idle_until: chain_until.filter(|until| *until < ends_at),
            alive_until: if is_void { None } else { chain_until.max(access_until) },
            is_reported: row.read::<Option<Timestamp>>("reported_at")?.is_some(),
        })
    }
}

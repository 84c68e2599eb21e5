//! The devices that a person is signed in on: each living family of tokens is one.

use crate::arg::args;
use crate::statement::{list_of, result_row, statements};
use crate::token_families::FamilyRow;
use crate::transaction::Transaction;
use crate::{Db, StoreError, audit_events};
use protocol::{AuditEvent, Channel, Event, Scope, Subject, Timestamp};

statements! {
    COUNT = select_living("f.client_id, COUNT(*) AS devices", "GROUP BY f.client_id ORDER BY f.client_id");
    COUNT_ALL = select_living("COUNT(*)", "");
    COUNT_FAMILY = select_living("COUNT(*)", "AND f.id = $3");
    COUNT_OF_CLIENT = select_living("COUNT(*)", "AND f.client_id = $3");
    LIST = select_living(&device_columns(), "ORDER BY COALESCE(f.last_used_at, f.issued_at) DESC, f.id LIMIT $3");
    FIND = format!(
        "SELECT {} FROM token_families f JOIN users u ON u.id = f.subject WHERE f.id = $1 AND f.subject = $2",
        device_columns()
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

/// The columns of a [`DeviceRow`]. `valid_from` voids a family that was approved before it.
fn device_columns() -> String {
    let access_until = "(SELECT MAX(a.expires_at) FROM access_tokens a WHERE a.family_id = f.id) AS access_until";
    format!("{}, u.valid_from, {access_until}", list_of::<FamilyRow>("f"))
}

result_row! {
    /// On how many devices of one client somebody is signed in.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SignedInDevices {
        /// The client, which may not be registered any more.
        pub client_id: String,
        /// How many; one or more.
        pub devices: i64,
    }
}

/// A device that somebody is signed in on, or was until a while ago.
#[derive(Clone, Debug)]
pub struct SignedInDevice {
    /// The family, which is the device's name in URLs: random, and found for its own person alone.
    pub id: String,
    /// The client, which may not be registered any more.
    pub client_id: String,
    /// What it may do.
    pub scope: Scope,
    /// What for; none: the usual audience.
    pub resources: Vec<String>,
    /// What its person calls it, if they gave it a name.
    pub name: Option<String>,
    /// The network address that asked, where that is known.
    pub requested_from: Option<String>,
    /// What it called itself, cleaned and cut.
    pub user_agent: Option<String>,
    /// When it was given its first tokens.
    pub first_used_at: Timestamp,
    /// When it was given its latest.
    pub last_used_at: Timestamp,
    /// When nothing of it is good any more, however much it is used.
    pub ends_at: Timestamp,
    /// When that is already, unless it is used before.
    pub idle_until: Option<Timestamp>,
    /// Whether nothing of it is good any more.
    pub is_over: bool,
    /// Whether its person said that it is not theirs.
    pub is_reported: bool,
}

result_row! {
    struct DeviceRow {
        ..family: FamilyRow,
        valid_from: i64,
        access_until: Option<i64>,
    }
}

/// The devices that somebody is signed in on, by client.
pub async fn signed_in_devices(db: &Db, subject: &Subject, now: Timestamp) -> Result<Vec<SignedInDevices>, StoreError> {
    db.all(COUNT, args![subject, now]).await
}

/// Whether somebody is still signed in on the device of a family.
pub async fn is_signed_in(db: &Db, subject: &Subject, family: &str, now: Timestamp) -> Result<bool, StoreError> {
    let living: Option<(i64,)> = db.one(COUNT_FAMILY, args![subject, now, family]).await?;
    Ok(living.is_some_and(|(devices,)| devices > 0))
}

/// The devices that somebody is signed in on, each by itself: `most` of them, those used last first.
pub async fn list_signed_in_devices(
    db: &Db,
    subject: &Subject,
    now: Timestamp,
    most: u32,
) -> Result<Vec<SignedInDevice>, StoreError> {
    let rows = db.all::<DeviceRow>(LIST, args![subject, now, most]).await?;
    rows.into_iter().map(|row| row.into_device(now)).collect()
}

/// One device of somebody, also when it is over; `None` when it is not theirs, or nobody's.
pub async fn find_signed_in_device(
    db: &Db,
    subject: &Subject,
    id: &str,
    now: Timestamp,
) -> Result<Option<SignedInDevice>, StoreError> {
    let row = db.one::<DeviceRow>(FIND, args![id, subject]).await?;
    row.map(|row| row.into_device(now)).transpose()
}

/// Tells that somebody, or an operator for them, is about to end what they are signed in on, if there is anything: a second
/// event beside that of the act, so that a search for ended tokens finds all of them under one name.
pub(super) async fn tell_of_their_end(
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

/// On how many devices somebody is signed in, of all clients or of one.
pub(super) async fn count(
    tx: &mut Transaction,
    subject: &Subject,
    client_id: Option<&str>,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let living: Option<(i64,)> = match client_id {
        Some(client_id) => tx.one(COUNT_OF_CLIENT, args![subject, now, client_id]).await?,
        None => tx.one(COUNT_ALL, args![subject, now]).await?,
    };
    Ok(living.map_or(0, |(devices,)| devices))
}

impl DeviceRow {
    fn into_device(self, now: Timestamp) -> Result<SignedInDevice, StoreError> {
        let Self { family, valid_from, access_until } = self;
        let time = Timestamp::from_millis;
        let (scope, resources) = (family.scope()?, family.resources()?);
        let chain_until = family.refresh_idle_until.and_then(|idle| Some(idle.min(family.ends_at?)));
        let alive = |until: Option<i64>| until.is_some_and(|until| time(until) > now);
        let is_over = family.revoked_at.is_some()
            || valid_from > family.auth_time
            || !(alive(chain_until) || alive(access_until));
        let ends_at = family.ends_at.max(access_until).unwrap_or(family.issued_at);
        Ok(SignedInDevice {
            id: family.id,
            client_id: family.client_id,
            scope,
            resources,
            name: family.name,
            requested_from: family.requested_from,
            user_agent: family.user_agent,
            first_used_at: time(family.issued_at),
            last_used_at: time(family.last_used_at.unwrap_or(family.issued_at)),
            ends_at: time(ends_at),
            idle_until: chain_until.filter(|until| *until < ends_at).map(time),
            is_over,
            is_reported: family.reported_at.is_some(),
        })
    }
}

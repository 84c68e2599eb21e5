//! Token families: all tokens that descend from one approval, which end together.

use crate::arg::{args, json};
use crate::statement::{Columns, insert, list_of, row, statements};
use crate::transaction::Transaction;
use crate::{Db, NewAccessToken, StoreError, access_tokens, failpoints, redeliveries};
use protocol::{Approval, AuditEvent, Digest, Origin, RefreshChain, Scope, SpentLink, Subject, Timestamp};

statements! {
    ADD = insert::<FamilyRow>("token_families");
    REVOKE = "UPDATE token_families SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    /// Without the families of people who were disabled, or signed out everywhere, since they authenticated.
    FIND_BY_REFRESH_KEY = format!(
        "SELECT {} FROM token_families f \
        JOIN users u ON u.id = f.subject AND u.disabled_at IS NULL AND u.valid_from <= f.auth_time \
        WHERE f.refresh_key = $1 AND f.revoked_at IS NULL",
        list_of::<FamilyRow>("f")
    );
    ROTATE = "UPDATE token_families SET refresh_digest = $3, refresh_previous = $2, refresh_rotated_at = $4, \
            refresh_sealed = $5, refresh_idle_until = $6, last_used_at = $4, dpop_jkt = COALESCE(dpop_jkt, $7), \
            bound_late = bound_late OR (dpop_jkt IS NULL AND $7 IS NOT NULL) \
        WHERE id = $1 AND refresh_digest = $2 AND revoked_at IS NULL";
    /// Locks the row, so that a revocation comes wholly before or wholly after what is issued beside it.
    USE = "UPDATE token_families SET last_used_at = $2, refresh_idle_until = $3 \
        WHERE id = $1 AND revoked_at IS NULL";
}

row! {
    #[derive(Default)]
    /// A family that descends from somebody's approval. The row of a client's own tokens has no person, and is not read here.
    pub(super) struct FamilyRow {
        pub(super) id: String,
        kind: String,
        grant_id: String,
        pub(super) client_id: String,
        subject: String,
        pub(super) scope: String,
        pub(super) resources: Option<String>,
        pub(super) auth_time: i64,
        amr: String,
        acr: Option<String>,
        pub(super) issued_at: i64,
        pub(super) last_used_at: Option<i64>,
        purge_at: i64,
        pub(super) revoked_at: Option<i64>,
        dpop_jkt: Option<String>,
        bound_late: bool,
        pub(super) ends_at: Option<i64>,
        refresh_key: Option<Vec<u8>>,
        refresh_digest: Option<Vec<u8>>,
        pub(super) refresh_idle_until: Option<i64>,
        refresh_previous: Option<Vec<u8>>,
        refresh_rotated_at: Option<i64>,
        refresh_sealed: Option<Vec<u8>>,
        pub(super) name: Option<String>,
        pub(super) requested_from: Option<String>,
        pub(super) user_agent: Option<String>,
        pub(super) reported_at: Option<i64>,
    }
}

/// The root of what is issued for one approval.
#[derive(Clone, Debug)]
pub struct TokenFamily {
    /// A random identifier.
    pub id: String,
    /// The grant that was redeemed.
    pub grant_id: String,
    /// The client.
    pub client_id: String,
    /// The person.
    pub subject: Subject,
    /// What was approved.
    pub approval: Approval,
    /// The resources that were approved with it; none: the usual audience.
    pub resources: Vec<String>,
    /// Who asked for it, as shown to its person.
    pub origin: Origin,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When nothing of it can be alive any more.
    pub purge_at: Timestamp,
    /// The first refresh token, if there is one.
    pub refresh: Option<NewChain>,
    /// The key that it is issued to, if one was proven.
    pub key: Option<KeyBound>,
}

/// What is remembered of a family that is issued to a key.
#[derive(Clone, Debug)]
pub struct KeyBound {
    /// The thumbprint of the key (RFC 7638).
    pub jkt: String,
    /// The answer that carries its tokens, sealed.
    pub sealed_answer: Vec<u8>,
    /// When that answer may be forgotten.
    pub answer_until: Timestamp,
}

/// The beginning of a chain of refresh tokens.
#[derive(Clone, Debug)]
pub struct NewChain {
    /// What it is looked up by.
    pub key: Digest,
    /// Its first link.
    pub digest: Digest,
    /// When it ends without being used.
    pub idle_until: Timestamp,
    /// When it ends in any case.
    pub ends_at: Timestamp,
}

/// A family with a chain of refresh tokens, whose person may still use it.
#[derive(Clone, Debug)]
pub struct RefreshableFamily {
    /// Its identifier.
    pub id: String,
    /// The client.
    pub client_id: String,
    /// The person.
    pub subject: Subject,
    /// What was approved; every refresh token of the chain stands for all of it.
    pub scope: Scope,
    /// When the person authenticated.
    pub auth_time: Timestamp,
    /// How.
    pub amr: Vec<String>,
    /// At which level.
    pub acr: Option<String>,
    /// The resources that were approved; none: the usual audience.
    pub resources: Vec<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Its refresh tokens.
    pub chain: RefreshChain,
    /// The thumbprint of the key that was proven for it, if one was.
    pub jkt: Option<String>,
    /// Whether that was not before a refresh: until then its refresh tokens were free.
    pub bound_late: bool,
}

/// The next link of a chain, to be written if nobody was faster.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The link that is spent.
    pub spent: Digest,
    /// The link that is good from now on.
    pub next: Digest,
    /// The same, sealed under the spent one.
    pub sealed: Vec<u8>,
    /// When it ends without being used.
    pub idle_until: Timestamp,
    /// When it happens.
    pub at: Timestamp,
    /// The key that the chain is bound to from now on, unless it is bound already.
    pub jkt: Option<String>,
}

pub(super) async fn add(tx: &mut Transaction, family: &TokenFamily) -> Result<(), StoreError> {
    tx.write(ADD, FamilyRow::of(family).args()).await?;
    match &family.key {
        Some(key) => redeliveries::add(tx, &family.grant_id, &key.sealed_answer, key.answer_until).await,
        None => Ok(()),
    }
}

/// Ends a family with whatever else the transaction does; true when it was alive.
pub(super) async fn revoke(tx: &mut Transaction, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.write(REVOKE, args![id, now]).await? == 1)
}

/// Ends a family, with these events; true when it was alive. Of any number of callers one succeeds.
pub async fn revoke_family(db: &Db, id: &str, now: Timestamp, events: &[AuditEvent]) -> Result<bool, StoreError> {
    db.write_with_events(REVOKE, args![id, now], &events.iter().collect::<Vec<_>>()).await
}

/// The family of a refresh token, unless it ended.
pub async fn find_refreshable_family(db: &Db, key: &Digest) -> Result<Option<RefreshableFamily>, StoreError> {
    db.one::<FamilyRow>(FIND_BY_REFRESH_KEY, args![key]).await?.map(RefreshableFamily::try_from).transpose()
}

/// Moves a chain on and remembers the access token that is issued with it; false when somebody was faster.
pub async fn rotate_refresh_token(
    db: &Db,
    family: &str,
    rotation: &Rotation,
    access_token: &NewAccessToken,
) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        let args = args![
            family,
            rotation.spent,
            rotation.next,
            rotation.at,
            rotation.sealed.as_slice(),
            rotation.idle_until,
            rotation.jkt.as_deref(),
        ];
        if tx.write(ROTATE, args).await? == 0 {
            return Ok(false);
        }
        access_tokens::add(&mut tx, access_token, family).await?;
        failpoints::reach("refresh: before").await;
        tx.commit().await?;
        failpoints::reach("refresh: after").await;
        Ok(true)
    })
    .await
}

/// Remembers an access token that is issued without moving the chain on; false when the family ended meanwhile.
pub async fn add_to_family(
    db: &Db,
    family: &str,
    now: Timestamp,
    idle_until: Timestamp,
    access_token: &NewAccessToken,
) -> Result<bool, StoreError> {
    db.in_transaction(async |mut tx| {
        if tx.write(USE, args![family, now, idle_until]).await? == 0 {
            return Ok(false);
        }
        access_tokens::add(&mut tx, access_token, family).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

impl FamilyRow {
    fn of(family: &TokenFamily) -> Self {
        let approval = &family.approval;
        let refresh = family.refresh.as_ref();
        let bytes = |digest: Digest| digest.as_bytes().to_vec();
        Self {
            id: family.id.clone(),
            kind: "device".to_owned(),
            grant_id: family.grant_id.clone(),
            client_id: family.client_id.clone(),
            subject: family.subject.as_str().to_owned(),
            scope: approval.scope.to_string(),
            resources: if family.resources.is_empty() { None } else { Some(json(&family.resources)) },
            auth_time: approval.auth_time.millis(),
            amr: approval.amr.join(" "),
            acr: approval.acr.clone(),
            issued_at: family.issued_at.millis(),
            purge_at: family.purge_at.millis(),
            dpop_jkt: family.key.as_ref().map(|key| key.jkt.clone()),
            ends_at: refresh.map(|refresh| refresh.ends_at.millis()),
            refresh_key: refresh.map(|refresh| bytes(refresh.key)),
            refresh_digest: refresh.map(|refresh| bytes(refresh.digest)),
            refresh_idle_until: refresh.map(|refresh| refresh.idle_until.millis()),
            requested_from: Some(family.origin.address.to_string()),
            user_agent: family.origin.user_agent.clone(),
            ..Self::default()
        }
    }

    pub(super) fn corrupt(&self, why: &'static str) -> StoreError {
        StoreError::Corrupt { table: "token_families", id: self.id.clone(), why }
    }

    pub(super) fn scope(&self) -> Result<Scope, StoreError> {
        self.scope.parse().map_err(|_| self.corrupt("a malformed scope"))
    }

    pub(super) fn resources(&self) -> Result<Vec<String>, StoreError> {
        let resources = self.resources.as_deref().map(serde_json::from_str).transpose();
        Ok(resources.map_err(|_| self.corrupt("resources that cannot be read"))?.unwrap_or_default())
    }
}

impl TryFrom<FamilyRow> for RefreshableFamily {
    type Error = StoreError;

    fn try_from(row: FamilyRow) -> Result<Self, StoreError> {
        let digest = |bytes: &[u8]| Digest::from_row(bytes).ok_or(row.corrupt("a digest that is not 32 bytes"));
        let time = Timestamp::from_millis;
        let previous = match (&row.refresh_previous, row.refresh_rotated_at, &row.refresh_sealed) {
            (Some(spent), Some(at), Some(sealed)) => {
                Some(SpentLink { digest: digest(spent)?, at: time(at), sealed_successor: sealed.clone() })
            }
            (None, None, None) => None,
            _ => return Err(row.corrupt("half a spent refresh token")),
        };
        let (Some(current), Some(idle_until), Some(ends_at)) =
            (&row.refresh_digest, row.refresh_idle_until, row.ends_at)
        else {
            return Err(row.corrupt("a refresh key without a refresh token"));
        };
        let chain =
            RefreshChain { current: digest(current)?, previous, idle_until: time(idle_until), ends_at: time(ends_at) };
        let (scope, resources) = (row.scope()?, row.resources()?);
        Ok(Self {
            id: row.id,
            client_id: row.client_id,
            subject: Subject::new(row.subject),
            scope,
            auth_time: time(row.auth_time),
            amr: row.amr.split(' ').map(str::to_owned).collect(),
            acr: row.acr,
            resources,
            issued_at: time(row.issued_at),
            chain,
            jkt: row.dpop_jkt,
            bound_late: row.bound_late,
        })
    }
}

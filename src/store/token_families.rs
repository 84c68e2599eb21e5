//! What did one approval lead to? Everything that was issued for it lives and dies together.

use crate::protocol::Approval;
use crate::protocol::Subject;
use crate::protocol::Timestamp;
use crate::store::Db;
use crate::store::StoreError;
use crate::store::arg::args;
use crate::store::db::Transaction;

const ADD: &str = "INSERT INTO token_families \
        (id, grant_id, client_id, subject, scope, auth_time, amr, acr, issued_at, purge_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const REVOKE: &str = "UPDATE token_families SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";

pub(super) const STATEMENTS: &[&str] = &[ADD, REVOKE];

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
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When nothing of it can be alive any more.
    pub purge_at: Timestamp,
}

pub(super) async fn add(tx: &mut Transaction, family: &TokenFamily) -> Result<(), StoreError> {
    let approval = &family.approval;
    let args = args![
        &family.id,
        &family.grant_id,
        &family.client_id,
        family.subject.as_str(),
        approval.scope.to_string(),
        approval.auth_time,
        approval.amr.join(" "),
        approval.acr.clone(),
        family.issued_at,
        family.purge_at,
    ];
    tx.write(ADD, args).await.map(drop)
}

/// Ends a family; true when it was alive.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke_family(db: &Db, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.write(REVOKE, args![id, now]).await? == 1)
}

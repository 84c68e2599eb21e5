//! The turn to change an account: a transaction takes its row before it reads or writes anything that depends on it.

use crate::StoreError;
use crate::arg::args;
use crate::statement::statements;
use crate::transaction::Transaction;
use protocol::{Subject, Timestamp};

statements! {
    /// So that of two at once the second sees what the first left.
    TAKE = "UPDATE users SET valid_from = valid_from WHERE id = $1";
    TAKE_AS_FOUND = "UPDATE users SET valid_from = valid_from WHERE id = $1 AND valid_from = $2 AND disabled_at IS NULL";
}

/// A transaction that changes the account, signs in to it or approves for it meanwhile comes wholly before this one
/// or wholly after it.
pub(super) async fn take(tx: &mut Transaction, subject: &Subject) -> Result<(), StoreError> {
    tx.write(TAKE, args![subject]).await.map(drop)
}

/// The same; false when the account was voided or disabled since somebody found its sign-ins good since `valid_from`.
pub(super) async fn is_as_found(
    tx: &mut Transaction,
    subject: &Subject,
    valid_from: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.write(TAKE_AS_FOUND, args![subject, valid_from]).await? == 1)
}

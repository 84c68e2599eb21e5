//! The turn to change an account: a transaction locks its row before it reads or writes anything that depends on it.

use crate::StoreError;
use crate::arg::args;
use crate::statement::statements;
use crate::transaction::Transaction;
use protocol::{Subject, Timestamp};

statements! {
    /// Locks the row, so that of two transactions at once the second sees what the first wrote.
    TAKE = "UPDATE users SET valid_from = valid_from WHERE id = $1";
    TAKE_AS_FOUND = "UPDATE users SET valid_from = valid_from WHERE id = $1 AND valid_from = $2 AND disabled_at IS NULL";
}

/// Another transaction that changes the account, logs in to it or approves for it comes wholly before this one or wholly after
/// it.
pub(super) async fn take(tx: &mut Transaction, subject: &Subject) -> Result<(), StoreError> {
    tx.write(TAKE, args![subject]).await.map(drop)
}

/// The same for an account that a login read with this `valid_from`; [`StoreError::Overtaken`] when it was voided or disabled
/// since.
pub(super) async fn take_as_found(
    tx: &mut Transaction,
    subject: &Subject,
    valid_from: Timestamp,
) -> Result<(), StoreError> {
    tx.change(TAKE_AS_FOUND, args![subject, valid_from]).await
}

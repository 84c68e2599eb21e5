//! Counts the PINs that a device sends: request initiation verification (requirement B-04).

use crate::arg::args;
use crate::statement::statements;
use crate::{Db, StoreError};

statements! {
    /// Counts and judges in one statement, before the PIN is compared, so that parallel guesses cannot exceed the limit.
    PAY = "UPDATE device_grants SET pin_tries = pin_tries + 1 \
        WHERE id = $1 AND state = 'approved' AND pin_digest IS NOT NULL AND pin_tries < $2";
}

/// Pays for one more PIN of a grant; false when `tries` are spent, or the grant does not wait for a PIN.
pub async fn pay_for_pin(db: &Db, grant: &str, tries: u32) -> Result<bool, StoreError> {
    Ok(db.write(PAY, args![grant, tries]).await? == 1)
}

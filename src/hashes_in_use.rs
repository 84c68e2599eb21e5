//! The parameters under which the passwords of people are hashed. Every login does the work of all of them
//! ([`crate::passwords::Passwords::verify`]).
//!
//! The database knows. A node reads the list once a minute, when it has stored a password anew, and when it meets an
//! account whose parameters are not in the list.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use protocol::Timestamp;
use store::{Db, StoreError, User};

const FRESH: Duration = Duration::from_secs(60);

/// The parameters as this node last read them.
#[derive(Debug, Default)]
pub struct HashesInUse(Mutex<Option<ParameterList>>);

#[derive(Clone, Debug)]
struct ParameterList {
    parameters: Arc<[String]>,
    read_at: Timestamp,
}

impl HashesInUse {
    /// The parameters in use, `most` of them, as the beginnings of PHC strings; for a login of an account, or of a name
    /// that nobody has.
    pub async fn parameters(
        &self,
        db: &Db,
        most: usize,
        account: Option<&User>,
        now: Timestamp,
    ) -> Result<Arc<[String]>, StoreError> {
        let known = self.0.lock().clone().filter(|list| list.read_at.is_within(FRESH, now));
        if let Some(list) = known.filter(|list| account.is_none_or(|user| list.has(&user.password_hash))) {
            return Ok(list.parameters);
        }
        // One more than is worked through, to know whether that is all.
        let mut parameters = store::password_parameters(db, most + 1).await?;
        if parameters.len() > most {
            tracing::warn!(
                most,
                "passwords are stored under more parameters than a login works through: the time of an answer can tell \
                 whether a name has an account"
            );
            parameters.truncate(most);
        }
        let list = ParameterList { parameters: parameters.into(), read_at: now };
        Ok(self.0.lock().insert(list).parameters.clone())
    }

    /// A password was stored under other parameters: the list is read anew at the next login.
    pub fn changed(&self) {
        *self.0.lock() = None;
    }
}

impl ParameterList {
    fn has(&self, hash: &str) -> bool {
        let beginning = hash.rsplitn(3, '$').nth(2);
        beginning.is_some_and(|beginning| self.parameters.iter().any(|parameters| parameters == beginning))
    }
}

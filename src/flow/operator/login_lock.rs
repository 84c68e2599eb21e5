//! Read and remove the locks of logins. After too many wrong passwords in a row, an account accepts none until an operator
//! unlocks it (requirement FA-06).

use crate::app::account_key;
use crate::flow::operator::{Operator, OperatorError};
use protocol::{Digest, Event, HmacKey, Timestamp};
use store::User;

/// The accounts that are locked.
pub(crate) struct LoginLocks {
    /// `None` before the first start of the server, when nothing is locked.
    key: Option<HmacKey>,
    accounts: Vec<Digest>,
}

/// The state of an account after wrong passwords.
pub(crate) struct LoginLock {
    /// Wrong passwords in a row, from browsers that have not logged in before.
    pub(crate) failures: u32,
    pub(crate) state: LockState,
    /// The number of locked browsers among those that have logged in before. Each has its own lock.
    pub(crate) locked_browsers: usize,
}

/// The effect of the wrong passwords from browsers that have not logged in before.
pub(crate) enum LockState {
    Open,
    /// The next try has to wait until then.
    Waiting(Timestamp),
    /// No password is accepted since then.
    Locked(Timestamp),
}

/// The effect of unlocking an account.
pub(crate) struct UnlockedAccount {
    pub(crate) user: User,
    pub(crate) was_locked: bool,
    /// The number of wrong passwords that are forgotten.
    pub(crate) failures: u32,
}

impl LoginLocks {
    pub(super) async fn read(operator: &Operator) -> Result<Self, OperatorError> {
        let accounts = store::locked_logins(&operator.db, operator.settings.limits.login_ceiling).await?;
        Ok(Self { key: account_key(&operator.settings)?, accounts })
    }

    /// Whether the account of this username is locked.
    pub(super) fn hold(&self, username: &str) -> bool {
        self.key.as_ref().is_some_and(|key| self.accounts.contains(&key.digest(username.as_bytes())))
    }
}

impl LoginLock {
    pub(super) async fn read(operator: &Operator, username: &str, now: Timestamp) -> Result<Self, OperatorError> {
        let failures = match operator.account(username)? {
            Some(account) => store::login_failures(&operator.db, &account).await?,
            None => Vec::new(),
        };
        let ceiling = operator.settings.limits.login_ceiling;
        let locked_browsers = failures.iter().filter(|of| of.in_known_browser && of.failures >= ceiling).count();
        let unknown = failures.iter().find(|of| !of.in_known_browser);
        let state = match unknown {
            Some(of) if of.failures >= ceiling => LockState::Locked(of.last_at),
            Some(of) if now < of.not_before => LockState::Waiting(of.not_before),
            Some(_) | None => LockState::Open,
        };
        Ok(Self { failures: unknown.map_or(0, |of| of.failures), state, locked_browsers })
    }
}

/// Forgets all wrong passwords of an account.
pub(crate) async fn unlock(operator: &Operator, username: &str) -> Result<UnlockedAccount, OperatorError> {
    let user = operator.find_user(username).await?;
    let unlocked = operator.event_about(Event::UserUnlocked, &user);
    let forgotten = match operator.account(&user.username)? {
        Some(account) => store::unlock_login(&operator.db, &account, &unlocked).await?,
        None => Vec::new(),
    };
    let was_locked = forgotten.iter().any(|of| of.failures >= operator.settings.limits.login_ceiling);
    let failures = forgotten.iter().fold(0, |sum: u32, of| sum.saturating_add(of.failures));
    Ok(UnlockedAccount { user, was_locked, failures })
}

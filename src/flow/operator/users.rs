//! Accounts: add, find, list, show and change them, and end what they have. Each change writes its event.

use crate::clock::{Clock, SystemClock};
use crate::entropy::{Entropy, SystemEntropy};
use crate::flow::operator::login_lock::{LoginLock, LoginLocks};
use crate::flow::operator::profile::{checked_email, checked_name};
use crate::flow::operator::{Operator, OperatorError};
use crate::passwords::{Password, Passwords, fold_username};
use protocol::{Event, Subject, display_text};
use store::{SignedInDevices, User};

/// An account to add.
pub(crate) struct NewUser {
    /// The folded username: accounts are compared by it.
    username: String,
    name: Option<String>,
    email: Option<String>,
}

/// An account in a list.
pub(crate) struct ListedUser {
    pub(crate) user: User,
    pub(crate) is_locked: bool,
}

/// Everything that is shown of an account.
pub(crate) struct UserReport {
    pub(crate) user: User,
    pub(crate) lock: LoginLock,
    /// The devices that are signed in, by client.
    pub(crate) devices: Vec<SignedInDevices>,
}

impl NewUser {
    /// Checks the username, the name and the e-mail address.
    pub(crate) fn new(username: &str, name: Option<&str>, email: Option<&str>) -> Result<Self, OperatorError> {
        let username = fold_username(username);
        if username.is_empty()
            || username.len() > 255
            || username.contains(|c: char| c.is_control() || c.is_whitespace())
        {
            return Err(OperatorError::MalformedUsername);
        }
        let name = name.map(checked_name).transpose()?.flatten();
        let email = email.map(checked_email).transpose()?.flatten();
        Ok(Self { username, name, email })
    }
}

/// Adds an account.
pub(crate) async fn add(operator: &Operator, new: NewUser, password: &Password) -> Result<User, OperatorError> {
    let NewUser { username, name, email } = new;
    let password_hash = hash(operator, password, [Some(username.as_str()), name.as_deref(), email.as_deref()]).await?;
    let (subject, now) = (Subject::new(SystemEntropy.identifier()), SystemClock.now());
    let (created_at, disabled_at, valid_from) = (now, None, now);
    let user = User { subject, username, name, email, password_hash, created_at, disabled_at, valid_from };
    if !store::add_user(&operator.db, &user, &operator.event_about(Event::UserAdded, &user)).await? {
        return Err(OperatorError::UserExists(user.username));
    }
    Ok(user)
}

/// Gives an account a new password, which ends its sessions and lifts a lock of its logins.
pub(crate) async fn set_password(operator: &Operator, user: &User, password: &Password) -> Result<(), OperatorError> {
    let about_them = [Some(user.username.as_str()), user.name.as_deref(), user.email.as_deref()];
    let hash = hash(operator, password, about_them).await?;
    let (account, set) = (operator.account(&user.username)?, operator.event_about(Event::UserPasswordSet, user));
    store::set_password(&operator.db, &user.subject, &hash, &set).await?;
    operator.forgive(account).await
}

/// Every account.
pub(crate) async fn list(operator: &Operator) -> Result<Vec<ListedUser>, OperatorError> {
    let locks = LoginLocks::read(operator).await?;
    let users = store::all_users(&operator.db).await?.into_iter();
    Ok(users.map(|user| ListedUser { is_locked: locks.hold(&user.username), user }).collect())
}

/// Shows one account.
pub(crate) async fn show(operator: &Operator, username: &str) -> Result<UserReport, OperatorError> {
    let (user, now) = (operator.find_user(username).await?, SystemClock.now());
    let lock = LoginLock::read(operator, &user.username, now).await?;
    // The tokens of a client that was removed or disabled do not work (SM-06).
    let mut devices = store::signed_in_devices(&operator.db, &user.subject, now).await?;
    let clients = &operator.settings.client;
    devices.retain(|of| clients.iter().any(|client| client.enabled && client.id == of.client_id));
    Ok(UserReport { user, lock, devices })
}

/// Ends the sessions, the devices and the approvals of an account.
pub(crate) async fn sign_out_everywhere(operator: &Operator, username: &str) -> Result<User, OperatorError> {
    let user = operator.find_user(username).await?;
    let ended = operator.event_about(Event::SignedOutEverywhere, &user);
    store::sign_out_everywhere(&operator.db, &user.subject, &ended).await?;
    Ok(user)
}

/// Ends an account until it is enabled again.
pub(crate) async fn disable(operator: &Operator, username: &str) -> Result<User, OperatorError> {
    let user = operator.find_user(username).await?;
    store::disable_user(&operator.db, &user.subject, &operator.event_about(Event::UserDisabled, &user)).await?;
    Ok(user)
}

/// Lets an account be used again. Its logins may still be locked.
pub(crate) async fn enable(operator: &Operator, username: &str) -> Result<ListedUser, OperatorError> {
    let user = operator.find_user(username).await?;
    store::enable_user(&operator.db, &user.subject, &operator.event_about(Event::UserEnabled, &user)).await?;
    Ok(ListedUser { is_locked: LoginLocks::read(operator).await?.hold(&user.username), user })
}

/// Deletes an account and the lock of its logins. The lock belongs to the name, so otherwise the next account of that
/// name would be locked.
pub(crate) async fn delete(operator: &Operator, user: &User) -> Result<(), OperatorError> {
    let account = operator.account(&user.username)?;
    if !store::delete_user(&operator.db, &user.subject, &operator.event_about(Event::UserDeleted, user)).await? {
        return Err(OperatorError::UserGone(display_text(&user.username, 255)));
    }
    operator.forgive(account).await
}

async fn hash(operator: &Operator, password: &Password, about: [Option<&str>; 3]) -> Result<String, OperatorError> {
    let passwords = Passwords::new(&operator.settings.passwords)?;
    passwords.judge(password, about).await??;
    Ok(passwords.hash(password).await?)
}

//! What does a command need of a server? Parts of one by themselves.

use std::sync::Arc;

use crate::app::files::{root_secret, root_secrets};
use crate::app::{ACCOUNT_KEY, OpenError, recognise, webhook_keys};
use crate::clock::SystemClock;
use crate::entropy::SystemEntropy;
use crate::keys::Keys;
use crate::protocol::HmacKey;
use crate::root_secret::RootSecretError;
use crate::settings::Settings;
use crate::store::Db;
use crate::webhooks::Webhooks;

/// The webhooks by themselves, for the command line.
///
/// # Errors
/// When a root secret or a file of secrets is not to be had.
pub fn open_webhooks(settings: &Settings) -> Result<Webhooks, OpenError> {
    Ok(Webhooks::read(settings, &webhook_keys(&root_secrets(settings, &SystemEntropy)?))?)
}

/// Keys the digest under which login failures of a username are counted.
///
/// # Errors
/// When the root secret is not to be had.
pub fn account_key(settings: &Settings) -> Result<HmacKey, RootSecretError> {
    Ok(HmacKey::new(&root_secret(settings, &SystemEntropy)?.derive(ACCOUNT_KEY)))
}

/// The signing keys by themselves, for the command line.
///
/// # Errors
/// When the root secret is not to be had, the database belongs to another, or does not answer.
pub async fn open_keys(settings: &Settings, db: &Db) -> Result<Keys, OpenError> {
    let roots = root_secrets(settings, &SystemEntropy)?;
    recognise(db, &roots).await?;
    Ok(Keys::load(db.clone(), Arc::new(SystemClock), roots, &settings.keys).await?)
}

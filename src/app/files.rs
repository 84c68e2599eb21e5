//! Which files has the operator made for this server? The root secrets, and what else the settings name.

use std::path::PathBuf;
use std::sync::Arc;

use super::OpenError;
use crate::branding::Branding;
use crate::clients::Clients;
use crate::entropy::{Entropy, SystemEntropy};
use crate::passwords::Passwords;
use crate::root_secret::{RootSecret, RootSecretError};
use crate::settings::Settings;
use crate::store;
use crate::webhooks::Webhooks;

/// Reads all that a start would read, and keeps nothing of it. It makes nothing either: a root secret that the first start
/// will make is not missed.
///
/// # Errors
/// What a start would say.
pub fn check_files(settings: &Settings) -> Result<(), OpenError> {
    let beside = beside_database(settings).filter(|_| settings.secrets.root_file.is_none());
    if beside.is_none_or(|file| file.try_exists().unwrap_or(true)) {
        root_secret(settings, &SystemEntropy)?;
    }
    former_secrets(settings).try_for_each(|former| former.map(drop))?;
    Clients::read(settings)?;
    Branding::read(&settings.branding)?;
    Passwords::new(&settings.passwords)?;
    Webhooks::read(settings, &[])?;
    Ok(())
}

/// The root secret, and those that are accepted beside it.
pub(super) fn root_secrets(
    settings: &Settings,
    entropy: &dyn Entropy,
) -> Result<Vec<Arc<RootSecret>>, RootSecretError> {
    let root = root_secret(settings, entropy);
    std::iter::once(root).chain(former_secrets(settings)).map(|root| root.map(Arc::new)).collect()
}

/// The root secret: from the named file, or beside a SQLite database, where it is made on first start.
pub(super) fn root_secret(settings: &Settings, entropy: &dyn Entropy) -> Result<RootSecret, RootSecretError> {
    match (&settings.secrets.root_file, beside_database(settings)) {
        (Some(file), _) => RootSecret::read(file),
        (None, Some(file)) => RootSecret::read_or_create(&file, entropy),
        (None, None) => RootSecret::read(&PathBuf::from("root.key")),
    }
}

fn former_secrets(settings: &Settings) -> impl Iterator<Item = Result<RootSecret, RootSecretError>> {
    settings.secrets.former_root_files.iter().map(|file| RootSecret::read(file))
}

fn beside_database(settings: &Settings) -> Option<PathBuf> {
    store::data_folder(&settings.database.url).map(|folder| folder.join("root.key"))
}

//! The files of a server: the root secrets, and the other files that the settings name.

use std::path::PathBuf;

use super::OpenError;
use crate::branding::Branding;
use crate::clients::Clients;
use crate::entropy::{Entropy, SystemEntropy};
use crate::passwords::Passwords;
use crate::root_secret::{KeyRing, RootSecret, RootSecretError};
use crate::webhooks::Webhooks;
use settings::Settings;

/// Reads all files that a start would read, and keeps nothing of them. It makes no file: a root secret that the first start
/// will make may be missing.
pub fn check_files(settings: &Settings) -> Result<(), OpenError> {
    let is_made = beside_database(settings).is_some_and(|file| file.try_exists().is_ok_and(|exists| !exists));
    if settings.secrets.root_file.is_some() || !is_made {
        root_secret(settings, &SystemEntropy)?;
    }
    former_secrets(settings)?;
    Clients::read(settings)?;
    Branding::read(&settings.branding)?;
    Passwords::new(&settings.passwords)?;
    Webhooks::read(settings, None)?;
    Ok(())
}

/// The root secret, and the former ones that are still accepted.
pub(super) fn root_secrets(settings: &Settings, entropy: &dyn Entropy) -> Result<KeyRing<RootSecret>, RootSecretError> {
    Ok(KeyRing { current: root_secret(settings, entropy)?, former: former_secrets(settings)? })
}

/// The root secret: from the named file, or beside a SQLite database, where the first start makes it.
pub(super) fn root_secret(settings: &Settings, entropy: &dyn Entropy) -> Result<RootSecret, RootSecretError> {
    match (&settings.secrets.root_file, beside_database(settings)) {
        (Some(file), _) => RootSecret::read(file),
        (None, Some(file)) => RootSecret::read_or_create(&file, entropy),
        (None, None) => RootSecret::read(&PathBuf::from("root.key")),
    }
}

fn former_secrets(settings: &Settings) -> Result<Vec<RootSecret>, RootSecretError> {
    settings.secrets.former_root_files.iter().map(|file| RootSecret::read(file)).collect()
}

fn beside_database(settings: &Settings) -> Option<PathBuf> {
    store::data_folder(&settings.database.url).map(|folder| folder.join("root.key"))
}

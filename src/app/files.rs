//! The files of a server: the root secrets, and the other files that the settings name.

use std::path::PathBuf;

use super::OpenError;
use crate::branding::Branding;
use crate::clients::Clients;
use crate::entropy::Entropy;
use crate::passwords::Passwords;
use crate::root_secret::{KeyRing, RootSecret, RootSecretError};
use crate::webhooks::Webhooks;
use settings::Settings;

/// The name of the file that the first start makes.
const ROOT_KEY: &str = "root.key";

/// Reads all files that a start would read, and keeps nothing of them. It makes no file: a root secret that the first start
/// will make may be missing.
pub fn check_files(settings: &Settings) -> Result<(), OpenError> {
    existing_root_secrets(settings)?;
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
fn root_secret(settings: &Settings, entropy: &dyn Entropy) -> Result<RootSecret, RootSecretError> {
    match (&settings.secrets.root_file, beside_database(settings)) {
        (Some(file), _) => RootSecret::read(file),
        (None, Some(file)) => RootSecret::read_or_create(&file, entropy),
        (None, None) => RootSecret::read(&PathBuf::from(ROOT_KEY)),
    }
}

/// The root secrets, for a command: it makes no file. `None`: the first start of the server will make the root secret.
pub(super) fn existing_root_secrets(settings: &Settings) -> Result<Option<KeyRing<RootSecret>>, RootSecretError> {
    let former = former_secrets(settings)?;
    if missing_root_secret(settings).is_some() {
        return Ok(None);
    }
    let file = settings.secrets.root_file.clone();
    let file = file.or_else(|| beside_database(settings)).unwrap_or_else(|| PathBuf::from(ROOT_KEY));
    Ok(Some(KeyRing { current: RootSecret::read(&file)?, former }))
}

/// The file of the root secret that the first start makes, while it is not there.
pub(super) fn missing_root_secret(settings: &Settings) -> Option<PathBuf> {
    let made = beside_database(settings).filter(|_| settings.secrets.root_file.is_none())?;
    made.try_exists().is_ok_and(|exists| !exists).then_some(made)
}

fn former_secrets(settings: &Settings) -> Result<Vec<RootSecret>, RootSecretError> {
    settings.secrets.former_root_files.iter().map(|file| RootSecret::read(file)).collect()
}

fn beside_database(settings: &Settings) -> Option<PathBuf> {
    store::data_folder(&settings.database.url).map(|folder| folder.join(ROOT_KEY))
}

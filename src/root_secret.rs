//! The root secret: the one secret outside the database, 32 random bytes in a file.
//!
//! A key is derived from it for each [`Purpose`]. Nothing is encrypted or authenticated under the secret itself.

mod key_ring;
mod purpose;

use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::entropy::Entropy;
use private_file::PrivateFileError;
use protocol::{Digest, HmacKey};

pub use key_ring::{KeyRing, SealingKey, Unsealable};
pub use purpose::Purpose;

/// A root secret. It is never printed.
pub struct RootSecret(Zeroizing<[u8; LENGTH]>);

const LENGTH: usize = 32;

/// Why the root secret cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RootSecretError {
    /// It cannot be made.
    #[error("the root secret {} cannot be made", .0.display())]
    Unmade(PathBuf, #[source] io::Error),
    /// Its file cannot be used.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// It is not 32 bytes.
    #[error("the root secret {} is not exactly 32 bytes", .0.display())]
    Malformed(PathBuf),
}

impl RootSecret {
    /// Reads the secret from its file.
    pub fn read(path: &Path) -> Result<Self, RootSecretError> {
        let malformed = || RootSecretError::Malformed(path.to_owned());
        let bytes = match private_file::read("the root secret", path, LENGTH as u64) {
            Err(PrivateFileError::TooLarge { .. }) => return Err(malformed()),
            read => read?,
        };
        Ok(Self(Zeroizing::new(bytes.as_slice().try_into().map_err(|_| malformed())?)))
    }

    /// Reads the secret. Makes the file first if there is none; of two processes that make it at once, one wins.
    pub fn read_or_create(path: &Path, entropy: &dyn Entropy) -> Result<Self, RootSecretError> {
        if !path.exists() {
            let draft = path.with_extension(format!("draft-{}", entropy.identifier()));
            private_file::create(path, &draft, &entropy.secret())
                .map_err(|source| RootSecretError::Unmade(path.to_owned(), source))?;
        }
        Self::read(path)
    }

    /// The key that digests for a purpose.
    pub fn hmac_key(&self, purpose: Purpose) -> HmacKey {
        purpose.hmac_key(self.0.as_slice())
    }

    /// The database stores it to recognise the secret.
    pub fn fingerprint(&self) -> String {
        Digest::sha256(&Purpose::Fingerprint.derive(self.0.as_slice())).hex()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;
    use std::fs;

    #[test]
    fn a_secret_is_made_once_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.key");
        let made = RootSecret::read_or_create(&path, &SystemEntropy).unwrap();
        let again = RootSecret::read_or_create(&path, &SystemEntropy).unwrap();
        assert_eq!(made.fingerprint(), again.fingerprint());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    /// Proves: FE-05
    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_can_read_is_refused_and_one_of_its_group_is_not() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.key");
        RootSecret::read_or_create(&path, &SystemEntropy).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
        assert!(RootSecret::read(&path).is_ok());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        let refused = RootSecret::read(&path).map(drop);
        assert!(matches!(refused, Err(RootSecretError::File(PrivateFileError::Exposed { .. }))), "{refused:?}");
    }

    #[test]
    fn a_file_of_another_length_is_no_secret() {
        for length in [0, 31, 33, 4096] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("root.key");
            private_file::create(&path, &folder.path().join("draft"), &vec![7; length]).unwrap();
            let refused = RootSecret::read(&path).map(drop);
            assert!(matches!(refused, Err(RootSecretError::Malformed { .. })), "{length}: {refused:?}");
        }
    }
}

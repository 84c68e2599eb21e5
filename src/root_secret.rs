//! What is the one secret outside the database, and what is made of it? Requirement decision 13.
//!
//! 32 random bytes in a file. HKDF (RFC 5869) derives from it a key for each purpose; nothing is ever encrypted or
//! authenticated under the secret itself.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

use crate::entropy::Entropy;
use crate::private_file::{self, PrivateFileError};
use crate::protocol::Digest;

/// The secret, and nothing that shows it.
pub struct RootSecret(Zeroizing<[u8; LENGTH]>);

const LENGTH: usize = 32;

/// Why there is no root secret.
#[derive(Debug, thiserror::Error)]
pub enum RootSecretError {
    /// It cannot be made.
    #[error("the root secret {} cannot be made", path.display())]
    Unmade {
        /// Where it should be.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Its file cannot be used.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// It is not 32 bytes.
    #[error("the root secret {} is not exactly 32 bytes", path.display())]
    Malformed {
        /// Where it is.
        path: PathBuf,
    },
}

/// Sealed bytes that do not open: another key, or somebody changed them.
#[derive(Debug, thiserror::Error)]
#[error("sealed under another key, or changed since")]
pub struct Unsealable;

impl RootSecret {
    /// Reads the secret from its file.
    ///
    /// # Errors
    /// When it is missing, exposed or malformed.
    pub fn read(path: &Path) -> Result<Self, RootSecretError> {
        let malformed = || RootSecretError::Malformed { path: path.to_owned() };
        let bytes = match private_file::read("the root secret", path, LENGTH as u64) {
            Err(PrivateFileError::TooLarge { .. }) => return Err(malformed()),
            read => read?,
        };
        Ok(Self(Zeroizing::new(bytes.as_slice().try_into().map_err(|_| malformed())?)))
    }

    /// Reads the secret, making the file first when there is none. Of two processes that make it at once one wins.
    ///
    /// # Errors
    /// When it cannot be read or made.
    pub fn read_or_create(path: &Path, entropy: &dyn Entropy) -> Result<Self, RootSecretError> {
        let unmade = |source| RootSecretError::Unmade { path: path.to_owned(), source };
        if !path.exists() {
            // Written aside and linked into place, so that nobody ever reads half of it.
            let draft = path.with_extension(format!("draft-{}", entropy.identifier()));
            let made = write_private(&draft, &entropy.secret()).and_then(|()| match fs::hard_link(&draft, path) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
                _ => Ok(()),
            });
            let _ = fs::remove_file(&draft);
            made.map_err(unmade)?;
        }
        Self::read(path)
    }

    /// A key for one purpose, named by `purpose`. The names are part of the stored format.
    pub fn derive(&self, purpose: &'static str) -> [u8; 32] {
        derive(self.0.as_slice(), purpose)
    }

    /// What the database keeps, to know the secret again.
    pub fn fingerprint(&self) -> String {
        Digest::sha256(&self.derive("fingerprint")).hex()
    }
}

impl fmt::Debug for RootSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootSecret([redacted])")
    }
}

/// HKDF-SHA-256 of a secret of at least 128 bits, for one purpose.
pub fn derive(secret: &[u8], purpose: &'static str) -> [u8; 32] {
    struct Length;
    impl KeyType for Length {
        fn len(&self) -> usize {
            32
        }
    }
    let info = [b"grantd/1/", purpose.as_bytes()];
    let mut key = [0; 32];
    Salt::new(HKDF_SHA256, b"grantd")
        .extract(secret)
        .expand(&info, Length)
        .and_then(|okm| okm.fill(&mut key))
        .expect("32 bytes are within what HKDF-SHA-256 gives");
    key
}

/// Encrypts under a key (AES-256-GCM, a random nonce in front). `context` is authenticated, so that what was sealed
/// for one row does not open in another.
pub fn seal(key: &[u8; 32], context: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut sealed = plain.to_vec();
    let nonce = RandomizedNonceKey::new(&AES_256_GCM, key)
        .and_then(|key| key.seal_in_place_append_tag(Aad::from(context), &mut sealed))
        .expect("AES-256-GCM seals any bytes under a key of 32");
    [nonce.as_ref(), sealed.as_slice()].concat()
}

/// Decrypts what [`seal`] made.
///
/// # Errors
/// [`Unsealable`] under another key or context, or when a byte was changed.
pub fn open(key: &[u8; 32], context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN).ok_or(Unsealable)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unsealable)?;
    let mut bytes = Zeroizing::new(sealed.to_vec());
    let length = RandomizedNonceKey::new(&AES_256_GCM, key)
        .and_then(|key| key.open_in_place(nonce, Aad::from(context), &mut bytes).map(|plain| plain.len()))
        .map_err(|_| Unsealable)?;
    bytes.truncate(length);
    Ok(bytes)
}

/// Keys that seal for one purpose: today's, and those of root secrets that are being changed for another, which still open.
#[derive(Clone)]
pub struct SealingKeys(Vec<Zeroizing<[u8; 32]>>);

impl SealingKeys {
    /// The keys that these root secrets give for a purpose, today's first.
    pub fn derive(roots: &[Arc<RootSecret>], purpose: &'static str) -> Self {
        Self(roots.iter().map(|root| Zeroizing::new(root.derive(purpose))).collect())
    }

    /// Encrypts under today's key; see [`seal`]. `None` where there is no root secret.
    pub fn seal(&self, context: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
        self.0.first().map(|key| seal(key, context, plain))
    }

    /// Decrypts what was sealed under any of the keys.
    ///
    /// # Errors
    /// [`Unsealable`] under other keys or another context, or when a byte was changed.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        self.0.iter().find_map(|key| open(key, context, sealed).ok()).ok_or(Unsealable)
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    #[test]
    fn a_secret_is_made_once_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.key");
        let made = RootSecret::read_or_create(&path, &SystemEntropy).unwrap();
        let again = RootSecret::read_or_create(&path, &SystemEntropy).unwrap();
        assert_eq!(made.fingerprint(), again.fingerprint());
        assert_ne!(made.derive("one"), made.derive("another"));
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
            write_private(&path, &vec![7; length]).unwrap();
            let refused = RootSecret::read(&path).map(drop);
            assert!(matches!(refused, Err(RootSecretError::Malformed { .. })), "{length}: {refused:?}");
        }
    }

    #[test]
    fn what_was_sealed_opens_only_under_its_key_and_context() {
        let sealed = seal(&[1; 32], b"row 1", b"plain");
        assert_eq!(open(&[1; 32], b"row 1", &sealed).unwrap().as_slice(), b"plain");
        assert!(open(&[2; 32], b"row 1", &sealed).is_err());
        assert!(open(&[1; 32], b"row 2", &sealed).is_err());
        assert!(open(&[1; 32], b"row 1", &sealed[1..]).is_err());
        assert!(open(&[1; 32], b"row 1", b"short").is_err());
    }
}

//! Keys of one purpose, and sealing with AES-256-GCM.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use zeroize::Zeroizing;

use crate::root_secret::{Purpose, RootSecret};
use protocol::HmacKey;

/// The current key, and the keys of former root secrets, which are still accepted.
#[derive(Clone, Debug)]
pub struct KeyRing<K> {
    /// The key that seals and digests.
    pub current: K,
    /// The keys that also open and recognise what is older.
    pub former: Vec<K>,
}

/// A key that seals and opens.
#[derive(Clone)]
pub struct SealingKey(Zeroizing<[u8; 32]>);

/// Sealed bytes that do not open: they have another key, or were changed.
#[derive(Debug, thiserror::Error)]
#[error("sealed under another key, or changed since")]
pub struct Unsealable;

impl<K> KeyRing<K> {
    /// All keys, the current one first.
    pub fn iter(&self) -> impl Iterator<Item = &K> {
        std::iter::once(&self.current).chain(&self.former)
    }

    fn map<T>(&self, to: impl Fn(&K) -> T) -> KeyRing<T> {
        KeyRing { current: to(&self.current), former: self.former.iter().map(to).collect() }
    }
}

impl KeyRing<RootSecret> {
    /// The keys that digest for a purpose.
    pub fn hmac_keys(&self, purpose: Purpose) -> KeyRing<HmacKey> {
        self.map(|root| root.hmac_key(purpose))
    }

    /// The keys that seal for a purpose.
    pub fn sealing_keys(&self, purpose: Purpose) -> KeyRing<SealingKey> {
        self.map(|root| SealingKey::derive(root.0.as_slice(), purpose))
    }
}

impl KeyRing<SealingKey> {
    /// Decrypts what was sealed under any of the keys.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        self.iter().find_map(|key| key.open(context, sealed).ok()).ok_or(Unsealable)
    }
}

impl SealingKey {
    /// The key of a secret for one purpose. The secret has at least 128 bits.
    pub fn derive(secret: &[u8], purpose: Purpose) -> Self {
        Self(Zeroizing::new(purpose.derive(secret)))
    }

    /// Encrypts with a random nonce, and returns the nonce and the encrypted bytes. `context` is authenticated: bytes that were
    /// sealed for one row do not open in another.
    pub fn seal(&self, context: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut sealed = plain.to_vec();
        let nonce = RandomizedNonceKey::new(&AES_256_GCM, self.0.as_slice())
            .and_then(|key| key.seal_in_place_append_tag(Aad::from(context), &mut sealed))
            .expect("AES-256-GCM seals any bytes under a key of 32");
        [nonce.as_ref(), sealed.as_slice()].concat()
    }

    /// Decrypts what [`Self::seal`] made under the same key and context.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN).ok_or(Unsealable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unsealable)?;
        let mut bytes = Zeroizing::new(sealed.to_vec());
        let length = RandomizedNonceKey::new(&AES_256_GCM, self.0.as_slice())
            .and_then(|key| key.open_in_place(nonce, Aad::from(context), &mut bytes).map(|plain| plain.len()))
            .map_err(|_| Unsealable)?;
        bytes.truncate(length);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_only_under_its_key_and_context() {
        let key = |byte| SealingKey(Zeroizing::new([byte; 32]));
        let sealed = key(1).seal(b"row 1", b"plain");
        assert_eq!(key(1).open(b"row 1", &sealed).unwrap().as_slice(), b"plain");
        assert!(key(2).open(b"row 1", &sealed).is_err());
        assert!(key(1).open(b"row 2", &sealed).is_err());
        assert!(key(1).open(b"row 1", &sealed[1..]).is_err());
        assert!(key(1).open(b"row 1", b"short").is_err());
        let changed = KeyRing { current: key(2), former: vec![key(1)] };
        assert_eq!(changed.open(b"row 1", &sealed).unwrap().as_slice(), b"plain");
    }
}

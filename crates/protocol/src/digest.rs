//! Digests of secrets: SHA-256 where the secret is long, a keyed HMAC where it is short enough to be guessed offline.

use std::fmt;

use aws_lc_rs::{digest, hmac};
use subtle::ConstantTimeEq;

/// 32 bytes that stand for a secret in a row. Every comparison takes constant time, `==` too, so that none reveals a
/// prefix (requirement L-04).
#[derive(Clone, Copy, Eq)]
pub struct Digest([u8; 32]);

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.same_as(other)
    }
}

impl Digest {
    /// The digest of a value with at least 128 bits of entropy, which nobody can enumerate.
    pub fn sha256(of: &[u8]) -> Self {
        Self::from_slice(digest::digest(&digest::SHA256, of).as_ref())
    }

    /// Reads the bytes of a row; `None` when there are not 32.
    pub fn from_row(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Reads 64 hexadecimal digits, the form of client secrets in the configuration.
    pub fn from_hex(digits: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// 64 hexadecimal digits, in lower case.
    pub fn hex(&self) -> String {
        hex::encode(self.0)
    }

    /// The bytes by value.
    pub fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// The bytes for a row.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Equality in constant time, for digests of presented values.
    pub fn same_as(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    fn from_slice(bytes: &[u8]) -> Self {
        let mut out = [0; 32];
        out.copy_from_slice(bytes);
        Self(out)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({:02x}{:02x}..)", self.0[0], self.0[1])
    }
}

/// A key for HMAC-SHA-256 that is not in the database (requirement D-10).
#[derive(Clone)]
pub struct HmacKey(hmac::Key);

impl HmacKey {
    /// A key of 32 derived bytes.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// A key of a shared secret as it is (RFC 7518 section 3.2).
    pub fn of_secret(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The keyed digest of a short value.
    pub fn digest(&self, of: &[u8]) -> Digest {
        Digest::from_slice(hmac::sign(&self.0, of).as_ref())
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_read_back_and_nothing_else_is() {
        let digest = Digest::sha256(b"abc");
        assert_eq!(Digest::from_hex(&digest.hex()), Some(digest));
        for wrong in ["", "ab", &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(Digest::from_hex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_keyed_digest_depends_on_its_key() {
        assert_ne!(HmacKey::new(&[1; 32]).digest(b"WDJBMJHT"), HmacKey::new(&[2; 32]).digest(b"WDJBMJHT"));
    }
}

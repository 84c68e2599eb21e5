//! Secrets that must not reach a log.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::digest::Digest;

/// A bearer secret: a session id, a handle, a csrf token; on the device's side a device code or a token. Its `Debug` is redacted
/// and its memory is wiped.
#[derive(Clone, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// 256 random bits as base64url after a prefix for secret scanners. The prefix may be empty.
    pub fn from_random(prefix: &str, random: [u8; 32]) -> Self {
        Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random)))
    }

    /// 256 random bits as lower-case hexadecimal digits.
    pub fn hex_from_random(random: [u8; 32]) -> Self {
        Self(hex::encode(random))
    }

    /// Takes a presented value.
    pub fn presented(value: &str) -> Self {
        Self(value.to_owned())
    }

    /// The text, for the one answer that shows it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The digest that rows store and lookups use.
    pub fn digest(&self) -> Digest {
        Digest::sha256(self.0.as_bytes())
    }

    /// Whether both are equal, in time that does not depend on where they differ.
    pub fn same_as(&self, presented: &str) -> bool {
        self.0.as_bytes().ct_eq(presented.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

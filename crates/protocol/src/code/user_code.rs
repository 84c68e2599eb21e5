//! User codes (RFC 8628 section 6.1): a code in its bare form, and the readings of what somebody typed.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::digest::{Digest, HmacKey};

/// A user code in its bare form: only its characters, in the case of the alphabet where case does not matter.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct UserCode(pub(super) String);

/// What somebody typed, as every format in use reads it. There is always one reading for each spelling that this server
/// has, so that the input never changes the number of lookups: a spelling that cannot read it repeats the first one
/// that can. One typed code is one attempt, whatever the number of its readings.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TypedCode {
    pub(super) readings: Vec<UserCode>,
    pub(super) shown: String,
}

/// The input cannot be a code of this server, so it is never looked up.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this does not look like a code")]
pub struct MalformedUserCode;

impl UserCode {
    /// The keyed digest for rows. A plain digest of 34 bits would be reversed in seconds (requirement D-10).
    pub fn digest(&self, key: &HmacKey) -> Digest {
        key.digest(self.0.as_bytes())
    }
}

impl TypedCode {
    /// The possible codes, at least one. The reading that distinguishes case comes first, because it has kept the most.
    pub fn readings(&self) -> &[UserCode] {
        &self.readings
    }

    /// The code as a page shows it before the lookup: as the device does, if it was typed like that.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Whether two inputs may be the same code.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.readings.iter().any(|reading| other.readings.contains(reading))
    }
}

impl fmt::Debug for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserCode([redacted])")
    }
}

impl fmt::Debug for TypedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedCode([redacted])")
    }
}

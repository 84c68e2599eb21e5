//! What do people type? RFC 8628 section 6.1: a code in its bare form, and the readings of what somebody typed.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::protocol::{Digest, HmacKey};

/// A user code in its bare form: its characters alone, and in the case of the alphabet where case does not matter.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct UserCode(pub(super) String);

/// What somebody typed, as every format in use reads it. There is always one reading for each way of spelling that this
/// server knows, so that what was typed never changes how much is looked up: a spelling that cannot read it repeats the
/// first that can. One typed code is one attempt, however many readings it has.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TypedCode {
    pub(super) readings: Vec<UserCode>,
    pub(super) shown: String,
}

/// What was typed cannot be a code of this server, so it is never looked up.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this does not look like a code")]
pub struct MalformedUserCode;

impl UserCode {
    /// What the row keeps: keyed, because a bare digest of 34 bits is reversed in seconds (requirement D-10).
    pub fn digest(&self, key: &HmacKey) -> Digest {
        key.digest(self.0.as_bytes())
    }
}

impl TypedCode {
    /// What it may be; never nothing. The spelling that tells two cases apart comes first: it has read the most.
    pub fn readings(&self) -> &[UserCode] {
        &self.readings
    }

    /// How a page shows it before anybody knows whose it is: as the device does, if that is how it was typed.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Whether two spellings may be one code.
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

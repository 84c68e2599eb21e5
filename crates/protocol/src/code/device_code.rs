//! The device code: a secret of 256 bits (RFC 8628 section 5.2), which the server keeps only as a digest.

use crate::digest::Digest;
use crate::secret::Secret;

/// The `device_code` of RFC 8628 section 3.2. Only one answer shows it, to the device.
#[derive(Clone, Debug)]
pub struct DeviceCode(Secret);

impl DeviceCode {
    /// The longest value that is looked up. Issued codes have 47 characters.
    pub const MAX_LENGTH: usize = 256;

    /// Makes a code with a prefix that secret scanners know.
    pub fn from_random(random: [u8; 32]) -> Self {
        Self(Secret::from_random("gdc_", random))
    }

    /// Makes a code of lower-case hexadecimal digits, for devices that expect them.
    pub fn hex_from_random(random: [u8; 32]) -> Self {
        Self(Secret::hex_from_random(random))
    }

    /// Takes the value of a poll. Any text is accepted; the lookup says whether it was issued.
    pub fn presented(value: &str) -> Self {
        Self(Secret::presented(value))
    }

    /// The text, for the one answer that contains it.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// The digest that the row stores and the lookup uses.
    pub fn digest(&self) -> Digest {
        self.0.digest()
    }
}

//! What does the device hold while it waits? A secret of 256 bits (RFC 8628 section 5.2), kept here only as a digest.

use crate::protocol::{Digest, Secret};

/// The `device_code` of RFC 8628 section 3.2. Shown once, to the device.
#[derive(Clone, Debug)]
pub struct DeviceCode(Secret);

impl DeviceCode {
    /// The longest value that is looked up; ours have 47 characters.
    pub const MAX_LENGTH: usize = 256;

    /// Secret scanners know the prefix.
    pub fn from_random(random: [u8; 32]) -> Self {
        Self(Secret::from_random("gdc_", random))
    }

    /// The same as lower-case hexadecimal digits, for devices that expect them.
    pub fn hex_from_random(random: [u8; 32]) -> Self {
        Self(Secret::hex_from_random(random))
    }

    /// Takes what a poll presented. Any text is a code; whether it is one of ours is the lookup's business.
    pub fn presented(value: &str) -> Self {
        Self(Secret::presented(value))
    }

    /// The text, for the one response that carries it.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// What the row keeps and looks up.
    pub fn digest(&self) -> Digest {
        self.0.digest()
    }
}

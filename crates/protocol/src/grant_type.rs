//! The grant types of the token endpoint. Each describes itself; `/token`, the metadata and the settings read it here.

use crate::code::DeviceCode;
use crate::named::named;
use crate::token::LONGEST_TOKEN;

named! {
    /// The grant types of this server. `password` and `implicit` will never be among them (RFC 9700 section 2.4).
    pub enum GrantType {
        /// The device grant (RFC 8628 section 3.4).
        DeviceCode = "urn:ietf:params:oauth:grant-type:device_code",
        /// Refreshing (RFC 6749 section 6).
        RefreshToken = "refresh_token",
    }
}

impl GrantType {
    /// The parameter that a request exchanges for tokens, and its greatest length in bytes.
    pub const fn credential(self) -> (&'static str, usize) {
        match self {
            Self::DeviceCode => ("device_code", DeviceCode::MAX_LENGTH),
            Self::RefreshToken => ("refresh_token", LONGEST_TOKEN),
        }
    }

    /// Whether only a client that can authenticate may be registered for it.
    pub const fn is_confidential(self) -> bool {
        match self {
            Self::DeviceCode | Self::RefreshToken => false,
        }
    }
}

//! The grant types of the token endpoint. Each describes itself; `/token`, the metadata and the settings read it here.

use serde::{Deserialize, Serialize};

use crate::named::named;

named! {
    /// The grant types of this server. `password` and `implicit` will never be among them (RFC 9700 section 2.4).
    #[derive(Deserialize, Serialize)]
    #[serde(try_from = "String", into = "&'static str")]
    pub enum GrantType {
        /// The device grant (RFC 8628 section 3.4).
        DeviceCode = "urn:ietf:params:oauth:grant-type:device_code",
        /// Refreshing (RFC 6749 section 6).
        RefreshToken = "refresh_token",
    }
}

impl From<GrantType> for &'static str {
    fn from(grant_type: GrantType) -> Self {
        grant_type.name()
    }
}

impl TryFrom<String> for GrantType {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::named(&name).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|grant_type| format!("{:?}", grant_type.name())).collect();
            format!("{name:?} is not supported: write {}", known.join(" or "))
        })
    }
}

impl GrantType {
    /// Whether only a client that can authenticate may be registered for it.
    pub const fn is_confidential(self) -> bool {
        match self {
            Self::DeviceCode | Self::RefreshToken => false,
        }
    }
}

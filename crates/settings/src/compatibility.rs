//! Which product's ways does this server speak, beside the RFCs? `[compatibility]`.

use serde::{Deserialize, Serialize};

use protocol::{DeviceCode, OAuthError};

/// `[compatibility]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Compatibility {
    /// The product whose ways are the defaults.
    pub profile: Profile,
    /// What `{realm}` stands for in the paths below.
    pub realm: String,
    /// Where devices may ask for codes as well, from the root of the host.
    pub device_authorization_paths: Vec<String>,
    /// Where devices may poll as well.
    pub token_paths: Vec<String>,
    /// Where programs may log people in with two headers.
    pub authenticate_paths: Vec<String>,
    /// The cookie of the sessions that begin there.
    pub session_cookie: String,
    /// The HTTP status when an answer of a program lacks its csrf value.
    pub bad_csrf_status: u16,
    /// Where people may type codes as well; the first is the `verification_uri` that devices are told.
    pub verification_paths: Vec<String>,
    /// What device codes look like.
    pub device_code: DeviceCodeShape,
    /// Whether devices are told `verification_url` beside `verification_uri`.
    pub verification_url: bool,
    /// The HTTP status of `authorization_pending`.
    pub pending_status: u16,
    /// Whose words `error_description` is in.
    pub error_descriptions: Descriptions,
}

impl Compatibility {
    /// A path with the realm in the place of `{realm}`.
    pub fn in_realm(&self, path: &str) -> String {
        path.replace("{realm}", &self.realm)
    }

    /// Whether a path is one of the other names of an endpoint for devices, as the router has it.
    pub fn names_endpoint(&self, path: &str) -> bool {
        self.device_authorization_paths.iter().chain(&self.token_paths).any(|other| other == path)
    }

    /// A new device code of the shape that is wanted.
    pub fn device_code(&self, random: [u8; 32]) -> DeviceCode {
        match self.device_code {
            DeviceCodeShape::Prefixed => DeviceCode::from_random(random),
            DeviceCodeShape::Hex => DeviceCode::hex_from_random(random),
        }
    }

    /// Another product's words for an error, where they are wanted and its documentation shows them.
    pub fn description(&self, error: &OAuthError) -> Option<&'static str> {
        match (self.error_descriptions, error) {
            (Descriptions::PingOne, OAuthError::AuthorizationPending) => {
                Some("The user has not yet completed authorization")
            }
            (Descriptions::PingOne, OAuthError::SlowDown) => {
                Some("The polling interval has not elapsed since the last request")
            }
            _ => None,
        }
    }
}

/// A bundle of defaults: `config/profiles/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// The RFCs alone.
    None,
    /// Janssen's `device_authorization` and `device-code`.
    Janssen,
    /// PingOne Advanced Identity Cloud's `device/code`, `device/user` and `access_token`.
    PingOne,
}

impl Profile {
    /// What it sets, as a file that lies between the defaults and the operator's own.
    pub(super) fn text(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Janssen => Some(include_str!("../../../config/profiles/janssen.toml")),
            Self::PingOne => Some(include_str!("../../../config/profiles/pingone.toml")),
        }
    }

    /// Its name in the file.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Janssen => "janssen",
            Self::PingOne => "pingone",
        }
    }
}

/// What device codes look like. Both hold 256 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceCodeShape {
    /// `gdc_` and base64url.
    Prefixed,
    /// Lower-case hexadecimal digits.
    Hex,
}

/// Whose words `error_description` is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Descriptions {
    /// Ours.
    Grantd,
    /// PingOne's, for the errors of polls.
    PingOne,
}

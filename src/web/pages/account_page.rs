//! The pages of an account by their addresses, and the handles of devices in them.

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::web::pages::PageError;

/// Characters of a device's handle: 128 bits in hexadecimal digits.
const HANDLE_LENGTH: usize = 32;

/// A page of an account that can wait for a login.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AccountPage {
    /// Everything at a glance.
    Overview,
    /// What happened lately.
    Activity,
    /// A new password.
    Password,
    /// One device, by its handle.
    Device(String),
}

impl AccountPage {
    /// The page at a path below the issuer.
    pub(super) fn at(path: &str) -> Option<Self> {
        match path {
            "/account" => Some(Self::Overview),
            "/account/activity" => Some(Self::Activity),
            "/account/password" => Some(Self::Password),
            _ => device_handle(path.strip_prefix("/account/devices/")?)
                .ok()
                .map(|handle| Self::Device(handle.to_owned())),
        }
    }

    /// Where it is, below the issuer.
    pub(super) fn below(&self) -> String {
        match self {
            Self::Overview => "/account".to_owned(),
            Self::Activity => "/account/activity".to_owned(),
            Self::Password => "/account/password".to_owned(),
            Self::Device(handle) => format!("/account/devices/{handle}"),
        }
    }

    /// Where it is, on this host.
    pub(super) fn path(&self, app: &App) -> String {
        app.path(&self.below())
    }
}

/// What could be the handle of a device. Nothing else is looked up, or kept for a stranger.
pub(super) fn device_handle(presented: &str) -> Result<&str, PageError> {
    let fits =
        presented.len() == HANDLE_LENGTH && presented.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if fits { Ok(presented) } else { Err(PageError::NotFound) }
}

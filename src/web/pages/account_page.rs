//! The pages of an account by their paths, and the handles of devices in them.

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

    /// The path of the page on this host.
    pub(super) fn path(&self, app: &App) -> String {
        match self {
            Self::Overview => app.path("/account"),
            Self::Activity => app.path("/account/activity"),
            Self::Password => app.path("/account/password"),
            Self::Device(handle) => app.path(&format!("/account/devices/{handle}")),
        }
    }
}

/// Checks that a text has the form of a device's handle. Nothing else is looked up, or kept for a stranger.
pub(super) fn device_handle(presented: &str) -> Result<&str, PageError> {
    let fits =
        presented.len() == HANDLE_LENGTH && presented.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if fits { Ok(presented) } else { Err(PageError::NotFound) }
}

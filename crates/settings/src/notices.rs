//! Who else is told of what happens, and of which campaigns? `[notices]`, `[[webhook]]` and `[detector]` (requirements U-15 and
//! B-06).

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::span;

/// `[notices]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Notices {
    /// How long a notice is tried, and remembered when that is over.
    #[serde(with = "span")]
    pub keep_for: Duration,
    /// How long a receiver may take to answer.
    #[serde(with = "span")]
    pub timeout: Duration,
}

/// `[detector]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Detector {
    /// Whether campaigns are looked for.
    pub enabled: bool,
    /// So many different people make one.
    pub people: u32,
    /// When they approve requests of one client and origin within this time.
    #[serde(with = "span")]
    pub within: Duration,
    /// Whether nobody else may approve such requests until an operator lets them.
    pub hold: bool,
}

/// `[[webhook]]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct WebhookSettings {
    /// What operators and rows call it.
    pub name: String,
    /// Where notices are posted to.
    pub url: String,
    /// The file with the secret that signs them; empty: one is derived from the root secret.
    #[serde(default)]
    pub secret_file: PathBuf,
    /// The notices that it wants; empty: all there are.
    #[serde(default)]
    pub events: Vec<String>,
}

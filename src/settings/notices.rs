//! Who else is told of what happens? `[notices]` and `[[webhook]]` (requirement U-15).

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

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

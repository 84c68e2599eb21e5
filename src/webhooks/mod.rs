//! The webhooks: the `[[webhook]]` tables of the configuration, with the secrets that sign (requirement U-15).
//!
//! [`secret_file`] reads the secrets that operators share with receivers; [`send`] sends a notice.

mod secret_file;
mod send;

use std::time::Duration;

use url::Url;

use crate::root_secret::KeyRing;
use crate::secret_file::SecretFileError;
use protocol::{HmacKey, Timestamp, WebhookSecret, webhook_signature};
use settings::{Settings, WebhookSettings};

pub use send::SendError;

/// Every webhook, in the order of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Webhooks(Vec<Webhook>);

/// One webhook.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its name in commands and rows.
    pub name: String,
    /// The notices that it subscribes to; an empty list means all.
    pub events: Vec<String>,
    /// Never logged: addresses of receivers often contain a secret.
    url: Url,
    /// The secrets that sign; two while one replaces the other.
    secrets: Vec<WebhookSecret>,
}

impl Webhooks {
    /// Reads the settings, and the secret files that they name. A webhook without a file has a secret from each of the
    /// `keys`, which the root secrets give.
    pub fn read(settings: &Settings, keys: Option<&KeyRing<HmacKey>>) -> Result<Self, SecretFileError> {
        settings.webhook.iter().map(|webhook| Webhook::read(webhook, keys)).collect::<Result<_, _>>().map(Self)
    }

    /// All webhooks.
    pub fn iter(&self) -> impl Iterator<Item = &Webhook> {
        self.0.iter()
    }

    /// The webhook of this name.
    pub fn find(&self, name: &str) -> Option<&Webhook> {
        self.0.iter().find(|webhook| webhook.name == name)
    }
}

impl Webhook {
    fn read(settings: &WebhookSettings, keys: Option<&KeyRing<HmacKey>>) -> Result<Self, SecretFileError> {
        let secrets = if settings.secret_file.as_os_str().is_empty() {
            let secret = |key: &HmacKey| WebhookSecret::derived(key.digest(settings.name.as_bytes()).as_bytes());
            keys.into_iter().flat_map(KeyRing::iter).map(secret).collect()
        } else {
            secret_file::read(&settings.name, &settings.secret_file)?
        };
        let (name, events, url) = (settings.name.clone(), settings.events.clone(), settings.url.clone());
        Ok(Self { name, events, url, secrets })
    }

    /// The first secret, which the receiver should know.
    pub fn secret(&self) -> Option<&WebhookSecret> {
        self.secrets.first()
    }

    /// Sends one notice, once. Returns the status of the answer if the receiver accepted it.
    pub async fn send(&self, id: &str, body: &str, at: Timestamp, timeout: Duration) -> Result<u16, SendError> {
        let signature = webhook_signature(&self.secrets, id, at, body);
        send::post(&self.url, &send::Signed { id, at, signature: &signature, body }, timeout).await
    }
}

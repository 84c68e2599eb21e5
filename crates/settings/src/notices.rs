//! `[notices]`, `[[webhook]]` and `[detector]`: who receives notices of events, and which campaigns are detected (requirements U-15
//! and B-06).

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

use super::findings::{A_DAY, Findings};
use super::key::KeyPath;
use super::manual::nearest_name;
use super::{Settings, span, web_url};
use protocol::notice_names;

/// `[notices]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Notices {
    #[serde(with = "span")]
    pub keep_for: Duration,
    #[serde(with = "span")]
    pub timeout: Duration,
}

/// `[detector]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Detector {
    pub enabled: bool,
    pub people: u32,
    #[serde(with = "span")]
    pub within: Duration,
    pub hold: bool,
}

/// `[[webhook]]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct WebhookSettings {
    pub name: String,
    #[serde(deserialize_with = "receiver")]
    pub url: Url,
    #[serde(default)]
    pub secret_file: PathBuf,
    #[serde(default)]
    pub events: Vec<String>,
}

fn receiver<'de, D: Deserializer<'de>>(from: D) -> Result<Url, D::Error> {
    web_url::read(from, "https://hooks.example.com/grantd")
}

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let Settings { notices, detector, .. } = settings;
    findings.within("notices.keep_for", notices.keep_for, Duration::from_hours(1)..=A_DAY * 30);
    findings.within("notices.timeout", notices.timeout, Duration::from_secs(1)..=Duration::from_secs(30));
    let many = "must be from 2 to 10000: what one person does is no campaign";
    findings.require((2..=10_000).contains(&detector.people), "detector.people", many);
    findings.within("detector.within", detector.within, Duration::from_mins(1)..=A_DAY * 7);
    let names: Vec<&str> = settings.webhook.iter().map(|webhook| webhook.name.as_str()).collect();
    findings.unique("webhook", "name", &names);
    for (place, webhook) in settings.webhook.iter().enumerate() {
        let key = KeyPath::from("webhook").at(place);
        findings.require(is_name(&webhook.name), key.of("name"), "must be 1 to 64 letters, digits, dots and dashes");
        findings.each_once(key.of("events"), &webhook.events);
        for (place, event) in webhook.events.iter().enumerate() {
            if !notice_names().any(|name| name == event) {
                let meant = nearest_name(event, notice_names()).map(|name| format!("; did you mean {name:?}?"));
                let sentence = format!("there is no notice {event:?}{}", meant.unwrap_or_default());
                findings.add(key.of("events").at(place), sentence);
            }
        }
    }
}

/// The store writes names into lists and patterns.
fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;

    fn webhook(url: &str, more: &str) -> String {
        format!("[[webhook]]\nname = 'mail'\nurl = '{url}'\n{more}")
    }

    /// Proves: U-15, in the configuration.
    #[test]
    fn a_webhook_is_https_or_on_this_machine() {
        let no_http = "g.toml:3:7: webhook[0].url: must be https; http is for loopback hosts only (localhost, 127.0.0.0/8, \
                       [::1])";
        for (url, said) in [
            ("https://hooks.example.com/a?b=c", ""),
            ("http://127.0.0.1:9000/hook", ""),
            ("http://localhost/", ""),
            ("http://hooks.example.com", no_http),
            ("http://10.0.0.1", no_http),
            ("ftp://hooks.example.com", no_http),
            (
                "hooks",
                "g.toml:3:7: webhook[0].url: must be an absolute URL such as \"https://hooks.example.com/grantd\"",
            ),
            ("https://me:pw@hooks.example.com", "g.toml:3:7: webhook[0].url: must not hold a user name or a password"),
            ("https://hooks.example.com/#a", "g.toml:3:7: webhook[0].url: must not have a fragment"),
        ] {
            table(&[(&webhook(url, ""), said)]);
        }
    }

    #[test]
    fn a_webhook_has_a_name_of_its_own_and_wants_what_there_is() {
        let sound = webhook("https://hooks.example.com", "events = ['device.approved', 'tokens.revoked']\n");
        table(&[
            (&sound, ""),
            (
                &sound.replace("'mail'", "'a_b'"),
                "g.toml:2: webhook[0].name: must be 1 to 64 letters, digits, dots and dashes",
            ),
            (&sound.repeat(2), "g.toml:6: webhook[1].name: there is a webhook \"mail\" already"),
            (
                &sound.replace("device.approved", "device.aproved"),
                "g.toml:4: webhook[0].events[0]: there is no notice \"device.aproved\"; did you mean \"device.approved\"?",
            ),
            (&sound.replace("tokens.revoked", "device.approved"), "g.toml:4: webhook[0].events[1]: is named twice"),
            ("notices.keep_for = '59m'", "g.toml:1: notices.keep_for: must be from 1h to 30d, not 59m"),
            (
                "detector.people = 1",
                "g.toml:1: detector.people: must be from 2 to 10000: what one person does is no campaign",
            ),
            ("detector.within = '30s'", "g.toml:1: detector.within: must be from 1m to 7d, not 30s"),
            ("notices.timeout = '31s'", "g.toml:1: notices.timeout: must be from 1s to 30s, not 31s"),
        ]);
    }
}

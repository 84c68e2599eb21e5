//! `[tokens]`, `[keys]`, `[client_assertions]` and `[dpop]`: tokens, the keys that sign them, and proofs of clients.

use std::ops::RangeInclusive;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::findings::{A_DAY, A_YEAR, Findings};
use super::{Settings, network, span};
use protocol::{KeySchedule, RefreshPolicy, SigningAlgorithm};

/// `[tokens]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct TokenSettings {
    #[serde(with = "span")]
    pub access_token_lifetime: Duration,
    #[serde(with = "span")]
    pub id_token_lifetime: Duration,
    pub refresh_token_policy: RefreshPolicy,
    #[serde(with = "span")]
    pub refresh_token_absolute: Duration,
    #[serde(with = "span")]
    pub refresh_token_idle: Duration,
    #[serde(with = "span")]
    pub rotation_grace: Duration,
    pub audience: Option<String>,
}

/// `[keys]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct KeySettings {
    pub algorithms: Vec<SigningAlgorithm>,
    #[serde(with = "span")]
    pub rotate_every: Duration,
    #[serde(with = "span")]
    pub announce: Duration,
    #[serde(with = "span")]
    pub keep: Duration,
}

impl KeySettings {
    /// The durations of the rotation.
    pub fn schedule(&self) -> KeySchedule {
        KeySchedule { rotate_every: self.rotate_every, announce: self.announce, keep: self.keep }
    }
}

/// `[client_assertions]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ClientAssertions {
    pub require_typ: bool,
    #[serde(with = "span")]
    pub fetch_timeout: Duration,
    #[serde(deserialize_with = "network::networks")]
    pub private_networks: Vec<IpNet>,
}

/// `[dpop]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Dpop {
    #[serde(with = "span")]
    pub window: Duration,
    pub nonce: bool,
}

/// Absolute and idle lifetimes of refresh tokens: a minute to ten years.
pub(super) const REFRESH_TOKENS: RangeInclusive<Duration> = Duration::from_secs(60)..=Duration::from_hours(24 * 3650);

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let Settings { tokens, keys, dpop, .. } = settings;
    findings.lifetime("tokens.access_token_lifetime", tokens.access_token_lifetime);
    findings.lifetime("tokens.id_token_lifetime", tokens.id_token_lifetime);
    findings.within("tokens.refresh_token_absolute", tokens.refresh_token_absolute, REFRESH_TOKENS);
    findings.within("tokens.refresh_token_idle", tokens.refresh_token_idle, REFRESH_TOKENS);
    findings.within("tokens.rotation_grace", tokens.rotation_grace, Duration::ZERO..=Duration::from_secs(60));
    let named = tokens.audience.as_deref() != Some("");
    findings.require(named, "tokens.audience", "must not be empty; leave it out for the issuer");

    findings.require(!keys.algorithms.is_empty(), "keys.algorithms", "must name one at least");
    findings.each_once("keys.algorithms", &keys.algorithms);
    findings.within("keys.announce", keys.announce, Duration::from_mins(10)..=A_YEAR);
    findings.within("keys.keep", keys.keep, A_DAY..=A_YEAR);
    findings.bounded("keys.rotate_every", keys.rotate_every);
    let is_longer = keys.rotate_every > keys.announce;
    findings.require_of(is_longer, ["keys.rotate_every", "keys.announce"], "must be longer than keys.announce");

    let fetching = settings.client_assertions.fetch_timeout;
    findings.within("client_assertions.fetch_timeout", fetching, Duration::from_secs(1)..=Duration::from_secs(10));
    // With a shorter one, the nonces of the slowest device would always be old; with a longer one, a stolen proof would live
    // too long.
    findings.within("dpop.window", dpop.window, Duration::from_secs(10)..=Duration::from_mins(10));
    findings.whole_seconds("dpop.window", dpop.window);
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;

    #[test]
    fn lifetimes_and_sessions_are_bounded() {
        table(&[
            ("tokens.access_token_lifetime = '24h'", ""),
            (
                "tokens.access_token_lifetime = '0s'",
                "g.toml:1: tokens.access_token_lifetime: must be from 1s to 24h, not 0s",
            ),
            ("tokens.id_token_lifetime = '25h'", "g.toml:1: tokens.id_token_lifetime: must be from 1s to 24h, not 25h"),
            (
                "tokens.id_token_lifetime = '1500ms'",
                "g.toml:1: tokens.id_token_lifetime: must be whole seconds, not 1s 500ms",
            ),
            ("dpop.window = '10m'", ""),
            ("dpop.window = '9s'", "g.toml:1: dpop.window: must be from 10s to 10m, not 9s"),
            ("dpop.window = '601s'", "g.toml:1: dpop.window: must be from 10s to 10m, not 10m 1s"),
            ("dpop.window = '10500ms'", "g.toml:1: dpop.window: must be whole seconds, not 10s 500ms"),
            ("tokens.audience = ''", "g.toml:1: tokens.audience: must not be empty; leave it out for the issuer"),
            ("sessions.idle = '13h'", "g.toml:1: sessions.idle: must not be longer than sessions.absolute"),
            ("sessions.absolute = '10m'", "g.toml:1: sessions.idle: must not be longer than sessions.absolute"),
            ("sessions.absolute = '9000h'", "g.toml:1: sessions.absolute: must be at most a year (366d), not 375d"),
        ]);
    }
}

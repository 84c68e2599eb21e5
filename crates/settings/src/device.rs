//! `[device]`: the device authorization grant (RFC 8628).

use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::findings::Findings;
use super::{Settings, network, scope, span};
use protocol::{Consent, NetworkMismatch};

/// `[device]`
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the configuration, and is read there by its name")]
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct DeviceSettings {
    pub enabled: bool,
    pub verification_path: String,
    pub prefilled_code: bool,
    pub consent: Consent,
    pub network_mismatch: NetworkMismatch,
    #[serde(deserialize_with = "network::networks")]
    pub allowed_networks: Vec<IpNet>,
    pub confidential_only: bool,
    #[serde(with = "span")]
    pub expires_in: Duration,
    #[serde(with = "span")]
    pub interval: Duration,
    #[serde(with = "span")]
    pub tolerance: Duration,
    #[serde(with = "span")]
    pub tombstone_for: Duration,
    #[serde(with = "span")]
    pub max_auth_age: Duration,
    pub number_match: bool,
    pub initiation_pin: bool,
    pub scopes: Option<Vec<String>>,
}

/// The other pages and endpoints of the server, below the issuer. `tests/house.rs` compares them with the router.
pub(super) const RESERVED: [&str; 11] = [
    "/device_authorization",
    "/token",
    "/revoke",
    "/introspect",
    "/login",
    "/logout",
    "/language",
    "/userinfo",
    "/jwks.json",
    "/livez",
    "/readyz",
];
/// The same, with all paths below them.
pub(super) const RESERVED_TREES: [&str; 3] = ["/account", "/static", "/.well-known"];

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let device = &settings.device;
    findings.within("device.expires_in", device.expires_in, Duration::from_mins(1)..=Duration::from_mins(30));
    findings.whole_seconds("device.expires_in", device.expires_in);
    findings.within("device.interval", device.interval, Duration::from_secs(1)..=Duration::from_mins(1));
    findings.whole_seconds("device.interval", device.interval);
    let is_shorter = device.tolerance < device.interval;
    findings.require_of(is_shorter, ["device.tolerance", "device.interval"], "must be shorter than device.interval");
    findings.positive("device.tombstone_for", device.tombstone_for);
    findings.bounded("device.max_auth_age", device.max_auth_age);
    if let Some(sentence) = misplaced(&device.verification_path) {
        findings.add("device.verification_path", sentence);
    }
    scope::exist(settings, &"device.scopes".into(), device.scopes.as_deref().unwrap_or_default(), findings);
    // Requirements D-12 and B-04 allow these.
    findings.warn(
        device.expires_in > Duration::from_mins(15),
        "device.expires_in is above 15m: the longer a code lives, the easier it is to trick somebody into using it \
         (RFC 10027 section 6.1.2)",
    );
    findings.warn(
        device.number_match,
        "device.number_match is on for all clients: people cannot approve a device that does not show its number",
    );
    findings.warn(
        device.initiation_pin,
        "device.initiation_pin is on for all clients: a device that does not send the PIN can never sign in",
    );
}

/// Why the page for codes cannot have this path.
fn misplaced(path: &str) -> Option<String> {
    let Some(below) = path.strip_prefix('/') else { return Some("must begin with /".to_owned()) };
    if path.contains(['?', '#']) {
        return Some("must not have a query or a fragment".to_owned());
    }
    if !below.split('/').all(is_plain) {
        return Some("must be a path such as \"/device\": letters, digits and -._~ between single slashes".to_owned());
    }
    let is_taken = RESERVED.contains(&path) || RESERVED_TREES.iter().any(|tree| is_within(path, tree));
    is_taken.then(|| format!("{path} is taken by another page of the server"))
}

/// Whether a path is this one, or below it.
pub(super) fn is_within(path: &str, tree: &str) -> bool {
    path.strip_prefix(tree).is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

/// Whether every reader of a URL understands the segment in the same way.
pub(super) fn is_plain(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
        && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, table};
    use super::{RESERVED, RESERVED_TREES};

    /// Proves: D-12 T-14
    #[test]
    fn the_pace_is_within_the_rules() {
        table(&[
            ("device.expires_in = '1m'", ""),
            ("device.expires_in = '30m'", ""),
            ("device.expires_in = '59s'", "g.toml:1: device.expires_in: must be from 1m to 30m, not 59s"),
            ("device.expires_in = '1801s'", "g.toml:1: device.expires_in: must be from 1m to 30m, not 30m 1s"),
            ("device.interval = '60s'", ""),
            ("device.interval = '61s'", "g.toml:1: device.interval: must be from 1s to 1m, not 1m 1s"),
            ("device.interval = '2500ms'", "g.toml:1: device.interval: must be whole seconds, not 2s 500ms"),
            ("device.interval = '1s'", "g.toml:1: device.tolerance: must be shorter than device.interval"),
            ("device.tolerance = '5s'", "g.toml:1: device.tolerance: must be shorter than device.interval"),
            ("[device]\ninterval = '1s'\ntolerance = '0s'", ""),
            ("device.tombstone_for = '0s'", "g.toml:1: device.tombstone_for: must be longer than zero"),
            ("device.max_auth_age = '0s'", ""),
        ]);
    }

    #[test]
    fn the_page_has_a_path_of_its_own() {
        let odd = "g.toml:1: device.verification_path: must be a path such as \"/device\": letters, digits and -._~ between \
                   single slashes";
        table(&[
            ("device.verification_path = '/tv'", ""),
            ("device.verification_path = '/my/tv'", ""),
            ("device.verification_path = 'tv'", "g.toml:1: device.verification_path: must begin with /"),
            (
                "device.verification_path = '/tv?x=y'",
                "g.toml:1: device.verification_path: must not have a query or a fragment",
            ),
            ("device.verification_path = '/'", odd),
            ("device.verification_path = '//evil'", odd),
            ("device.verification_path = '/tv/'", odd),
            ("device.verification_path = '/a/../b'", odd),
            ("device.verification_path = '/{id}'", odd),
            (
                "device.verification_path = '/static/tv'",
                "g.toml:1: device.verification_path: /static/tv is taken by another page of the server",
            ),
            (
                "device.verification_path = '/account/tv'",
                "g.toml:1: device.verification_path: /account/tv is taken by another page of the server",
            ),
        ]);
        for path in RESERVED.iter().chain(&RESERVED_TREES) {
            let row = format!("device.verification_path = '{path}'");
            let said = format!("g.toml:1: device.verification_path: {path} is taken by another page of the server");
            table(&[(&row, &said)]);
        }
    }

    /// Proves: D-12
    #[test]
    fn long_lives_are_warned_about() {
        let warnings = |toml: &str| read(toml).warnings();
        assert_eq!(warnings("device.expires_in = '15m'"), [""; 0]);
        let [warning] = <[String; 1]>::try_from(warnings("device.expires_in = '901s'")).unwrap();
        assert!(warning.contains("device.expires_in") && warning.contains("RFC 10027 section 6.1.2"), "{warning}");
    }

    /// Proves: B-04: what standard devices cannot do is said at the start when all of them would have to.
    #[test]
    fn an_extension_for_all_clients_is_warned_about() {
        let warnings = |toml: &str| read(toml).warnings();
        for key in ["device.number_match", "device.initiation_pin"] {
            let toml = format!("{key} = true");
            let [warning] = <[String; 1]>::try_from(warnings(&toml)).unwrap();
            assert!(warning.starts_with(&format!("{key} is on for all clients: ")), "{warning}");
        }
        let client =
            "[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\nnumber_match = true\ninitiation_pin = true\n";
        assert_eq!(warnings(client), [""; 0]);
    }
}

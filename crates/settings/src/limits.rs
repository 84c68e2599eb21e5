//! `[limits]`, `[audit]` and `[purge]`: the limits of guessing and flooding (RFC 8628 section 5.1; requirements D-15,
//! T-10 and T-17), and how long rows are kept.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::findings::{A_DAY, Findings};
use super::{Settings, span};
use protocol::CodeDemand;

/// `[limits]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct LimitSettings {
    pub wrong_codes_session: u32,
    pub wrong_codes_account: u32,
    pub wrong_codes_account_day: u32,
    pub wrong_codes_network: u32,
    #[serde(with = "span")]
    pub wrong_codes_window: Duration,
    pub wrong_codes_server: u32,
    pub wrong_codes_server_least: u32,
    pub login_free_failures: u32,
    pub login_ceiling: u32,
    #[serde(with = "span")]
    pub login_max_delay: Duration,
    pub login_failures_network: u32,
    pub login_failures_server: u32,
    #[serde(with = "span")]
    pub login_window: Duration,
    pub new_passwords_account: u32,
    pub device_authorizations: u32,
    pub device_authorizations_burst: u32,
    pub device_authorizations_server: u32,
    pub pending_client: u32,
    pub pending_network: u32,
    pub pending_server: u32,
    pub unknown_device_codes: u32,
    pub wrong_client_credentials: u32,
    pub remembered_senders: usize,
}

/// `[audit]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Audit {
    #[serde(with = "span")]
    pub keep_for: Duration,
}

/// `[purge]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Purge {
    #[serde(with = "span")]
    pub every: Duration,
    pub batch: u32,
}

impl LimitSettings {
    /// The demands on user codes.
    pub fn code_demand(&self) -> CodeDemand {
        CodeDemand { most: self.pending_server, wanted: self.wrong_codes_server, least: self.wrong_codes_server_least }
    }
}

/// The fastest rate of a bucket that counts in microseconds.
const FASTEST: u32 = 1_000_000;

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let limits = &settings.limits;
    for (key, count) in [
        ("limits.wrong_codes_session", limits.wrong_codes_session),
        ("limits.wrong_codes_account", limits.wrong_codes_account),
        ("limits.wrong_codes_account_day", limits.wrong_codes_account_day),
        ("limits.wrong_codes_network", limits.wrong_codes_network),
        ("limits.wrong_codes_server", limits.wrong_codes_server),
        ("limits.wrong_codes_server_least", limits.wrong_codes_server_least),
        ("limits.login_free_failures", limits.login_free_failures),
        ("limits.login_failures_network", limits.login_failures_network),
        ("limits.login_failures_server", limits.login_failures_server),
        ("limits.new_passwords_account", limits.new_passwords_account),
        ("limits.pending_network", limits.pending_network),
        ("limits.pending_client", limits.pending_client),
        ("limits.pending_server", limits.pending_server),
        ("purge.batch", settings.purge.batch),
    ] {
        findings.require(count > 0, key, "must be more than 0");
    }
    for (key, count) in [
        ("limits.device_authorizations", limits.device_authorizations),
        ("limits.device_authorizations_burst", limits.device_authorizations_burst),
        ("limits.device_authorizations_server", limits.device_authorizations_server),
        ("limits.unknown_device_codes", limits.unknown_device_codes),
        ("limits.wrong_client_credentials", limits.wrong_client_credentials),
    ] {
        findings.count_within(key, count, 1..=FASTEST);
    }
    for (key, count) in
        [("limits.pending_network", limits.pending_network), ("limits.pending_client", limits.pending_client)]
    {
        let why = "must not be more than limits.pending_server";
        findings.require_of(count <= limits.pending_server, [key, "limits.pending_server"], why);
    }
    let ceiling = "must be from 1 to 100 (NIST SP 800-63B-4 section 3.2.2)";
    findings.require((1..=100).contains(&limits.login_ceiling), "limits.login_ceiling", ceiling);
    // With fewer, a handful of networks would displace each other; with more, the memory would be hundreds of megabytes.
    findings.count_within("limits.remembered_senders", limits.remembered_senders, 1_000..=10_000_000);
    findings.positive("limits.wrong_codes_window", limits.wrong_codes_window);
    findings.positive("limits.login_max_delay", limits.login_max_delay);
    findings.positive("limits.login_window", limits.login_window);
    findings.positive("purge.every", settings.purge.every);
    // At least a day, so that the events of yesterday can be looked at.
    findings.within("audit.keep_for", settings.audit.keep_for, A_DAY..=A_DAY * 3650);
}

#[cfg(test)]
mod tests {
    use super::super::tests::{said, table};

    /// Proves: D-15 T-10 T-17
    #[test]
    fn limits_are_neither_shut_nor_slips() {
        for key in [
            "device_authorizations",
            "device_authorizations_burst",
            "device_authorizations_server",
            "unknown_device_codes",
            "wrong_client_credentials",
        ] {
            for count in [0, 1_000_001] {
                let refused = format!("g.toml:1: limits.{key}: must be from 1 to 1000000, not {count}");
                assert_eq!(said(&format!("limits.{key} = {count}")), refused);
            }
            assert_eq!(said(&format!("limits.{key} = 1000000")), "");
        }
        for key in ["pending_network", "pending_client", "pending_server"] {
            assert!(said(&format!("limits.{key} = 0")).contains(&format!("limits.{key}: must be more than 0")));
        }
        let more = "must not be more than limits.pending_server";
        table(&[
            ("limits.pending_client = 1000001", &format!("g.toml:1: limits.pending_client: {more}")),
            ("limits.pending_server = 99999", &format!("g.toml:1: limits.pending_client: {more}")),
            ("limits.pending_network = 1000001", &format!("g.toml:1: limits.pending_network: {more}")),
            (
                "limits.remembered_senders = 999",
                "g.toml:1: limits.remembered_senders: must be from 1000 to 10000000, not 999",
            ),
            ("limits.remembered_senders = 10000000", ""),
        ]);
    }

    #[test]
    fn no_limit_is_zero() {
        for key in [
            "wrong_codes_session",
            "wrong_codes_account",
            "wrong_codes_account_day",
            "wrong_codes_network",
            "wrong_codes_server",
            "wrong_codes_server_least",
            "login_free_failures",
            "login_failures_network",
            "login_failures_server",
            "new_passwords_account",
        ] {
            assert_eq!(said(&format!("[limits]\n{key} = 0")), format!("g.toml:2: limits.{key}: must be more than 0"));
        }
        for key in ["limits.wrong_codes_window", "limits.login_max_delay", "limits.login_window", "purge.every"] {
            assert_eq!(said(&format!("{key} = '0s'")), format!("g.toml:1: {key}: must be longer than zero"));
        }
        table(&[
            ("purge.batch = 0", "g.toml:1: purge.batch: must be more than 0"),
            (
                "limits.login_ceiling = 101",
                "g.toml:1: limits.login_ceiling: must be from 1 to 100 (NIST SP 800-63B-4 section 3.2.2)",
            ),
        ]);
    }

    #[test]
    fn events_are_kept_for_a_day_at_least() {
        table(&[
            ("audit.keep_for = '7d'", ""),
            ("audit.keep_for = '1h'", "g.toml:1: audit.keep_for: must be from 24h to 3650d, not 1h"),
        ]);
    }
}

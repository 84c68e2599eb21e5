//! Do the limits against floods leave room for anybody? Requirements D-15, T-10 and T-17.

use super::{Findings, Settings};

/// As fast as a bucket of microseconds can fill.
const FASTEST: u32 = 1_000_000;
/// Below this a handful of networks would push each other out; above it the memory is hundreds of megabytes.
const SENDERS: std::ops::RangeInclusive<usize> = 1_000..=10_000_000;

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let limits = &settings.limits;
    for (key, count) in [
        ("limits.device_authorizations", limits.device_authorizations),
        ("limits.device_authorizations_burst", limits.device_authorizations_burst),
        ("limits.device_authorizations_server", limits.device_authorizations_server),
        ("limits.unknown_device_codes", limits.unknown_device_codes),
        ("limits.wrong_client_credentials", limits.wrong_client_credentials),
    ] {
        if !(1..=FASTEST).contains(&count) {
            findings.add(key, format!("must be from 1 to {FASTEST}"));
        }
    }
    for (key, count) in [
        ("limits.pending_network", limits.pending_network),
        ("limits.pending_client", limits.pending_client),
        ("limits.pending_server", limits.pending_server),
    ] {
        if count == 0 {
            findings.add(key, "must be more than 0");
        }
    }
    if limits.pending_network > limits.pending_server {
        findings.add_about(
            &["limits.pending_network", "limits.pending_server"],
            "must not be more than limits.pending_server",
        );
    }
    if limits.pending_client > limits.pending_server {
        findings.add_about(
            &["limits.pending_client", "limits.pending_server"],
            "must not be more than limits.pending_server",
        );
    }
    if !SENDERS.contains(&limits.remembered_senders) {
        findings.add("limits.remembered_senders", "must be from 1000 to 10000000");
    }
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
                let refused = format!("g.toml:1: limits.{key}: must be from 1 to 1000000");
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
            ("limits.remembered_senders = 999", "g.toml:1: limits.remembered_senders: must be from 1000 to 10000000"),
            ("limits.remembered_senders = 10000000", ""),
        ]);
    }
}

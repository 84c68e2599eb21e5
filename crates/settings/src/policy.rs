//! Warnings about policies against phishing that are weaker than they look (RFC 10027 section 6.1). docs/phishing.md says what
//! each policy stops.

use super::findings::Findings;
use super::{ClientType, Settings};
use protocol::{Consent, NetworkMismatch};

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let device = &settings.device;
    findings.warn(
        settings.sees_only_the_proxy(),
        "the issuer is https, [tls] is not set and proxies.trusted is empty: every request seems to come from the proxy in \
         front of this server, so it cannot tell one network from another: network_mismatch takes all for unknown, and \
         everybody shares one budget against guessing. Name the proxy in proxies.trusted",
    );
    findings.warn(
        device.consent == Consent::Implied,
        "device.consent = \"implied\" holds for every client that does not say otherwise: who types a code has approved, \
         unseen. Better say it for single clients, whose devices are your own",
    );
    for client in settings.client.iter().filter(|client| client.has_device_grant()) {
        let is_implied = client.consent.unwrap_or(device.consent) == Consent::Implied;
        let is_public = client.client_type == ClientType::Public;
        let mismatch = client.network_mismatch.unwrap_or(device.network_mismatch);
        findings.warn(
            is_implied && is_public,
            format!(
                "client {:?} is public and its consent is implied: anybody can ask in its name, and who can make somebody \
                 type a code needs no more (RFC 8628 section 5.6)",
                client.id
            ),
        );
        findings.warn(
            is_implied && !is_public && !client.verified,
            format!(
                "client {:?} has consent = \"implied\" and is not verified: nobody is asked about a name that nobody has \
                 checked. Set verified = true once you know who is behind it",
                client.id
            ),
        );
        findings.warn(
            is_implied && mismatch == NetworkMismatch::Ignore,
            format!(
                "client {:?} has consent = \"implied\" and network_mismatch = \"ignore\": a code is approved by whoever \
                 types it, wherever the device is",
                client.id
            ),
        );
        findings.warn(
            mismatch == NetworkMismatch::TypeCode && !client.prefilled_code.unwrap_or(device.prefilled_code),
            format!(
                "client {:?} has network_mismatch = \"type_code\", which does no more than \"warn\": its prefilled_code is \
                 false, so every code has to be typed anyway",
                client.id
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, said, table};

    const TV: &str = "[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\n\
                      grant_types = ['urn:ietf:params:oauth:grant-type:device_code']\n";

    fn confidential(policy: &str) -> String {
        let digest = "0".repeat(64);
        format!("{}secret_digests = ['sha256:{digest}']\n{policy}", TV.replace("'public'", "'confidential'"))
    }

    fn warnings(toml: &str) -> Vec<String> {
        read(toml).warnings()
    }

    /// Proves: P-07: a server for clients that can prove who they are says which one cannot.
    #[test]
    fn a_server_for_confidential_clients_refuses_the_grant_to_public_ones() {
        let only = "device.confidential_only = true\n";
        let refused = said(&format!("{only}{TV}"));
        assert_eq!(
            refused,
            "g.toml:6: client[0].grant_types: a public client may not have the device grant here, because \
             device.confidential_only is true: take its grant away, or give it keys or a secret (RFC 10027 section 6.1.7)"
        );
        let without = TV.replace("urn:ietf:params:oauth:grant-type:device_code", "refresh_token");
        assert_eq!(said(&format!("{only}{without}")), "", "other grants are its own business");
        assert_eq!(said(&format!("{only}{}", confidential(""))), "");
        assert_eq!(said(TV), "", "it is off by default");
    }

    #[test]
    fn policies_are_words_and_networks() {
        table(&[
            ("device.allowed_networks = ['10.0.0.0/8', '2001:db8::/32', '203.0.113.9']", ""),
            (&format!("{TV}consent = 'implied'\nnetwork_mismatch = 'type_code'\nmax_auth_age = '0s'"), ""),
            (&format!("{TV}allowed_networks = []"), ""),
            (
                &format!("{TV}max_auth_age = '9000h'"),
                "g.toml:6: client[0].max_auth_age: must be from 0s to 366d, not 375d",
            ),
        ]);
        for (toml, part) in [
            ("device.consent = 'never'", "has no meaning here: write \"explicit\" or \"implied\""),
            ("device.network_mismatch = 'block'", "write \"ignore\", \"warn\", \"type_code\" or \"deny\""),
            (&format!("{TV}allowed_networks = ['home']"), "\"home\" is not a network such as \"10.0.0.0/8\""),
        ] {
            assert!(said(toml).contains(part), "{toml}: {}", said(toml));
        }
    }

    /// Proves: U-04 P-02: what makes a policy weaker than it looks is said at start-up.
    #[test]
    fn weak_and_pointless_policies_are_warned_about() {
        let none: [&str; 0] = [];
        for (toml, expected) in [
            (TV.to_owned(), &none[..]),
            ("device.consent = 'implied'".to_owned(), &["device.consent = \"implied\""]),
            (format!("{TV}consent = 'implied'"), &["client \"tv\" is public and its consent is implied"]),
            (
                format!("{TV}consent = 'implied'\nnetwork_mismatch = 'ignore'"),
                &["client \"tv\" is public", "network_mismatch = \"ignore\""],
            ),
            (confidential("consent = 'implied'"), &["client \"tv\" has consent = \"implied\" and is not verified"]),
            (confidential("consent = 'implied'\nverified = true"), &none),
            (format!("{TV}network_mismatch = 'type_code'"), &none),
            (format!("{TV}network_mismatch = 'type_code'\nprefilled_code = false"), &["does no more than \"warn\""]),
            (format!("device.prefilled_code = false\n{TV}network_mismatch = 'type_code'"), &["does no more"]),
            ("issuer = 'https://login.example.com'".to_owned(), &["proxies.trusted is empty"]),
            ("issuer = 'https://login.example.com'\nproxies.trusted = ['10.0.0.1']".to_owned(), &none),
            ("issuer = 'https://login.example.com'\ntls = { cert = 'c.pem', key = 'k.pem' }".to_owned(), &none),
        ] {
            let said = warnings(&toml);
            assert_eq!(said.len(), expected.len(), "{toml}: {said:?}");
            for (warning, part) in said.iter().zip(expected) {
                assert!(warning.contains(part), "{toml}: {warning}");
            }
        }
    }
}

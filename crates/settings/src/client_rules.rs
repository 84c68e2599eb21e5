//! The rules for each `[[client]]`.

use std::time::Duration;

use super::findings::{A_YEAR, Findings};
use super::key::KeyPath;
use super::tokens::REFRESH_TOKENS;
use super::{ClientSettings, ClientType, Settings, claim, client_authentication, scope};
use protocol::{GrantType, RefreshPolicy};

/// The longest `client_id` of a request.
const LONGEST_ID: usize = 255;

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let ids: Vec<&str> = settings.client.iter().map(|client| client.id.as_str()).collect();
    findings.unique("client", "id", &ids);
    for (place, client) in settings.client.iter().enumerate() {
        let key = KeyPath::from("client").at(place);
        // RFC 6749 appendix A.1.
        let printable = client.id.len() <= LONGEST_ID && client.id.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
        if client.id.trim().is_empty() {
            findings.add(key.of("id"), "must not be empty");
        } else if !printable {
            findings.add(key.of("id"), "must be printable ASCII of at most 255 characters");
        }
        let named = !client.name.trim().is_empty();
        findings.require(named, key.of("name"), "is empty: write the name that people read when they decide");
        scopes(client, settings, &key, findings);
        client_authentication::check(client, &key, findings);
        tokens(client, settings, &key, findings);
        if client.client_type == ClientType::Public {
            public(client, settings, &key, findings);
        }
        scope::resources_exist(settings, &key.of("resources"), &client.resources, findings);
        claim::check(&client.claims, &client.scopes, settings, &key.of("claims"), findings);
    }
}

fn scopes(client: &ClientSettings, settings: &Settings, key: &KeyPath, findings: &mut Findings) {
    scope::exist(settings, &key.of("scopes"), &client.scopes, findings);
    for (place, name) in client.device_scopes.iter().flatten().enumerate() {
        let known = client.scopes.contains(name);
        let sentence = format!("{name:?} is not one of the client's scopes");
        findings.require(known, key.of("device_scopes").at(place), sentence);
    }
    let of_devices = client.device_scopes.as_ref().unwrap_or(&client.scopes);
    let policy = client.refresh_token_policy.unwrap_or(settings.tokens.refresh_token_policy);
    let refreshes = client.grant_types.contains(&GrantType::RefreshToken);
    for (place, name) in client.optional_scopes.iter().enumerate() {
        let key = key.of("optional_scopes").at(place);
        if !of_devices.contains(name) {
            findings.add(key, format!("{name:?} is not one of the scopes that it may ask for from a device"));
        } else if name == "offline_access" && refreshes && policy == RefreshPolicy::Registered {
            let why = "the device would stay signed in without it: set refresh_token_policy to \"offline_access\"";
            findings.add(key, why);
        }
    }
}

fn tokens(client: &ClientSettings, settings: &Settings, key: &KeyPath, findings: &mut Findings) {
    for (name, lifetime) in
        [("access_token_lifetime", client.access_token_lifetime), ("id_token_lifetime", client.id_token_lifetime)]
    {
        lifetime.inspect(|lifetime| findings.lifetime(key.of(name), *lifetime));
    }
    for (name, lifetime, range) in [
        ("refresh_token_absolute", client.refresh_token_absolute, REFRESH_TOKENS),
        ("refresh_token_idle", client.refresh_token_idle, REFRESH_TOKENS),
        ("max_auth_age", client.max_auth_age, Duration::ZERO..=A_YEAR),
    ] {
        lifetime.inspect(|lifetime| findings.within(key.of(name), *lifetime, range));
    }
    for (name, algorithm) in [
        ("access_token_signing_alg", client.access_token_signing_alg),
        ("id_token_signed_response_alg", client.id_token_signed_response_alg),
        ("introspection_signed_response_alg", client.introspection_signed_response_alg),
    ] {
        let known = algorithm.is_none_or(|algorithm| settings.keys.algorithms.contains(&algorithm));
        findings.require(known, key.of(name), "is not one of keys.algorithms");
    }
}

/// The rules for clients that cannot authenticate.
fn public(client: &ClientSettings, settings: &Settings, key: &KeyPath, findings: &mut Findings) {
    findings.require(
        client.refresh_token_rotation != Some(false),
        key.of("refresh_token_rotation"),
        "the refresh tokens of a public client are always rotated (RFC 9700 section 2.2.2)",
    );
    for (place, grant_type) in client.grant_types.iter().enumerate() {
        let why = "a public client cannot prove who it is, so it may not use this grant type";
        findings.require(!grant_type.is_confidential(), key.of("grant_types").at(place), why);
    }
    let why = "a public client cannot prove who it is, so it may not introspect";
    findings.require(!client.introspect, key.of("introspect"), why);
    findings.require(
        !(settings.device.confidential_only && client.has_device_grant()),
        key.of("grant_types"),
        "a public client may not have the device grant here, because device.confidential_only is true: take its grant \
         away, or give it keys or a secret (RFC 10027 section 6.1.7)",
    );
}

#[cfg(test)]
mod tests {
    use super::super::tests::{grant_types, said};

    const PUBLIC: &str = "[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\n";

    #[track_caller]
    fn refused(toml: &str, expected: &str) {
        assert_eq!(said(toml), expected, "of\n{toml}");
    }

    #[test]
    fn a_client_has_an_id_and_a_name_of_its_own() {
        refused(PUBLIC, "");
        refused(&PUBLIC.replace("'tv'", "''"), "g.toml:2: client[0].id: must not be empty");
        let odd = "g.toml:2: client[0].id: must be printable ASCII of at most 255 characters";
        refused(&PUBLIC.replace("'tv'", "'télé'"), odd);
        refused(&PUBLIC.replace("tv", &"x".repeat(256)), odd);
        refused(
            &PUBLIC.replace("'TV'", "' '"),
            "g.toml:3: client[0].name: is empty: write the name that people read when they decide",
        );
        refused(&PUBLIC.repeat(2), "g.toml:6: client[1].id: there is a client \"tv\" already");
    }

    /// Proves: D-04 T-21
    #[test]
    fn a_client_has_grants_that_exist() {
        let row = |types| format!("{PUBLIC}grant_types = {types}");
        refused(&row("['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token']"), "");
        let unknown =
            format!("g.toml:5:16: client[0].grant_types[0]: \"password\" is not supported: write {}", grant_types());
        refused(&row("['password']"), &unknown);
    }

    /// Proves: D-14
    #[test]
    fn a_client_has_scopes_that_exist() {
        refused(&format!("{PUBLIC}scopes = ['openid', 'email']\ndevice_scopes = ['email']"), "");
        refused(
            &format!("{PUBLIC}scopes = ['admin']"),
            "g.toml:5: client[0].scopes[0]: there is no [[scope]] \"admin\"",
        );
        refused(
            &format!("{PUBLIC}scopes = ['openid']\ndevice_scopes = ['email']"),
            "g.toml:6: client[0].device_scopes[0]: \"email\" is not one of the client's scopes",
        );
    }

    /// Proves: T-22
    #[test]
    fn what_people_may_leave_out_is_what_devices_ask_for() {
        let scopes = format!("{PUBLIC}scopes = ['openid', 'email', 'offline_access']\n");
        refused(&format!("{scopes}optional_scopes = ['email', 'offline_access']"), "");
        refused(
            &format!("{scopes}device_scopes = ['openid']\noptional_scopes = ['email']"),
            "g.toml:7: client[0].optional_scopes[0]: \"email\" is not one of the scopes that it may ask for from a device",
        );
        let refreshes =
            format!("{scopes}grant_types = ['refresh_token']\noptional_scopes = ['email', 'offline_access']\n");
        refused(
            &refreshes,
            "g.toml:7: client[0].optional_scopes[1]: the device would stay signed in without it: set refresh_token_policy \
             to \"offline_access\"",
        );
        refused(&format!("{refreshes}refresh_token_policy = 'offline_access'"), "");
        refused(&format!("{refreshes}refresh_token_policy = 'never'"), "");
    }

    #[test]
    fn lifetimes_of_a_client_are_bounded() {
        refused(&format!("{PUBLIC}access_token_lifetime = '24h'\nid_token_lifetime = '1s'"), "");
        refused(
            &format!("{PUBLIC}access_token_lifetime = '0s'"),
            "g.toml:5: client[0].access_token_lifetime: must be from 1s to 24h, not 0s",
        );
        refused(
            &format!("{PUBLIC}id_token_lifetime = '25h'"),
            "g.toml:5: client[0].id_token_lifetime: must be from 1s to 24h, not 25h",
        );
    }
}

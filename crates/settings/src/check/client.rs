//! Can each client do what it is registered for, and no more? (RFC 6749 section 2.1)

use super::{Findings, Key, Settings, claim, client_authentication, resource, scope};
use crate::{ClientSettings, ClientType, RefreshTokenPolicy};
use protocol::GrantType;

/// As long as a request may write it.
const LONGEST_ID: usize = 255;

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    for (place, client) in settings.client.iter().enumerate() {
        let key = Key::from("client").at(place);
        identity(client, &settings.client[..place], &key, findings);
        grant_types(client, &key, findings);
        scopes(client, settings, &key, findings);
        client_authentication::check(client, &key, findings);
        for (name, lifetime) in
            [("access_token_lifetime", client.access_token_lifetime), ("id_token_lifetime", client.id_token_lifetime)]
        {
            if let Some(lifetime) = lifetime {
                findings.lifetime(key.of(name), lifetime);
            }
        }
        refreshing(client, &key, findings);
        signing(client, settings, &key, findings);
        resource::exist(settings, &key.of("resources"), &client.resources, findings);
        claim::check(client, settings, &key.of("claims"), findings);
    }
}

fn signing(client: &ClientSettings, settings: &Settings, key: &Key, findings: &mut Findings) {
    for (name, algorithm) in [
        ("access_token_signing_alg", client.access_token_signing_alg),
        ("id_token_signed_response_alg", client.id_token_signed_response_alg),
        ("introspection_signed_response_alg", client.introspection_signed_response_alg),
    ] {
        if algorithm.is_some_and(|algorithm| !settings.keys.algorithms.contains(&algorithm)) {
            findings.add(key.of(name), "is not one of keys.algorithms");
        }
    }
}

fn refreshing(client: &ClientSettings, key: &Key, findings: &mut Findings) {
    for (name, lifetime) in
        [("refresh_token_absolute", client.refresh_token_absolute), ("refresh_token_idle", client.refresh_token_idle)]
    {
        if let Some(lifetime) = lifetime {
            findings.within(key.of(name), lifetime, super::REFRESH_TOKENS);
        }
    }
    if client.client_type == ClientType::Public {
        if client.refresh_token_rotation == Some(false) {
            let why = "the refresh tokens of a public client are always rotated (RFC 9700 section 2.2.2)";
            findings.add(key.of("refresh_token_rotation"), why);
        }
        if client.introspect {
            findings.add(key.of("introspect"), "a public client cannot prove who it is, so it may not introspect");
        }
    }
}

fn identity(client: &ClientSettings, earlier: &[ClientSettings], key: &Key, findings: &mut Findings) {
    // RFC 6749 appendix A.1.
    let printable = client.id.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    if client.id.trim().is_empty() {
        findings.add(key.of("id"), "must not be empty");
    } else if !printable || client.id.len() > LONGEST_ID {
        findings.add(key.of("id"), "must be printable ASCII of at most 255 characters");
    }
    if earlier.iter().any(|other| other.id == client.id) {
        findings.add(key.of("id"), format!("there is a client {:?} already", client.id));
    }
    if client.name.trim().is_empty() {
        findings.add(key.of("name"), "must say what people read when they decide");
    }
}

fn grant_types(client: &ClientSettings, key: &Key, findings: &mut Findings) {
    for (place, grant_type) in client.grant_types.iter().enumerate() {
        let key = key.of("grant_types").at(place);
        match GrantType::named(grant_type) {
            None => {
                let known: Vec<&str> = GrantType::ALL.iter().map(|grant_type| grant_type.name()).collect();
                findings.add(key, format!("{grant_type:?} is not supported; there are {known:?}"));
            }
            Some(known) if known.is_confidential() && client.client_type == ClientType::Public => {
                findings.add(key, "a public client cannot prove who it is, so it may not use this grant type");
            }
            Some(_) => {}
        }
    }
}

fn scopes(client: &ClientSettings, settings: &Settings, key: &Key, findings: &mut Findings) {
    scope::exist(settings, &key.of("scopes"), &client.scopes, findings);
    for (place, name) in client.device_scopes.iter().flatten().enumerate() {
        if !client.scopes.contains(name) {
            findings.add(key.of("device_scopes").at(place), format!("{name:?} is not one of the client's scopes"));
        }
    }
    optional_scopes(client, settings, key, findings);
}

fn optional_scopes(client: &ClientSettings, settings: &Settings, key: &Key, findings: &mut Findings) {
    let of_devices = client.device_scopes.as_ref().unwrap_or(&client.scopes);
    let policy = client.refresh_token_policy.unwrap_or(settings.tokens.refresh_token_policy);
    let refreshes = client.grant_types.iter().any(|grant_type| grant_type == GrantType::RefreshToken.name());
    for (place, name) in client.optional_scopes.iter().enumerate() {
        let key = key.of("optional_scopes").at(place);
        if !of_devices.contains(name) {
            findings.add(key, format!("{name:?} is not one of the scopes that it may ask for from a device"));
        } else if name == "offline_access" && refreshes && policy == RefreshTokenPolicy::Registered {
            let why = "the device would stay signed in without it: set refresh_token_policy to \"offline_access\"";
            findings.add(key, why);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;

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
        refused(&PUBLIC.replace("'TV'", "' '"), "g.toml:3: client[0].name: must say what people read when they decide");
        refused(&PUBLIC.repeat(2), "g.toml:6: client[1].id: there is a client \"tv\" already");
    }

    /// Proves: D-04 T-21
    #[test]
    fn a_client_has_grants_that_exist() {
        let row = |types| format!("{PUBLIC}grant_types = {types}");
        refused(&row("['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token']"), "");
        refused(
            &row("['password']"),
            "g.toml:5: client[0].grant_types[0]: \"password\" is not supported; there are \
             [\"urn:ietf:params:oauth:grant-type:device_code\", \"refresh_token\"]",
        );
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

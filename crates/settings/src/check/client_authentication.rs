//! Can each client prove who it is, in the one way that it is registered for? (RFC 6749 section 2.3, RFC 7591 section 2)

use url::Url;

use super::issuer::is_loopback;
use super::{Findings, Key};
use crate::{ClientSettings, ClientType};
use protocol::JwkSet;

const METHODS: [&str; 5] =
    ["none", "private_key_jwt", "client_secret_basic", "client_secret_post", "client_secret_jwt"];

pub(super) fn check(client: &ClientSettings, key: &Key, findings: &mut Findings) {
    let method = method(client, &key.of("token_endpoint_auth_method"), findings);
    digests(client, method, &key.of("secret_digests"), findings);
    for (name, is_set, of_method) in [
        ("jwks", !client.jwks.is_empty(), "private_key_jwt"),
        ("jwks_uri", !client.jwks_uri.is_empty(), "private_key_jwt"),
        ("secret_file", !client.secret_file.as_os_str().is_empty(), "client_secret_jwt"),
    ] {
        if is_set && method != of_method {
            findings.add(key.of(name), format!("is for clients whose token_endpoint_auth_method is {of_method:?}"));
        }
    }
    match method {
        "private_key_jwt" => keys(client, key, findings),
        "client_secret_jwt" if client.secret_file.as_os_str().is_empty() => {
            findings.add(key.of("secret_file"), "\"client_secret_jwt\" needs the file with the secret");
        }
        _ => {}
    }
}

/// The method that the client would use.
fn method<'a>(client: &'a ClientSettings, key: &Key, findings: &mut Findings) -> &'a str {
    let usual = match client.client_type {
        ClientType::Public => "none",
        ClientType::Confidential => "client_secret_basic",
    };
    let Some(method) = client.token_endpoint_auth_method.as_deref() else { return usual };
    match (client.client_type, method) {
        (_, unknown) if !METHODS.contains(&unknown) => {
            findings.add(key.clone(), format!("{unknown:?} is not supported; there are {METHODS:?}"));
        }
        (ClientType::Public, "none") => {}
        (ClientType::Public, _) => {
            findings.add(key.clone(), "a public client keeps no secret: it takes \"none\"");
            return usual;
        }
        (ClientType::Confidential, "none") => {
            findings
                .add(key.clone(), format!("a confidential client proves itself: it takes one of {:?}", &METHODS[1..]));
            return usual;
        }
        (ClientType::Confidential, _) => {}
    }
    method
}

fn digests(client: &ClientSettings, method: &str, key: &Key, findings: &mut Findings) {
    let digests = &client.secret_digests;
    match (client.client_type, method) {
        (ClientType::Public, _) if !digests.is_empty() => findings.add(key.clone(), "a public client keeps no secret"),
        (ClientType::Confidential, "private_key_jwt" | "client_secret_jwt") if !digests.is_empty() => {
            findings.add(key.clone(), format!("a client of {method:?} has none: it can use no other method"));
        }
        (ClientType::Confidential, "client_secret_basic" | "client_secret_post")
            if !(1..=2).contains(&digests.len()) =>
        {
            findings.add(
                key.clone(),
                "a confidential client needs one, or two while one replaces the other: `grantd client new-secret` makes \
                 them",
            );
        }
        _ => {}
    }
    for (place, digest) in digests.iter().enumerate() {
        // Not repeated in the finding: it may be a secret that was pasted by mistake.
        if !is_digest(digest) {
            findings.add(
                key.at(place),
                "must be \"sha256:\" and 64 lower-case hexadecimal digits, as `grantd client new-secret` prints them",
            );
        }
    }
}

fn is_digest(written: &str) -> bool {
    let lower_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    written.strip_prefix("sha256:").is_some_and(|hex| hex.len() == 64 && hex.bytes().all(lower_hex))
}

fn keys(client: &ClientSettings, key: &Key, findings: &mut Findings) {
    match (client.jwks.as_str(), client.jwks_uri.as_str()) {
        ("", "") => findings.add(key.of("jwks"), "\"private_key_jwt\" needs the public keys: jwks or jwks_uri"),
        (jwks, "") => inline(jwks, &key.of("jwks"), findings),
        ("", uri) => remote(uri, &key.of("jwks_uri"), findings),
        _ => findings.add(key.of("jwks_uri"), "there is jwks too: keep one of them, the keys stand in one place"),
    }
}

/// Whatever is unfit is told: unlike a set that somebody else publishes, this one was written for this server.
fn inline(jwks: &str, key: &Key, findings: &mut Findings) {
    let Some((set, unfit)) = JwkSet::read(jwks.as_bytes()) else {
        let most = JwkSet::MOST_KEYS;
        let how = format!("must be a JWK Set as JSON, {{\"keys\": [..]}} with at most {most} keys and no member twice");
        findings.add(key.clone(), how);
        return;
    };
    for (place, reason) in &unfit {
        findings.add(key.clone(), format!("keys[{place}]: {reason}"));
    }
    if set.keys().is_empty() && unfit.is_empty() {
        findings.add(key.clone(), "holds no key");
    }
    let names: Vec<Option<&str>> = set.keys().iter().map(|jwk| jwk.key_id()).collect();
    let tell_apart = |place: usize| names[place].is_some() && !names[..place].contains(&names[place]);
    if names.len() > 1 && !(0..names.len()).all(tell_apart) {
        findings.add(key.clone(), "several keys need a kid each, and each another");
    }
}

fn remote(uri: &str, key: &Key, findings: &mut Findings) {
    let Ok(url) = Url::parse(uri) else {
        findings.add(key.clone(), "must be an absolute URL such as \"https://fleet.example.com/jwks.json\"");
        return;
    };
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        _ => {
            findings.add(key.clone(), "must be https; http is for loopback hosts only (localhost, 127.0.0.0/8, [::1])");
        }
    }
    if !url.username().is_empty() || url.password().is_some() {
        findings.add(key.clone(), "must not hold a user name or a password");
    }
    if url.fragment().is_some() {
        findings.add(key.clone(), "must not have a fragment");
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;

    const PUBLIC: &str = "[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\n";
    const CONFIDENTIAL: &str = "[[client]]\nid = 'hub'\nname = 'Hub'\ntype = 'confidential'\n";
    const SIGNING: &str = "[[client]]\nid = 'hub'\nname = 'Hub'\ntype = 'confidential'\n\
                           token_endpoint_auth_method = 'private_key_jwt'\n";
    /// The key of RFC 8037 appendix A.
    const KEY: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    fn digest() -> String {
        format!("'sha256:{}'", "0a".repeat(32))
    }

    #[track_caller]
    fn refused(toml: &str, expected: &str) {
        assert_eq!(said(toml), expected, "of\n{toml}");
    }

    #[test]
    fn a_client_authenticates_as_its_type_can() {
        let public = |method| format!("{PUBLIC}token_endpoint_auth_method = '{method}'");
        let confidential =
            |method| format!("{CONFIDENTIAL}token_endpoint_auth_method = '{method}'\nsecret_digests = [{}]", digest());
        refused(&public("none"), "");
        for method in ["client_secret_basic", "client_secret_post"] {
            refused(&confidential(method), "");
        }
        for method in ["client_secret_basic", "client_secret_post", "private_key_jwt", "client_secret_jwt"] {
            refused(
                &public(method),
                "g.toml:5: client[0].token_endpoint_auth_method: a public client keeps no secret: it takes \"none\"",
            );
        }
        refused(
            &confidential("none"),
            "g.toml:5: client[0].token_endpoint_auth_method: a confidential client proves itself: it takes one of \
             [\"private_key_jwt\", \"client_secret_basic\", \"client_secret_post\", \"client_secret_jwt\"]",
        );
        refused(
            &confidential("tls_client_auth"),
            "g.toml:5: client[0].token_endpoint_auth_method: \"tls_client_auth\" is not supported; there are [\"none\", \
             \"private_key_jwt\", \"client_secret_basic\", \"client_secret_post\", \"client_secret_jwt\"]",
        );
    }

    /// Proves: T-09
    #[test]
    fn only_clients_of_secrets_have_secrets_one_or_two() {
        let with = |client: &str, digests: &[&str]| format!("{client}secret_digests = [{}]", digests.join(", "));
        let digest = digest();
        let needed = "client[0].secret_digests: a confidential client needs one, or two while one replaces the other: \
                      `grantd client new-secret` makes them";
        refused(&with(CONFIDENTIAL, &[&digest]), "");
        refused(&with(CONFIDENTIAL, &[&digest, &digest]), "");
        refused(CONFIDENTIAL, &format!("g.toml:1: {needed}"));
        refused(&with(CONFIDENTIAL, &[]), &format!("g.toml:5: {needed}"));
        refused(&with(CONFIDENTIAL, &[&digest, &digest, &digest]), &format!("g.toml:5: {needed}"));
        refused(&with(PUBLIC, &[&digest]), "g.toml:5: client[0].secret_digests: a public client keeps no secret");
        refused(
            &with(&format!("{SIGNING}jwks_uri = 'https://h/k'\n"), &[&digest]),
            "g.toml:7: client[0].secret_digests: a client of \"private_key_jwt\" has none: it can use no other method",
        );
        for wrong in ["hunter2", "sha256:hunter2", &digest.to_uppercase()[1..72]] {
            refused(
                &with(CONFIDENTIAL, &[&format!("'{wrong}'")]),
                "g.toml:5: client[0].secret_digests[0]: must be \"sha256:\" and 64 lower-case hexadecimal digits, as \
                 `grantd client new-secret` prints them",
            );
        }
    }

    /// Proves: S-20
    #[test]
    fn a_client_that_signs_has_keys_in_one_place() {
        let jwks = format!("jwks = '{{\"keys\": [{KEY}]}}'\n");
        let uri = "jwks_uri = 'https://fleet.example.com/jwks.json'\n";
        refused(&format!("{SIGNING}{jwks}"), "");
        refused(&format!("{SIGNING}{uri}"), "");
        refused(SIGNING, "g.toml:1: client[0].jwks: \"private_key_jwt\" needs the public keys: jwks or jwks_uri");
        refused(
            &format!("{SIGNING}{jwks}{uri}"),
            "g.toml:7: client[0].jwks_uri: there is jwks too: keep one of them, the keys stand in one place",
        );
        for (name, line) in [("jwks", jwks.as_str()), ("jwks_uri", uri)] {
            refused(
                &format!("{PUBLIC}{line}"),
                &format!(
                    "g.toml:5: client[0].{name}: is for clients whose token_endpoint_auth_method is \"private_key_jwt\""
                ),
            );
        }
    }

    /// Proves: S-20
    #[test]
    fn the_keys_of_a_client_are_public_and_told_apart() {
        let with = |keys: &str| format!("{SIGNING}jwks = '''{keys}'''");
        let at = |sentence: &str| format!("g.toml:6: client[0].jwks: {sentence}");
        let named = |kid: &str| KEY.replacen('{', &format!("{{\"kid\":\"{kid}\","), 1);
        refused(&with(&format!("{{\"keys\":[{},{}]}}", named("a"), named("b"))), "");
        for keys in
            [format!("[{KEY},{KEY}]"), format!("[{},{}]", named("a"), named("a")), format!("[{},{KEY}]", named("a"))]
        {
            refused(&with(&format!("{{\"keys\":{keys}}}")), &at("several keys need a kid each, and each another"));
        }
        refused(&with("{\"keys\":[]}"), &at("holds no key"));
        refused(
            &with("[]"),
            &at("must be a JWK Set as JSON, {\"keys\": [..]} with at most 64 keys and no member twice"),
        );
        let private = KEY.replacen('{', "{\"d\":\"hunter2\",", 1);
        refused(
            &with(&format!("{{\"keys\":[{private}]}}")),
            &at(
                "keys[0]: holds \"d\", which belongs to a private or shared key: publish the public half alone, and of a \
                 new key",
            ),
        );
        refused(
            &with(&format!("{{\"keys\":[{KEY},{{\"kty\":\"EC\",\"crv\":\"P-521\"}}]}}")),
            &at("keys[1]: crv must be \"P-256\" or \"P-384\" with kty \"EC\", \"Ed25519\" with kty \"OKP\""),
        );
    }

    /// Proves: S-20
    #[test]
    fn keys_are_fetched_over_tls_or_from_this_machine() {
        let with = |uri: &str| format!("{SIGNING}jwks_uri = '{uri}'");
        let at = |sentence: &str| format!("g.toml:6: client[0].jwks_uri: {sentence}");
        for sound in ["https://h/jwks.json?tenant=a", "http://localhost:8080/k", "http://127.0.0.1/k", "http://[::1]/k"]
        {
            refused(&with(sound), "");
        }
        let https = "must be https; http is for loopback hosts only (localhost, 127.0.0.0/8, [::1])";
        for plain in ["http://h/k", "http://10.0.0.1/k", "ftp://h/k", "file:///etc/keys", "data:application/json,{}"] {
            refused(&with(plain), &at(https));
        }
        refused(&with("/k"), &at("must be an absolute URL such as \"https://fleet.example.com/jwks.json\""));
        refused(&with("https://me:hunter2@h/k"), &at("must not hold a user name or a password"));
        refused(&with("https://h/k#a"), &at("must not have a fragment"));
    }

    /// Proves: S-20
    #[test]
    fn a_shared_secret_stands_in_a_file() {
        let shared = format!("{CONFIDENTIAL}token_endpoint_auth_method = 'client_secret_jwt'\n");
        let file = "secret_file = '/etc/grantd/hub.secret'\n";
        refused(&format!("{shared}{file}"), "");
        refused(&shared, "g.toml:1: client[0].secret_file: \"client_secret_jwt\" needs the file with the secret");
        refused(
            &format!("{CONFIDENTIAL}secret_digests = [{}]\n{file}", digest()),
            "g.toml:6: client[0].secret_file: is for clients whose token_endpoint_auth_method is \"client_secret_jwt\"",
        );
    }
}

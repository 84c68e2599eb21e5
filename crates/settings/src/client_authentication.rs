//! The one method of authentication that a client is registered for (RFC 6749 section 2.3, RFC 7591 section 2).

use super::findings::Findings;
use super::key::KeyPath;
use super::{ClientSettings, ClientType};
use protocol::AuthenticationMethodName;

impl ClientSettings {
    /// The method by which it authenticates.
    pub fn authentication(&self) -> AuthenticationMethodName {
        self.token_endpoint_auth_method.unwrap_or(self.client_type.usual_authentication())
    }
}

impl ClientType {
    fn usual_authentication(self) -> AuthenticationMethodName {
        match self {
            Self::Public => AuthenticationMethodName::None,
            Self::Confidential => AuthenticationMethodName::ClientSecretBasic,
        }
    }
}

pub(super) fn check(client: &ClientSettings, key: &KeyPath, findings: &mut Findings) {
    use AuthenticationMethodName as Method;

    let is_public = client.client_type == ClientType::Public;
    let mut method = client.authentication();
    if is_public != (method == Method::None) {
        let sentence = if is_public {
            "a public client keeps no secret: it takes \"none\""
        } else {
            "a confidential client proves itself: it takes any method but \"none\""
        };
        findings.add(key.of("token_endpoint_auth_method"), sentence);
        method = client.client_type.usual_authentication();
    }
    let digests = client.secret_digests.len();
    let (digests_fit, sentence) = match method {
        Method::None => (digests == 0, "a public client keeps no secret"),
        Method::PrivateKeyJwt | Method::ClientSecretJwt => {
            (digests == 0, "a client that signs assertions has none: it can use no other method")
        }
        Method::ClientSecretBasic | Method::ClientSecretPost => (
            (1..=2).contains(&digests),
            "a confidential client needs one, or two while one replaces the other: `grantd client new-secret` makes them",
        ),
    };
    findings.require(digests_fit, key.of("secret_digests"), sentence);
    let (has_jwks, has_uri) = (!client.jwks.is_absent(), client.jwks_uri.is_some());
    let has_file = !client.secret_file.as_os_str().is_empty();
    for (name, is_set, of_method) in [
        ("jwks", has_jwks, Method::PrivateKeyJwt),
        ("jwks_uri", has_uri, Method::PrivateKeyJwt),
        ("secret_file", has_file, Method::ClientSecretJwt),
    ] {
        let sentence = format!("is for clients whose token_endpoint_auth_method is {:?}", of_method.name());
        findings.require(!is_set || method == of_method, key.of(name), sentence);
    }
    match method {
        Method::PrivateKeyJwt => {
            let needed = "\"private_key_jwt\" needs the public keys: jwks or jwks_uri";
            findings.require_of(has_jwks || has_uri, [key.of("jwks"), key.of("jwks_uri")], needed);
            let twice = "there is jwks too: keep one of them, the keys stand in one place";
            findings.require(!(has_jwks && has_uri), key.of("jwks_uri"), twice);
        }
        Method::ClientSecretJwt => {
            let file = "\"client_secret_jwt\" needs the file with the secret";
            findings.require(has_file, key.of("secret_file"), file);
        }
        _ => {}
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
            "g.toml:5: client[0].token_endpoint_auth_method: a confidential client proves itself: it takes any method but \
             \"none\"",
        );
        refused(
            &confidential("tls_client_auth"),
            "g.toml:5:30: client[0].token_endpoint_auth_method: is the text \"tls_client_auth\", which has no meaning here: \
             write \"none\", \"private_key_jwt\", \"client_secret_basic\", \"client_secret_post\" or \"client_secret_jwt\"",
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
            "g.toml:7: client[0].secret_digests: a client that signs assertions has none: it can use no other method",
        );
        for wrong in ["hunter2", "sha256:hunter2", &digest.to_uppercase()[1..72]] {
            refused(
                &with(CONFIDENTIAL, &[&format!("'{wrong}'")]),
                "g.toml:5:19: client[0].secret_digests[0]: must be \"sha256:\" and 64 lower-case hexadecimal digits, as \
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
        let at = |sentence: &str| format!("g.toml:6:8: client[0].jwks: {sentence}");
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
        let at = |sentence: &str| format!("g.toml:6:12: client[0].jwks_uri: {sentence}");
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

//! What the server says about itself is true: RFC 8414, OpenID Connect Discovery, RFC 7517.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::dangerous::insecure_decode;
use protocol::{AuthenticationMethodName, Digest, SigningAlgorithm};
use serde_json::{Value, json};
use settings::{ClientSettings, load_from};

use testkit::{Answer, ISSUER, Server, Signer, basic, confidential, presented};

const DOCUMENTS: [&str; 2] = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];

async fn metadata(server: &Server) -> Value {
    server.get(DOCUMENTS[0]).await.json()
}

fn words(json: &Value, member: &str) -> BTreeSet<String> {
    let words = json[member].as_array().unwrap_or_else(|| panic!("{member} is missing"));
    words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Proves: seed_01 M-01 M-03 RFC 8628 section 4
#[tokio::test]
async fn both_documents_are_the_same_and_may_be_kept() {
    let server = Server::spawn().await;
    let [openid, oauth] = [server.get(DOCUMENTS[0]).await, server.get(DOCUMENTS[1]).await];
    assert_eq!((openid.status, &openid.body), (200, &oauth.body));
    for document in [&openid, &oauth] {
        assert!(document.header("cache-control").starts_with("public, max-age="), "{document:?}");
    }
    let json = openid.json();
    assert_eq!(json["device_authorization_endpoint"], format!("{ISSUER}/device_authorization"));
    for (member, value) in [
        ("claims_parameter_supported", false),
        ("request_parameter_supported", false),
        ("request_uri_parameter_supported", false),
    ] {
        assert_eq!(json[member], value, "{member}");
    }
    for path in DOCUMENTS.into_iter().chain(["/jwks.json"]) {
        let posted = server.post(path, "").await;
        assert_eq!(posted.header("allow"), "GET, HEAD, OPTIONS");
        posted.assert_error(405, "invalid_request");
        let head = Answer::of(server.request("HEAD", path).send().await.unwrap()).await;
        assert_eq!((head.status, head.body.as_str()), (200, ""));
    }
}

/// Proves: M-02, client habit 10
#[tokio::test]
async fn the_issuer_is_the_same_letter_for_letter_everywhere() {
    for issuer in [ISSUER, "https://login.example.test/"] {
        let server = Server::with(|settings| settings.issuer = issuer.parse().unwrap()).await;
        server.add_user("anna").await;
        let json = metadata(&server).await;
        assert_eq!(json["issuer"], issuer);
        for (member, value) in json.as_object().unwrap() {
            if member.ends_with("_endpoint") || member.ends_with("_uri") {
                let url = value.as_str().unwrap();
                let path = url.strip_prefix(ISSUER).unwrap_or_else(|| panic!("{member} leads elsewhere: {url}"));
                assert!(path.starts_with('/') && !path.starts_with("//"), "{url}");
            }
        }
        let tokens = server.sign_in(&server.device("tv"), "openid", "anna").await;
        for token in ["access_token", "id_token"] {
            let claims = insecure_decode::<Value>(tokens[token].as_str().unwrap()).unwrap().claims;
            assert_eq!(claims["iss"], issuer, "{token}");
        }
        assert_eq!(server.userinfo(tokens["access_token"].as_str().unwrap()).await.status, 200);
    }
}

/// Proves: M-04 M-05
#[tokio::test]
async fn nothing_is_null_or_empty_and_lists_that_would_widen_are_explicit() {
    let server = Server::spawn().await;
    let json = metadata(&server).await;
    for (member, value) in json.as_object().unwrap() {
        assert!(!value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()), "{member}: {value}");
    }
    assert_eq!(
        words(&json, "grant_types_supported"),
        set(&["refresh_token", "urn:ietf:params:oauth:grant-type:device_code"])
    );
    assert_eq!(
        words(&json, "token_endpoint_auth_methods_supported"),
        set(&["none", "private_key_jwt", "client_secret_basic", "client_secret_post", "client_secret_jwt"])
    );
    assert_eq!(words(&json, "scopes_supported"), set(&["openid", "profile", "email", "read", "admin"]));
    for absent in ["authorization_endpoint", "response_types_supported"] {
        assert!(json.get(absent).is_none(), "{absent} is not built yet");
    }
}

/// Proves: M-05
#[tokio::test]
async fn every_endpoint_that_is_named_is_there() {
    let server = Server::spawn().await;
    let json = metadata(&server).await;
    let path = |member: &str| json[member].as_str().unwrap().strip_prefix(ISSUER).unwrap().to_owned();
    assert_eq!(server.post(&path("device_authorization_endpoint"), "client_id=tv").await.status, 200);
    server.post(&path("token_endpoint"), "client_id=tv").await.assert_error(400, "invalid_request");
    assert_eq!(server.get(&path("userinfo_endpoint")).await.status, 401);
    assert!(server.get(&path("jwks_uri")).await.json()["keys"].is_array());
}

/// Proves: M-05 T-21
#[tokio::test]
async fn a_grant_type_works_exactly_if_it_is_named() {
    let server = Server::spawn().await;
    let named = words(&metadata(&server).await, "grant_types_supported");
    for grant_type in [
        "urn:ietf:params:oauth:grant-type:device_code",
        "refresh_token",
        "authorization_code",
        "client_credentials",
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:openid:params:grant-type:ciba",
    ] {
        let body = format!("client_id=tv&grant_type={grant_type}");
        let error = server.post("/token", &body).await.error();
        assert_eq!(error != "unsupported_grant_type", named.contains(grant_type), "{grant_type}: {error}");
    }
}

/// Proves: M-05 T-05 S-20
#[tokio::test]
async fn an_authentication_method_works_exactly_if_it_is_named() {
    let secret = "a-secret-of-thirty-two-bytes-or-more";
    let folder = tempfile::tempdir().unwrap();
    let secret_file = folder.path().join("hub.secret");
    std::fs::write(&secret_file, secret).unwrap();
    std::fs::set_permissions(&secret_file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let (own, shared) = (Signer::new("a"), Signer::sharing(secret));
    let server = Server::with(|settings| {
        settings.client.push(ClientSettings {
            jwks: own.jwks().try_into().unwrap(),
            ..confidential("fleet", AuthenticationMethodName::PrivateKeyJwt)
        });
        settings
            .client
            .push(ClientSettings { secret_file, ..confidential("hub", AuthenticationMethodName::ClientSecretJwt) });
    })
    .await;
    let json = metadata(&server).await;
    let named = words(&json, "token_endpoint_auth_methods_supported");
    assert_eq!(words(&json, "revocation_endpoint_auth_methods_supported"), named);
    assert_eq!(
        words(&json, "introspection_endpoint_auth_methods_supported"),
        named.iter().filter(|method| *method != "none").cloned().collect()
    );
    let header = basic("box", "box-secret");
    for (method, header, body) in [
        ("none", None, "client_id=tv".to_owned()),
        ("client_secret_basic", Some(&header), String::new()),
        ("client_secret_post", None, "client_id=printer&client_secret=printer-secret".to_owned()),
        ("private_key_jwt", None, presented(&own.assertion("fleet", &server.clock))),
        ("client_secret_jwt", None, presented(&shared.assertion("hub", &server.clock))),
    ] {
        let mut request = server.request("POST", "/device_authorization");
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let status = request.send().await.unwrap().status();
        assert_eq!(status == 200, named.contains(method), "{method}: {status}");
    }
}

/// Proves: M-05 K-11 K-13
#[tokio::test]
async fn the_claims_that_are_named_are_those_that_are_told() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize_with(&[("scope", "openid profile email"), ("nonce", "n")]).await;
    server.approve(&device, "anna").await;
    let tokens = device.redeem().await;
    let id = insecure_decode::<Value>(tokens["id_token"].as_str().unwrap()).unwrap();
    let userinfo = server.userinfo(tokens["access_token"].as_str().unwrap()).await.json();
    let told = [&id.claims, &userinfo].into_iter().flat_map(|json| json.as_object().unwrap().keys().cloned());
    let json = metadata(&server).await;
    assert_eq!(words(&json, "claims_supported"), told.collect());
    let algorithms = words(&json, "id_token_signing_alg_values_supported");
    assert!(algorithms.contains(&format!("{:?}", id.header.alg)), "{algorithms:?}");
}

/// Proves: K-15: RFC 7517 and RFC 7638, for each kind of key: its public members, its thumbprint for a name, and for
/// how long the set may be kept.
#[tokio::test]
async fn the_published_keys_are_public_and_named_by_their_thumbprint() {
    let server = Server::with(|settings| {
        settings.keys.algorithms = vec![SigningAlgorithm::ES256, SigningAlgorithm::RS256, SigningAlgorithm::EdDSA];
    })
    .await;
    let answer = server.get("/jwks.json").await;
    let kept: u64 = answer.header("cache-control").strip_prefix("public, max-age=").unwrap().parse().unwrap();
    assert!((1..=600).contains(&kept), "longer than nothing, and not past the least `keys.announce`: {kept}");
    let jwks = answer.json();
    let mut kinds = BTreeSet::new();
    for key in jwks["keys"].as_array().unwrap() {
        // The members of a thumbprint, in their order (RFC 7638 section 3.2, RFC 8037 section 2).
        let own: &[&str] = match key["kty"].as_str().unwrap() {
            "EC" => &["crv", "kty", "x", "y"],
            "RSA" => &["e", "kty", "n"],
            "OKP" => &["crv", "kty", "x"],
            other => panic!("{other}"),
        };
        let members: BTreeSet<String> = key.as_object().unwrap().keys().cloned().collect();
        assert_eq!(members, set(&[own, &["use", "alg", "kid"]].concat()), "{key}");
        let canonical: Vec<String> = own.iter().map(|member| format!("\"{member}\":{}", key[*member])).collect();
        let digest = Digest::sha256(format!("{{{}}}", canonical.join(",")).as_bytes());
        assert_eq!(key["kid"], URL_SAFE_NO_PAD.encode(digest.as_bytes()), "{key}");
        assert_eq!(key["use"], "sig");
        kinds.insert(key["alg"].as_str().unwrap().to_owned());
    }
    assert_eq!(kinds, set(&["ES256", "RS256", "EdDSA"]));
}

/// Proves: M-01 M-02 M-03 M-04 M-05: the whole document of a server as it is by default but for the links of its
/// operator, member for member.
#[tokio::test]
async fn the_document_is_this_and_nothing_else() {
    let default = load_from(None, []).unwrap();
    let server = Server::with(|settings| {
        settings.keys.algorithms = default.keys.algorithms;
        settings.service_documentation = Some("https://docs.example.test/sign-in".to_owned());
        settings.branding.privacy_url = Some("https://example.test/privacy".to_owned());
        settings.branding.terms_url = Some("https://example.test/terms".to_owned());
    })
    .await;
    let at = |path: &str| format!("{ISSUER}{path}");
    let methods = json!(["none", "private_key_jwt", "client_secret_basic", "client_secret_post", "client_secret_jwt"]);
    let proofs = ["ES256", "ES384", "EdDSA", "PS256", "RS256"];
    let assertions = json!(["ES256", "ES384", "EdDSA", "PS256", "RS256", "HS256"]);
    let signs = json!(["ES256", "RS256", "EdDSA"]);
    let expected = json!({
        "issuer": ISSUER,
        "device_authorization_endpoint": at("/device_authorization"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "revocation_endpoint": at("/revoke"),
        "introspection_endpoint": at("/introspect"),
        "jwks_uri": at("/jwks.json"),
        "scopes_supported": ["openid", "profile", "email", "read", "admin"],
        "grant_types_supported": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": assertions,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": assertions,
        "introspection_endpoint_auth_methods_supported": &methods.as_array().unwrap()[1..],
        "introspection_endpoint_auth_signing_alg_values_supported": assertions,
        "introspection_signing_alg_values_supported": signs,
        "service_documentation": "https://docs.example.test/sign-in",
        "op_policy_uri": "https://example.test/privacy",
        "op_tos_uri": "https://example.test/terms",
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": signs,
        "dpop_signing_alg_values_supported": proofs,
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": ["urn:grantd:acr:password"],
        "ui_locales_supported": ["de", "en", "es", "fr", "it", "pl", "pt", "ar", "zh", "ja"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "amr", "nonce", "at_hash", "acr", "name",
            "preferred_username", "email"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    });
    for document in DOCUMENTS {
        assert_eq!(server.get(document).await.json(), expected, "{document}");
    }
}

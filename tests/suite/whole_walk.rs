//! The basic flow: request, login, approve, poll, verified tokens.

use std::collections::HashSet;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation};
use protocol::{AccessTokenFormat, GrantType, SigningAlgorithm};
use serde_json::{Value, json};

use testkit::{ISSUER, Server, secs};

/// The claims of a JWT, after checking its signature against the published keys.
async fn verified(server: &Server, token: &str, typ: &str) -> Value {
    let jwks: JwkSet = serde_json::from_str(&server.get("/jwks.json").await.body).unwrap();
    let header = jsonwebtoken::decode_header(token).unwrap();
    assert_eq!(header.typ.as_deref(), Some(typ));
    let key = DecodingKey::from_jwk(jwks.find(&header.kid.unwrap()).unwrap()).unwrap();
    let mut rules = Validation::new(header.alg);
    rules.validate_exp = false;
    rules.validate_aud = false;
    jsonwebtoken::decode(token, &key, &rules).unwrap().claims
}

/// `at_hash` as OpenID Connect Core section 3.1.3.6 has it: the left half of the hash of the ID token's algorithm.
fn at_hash(hash: &'static digest::Algorithm, access_token: &Value) -> String {
    let hash = digest::digest(hash, access_token.as_str().unwrap().as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2])
}

/// Proves: seed_29 seed_38 seed_64 RFC 8628 sections 3.1 to 3.5; K-01, K-02, K-11, A-05, U-09, N34.
#[tokio::test]
async fn a_device_signs_in() {
    let server = Server::spawn().await;
    let anna = server.add_user("anna").await;
    let device = server.device("tv").authorize_with(&[("scope", "openid profile read"), ("nonce", "n-1")]).await;
    assert_eq!(device.poll().await, "authorization_pending");

    let mut browser = server.browser();
    let decision = browser.reach_decision(&device.user_code, "anna").await;
    assert!(decision.is_decision(), "{decision:?}");
    assert!(decision.says("Television") && decision.says("Read your films") && decision.says("203.0.113.5"));
    let login = server.clock.clone();
    login.advance(secs(60));
    let done = browser.approve(&decision).await;
    assert!(done.says("Go back to your device"), "{done:?}");
    for page in [&decision, &done] {
        assert!(!page.answer.body.contains(&device.device_code), "the device code is the device's alone");
    }
    server.clock.advance(secs(30));

    let tokens = device.redeem().await;
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["scope"], "openid profile read");
    assert_eq!(tokens["expires_in"], 600);
    let access = verified(&server, tokens["access_token"].as_str().unwrap(), "at+jwt").await;
    let id = verified(&server, tokens["id_token"].as_str().unwrap(), "JWT").await;
    for claims in [&access, &id] {
        assert_eq!(claims["iss"], ISSUER);
        assert_eq!(claims["sub"], anna.subject.as_str());
        assert_eq!(claims["auth_time"], 1_795_262_400, "the login, not the poll");
        assert_eq!(claims["iat"], 1_795_262_490, "the poll");
        assert_eq!(claims["amr"], serde_json::json!(["pwd"]), "a password, and nothing that was not used");
        assert_eq!(claims["acr"], "urn:grantd:acr:password", "the level that the operator gave a password");
    }
    assert_eq!((&access["aud"], &access["client_id"]), (&"https://api.example.test".into(), &"tv".into()));
    assert_eq!((&id["aud"], &id["nonce"]), (&serde_json::json!(["tv"]), &"n-1".into()));

    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let userinfo = server.request("GET", "/userinfo").header("authorization", bearer).send().await.unwrap();
    let userinfo: Value = serde_json::from_str(&userinfo.text().await.unwrap()).unwrap();
    assert_eq!((&userinfo["sub"], &userinfo["name"]), (&id["sub"], &"anna Example".into()));
    assert!(userinfo.get("email").is_none(), "email was not asked for");
}

/// Proves: K-01 K-02 K-11 K-12 K-13 K-14 A-05: claim for claim what both tokens say, and nothing besides: no profile in the ID
/// token, and after a refresh no nonce. Without a configured audience it is the issuer.
#[tokio::test]
async fn tokens_say_what_the_standards_list_and_nothing_besides() {
    let server = Server::with(|settings| {
        settings.tokens.audience = None;
        settings.client[0].grant_types.push(GrantType::RefreshToken);
    })
    .await;
    let anna = server.add_user("anna").await;
    let sub = anna.subject.as_str();
    assert!(sub.len() <= 255 && sub.is_ascii(), "{sub}");
    let (tv, scope) = (server.device("tv"), "openid profile email read");
    let device = tv.authorize_with(&[("scope", scope), ("nonce", "n-1")]).await;
    server.approve(&device, "anna").await;
    let login = server.app.clock.now().seconds();
    server.clock.advance(secs(60));
    let first = device.redeem().await;
    server.clock.advance(secs(60));
    let refresh = async |tokens: &Value, scope: &str| {
        let token = tokens["refresh_token"].as_str().unwrap();
        let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
        tv.post("/token", &form).await.json()
    };
    let second = refresh(&first, "").await;

    let mut names = HashSet::new();
    for (tokens, iat) in [(&first, login + 60), (&second, login + 120)] {
        let access = verified(&server, tokens["access_token"].as_str().unwrap(), "at+jwt").await;
        let id = verified(&server, tokens["id_token"].as_str().unwrap(), "JWT").await;
        let known = json!({"iss": ISSUER, "sub": sub, "iat": iat, "exp": iat + 600, "auth_time": login,
            "amr": ["pwd"], "acr": "urn:grantd:acr:password"});
        let with = |more: Value| {
            let mut all = known.clone();
            all.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
            all
        };
        let jti = access["jti"].as_str().unwrap();
        assert!(jti.len() >= 22 && names.insert(jti.to_owned()), "128 random bits or more: {jti}");
        assert_eq!(access, with(json!({"aud": ISSUER, "client_id": "tv", "scope": scope, "jti": jti})));
        let hash = at_hash(&digest::SHA256, &tokens["access_token"]);
        let mut expected = with(json!({"aud": ["tv"], "at_hash": hash}));
        if iat == login + 60 {
            expected["nonce"] = "n-1".into();
        }
        assert_eq!(id, expected);
    }

    let narrow = refresh(&second, "profile").await;
    assert_eq!((&narrow["scope"], narrow.get("id_token")), (&"profile".into(), None));
    let refused = server.userinfo(narrow["access_token"].as_str().unwrap()).await;
    refused.assert_error(403, "insufficient_scope");
}

/// Proves: K-11: the ID token names its access token by the hash that its own algorithm uses, for both formats of that one.
#[tokio::test]
async fn an_id_token_is_tied_to_its_access_token() {
    let hashes = [
        (SigningAlgorithm::ES256, &digest::SHA256),
        (SigningAlgorithm::RS256, &digest::SHA256),
        (SigningAlgorithm::EdDSA, &digest::SHA512),
    ];
    let formats = [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque];
    let server = Server::with(|settings| {
        settings.keys.algorithms = hashes.iter().map(|(algorithm, _)| *algorithm).collect();
        let tv = settings.client[0].clone();
        for (algorithm, format) in hashes.iter().flat_map(|(algorithm, _)| formats.map(|format| (*algorithm, format))) {
            let mut client = tv.clone();
            client.id = format!("{algorithm:?}-{format:?}");
            client.id_token_signed_response_alg = Some(algorithm);
            client.access_token_format = Some(format);
            settings.client.push(client);
        }
    })
    .await;
    server.add_user("anna").await;
    for (algorithm, hash) in hashes {
        for format in formats {
            let device = server.device(&format!("{algorithm:?}-{format:?}"));
            let tokens = server.sign_in(&device, "openid", "anna").await;
            let id = verified(&server, tokens["id_token"].as_str().unwrap(), "JWT").await;
            assert_eq!(id["at_hash"], at_hash(hash, &tokens["access_token"]), "{algorithm:?}, {format:?}");
        }
    }
}

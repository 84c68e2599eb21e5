//! The walk that everything stands on: request, login, approve, poll, verified tokens.

use jsonwebtoken::DecodingKey;
use jsonwebtoken::Validation;
use jsonwebtoken::jwk::JwkSet;
use serde_json::Value;

use crate::support::ISSUER;
use crate::support::Server;
use crate::support::secs;

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

/// Proves: RFC 8628 sections 3.1 to 3.5; K-01, K-02, K-11, A-05, U-09, N34.
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

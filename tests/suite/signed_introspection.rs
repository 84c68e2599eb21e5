//! Signed introspection answers, with which an API proves the answer about a token (RFC 9701).

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use protocol::SigningAlgorithm;
use serde_json::{Value, json};

use testkit::{Answer, Device, ISSUER, Server};

const TYPE: &str = "application/token-introspection+jwt";

/// A server with two algorithms, and an API that signs nothing in particular beside one that wants EdDSA.
async fn server() -> Server {
    let server = Server::with(|settings| {
        settings.keys.algorithms.push(SigningAlgorithm::EdDSA);
        let mut api = settings.client.iter().find(|client| client.id == "box").unwrap().clone();
        api.introspect = true;
        "api".clone_into(&mut api.id);
        let mut other = api.clone();
        "eddsa-api".clone_into(&mut other.id);
        other.introspection_signed_response_alg = Some(SigningAlgorithm::EdDSA);
        settings.client.extend([api, other]);
    })
    .await;
    server.add_user("anna").await;
    server
}

fn basic(id: &str) -> String {
    testkit::basic(id, "box-secret")
}

async fn ask(server: &Server, id: &str, accept: Option<&str>, token: &str) -> Answer {
    let mut request = server.request("POST", "/introspect").header("authorization", basic(id));
    if let Some(accept) = accept {
        request = request.header("accept", accept);
    }
    Answer::of(request.form(&[("token", token)]).send().await.unwrap()).await
}

/// The claims, after checking the signature with the published key, as any API would.
async fn verified(server: &Server, jwt: &str, algorithm: Algorithm) -> Value {
    let header = jsonwebtoken::decode_header(jwt).unwrap();
    assert_eq!((header.typ.as_deref(), header.alg), (Some("token-introspection+jwt"), algorithm));
    let jwks: JwkSet = serde_json::from_str(&server.get("/jwks.json").await.body).unwrap();
    let key = DecodingKey::from_jwk(jwks.find(&header.kid.unwrap()).unwrap()).unwrap();
    let mut rules = Validation::new(algorithm);
    rules.validate_aud = false;
    rules.validate_exp = false;
    rules.set_required_spec_claims(&["iss", "aud"]);
    jsonwebtoken::decode::<Value>(jwt, &key, &rules).unwrap().claims
}

/// Proves: S-22 V-04: the plain answer, whole, inside a statement to the client that asked.
#[tokio::test]
async fn a_signed_answer_says_what_the_plain_one_says() {
    let server = server().await;
    let tokens = server.sign_in(&server.device("tv"), "openid read", "anna").await;
    let token = tokens["access_token"].as_str().unwrap();
    for (api, algorithm) in [("api", Algorithm::ES256), ("eddsa-api", Algorithm::EdDSA)] {
        for asked in [token, "garbage"] {
            let plain = ask(&server, api, None, asked).await.json();
            let answer = ask(&server, api, Some(TYPE), asked).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, TYPE), "{answer:?}");
            assert_eq!((answer.header("cache-control"), answer.header("vary")), ("no-store", "accept"));
            let now = server.app.clock.now().seconds();
            assert_eq!(
                verified(&server, &answer.body, algorithm).await,
                json!({"iss": ISSUER, "aud": api, "iat": now, "token_introspection": plain}),
                "neither sub nor exp: it is no token (RFC 9701 section 5)"
            );
        }
    }
}

/// Proves: S-22: the form is chosen by `Accept`.
#[tokio::test]
async fn the_signed_form_is_for_who_names_it() {
    let server = server().await;
    let signed = async |accept| ask(&server, "api", Some(accept), "x").await.header("content-type") == TYPE;
    for accept in [
        TYPE,
        "Application/Token-Introspection+JWT",
        "text/html, application/token-introspection+jwt;q=0.1",
        "application/json;q=0.9, application/token-introspection+jwt",
        "application/token-introspection+jwt; q=1.0, */*",
    ] {
        assert!(signed(accept).await, "{accept}");
    }
    for accept in [
        "*/*",
        "application/*",
        "application/json",
        "application/jwt",
        "application/token-introspection+jwt;q=0",
        "application/json, application/token-introspection+jwt;q=0.5",
        "application/token-introspection+jwts",
        "",
    ] {
        assert!(!signed(accept).await, "{accept}");
    }
}

/// Proves: S-22 V-04 K-02: errors stay plain, the caller is authenticated first, and the answer opens nothing.
#[tokio::test]
async fn a_signed_answer_is_neither_for_strangers_nor_a_token() {
    let server = server().await;
    let tokens = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let token = tokens["access_token"].as_str().unwrap();
    let stranger = server.request("POST", "/introspect").header("accept", TYPE);
    let refused = Answer::of(stranger.form(&[("client_id", "tv"), ("token", token)]).send().await.unwrap()).await;
    refused.assert_error(401, "invalid_client");
    let statement = ask(&server, "api", Some(TYPE), token).await.body;
    assert_eq!(server.userinfo(&statement).await.status, 401);
    assert_eq!(ask(&server, "api", None, &statement).await.json(), json!({"active": false}));
    let device: Device = server.device("box").with_secret("box-secret");
    let not_for_them = device.post("/introspect", &[("token", token)]).await.json();
    assert_eq!(not_for_them, json!({"active": false}));
    let signed = ask(&server, "box", Some(TYPE), token).await;
    let claims = verified(&server, &signed.body, Algorithm::ES256).await;
    assert_eq!((&claims["aud"], &claims["token_introspection"]), (&"box".into(), &not_for_them));
}

/// Proves: M-05 N77 S-22: each algorithm that is advertised can be chosen.
#[tokio::test]
async fn the_algorithms_of_signed_answers_are_those_that_are_advertised() {
    let server = server().await;
    let metadata = server.get("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(metadata["introspection_signing_alg_values_supported"], json!(["ES256", "EdDSA"]));
}

//! What a bearer token allows at userinfo, and what counts as one: OpenID Connect Core section 5.3, RFC 6750 section 3.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::dangerous::insecure_decode;
use protocol::SigningAlgorithm;
use serde_json::{Value, json};

use testkit::{Answer, Server, secs};

async fn ask(request: reqwest::RequestBuilder) -> Answer {
    Answer::of(request.send().await.unwrap()).await
}

fn text<'a>(json: &'a Value, member: &str) -> &'a str {
    json[member].as_str().unwrap()
}

/// Asserts the error of RFC 6750 section 3.1, in the challenge and in the body.
#[track_caller]
fn assert_refused(answer: &Answer, status: u16, code: &str) {
    answer.assert_error(status, code);
    let challenge = answer.header("www-authenticate");
    assert!(challenge.starts_with("Bearer ") && challenge.contains(&format!("error=\"{code}\"")), "{challenge}");
}

/// Proves: V-01 K-13
#[tokio::test]
async fn a_token_tells_who_signed_in_by_get_header_or_form() {
    let server = Server::spawn().await;
    let anna = server.add_user("anna").await;
    let tokens = server.sign_in(&server.device("tv"), "openid profile email", "anna").await;
    let token = text(&tokens, "access_token");
    let bearer = format!("Bearer {token}");
    for answer in [
        server.userinfo(token).await,
        ask(server.request("GET", "/userinfo").header("authorization", format!("bearer {token}"))).await,
        ask(server.request("POST", "/userinfo").header("authorization", &bearer)).await,
        ask(server.request("POST", "/userinfo").form(&[("access_token", token)])).await,
    ] {
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{answer:?}");
        assert_eq!(
            answer.json(),
            json!({
                "sub": anna.subject.as_str(), "name": "anna Example", "preferred_username": "anna",
                "email": "anna@example.test",
            })
        );
    }
    let id = insecure_decode::<Value>(text(&tokens, "id_token")).unwrap().claims;
    assert_eq!(id["sub"], anna.subject.as_str());
    let few = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let few = server.userinfo(text(&few, "access_token")).await.json();
    assert_eq!(few, json!({ "sub": anna.subject.as_str() }), "what was not asked for is not told");
}

/// Proves: N64 V-02
#[tokio::test]
async fn without_a_token_there_is_a_bare_challenge() {
    let server = Server::spawn().await;
    for answer in [
        ask(server.request("GET", "/userinfo")).await,
        ask(server.request("POST", "/userinfo")).await,
        server.post("/userinfo", "").await,
        server.post("/userinfo", "access_token=").await,
        ask(server.request("GET", "/userinfo").header("authorization", "Basic dHY6")).await,
    ] {
        assert_eq!(answer.status, 401, "{answer:?}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{answer:?}");
        assert!(!answer.header("www-authenticate").contains("error"), "nothing went wrong yet: {answer:?}");
    }
}

/// Proves: N64 V-02 K-02 K-14
#[tokio::test]
async fn only_a_live_access_token_with_openid_opens_userinfo() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let tokens = server.sign_in(&server.device("tv"), "openid", "anna").await;
    for wrong in ["garbage", "a.b.c", "gdc_x", text(&tokens, "id_token")] {
        assert_refused(&server.userinfo(wrong).await, 401, "invalid_token");
    }
    let read = server.sign_in(&server.device("tv"), "read", "anna").await;
    let refused = server.userinfo(text(&read, "access_token")).await;
    assert_refused(&refused, 403, "insufficient_scope");
    assert!(refused.header("www-authenticate").contains("scope=\"openid\""), "{refused:?}");
}

/// Proves: N64 V-01
#[tokio::test]
async fn a_token_comes_once_and_never_in_the_url() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let tokens = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let token = text(&tokens, "access_token");
    let bearer = format!("Bearer {token}");
    let in_url = format!("/userinfo?access_token={token}");
    for request in [
        server.request("GET", &in_url),
        server.request("GET", &in_url).header("authorization", &bearer),
        server.request("POST", "/userinfo").header("authorization", &bearer).form(&[("access_token", token)]),
        server.request("GET", "/userinfo").header("authorization", &bearer).header("authorization", &bearer),
        server.request("GET", "/userinfo").header("authorization", "Bearer"),
    ] {
        assert_refused(&ask(request).await, 400, "invalid_request");
    }
}

/// Proves: V-01 V-02: only a form can carry a token (RFC 6750 section 2.2), so another body changes nothing.
#[tokio::test]
async fn a_body_that_is_no_form_is_no_second_token() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let tokens = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let token = text(&tokens, "access_token");
    let json = json!({ "access_token": token }).to_string();
    let form = format!("access_token={token}");
    for (content_type, body) in [
        ("application/json", json.as_str()),
        ("application/json", ""),
        ("text/plain", &form),
        ("multipart/form-data; boundary=x", "--x--"),
        ("application/x-www-form-urlencoded", ""),
        ("application/x-www-form-urlencoded", "client_id=tv"),
    ] {
        let post = || server.request("POST", "/userinfo").header("content-type", content_type).body(body.to_owned());
        let with_header = ask(post().header("authorization", format!("Bearer {token}"))).await;
        assert_eq!(with_header.status, 200, "{content_type} {body}: {with_header:?}");
        let alone = ask(post()).await;
        assert_eq!(alone.status, 401, "{content_type} {body}: {alone:?}");
        assert!(!alone.header("www-authenticate").contains("error"), "{alone:?}");
    }
    let broken = server.request("POST", "/userinfo").header("authorization", format!("Bearer {token}"));
    let broken = broken.header("content-type", "application/x-www-form-urlencoded").body("access_token=%zz");
    assert_refused(&ask(broken).await, 400, "invalid_request");
}

/// A JWT of these parts, with this signature.
fn jwt(header: &str, claims: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A text with one part of it replaced; the part has to be there.
fn with(json: &str, part: &str, other: &str) -> String {
    assert!(json.contains(part), "{part} is not in {json}");
    json.replacen(part, other, 1)
}

/// Proves: N68 K-01
#[tokio::test]
async fn a_forged_token_opens_nothing() {
    let server = Server::spawn().await;
    let (anna, boris) = (server.add_user("anna").await, server.add_user("boris").await);
    let (anna, boris) = (anna.subject.as_str(), boris.subject.as_str());
    let tokens = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let parts: Vec<Vec<u8>> =
        text(&tokens, "access_token").split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
    let [header, claims] = [0, 1].map(|part: usize| String::from_utf8(parts[part].clone()).unwrap());
    let jwk = server.get("/jwks.json").await.json()["keys"][0].clone();
    let kid = text(&jwk, "kid");

    let theirs = |_: &[u8]| parts[2].clone();
    let mine = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let by_me = |bytes: &[u8]| mine.sign(&SystemRandom::new(), bytes).unwrap().as_ref().to_vec();
    let by_hmac = |key: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        move |bytes: &[u8]| hmac::sign(&key, bytes).as_ref().to_vec()
    };
    let algorithm = |other| with(&header, "ES256", other);
    let point = ["x", "y"].map(|half| URL_SAFE_NO_PAD.decode(text(&jwk, half)).unwrap()).concat();
    let forged = [
        ("alg none", jwt(&algorithm("none"), &claims, |_| vec![])),
        ("alg NONE", jwt(&algorithm("NONE"), &claims, theirs)),
        ("no signature", jwt(&header, &claims, |_| vec![])),
        ("HS256 with the public key", jwt(&algorithm("HS256"), &claims, by_hmac(&point))),
        ("HS256 with the public JWK", jwt(&algorithm("HS256"), &claims, by_hmac(jwk.to_string().as_bytes()))),
        ("another key under our kid", jwt(&header, &claims, by_me)),
        ("another kid", jwt(&with(&header, kid, "mine"), &claims, by_me)),
        ("no kid", jwt(&with(&header, "\"kid\"", "\"dik\""), &claims, by_me)),
        ("keys elsewhere", jwt(&with(&header, "{", "{\"jku\":\"https://evil.test/jwks\","), &claims, by_me)),
        ("a key of its own", jwt(&with(&header, "{", &format!("{{\"jwk\":{jwk},")), &claims, by_me)),
        ("another person", jwt(&header, &with(&claims, anna, boris), theirs)),
        ("more scope", jwt(&header, &with(&claims, "openid", "openid email"), theirs)),
        ("a later end", jwt(&header, &with(&claims, "\"exp\":1", "\"exp\":2"), theirs)),
    ];
    for (how, forged) in forged {
        let answer = server.userinfo(&forged).await;
        assert_eq!(answer.status, 401, "{how}: {answer:?}");
        assert_refused(&answer, 401, "invalid_token");
    }
    let untouched = jwt(&header, &claims, theirs);
    assert_eq!(server.userinfo(&untouched).await.status, 200, "what was changed made the difference");
}

/// Proves: N68 K-01 K-02
#[tokio::test]
async fn what_the_server_signed_as_something_else_is_no_access_token() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let tokens = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let claims = insecure_decode::<Value>(text(&tokens, "access_token")).unwrap().claims;
    let sign = |typ, claims: &Value| server.app.keys.signing.sign(SigningAlgorithm::ES256, typ, claims).unwrap();
    assert_refused(&server.userinfo(&sign("JWT", &claims)).await, 401, "invalid_token");
    let mut foreign = claims.clone();
    foreign["iss"] = "https://elsewhere.example.test".into();
    assert_refused(&server.userinfo(&sign("at+jwt", &foreign)).await, 401, "invalid_token");
    let mut unheard = claims.clone();
    unheard["jti"] = "unheard".into();
    assert_refused(&server.userinfo(&sign("at+jwt", &unheard)).await, 401, "invalid_token");
    assert_eq!(server.userinfo(&sign("at+jwt", &claims)).await.status, 200);
}

/// Proves: N68 K-03
#[tokio::test]
async fn an_access_token_ends_when_it_was_said_to() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let tokens = server.sign_in(&server.device("tv"), "openid", "anna").await;
    assert_eq!(tokens["expires_in"], 600);
    server.clock.advance(secs(599));
    assert_eq!(server.userinfo(text(&tokens, "access_token")).await.status, 200);
    server.clock.advance(secs(1));
    assert_refused(&server.userinfo(text(&tokens, "access_token")).await, 401, "invalid_token");
}

//! Who may use a token that is bound to a key: RFC 9449 section 7, at userinfo.

use protocol::GrantType;
use serde_json::Value;

use testkit::{Answer, ProofKey, Server, secs};

/// A server, the key of a device that anna signed in, and its access token.
async fn bound() -> (Server, ProofKey, String) {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let key = ProofKey::new(&server.clock);
    let tokens = server.sign_in(&server.device("tv").proving(&key), "openid", "anna").await;
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    (server, key, token)
}

async fn ask(server: &Server, authorization: &str, proofs: &[String]) -> Answer {
    let request = server.request("GET", "/userinfo").header("authorization", authorization);
    let request = proofs.iter().fold(request, |request, proof| request.header("dpop", proof));
    Answer::of(request.send().await.unwrap()).await
}

/// Asserts the challenge of RFC 9449 section 7.1, and the same error in the body.
#[track_caller]
fn assert_challenged(answer: &Answer, code: &str, wrong: &str) {
    assert_eq!((answer.status, answer.error().as_str()), (401, code), "{wrong}: {answer:?}");
    let challenge = answer.header("www-authenticate");
    assert!(challenge.starts_with("DPoP "), "{wrong}: {challenge}");
    assert!(challenge.contains(&format!("error=\"{code}\"")), "{wrong}: {challenge}");
    assert!(challenge.contains("algs=\"ES256 ES384 EdDSA PS256 RS256\""), "{wrong}: {challenge}");
}

/// Proves: S-10 V-01: by GET, HEAD and POST, each with a proof for its own method.
#[tokio::test]
async fn who_proves_the_key_is_told_who_signed_in() {
    let (server, key, token) = bound().await;
    for method in ["GET", "POST", "HEAD"] {
        for scheme in ["DPoP", "dpop"] {
            let proof = key.proof(method, "/userinfo").for_token(&token).signed();
            let request = server.request(method, "/userinfo").header("authorization", format!("{scheme} {token}"));
            let answer = Answer::of(request.header("dpop", proof).send().await.unwrap()).await;
            assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{method}: {answer:?}");
        }
    }
}

/// Proves: S-10 V-02: a bound token is worth nothing without its key.
#[tokio::test]
async fn a_bound_token_is_no_bearer_token() {
    let (server, key, token) = bound().await;
    let proof = [key.proof("GET", "/userinfo").for_token(&token).signed()];
    assert_challenged(&ask(&server, &format!("Bearer {token}"), &[]).await, "invalid_token", "as Bearer");
    assert_challenged(&ask(&server, &format!("Bearer {token}"), &proof).await, "invalid_token", "as Bearer, proven");
    let form = server.post("/userinfo", &format!("access_token={token}")).await;
    assert_challenged(&form, "invalid_token", "in the body");
    let bearer = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let bearer = bearer["access_token"].as_str().unwrap();
    let proof = [key.proof("GET", "/userinfo").for_token(bearer).signed()];
    assert_challenged(&ask(&server, &format!("DPoP {bearer}"), &proof).await, "invalid_token", "unbound, as DPoP");
    assert_challenged(&ask(&server, "DPoP garbage", &proof).await, "invalid_token", "no token");
    assert_eq!(server.userinfo(bearer).await.status, 200);
}

/// Proves: S-10, RFC 9449 section 4.3 at a protected resource, `ath` and the binding included.
#[tokio::test]
async fn every_check_of_a_proof_is_made_at_userinfo_too() {
    let (server, key, token) = bound().await;
    let thief = ProofKey::new(&server.clock);
    let other = server.sign_in(&server.device("tv").proving(&key), "openid", "anna").await;
    let authorization = format!("DPoP {token}");
    let good = || key.proof("GET", "/userinfo").for_token(&token);
    let now = good().claims["iat"].as_i64().unwrap();
    for (wrong, proof) in [
        ("another method", good().claim("htm", "POST")),
        ("another endpoint", good().claim("htu", "https://login.example.test/token")),
        ("no ath", good().without("ath")),
        ("the ath of another token", good().for_token(other["access_token"].as_str().unwrap())),
        ("old", good().claim("iat", now - 61)),
        ("of the future", good().claim("iat", now + 61)),
        ("typ", good().header("typ", "JWT")),
        ("no jti", good().without("jti")),
        (
            "a signature of another key",
            thief.proof("GET", "/userinfo").for_token(&token).header("jwk", key.jwk.clone()),
        ),
    ] {
        assert_challenged(&ask(&server, &authorization, &[proof.signed()]).await, "invalid_dpop_proof", wrong);
    }
    assert_challenged(&ask(&server, &authorization, &[]).await, "invalid_dpop_proof", "no proof");
    let two = [good().signed(), good().signed()];
    assert_challenged(&ask(&server, &authorization, &two).await, "invalid_dpop_proof", "two proofs");
    let stolen = [thief.proof("GET", "/userinfo").for_token(&token).signed()];
    assert_challenged(&ask(&server, &authorization, &stolen).await, "invalid_token", "another key");
    let once = [good().signed()];
    assert_eq!(ask(&server, &authorization, &once).await.status, 200);
    assert_challenged(&ask(&server, &authorization, &once).await, "invalid_dpop_proof", "shown before");
}

/// Proves: V-02 S-10: a request without a token gets a challenge for both schemes.
#[tokio::test]
async fn without_a_token_both_schemes_are_offered() {
    let server = Server::spawn().await;
    let answer = server.get("/userinfo").await;
    let challenges: Vec<&str> =
        answer.headers.get_all("www-authenticate").iter().map(|value| value.to_str().unwrap()).collect();
    assert_eq!(answer.status, 401);
    assert_eq!(
        challenges,
        ["Bearer realm=\"grantd\"", "DPoP realm=\"grantd\", algs=\"ES256 ES384 EdDSA PS256 RS256\""]
    );
}

/// Proves: S-10 V-04 V-05 K-05 T-11: introspection returns what a resource server needs to check a proof by itself.
#[tokio::test]
async fn tokens_and_introspection_name_the_key() {
    let server = Server::with(|settings| {
        for client in settings.client.iter_mut().filter(|client| !client.grant_types.is_empty()) {
            client.grant_types.push(GrantType::RefreshToken);
        }
        let mut api = settings.client.iter().find(|client| client.id == "box").unwrap().clone();
        "api".clone_into(&mut api.id);
        api.introspect = true;
        settings.client.push(api);
    })
    .await;
    server.add_user("anna").await;
    let key = ProofKey::new(&server.clock);
    let tv = server.device("tv").proving(&key);
    let box_ = server.device("box").with_secret("box-secret").proving(&key);
    let api = server.device("api").with_secret("box-secret");
    let introspected = async |device: &testkit::Device, token: &Value| {
        device.post("/introspect", &[("token", token.as_str().unwrap())]).await.json()
    };
    let tokens = server.sign_in(&tv, "openid", "anna").await;
    assert_eq!(tokens["token_type"], "DPoP");
    let claims: Value =
        jsonwebtoken::dangerous::insecure_decode_claims(tokens["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(claims["cnf"]["jkt"], key.thumbprint());
    let active = introspected(&api, &tokens["access_token"]).await;
    assert_eq!((&active["active"], &active["token_type"]), (&true.into(), &"DPoP".into()));
    assert_eq!(active["cnf"]["jkt"], key.thumbprint());

    // The refresh token of a confidential client is bound to its secret (RFC 9449 section 5), and so names no key.
    let of_box = server.sign_in(&box_, "openid", "anna").await;
    let mine = introspected(&box_, &of_box["refresh_token"]).await;
    assert_eq!((&mine["active"], mine.get("cnf")), (&true.into(), None));

    let plain = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let active = introspected(&api, &plain["access_token"]).await;
    assert_eq!((&active["token_type"], active.get("cnf")), (&"Bearer".into(), None));
    server.clock.advance(secs(601));
    assert_eq!(introspected(&api, &tokens["access_token"]).await, serde_json::json!({ "active": false }));
}

//! Signing keys rotate, and nobody notices (OpenID Connect Core section 10.1, requirement K-15).

use std::sync::Arc;

use grantd::clock::ManualClock;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation};
use protocol::{Actor, SigningAlgorithm, Source};
use serde_json::Value;

use testkit::{Daemon, Database, Server, secs};

const DAY: u64 = 86_400;

async fn access_token(server: &Server, client: &str) -> String {
    let authorization = server.device(client).authorize("openid").await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&authorization.user_code, "anna").await;
    browser.approve(&decision).await;
    authorization.redeem().await["access_token"].as_str().unwrap().to_owned()
}

async fn published(server: &Server) -> JwkSet {
    serde_json::from_str(&server.get("/jwks.json").await.body).unwrap()
}

/// The key that signed a token, after a check that a published key verifies it.
async fn signer(server: &Server, token: &str) -> (String, String) {
    let header = jsonwebtoken::decode_header(token).unwrap();
    let kid = header.kid.unwrap();
    let jwks = published(server).await;
    let key = DecodingKey::from_jwk(jwks.find(&kid).expect("the key is published")).unwrap();
    let mut rules = Validation::new(header.alg);
    rules.validate_exp = false;
    rules.validate_aud = false;
    jsonwebtoken::decode::<Value>(token, &key, &rules).unwrap();
    (kid, format!("{:?}", header.alg))
}

async fn userinfo(server: &Server, token: &str) -> u16 {
    let request = server.request("GET", "/userinfo").header("authorization", format!("Bearer {token}"));
    request.send().await.unwrap().status().as_u16()
}

/// Proves: N69 K-15.
#[tokio::test]
async fn a_key_is_published_before_it_signs_and_kept_until_nothing_needs_it() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let tend = async || server.app.keys.signing.tend(&server.app.settings.keys).await.unwrap();
    let (first, _) = signer(&server, &access_token(&server, "tv").await).await;
    assert_eq!(published(&server).await.keys.len(), 1);

    server.clock.advance(secs(76 * DAY));
    tend().await;
    assert_eq!(published(&server).await.keys.len(), 2, "the next key is announced");
    assert_eq!(signer(&server, &access_token(&server, "tv").await).await.0, first);

    server.clock.advance(secs(14 * DAY - 300));
    let old = access_token(&server, "tv").await;
    server.clock.advance(secs(301));
    let (second, _) = signer(&server, &access_token(&server, "tv").await).await;
    assert_ne!(second, first);
    assert_eq!(userinfo(&server, &old).await, 200, "a token of the old key is still good");
    signer(&server, &old).await;

    server.clock.advance(secs(14 * DAY));
    tend().await;
    let kids: Vec<String> = published(&server).await.keys.iter().filter_map(|key| key.common.key_id.clone()).collect();
    assert_eq!(kids, [second], "the old key is forgotten");
}

/// Proves: N69 K-15, that nothing private is published; decision 12.
#[tokio::test]
async fn each_client_gets_the_algorithm_it_asked_for_and_no_private_member_is_published() {
    let server = Server::with(|settings| {
        settings.keys.algorithms = vec![SigningAlgorithm::ES256, SigningAlgorithm::RS256, SigningAlgorithm::EdDSA];
        let by = |id: &str| settings.client.iter().position(|client| client.id == id).unwrap();
        let (radio, lamp) = (by("radio"), by("tv"));
        settings.client[radio].access_token_signing_alg = Some(SigningAlgorithm::RS256);
        settings.client[lamp].access_token_signing_alg = Some(SigningAlgorithm::EdDSA);
        settings.client[lamp].id_token_signed_response_alg = Some(SigningAlgorithm::EdDSA);
    })
    .await;
    server.add_user("anna").await;
    for (client, algorithm) in [("tv", "EdDSA"), ("radio", "RS256")] {
        let token = access_token(&server, client).await;
        assert_eq!(signer(&server, &token).await.1, algorithm);
        assert_eq!(userinfo(&server, &token).await, 200);
    }
    let metadata = server.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["id_token_signing_alg_values_supported"], serde_json::json!(["ES256", "RS256", "EdDSA"]));
    let jwks = server.get("/jwks.json").await;
    assert!(jwks.header("cache-control").starts_with("public, max-age="));
    let keys = jwks.json()["keys"].as_array().unwrap().clone();
    assert_eq!(keys.len(), 3);
    for key in keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{private} is published");
        }
        assert!(key["kid"].is_string() && key["use"] == "sig");
    }
}

/// Proves: N69 K-15: a key that succeeds another between the request and the tokens is nobody's concern.
#[tokio::test]
async fn keys_may_succeed_each_other_while_a_device_waits() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let old = access_token(&server, "tv").await;
    let (first, _) = signer(&server, &old).await;
    let waiting = server.device("tv").authorize("openid").await;
    server
        .app
        .keys
        .signing
        .rotate(SigningAlgorithm::ES256, server.app.clock.now(), &Source::cli(Actor::Unix(0)))
        .await
        .unwrap();
    server.approve(&waiting, "anna").await;
    let tokens = waiting.redeem().await;
    let new = tokens["access_token"].as_str().unwrap();
    let (second, _) = signer(&server, new).await;
    assert_ne!(first, second);
    assert_eq!(signer(&server, tokens["id_token"].as_str().unwrap()).await.0, second);
    assert_eq!(signer(&server, &old).await.0, first, "what the old key signed still verifies");
    for token in [old.as_str(), new] {
        assert_eq!(userinfo(&server, token).await, 200);
    }
}

/// Proves: K-15 over two nodes: a token of a key that this node has not read yet is verified.
#[tokio::test]
async fn a_node_learns_of_a_key_that_another_made() {
    let database = Arc::new(Database::fresh().await);
    let clock = ManualClock::at(protocol::Timestamp::from_millis(1_795_262_400_000));
    let one = Server::on(Arc::clone(&database), clock.clone(), |_| {}).await;
    let other = Server::on(database, clock.clone(), |_| {}).await;
    one.add_user("anna").await;
    // Less than `purge.every`: at that moment the other node would read its keys anyway, maybe just before the new one.
    clock.advance(secs(30));
    one.app
        .keys
        .signing
        .rotate(SigningAlgorithm::ES256, grantd::clock::Clock::now(&clock), &Source::cli(Actor::Unix(0)))
        .await
        .unwrap();
    let token = access_token(&one, "tv").await;
    assert_eq!(userinfo(&other, &token).await, 200);
    assert_eq!(published(&other).await.keys.len(), 2);
}

/// Proves: FD-07: on every node, and whether another key was announced or not.
#[tokio::test]
async fn a_withdrawn_key_is_void_on_every_node_and_another_signs() {
    let database = Arc::new(Database::fresh().await);
    let clock = ManualClock::at(protocol::Timestamp::from_millis(1_795_262_400_000));
    let one = Server::on(Arc::clone(&database), clock.clone(), |_| {}).await;
    let other = Server::on(database, clock.clone(), |_| {}).await;
    one.add_user("anna").await;
    let operator = Source::cli(Actor::Unix(0));
    let tend = async |node: &Server| node.app.keys.signing.tend(&node.app.settings.keys).await.unwrap();
    for is_announced in [false, true] {
        let token = access_token(&one, "tv").await;
        let (leaked, _) = signer(&one, &token).await;
        let keys = &one.app.keys.signing;
        let later = grantd::clock::Clock::now(&clock) + secs(600);
        if is_announced {
            keys.rotate(SigningAlgorithm::ES256, later, &operator).await.unwrap();
        }
        tend(&other).await;
        assert_eq!(userinfo(&other, &token).await, 200);
        let before = published(&one).await.keys.len();
        let unknown = keys.withdraw(&[leaked.clone(), "none".to_owned()], &[SigningAlgorithm::ES256], &operator).await;
        let told = unknown.unwrap_err().to_string();
        assert_eq!(told, "there is no key none: `grantd key list` has the published ones");
        assert_eq!(published(&one).await.keys.len(), before, "nothing of it is done");

        keys.withdraw(std::slice::from_ref(&leaked), &[SigningAlgorithm::ES256], &operator).await.unwrap();
        tend(&other).await;
        for node in [&one, &other] {
            assert_eq!(userinfo(node, &token).await, 401, "{is_announced}");
            assert!(published(node).await.find(&leaked).is_none());
            let (successor, _) = signer(node, &access_token(node, "tv").await).await;
            assert_ne!(successor, leaked);
        }
        assert_eq!(published(&one).await.keys.len(), 1, "what was announced takes over, and only else one is made");
    }
    assert_eq!(one.count_events("signing_key_withdrawn").await, 2);
}

/// Proves: FD-07: the command, beside a daemon.
#[tokio::test]
async fn a_key_is_withdrawn_by_a_command_that_has_to_be_confirmed() {
    let daemon = Daemon::start("keys.algorithms = ['ES256']").await;
    let listed = async || {
        let listed = daemon.beside(&["key", "list", "--json"], "").await;
        serde_json::from_str::<Value>(listed.out.lines().next().unwrap()).unwrap()
    };
    let first = listed().await;
    assert_eq!((&first["signs"], &first["signs_until"]), (&Value::Bool(true), &Value::Null));
    let kid = first["kid"].as_str().unwrap();
    let unconfirmed = daemon.beside(&["key", "withdraw", kid], "").await;
    assert!(unconfirmed.code == Some(2) && unconfirmed.err.contains("--yes"), "{unconfirmed:?}");
    assert_eq!(listed().await["kid"], kid);
    let unknown = daemon.beside(&["key", "withdraw", "none", "--yes"], "").await;
    assert!(unknown.code == Some(1) && unknown.err.contains("there is no key none"), "{unknown:?}");
    let withdrawn = daemon.beside(&["key", "withdraw", kid, "--yes"], "").await;
    assert!(
        withdrawn.code == Some(0) && !withdrawn.out.contains(kid) && withdrawn.out.contains("\tsigns"),
        "{withdrawn:?}"
    );
    assert_ne!(listed().await["kid"], kid);
}

/// Proves: FA-04 decision 13 W-06, that a root secret can be changed: codes that wait, keys that sign and forms that
/// were shown live on.
#[tokio::test]
async fn the_root_secret_can_be_changed_with_the_former_one_listed() {
    let database = Arc::new(Database::fresh().await);
    let clock = ManualClock::at(protocol::Timestamp::from_millis(1_795_262_400_000));
    let new = database.folder.path().join("new.key");
    std::fs::write(&new, [9; 32]).unwrap();
    std::fs::set_permissions(&new, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let before = Server::on(Arc::clone(&database), clock.clone(), |_| {}).await;
    before.add_user("anna").await;
    let waiting = before.device("tv").authorize("openid").await;
    let token = access_token(&before, "tv").await;
    let mut early = before.browser();
    let shown = early.open("/device").await;
    let mut typist = before.browser();
    typist.enter_code("BBBB-BBBB").await;

    let after = Server::on(Arc::clone(&database), clock.clone(), |settings| {
        settings.secrets.former_root_files = settings.secrets.root_file.replace(new.clone()).into_iter().collect();
    })
    .await;
    assert_eq!(userinfo(&after, &token).await, 200);
    let mut browser = after.browser();
    let decision = browser.reach_decision(&waiting.user_code, "anna").await;
    assert!(decision.is_decision(), "{decision:?}");

    // A form that was shown before is taken after, but not once the former secret is forgotten.
    let mut late = after.browser();
    late.cookies.clone_from(&early.cookies);
    let login = late.post(&shown, "/device", &[("user_code", &waiting.user_code)]).await;
    assert_eq!((login.answer.status, login.path.as_str()), (200, "/login"), "{login:?}");
    assert_ne!(late.open("/device").await.csrf(), shown.csrf(), "new forms are made under the new secret");

    // So is what waited in a cookie.
    let mut resumed = after.browser();
    resumed.cookies.clone_from(&typist.cookies);
    assert!(resumed.open("/login").await.says("Your code is kept"));

    let alone = Server::on(database, clock, |settings| settings.secrets.root_file = Some(new)).await;
    let mut too_late = alone.browser();
    too_late.cookies.clone_from(&early.cookies);
    assert_eq!(too_late.post(&shown, "/device", &[("user_code", "x")]).await.answer.status, 403);
    too_late.cookies.clone_from(&typist.cookies);
    assert!(!too_late.open("/login").await.says("Your code is kept"));
    assert_eq!(userinfo(&alone, &token).await, 200, "the keys were sealed anew, so the former secret is not needed");
}

//! Ending tokens (RFC 7009) and asking about them (RFC 7662).

use protocol::GrantType;
use serde_json::{Value, json};

use testkit::{Answer, Device, Server, secs};

/// A server with two resource servers: one of the audience that tokens have, one of another.
async fn server() -> Server {
    Server::with(|settings| {
        for client in settings.client.iter_mut().filter(|client| !client.grant_types.is_empty()) {
            client.grant_types.push(GrantType::RefreshToken);
        }
        let mut api = settings.client.iter().find(|client| client.id == "box").unwrap().clone();
        api.introspect = true;
        "api".clone_into(&mut api.id);
        let mut other = api.clone();
        "other-api".clone_into(&mut other.id);
        other.audiences = Some(vec!["https://other.example.test".to_owned()]);
        settings.client.extend([api, other]);
    })
    .await
}

async fn signed_in(server: &Server, device: &Device) -> (String, String) {
    let authorization = device.authorize("openid read").await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&authorization.user_code, "anna").await;
    browser.approve(&decision).await;
    let tokens = authorization.redeem().await;
    let text = |member: &str| tokens[member].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

async fn introspected(device: &Device, token: &str) -> Value {
    let answer = device.post("/introspect", &[("token", token)]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{}", answer.body);
    answer.json()
}

async fn revoke(device: &Device, token: &str, more: &[(&str, &str)]) -> Answer {
    device.post("/revoke", &[&[("token", token)], more].concat()).await
}

/// Proves: seed_61 N65 V-04 V-05.
#[tokio::test]
async fn introspection_tells_the_right_server_and_nobody_else() {
    let server = server().await;
    let anna = server.add_user("anna").await;
    let tv = server.device("tv");
    let (access, refresh) = signed_in(&server, &tv).await;
    let api = server.device("api").with_secret("box-secret");
    let active = introspected(&api, &access).await;
    assert_eq!(active["active"], true);
    assert_eq!((&active["sub"], &active["client_id"]), (&anna.subject.as_str().into(), &"tv".into()));
    assert_eq!((&active["scope"], &active["token_type"]), (&"openid read".into(), &"Bearer".into()));
    for member in ["iss", "aud", "exp", "iat", "jti", "auth_time"] {
        assert!(active.get(member).is_some(), "{member} is missing in {active}");
    }
    let inactive = json!({"active": false});
    assert_eq!(introspected(&server.device("other-api").with_secret("box-secret"), &access).await, inactive);
    assert_eq!(introspected(&server.device("box").with_secret("box-secret"), &access).await, inactive);
    assert_eq!(introspected(&api, &refresh).await, inactive, "a refresh token is its own client's business");
    assert_eq!(introspected(&api, "garbage").await, inactive);
    tv.post("/introspect", &[("token", &access)]).await.assert_error(401, "invalid_client");
    let nobody = server.post("/introspect", &format!("token={access}")).await;
    nobody.assert_error(401, "invalid_client");
    assert!(nobody.header("www-authenticate").starts_with("Basic realm="), "{nobody:?}");
    server.device("api").post("/introspect", &[("token", &access)]).await.assert_error(401, "invalid_client");
    api.post("/introspect", &[]).await.assert_error(400, "invalid_request");
    assert_eq!(revoke(&tv, &access, &[]).await.status, 200);
    assert_eq!(introspected(&api, &access).await, inactive, "a revoked JWT");
    server.clock.advance(secs(601));
    assert_eq!(introspected(&api, &access).await, inactive);
}

/// Proves: N66 V-03.
#[tokio::test]
async fn a_client_revokes_its_own_tokens_and_no_others() {
    let server = server().await;
    server.add_user("anna").await;
    let boxed = server.device("box").with_secret("box-secret");
    let tv = server.device("tv");
    let (access, refresh) = signed_in(&server, &tv).await;
    let api = server.device("api").with_secret("box-secret");

    revoke(&boxed, &access, &[]).await.assert_error(400, "invalid_request");
    revoke(&boxed, &refresh, &[]).await.assert_error(400, "invalid_request");
    assert_eq!(revoke(&server.device("radio"), &refresh, &[]).await.status, 200);
    assert_eq!(introspected(&api, &access).await["active"], true, "none of these had an effect");
    assert_eq!(revoke(&tv, "unknown", &[]).await.status, 200);
    revoke(&tv, "", &[]).await.assert_error(400, "invalid_request");
    tv.post("/revoke", &[]).await.assert_error(400, "invalid_request");
    revoke(&server.device("nobody"), &access, &[]).await.assert_error(401, "invalid_client");

    let answer = revoke(&tv, &access, &[("token_type_hint", "refresh_token")]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""), "a wrong hint is only a hint");
    assert_eq!(introspected(&api, &access).await, json!({"active": false}));
    let refreshed = tv.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await.json();
    let (access, refresh) = (refreshed["access_token"].as_str().unwrap(), refreshed["refresh_token"].as_str().unwrap());
    assert_eq!(revoke(&tv, refresh, &[("token_type_hint", "nonsense")]).await.status, 200);
    assert_eq!(introspected(&api, access).await, json!({"active": false}), "the family died with its refresh token");
    let again = tv.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await;
    again.assert_error(400, "invalid_grant");
}

/// Proves: N43 T-19: a device code that comes back late ends every token that was issued for it.
#[tokio::test]
async fn a_spent_code_that_comes_back_late_ends_all_its_tokens() {
    let server = server().await;
    server.add_user("anna").await;
    let (tv, api) = (server.device("tv"), server.device("api").with_secret("box-secret"));
    let authorization = tv.authorize("openid read").await;
    server.approve(&authorization, "anna").await;
    let tokens = authorization.redeem().await;
    let (access, first) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());

    server.clock.advance(secs(1));
    authorization.poll_answer().await.assert_error(400, "invalid_grant");
    assert_eq!(introspected(&api, access).await["active"], true, "one second later it is a retry");
    let refreshed = tv.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", first)]).await.json();
    let (newer, second) = (refreshed["access_token"].as_str().unwrap(), refreshed["refresh_token"].as_str().unwrap());

    server.clock.advance(secs(29));
    authorization.poll_answer().await.assert_error(400, "invalid_grant");
    for token in [access, newer] {
        assert_eq!(introspected(&api, token).await, json!({"active": false}), "thirty seconds later it is a theft");
    }
    let again = tv.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", second)]).await;
    again.assert_error(400, "invalid_grant");
}

/// Proves: V-04 for refresh tokens.
#[tokio::test]
async fn a_confidential_client_learns_about_its_own_refresh_token() {
    let server = server().await;
    server.add_user("anna").await;
    let boxed = server.device("box").with_secret("box-secret");
    let (_, refresh) = signed_in(&server, &boxed).await;
    let active = introspected(&boxed, &refresh).await;
    assert_eq!((&active["active"], &active["client_id"]), (&true.into(), &"box".into()));
    assert!(active.get("token_type").is_none());
    server.clock.advance(secs(15 * 86_400));
    assert_eq!(introspected(&boxed, &refresh).await, json!({"active": false}));
}

/// Proves: V-04 V-05 K-02 K-03: an API gets the claims of the token, one by one, to its last second; an ID token is not
/// an access token.
#[tokio::test]
async fn introspection_says_what_the_token_says_as_long_as_it_lives() {
    let server = server().await;
    server.add_user("anna").await;
    let (tv, api) = (server.device("tv"), server.device("api").with_secret("box-secret"));
    let tokens = server.sign_in(&tv, "openid read", "anna").await;
    let (access, id) = (tokens["access_token"].as_str().unwrap(), tokens["id_token"].as_str().unwrap());
    let mut expected: Value = jsonwebtoken::dangerous::insecure_decode_claims(access).unwrap();
    expected.as_object_mut().unwrap().remove("amr").unwrap();
    for (member, value) in [("active", json!(true)), ("token_type", json!("Bearer")), ("username", json!("anna"))] {
        expected[member] = value;
    }
    assert_eq!(introspected(&api, access).await, expected);
    for caller in [&api, &server.device("box").with_secret("box-secret")] {
        assert_eq!(introspected(caller, id).await, json!({"active": false}), "an ID token is no access token");
    }
    server.clock.advance(secs(599));
    assert_eq!(introspected(&api, access).await, expected);
    server.clock.advance(secs(1));
    assert_eq!(introspected(&api, access).await, json!({"active": false}));
}

/// Proves: V-03 V-04: a stranger without the client's credentials ends nothing and learns nothing, and a token in the
/// URL does not count.
#[tokio::test]
async fn who_does_not_prove_itself_ends_nothing_and_learns_nothing() {
    let server = server().await;
    server.add_user("anna").await;
    let boxed = server.device("box").with_secret("box-secret");
    let (access, refresh) = signed_in(&server, &boxed).await;
    let api = server.device("api").with_secret("box-secret");
    for path in ["/revoke", "/introspect"] {
        for token in [&access, &refresh] {
            for impostor in [server.device("box").with_secret("wrong"), server.device("box")] {
                impostor.post(path, &[("token", token)]).await.assert_error(401, "invalid_client");
            }
            let in_the_url = format!("{path}?token={token}");
            boxed.post(&in_the_url, &[]).await.assert_error(400, "invalid_request");
            assert_eq!(server.get(&in_the_url).await.status, 405);
        }
    }
    assert_eq!(introspected(&api, &access).await["active"], true);
    assert_eq!(introspected(&boxed, &refresh).await["active"], true);
}

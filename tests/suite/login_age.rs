//! How old a login may be: `max_age` of the device, `device.max_auth_age` of the operator (requirement U-13), and the
//! step-up of RFC 9470 that both make possible.

use std::time::Duration;

use jsonwebtoken::dangerous::insecure_decode;
use protocol::GrantType;
use serde_json::Value;

use testkit::{Server, secs};

fn auth_time(token: &Value) -> i64 {
    insecure_decode::<Value>(token.as_str().unwrap()).unwrap().claims["auth_time"].as_i64().unwrap()
}

/// Proves: S-02 (`max_age`).
#[tokio::test]
async fn max_age_is_a_whole_number_of_seconds() {
    let server = Server::spawn().await;
    let tv = server.device("tv");
    for wrong in ["-1", "ten", "1.5", "1e3", "60s", "+60", " 60", "4294967296", "99999999999999999999", "0x10"] {
        let refused = tv.post("/device_authorization", &[("scope", "read"), ("max_age", wrong)]).await;
        refused.assert_error(400, "invalid_request");
    }
    let twice = tv.post("/device_authorization", &[("scope", "read"), ("max_age", "1"), ("max_age", "1")]).await;
    twice.assert_error(400, "invalid_request");
    assert_eq!(server.database.rows("device_grants").await, 0);
    for right in ["0", "60", "4294967295", ""] {
        tv.authorize_with(&[("scope", "read"), ("max_age", right)]).await;
    }
}

/// Proves: S-02 U-13 X-03 N34 K-11: the login of a moment ago is not enough, and the code is not typed again.
#[tokio::test]
async fn max_age_zero_asks_for_the_password_and_goes_on_with_the_same_request() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    server.clock.advance(secs(10));
    let device = server.device("tv").authorize_with(&[("scope", "openid"), ("max_age", "0")]).await;
    let login = anna.enter_code(&device.user_code).await;
    assert_eq!(login.path, "/login", "before the page is read, not after it was approved: {login:?}");
    assert!(login.says("You signed in a while ago") && login.says("value=\"anna\""), "{login:?}");
    server.clock.advance(secs(5));
    let now = server.app.clock.now().seconds();
    let decision = anna.log_in("anna").await;
    assert!(decision.is_decision(), "{decision:?}");
    server.clock.advance(secs(120));
    assert!(anna.approve(&decision).await.says("Go back to your device"), "two minutes are for reading");
    let tokens = device.redeem().await;
    assert_eq!([auth_time(&tokens["id_token"]), auth_time(&tokens["access_token"])], [now, now]);
}

/// Proves: S-02 U-13: the login is asked for again when its page lay open for long, and a wrong password opens nothing.
#[tokio::test]
async fn a_page_that_lies_open_too_long_asks_for_the_login_again() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize_with(&[("scope", "openid"), ("max_age", "30")]).await;
    let decision = anna.enter_code(&device.user_code).await;
    assert!(decision.is_decision(), "a login of this very moment: {decision:?}");
    server.clock.advance(secs(301));
    let login = anna.approve(&decision).await;
    assert_eq!((login.path.as_str(), device.poll().await.as_str()), ("/login", "authorization_pending"));
    let refused = anna.log_in_with("anna", "not the password at all").await;
    assert!(refused.says("The username or the password is wrong"), "{refused:?}");
    assert_eq!(anna.open(&decision.path).await.path, "/login", "nor does the old page");
    let again = anna.log_in("anna").await;
    assert!(again.is_decision() && again.path != decision.path, "{again:?}");
    assert!(anna.approve(&again).await.says("Go back to your device"));
    assert_eq!(device.poll().await, "tokens");
}

/// Proves: S-02: an old login may still deny.
#[tokio::test]
async fn a_login_that_is_too_old_to_approve_may_deny() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize_with(&[("scope", "openid"), ("max_age", "30")]).await;
    let decision = anna.enter_code(&device.user_code).await;
    server.clock.advance(secs(301));
    assert!(anna.deny(&decision).await.says("You denied the request"));
    assert_eq!(device.poll().await, "access_denied");
}

/// Proves: S-02 U-13: a device cannot ask for less than the operator, and a login that is young enough is not repeated.
#[tokio::test]
async fn the_shorter_of_both_ages_holds() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    server.clock.advance(secs(60));
    let device = server.device("tv").authorize_with(&[("scope", "read"), ("max_age", "61")]).await;
    let decision = anna.enter_code(&device.user_code).await;
    assert!(anna.approve(&decision).await.says("Go back to your device"), "{decision:?}");
    server.clock.advance(secs(540));
    let device = server.device("tv").authorize_with(&[("scope", "read"), ("max_age", "4294967295")]).await;
    let decision = anna.enter_code(&device.user_code).await;
    assert!(decision.is_decision(), "{decision:?}");
    server.clock.advance(secs(301));
    assert_eq!(anna.approve(&decision).await.path, "/login", "fifteen minutes are over");
}

/// Proves: U-13: with `max_auth_age = "0s"` each approval has its own login, and hashing and reading take time all the same.
#[tokio::test]
async fn always_means_a_login_for_each_request() {
    let server = Server::with(|settings| settings.device.max_auth_age = secs(0)).await;
    server.add_user("anna").await;
    server.work.let_hashes_take(&server.clock, Duration::from_millis(300));
    let mut anna = server.browser();
    for _ in 0..2 {
        let device = server.device("tv").authorize("read").await;
        let login = anna.enter_code(&device.user_code).await;
        assert_eq!(login.path, "/login", "{login:?}");
        let decision = anna.log_in("anna").await;
        server.clock.advance(secs(30));
        assert!(anna.approve(&decision).await.says("Go back to your device"), "{decision:?}");
        assert_eq!(device.poll().await, "tokens");
    }
}

/// Proves: S-03 V-04 K-12: an API that wants a fresher login than the token's says so (RFC 9470 section 3), the client
/// starts again with `max_age`, and introspection shows the API that it was obeyed (section 6.2).
#[tokio::test]
async fn a_device_steps_up_when_an_api_wants_a_fresher_login() {
    let server = Server::with(|settings| {
        settings.client[0].grant_types.push(GrantType::RefreshToken);
        let mut api = settings.client.iter().find(|client| client.id == "box").unwrap().clone();
        api.introspect = true;
        "api".clone_into(&mut api.id);
        settings.client.push(api);
    })
    .await;
    server.add_user("anna").await;
    let (tv, api) = (server.device("tv"), server.device("api").with_secret("box-secret"));
    let first = server.sign_in(&tv, "openid", "anna").await;
    server.clock.advance(secs(3600));
    let refresh = first["refresh_token"].as_str().unwrap();
    let old = tv.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await.json();
    let told = async |token: &Value| api.post("/introspect", &[("token", token.as_str().unwrap())]).await.json();
    let stale = told(&old["access_token"]).await;
    let now = server.app.clock.now().seconds();
    assert_eq!((&stale["active"], now - stale["auth_time"].as_i64().unwrap()), (&true.into(), 3600));
    let step_up = [("scope", "openid"), ("max_age", "60"), ("acr_values", "urn:grantd:acr:password")];
    let device = tv.authorize_with(&step_up).await;
    server.approve(&device, "anna").await;
    let fresh = told(&device.redeem().await["access_token"]).await;
    assert_eq!((&fresh["auth_time"], &fresh["acr"]), (&now.into(), &"urn:grantd:acr:password".into()));
}

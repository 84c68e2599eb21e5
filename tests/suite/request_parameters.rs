//! What a device may ask for besides its scope: `login_hint`, `ui_locales` and `acr_values` (OpenID Connect Core
//! section 3.1.2.1, by analogy), none of which proves anything. `max_age` is in `login_age`.

use jsonwebtoken::dangerous::insecure_decode;
use serde_json::Value;
use settings::Settings;

use testkit::{Authorization, Browser, ISSUER, Page, Server, secs};

const LEVEL: &str = "urn:grantd:acr:password";

async fn server(change: impl FnOnce(&mut Settings)) -> Server {
    let server = Server::with(change).await;
    server.add_user("anna").await;
    server
}

fn link(device: &Authorization) -> &str {
    device.json["verification_uri_complete"].as_str().unwrap().strip_prefix(ISSUER).unwrap()
}

/// Opens the link of a device and says that the code is the same: the login page.
async fn open_link(browser: &mut Browser, device: &Authorization) -> Page {
    let page = browser.open(link(device)).await;
    assert_eq!(page.path, "/device", "code and hint are out of the URL");
    browser.post(&page, "/device", &[("user_code", &device.user_code)]).await
}

fn username(page: &Page) -> String {
    assert_eq!(page.path, "/login", "{page:?}");
    page.value_of("id=\"username\"").unwrap()
}

/// Proves: S-02 (`login_hint`).
#[tokio::test]
async fn a_login_hint_begins_the_login_page_and_proves_nothing() {
    let server = server(|_| {}).await;
    server.add_user("boris").await;
    let tv = server.device("tv");
    let hinted = [("scope", "read"), ("login_hint", "anna")];
    let mut browser = server.browser();
    let login = open_link(&mut browser, &tv.authorize_with(&hinted).await).await;
    assert_eq!(username(&login), "anna");
    let page = browser.post(&login, "/login", &[("username", "anna"), ("password", "")]).await;
    assert!(page.says("The username or the password is wrong"), "{page:?}");
    let decision = browser.log_in("boris").await;
    assert!(decision.is_decision() && decision.says("<bdi>boris</bdi>"), "anybody may decide: {decision:?}");

    let other = tv.authorize_with(&[("scope", "read")]).await;
    assert_eq!(username(&open_link(&mut server.browser(), &other).await), "", "the next request has no hint");
}

/// Proves: U-02 S-02: no code is looked up for somebody who is not signed in, so a typed code cannot tell whom it is for.
#[tokio::test]
async fn a_typed_code_tells_a_stranger_no_login_hint() {
    let server = server(|_| {}).await;
    let device = server.device("tv").authorize_with(&[("scope", "read"), ("login_hint", "anna")]).await;
    assert_eq!(username(&server.browser().enter_code(&device.user_code).await), "");
    let mut browser = server.browser();
    let page = browser.open(link(&device)).await;
    let mistyped = browser.post(&page, "/device", &[("user_code", "BBBB-BBBB")]).await;
    assert_eq!(username(&mistyped), "", "the hint belongs to the code of its link");
}

/// Proves: S-02 N75 X-03: a request that is known has its hint, and goes on where it was.
#[tokio::test]
async fn a_known_request_has_its_login_hint_when_the_session_ended() {
    let server = server(|settings| settings.sessions.idle = secs(60)).await;
    let device = server.device("tv").authorize_with(&[("scope", "read"), ("login_hint", "anna")]).await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&device.user_code, "anna").await;
    server.clock.advance(secs(61));
    let login = browser.open(&decision.path).await;
    assert_eq!(username(&login), "anna");
    let again = browser.log_in("anna").await;
    assert!(again.is_decision(), "{again:?}");
}

/// Proves: W-08 S-02.
#[tokio::test]
async fn a_hostile_login_hint_is_only_text() {
    let server = server(|_| {}).await;
    let hostile = "\"><script>alert(1)</script>\u{202e}'";
    let device = server.device("tv").authorize_with(&[("scope", "read"), ("login_hint", hostile)]).await;
    let mut browser = server.browser();
    let login = open_link(&mut browser, &device).await;
    assert!(!login.says("<script") && !login.says("\u{202e}"), "{login:?}");
    assert!(login.says("value=\"&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;&#39;\""), "{login:?}");
    // A link that nobody's device made.
    let mut browser = server.browser();
    let forged = format!("/device?user_code={}&login_hint={}", device.user_code, "a".repeat(256));
    let page = browser.open(&forged).await;
    let login = browser.post(&page, "/device", &[("user_code", &device.user_code)]).await;
    assert_eq!(username(&login), "", "too long to be a username");
}

/// Proves: S-02 T-03.
#[tokio::test]
async fn a_login_hint_is_as_long_as_a_username_at_most() {
    let server = server(|_| {}).await;
    let tv = server.device("tv");
    for long in ["a".repeat(256), "a".repeat(10_000)] {
        let refused = tv.post("/device_authorization", &[("scope", "read"), ("login_hint", &long)]).await;
        refused.assert_error(400, "invalid_request");
    }
    assert_eq!(server.database.rows("device_grants").await, 0);
    let longest = "a".repeat(255);
    let device = tv.authorize_with(&[("scope", "read"), ("login_hint", &longest)]).await;
    assert!(!link(&device).contains("login_hint"), "a QR code of it would be hard to read");
}

/// Proves: S-02 (`ui_locales`) M-03.
#[tokio::test]
async fn locales_are_kept_when_they_are_language_tags_known_or_not() {
    let server = server(|_| {}).await;
    let tv = server.device("tv");
    for wrong in ["de_CH", "<b>", "../../etc/passwd", "en;q=0.5", "english please!", "de-CH fr-", "\u{fffd}", "*"] {
        let refused = tv.post("/device_authorization", &[("scope", "read"), ("ui_locales", wrong)]).await;
        refused.assert_error(400, "invalid_request");
    }
    let many = "de ".repeat(400);
    tv.post("/device_authorization", &[("ui_locales", &many)]).await.assert_error(400, "invalid_request");
    assert_eq!(server.database.rows("device_grants").await, 0);
    let device = tv.authorize_with(&[("scope", "read"), ("ui_locales", "de-CH tlh")]).await;
    let kept = server.database.cells().await.into_iter().find(|cell| cell.column == "wishes").unwrap();
    assert_eq!(kept.text(), r#"{"ui_locales":["de-CH","tlh"]}"#);
    let page = server.browser().reach_decision(&device.user_code, "anna").await;
    let metadata = server.get("/.well-known/openid-configuration").await.json();
    assert!(metadata["ui_locales_supported"].as_array().unwrap().contains(&Value::from("de")), "{metadata}");
    assert!(page.says("<html lang=\"de\" dir=\"ltr\">"), "what is advertised is what the pages are");
}

/// The tokens of a request with these `acr_values`.
async fn with_acr_values(server: &Server, acr_values: Option<&str>) -> Value {
    let mut asked = vec![("scope", "openid")];
    asked.extend(acr_values.map(|values| ("acr_values", values)));
    let device = server.device("tv").authorize_with(&asked).await;
    server.approve(&device, "anna").await;
    device.redeem().await
}

/// Proves: seed_37 S-02 K-11 V-04 M-05: tokens have a level that the login reached, and that was asked for if any was.
#[tokio::test]
async fn tokens_say_the_level_that_was_asked_for_and_reached() {
    let levels = [LEVEL, "loa1"].map(str::to_owned).to_vec();
    let server = server(|settings| settings.sessions.password_acr_values = levels).await;
    let metadata = server.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["acr_values_supported"], serde_json::json!([LEVEL, "loa1"]));
    for (asked, told) in [(None, LEVEL), (Some("loa1"), "loa1"), (Some("mfa loa1 urn:grantd:acr:password"), "loa1")] {
        let tokens = with_acr_values(&server, asked).await;
        for token in ["access_token", "id_token"] {
            let claims = insecure_decode::<Value>(tokens[token].as_str().unwrap()).unwrap().claims;
            assert_eq!(claims["acr"], told, "{token} for {asked:?}");
        }
    }
}

/// Proves: S-02: the device is the first to learn of an unmet demand, and nobody sees a success.
#[tokio::test]
async fn a_level_that_nobody_can_reach_is_denied_to_the_device() {
    let server = server(|_| {}).await;
    let mut anna = server.signed_in("boris").await;
    let device = server.device("tv").authorize_with(&[("scope", "read"), ("acr_values", "mfa urn:example:phr")]).await;
    for _ in 0..3 {
        let poll = device.poll_answer().await;
        poll.assert_error(400, "access_denied");
        let description = poll.json()["error_description"].as_str().unwrap().to_owned();
        assert!(description.starts_with("unmet_authentication_requirements"), "{description}");
    }
    let page = anna.enter_code(&device.user_code).await;
    assert!(page.says("This code does not work"), "nobody is asked to approve what cannot be: {page:?}");
    device.poll_answer().await.assert_error(400, "access_denied");
    server.clock.advance(secs(700));
    device.poll_answer().await.assert_error(400, "access_denied");
    let other = device.poll_as(&server.device("radio")).await;
    other.assert_error(400, "invalid_grant");
}

/// Proves: S-02 SM-06: the value of a level may change while a request waits.
#[tokio::test]
async fn without_levels_no_level_is_told_or_promised() {
    let server = server(|settings| settings.sessions.password_acr_values.clear()).await;
    let metadata = server.get("/.well-known/openid-configuration").await.json();
    assert!(metadata.get("acr_values_supported").is_none(), "{metadata}");
    assert!(!metadata["claims_supported"].as_array().unwrap().contains(&"acr".into()));
    let tokens = with_acr_values(&server, None).await;
    let claims = insecure_decode::<Value>(tokens["id_token"].as_str().unwrap()).unwrap().claims;
    assert!(claims.get("acr").is_none(), "{claims}");
    let device = server.device("tv").authorize_with(&[("scope", "read"), ("acr_values", LEVEL)]).await;
    device.poll_answer().await.assert_error(400, "access_denied");
}

/// Proves: N77 M-03: `claims` is not supported, and says so.
#[tokio::test]
async fn a_claims_parameter_asks_for_nothing() {
    let server = server(|_| {}).await;
    let metadata = server.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["claims_parameter_supported"], false);
    let claims = r#"{"id_token":{"email":{"essential":true},"acr":{"essential":true,"values":["mfa"]}}}"#;
    let device = server.device("tv").authorize_with(&[("scope", "openid"), ("claims", claims)]).await;
    server.approve(&device, "anna").await;
    let id = insecure_decode::<Value>(device.redeem().await["id_token"].as_str().unwrap()).unwrap().claims;
    assert!(id.get("email").is_none(), "{id}");
}

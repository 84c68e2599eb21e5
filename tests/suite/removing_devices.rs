//! Signing a device out again, on the page that says that it is signed in (requirements U-14, K-10).

use protocol::GrantType;
use serde_json::Value;

use testkit::{Authorization, Browser, PASSWORD, Page, Server, detail, secs};

const REMOVE: &[(&str, &str)] = &[("decision", "remove")];

async fn server() -> Server {
    Server::with(|settings| settings.client[0].grant_types.push(GrantType::RefreshToken)).await
}

/// A device that somebody signed in, and the page that says so.
async fn signed_in(server: &Server, browser: &mut Browser) -> (Authorization, Value, Page) {
    let device = server.device("tv").authorize("openid").await;
    let page = browser.enter_code(&device.user_code).await;
    browser.approve(&page).await;
    let tokens = device.redeem().await;
    let done = browser.open(&page.path).await;
    assert!(done.says("Your device is signed in"), "{done:?}");
    (device, tokens, done)
}

async fn is_alive(server: &Server, device: &Authorization, tokens: &Value) -> bool {
    let used = server.userinfo(tokens["access_token"].as_str().unwrap()).await.status;
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    let refreshed = device.device.post("/token", &refresh).await.status;
    assert_eq!(used == 200, refreshed == 200, "{used} {refreshed}");
    used == 200
}

/// Proves: U-14 K-10 U-11 U-12: the tokens die, once, however often it is asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_device_that_signed_in_can_be_removed_at_once() {
    let server = server().await;
    let mut anna = server.signed_in("anna").await;
    let (device, tokens, done) = signed_in(&server, &mut anna).await;
    assert!(done.says("id=\"remove\""), "{done:?}");
    let grants = server.database.grants().await;
    let (mut one, mut other) = (anna.clone(), anna.clone());
    let (first, second) = tokio::join!(one.post(&done, &done.path, REMOVE), other.post(&done, &done.path, REMOVE));
    for page in [first, second, anna.post(&done, &done.path, REMOVE).await, anna.open(&done.path).await] {
        assert!(page.says("The device is signed out") && page.has_a_way_on(), "{page:?}");
        assert!(!page.says("id=\"remove\""), "there is nothing left to remove");
    }
    assert!(!is_alive(&server, &device, &tokens).await);
    let revoked = server.events_of("tokens_revoked").await;
    assert_eq!((revoked.len(), &detail(&revoked[0])["by"]), (1, &"person".into()));
    assert!(revoked[0].subject.is_some() && revoked[0].family_id.is_some() && revoked[0].grant_id.is_some());
    assert_eq!(server.database.grants().await, grants, "what was allowed and redeemed stays told");
    device.poll_answer().await.assert_error(400, "invalid_grant");
}

/// Proves: U-10 U-14 N47 N48: nobody removes the device of another person, not by a forged form and not by looking.
#[tokio::test]
async fn only_its_own_person_removes_a_device() {
    let server = server().await;
    let mut anna = server.signed_in("anna").await;
    let mut bob = server.signed_in("bob").await;
    let (device, tokens, done) = signed_in(&server, &mut anna).await;
    let his = Page { path: done.path.clone(), answer: bob.open("/device").await.answer };
    assert_eq!(bob.open(&done.path).await.answer.status, 404);
    let refused = bob.post(&his, &done.path, REMOVE).await;
    assert_eq!(refused.answer.status, 409);
    assert!(!refused.says("Television") && !refused.says("anna"), "{refused:?}");
    assert_eq!(anna.send("POST", &done.path, Some(REMOVE)).await.status, 403, "without a csrf token");
    anna.open(&format!("{}?decision=remove&csrf={}", done.path, done.csrf())).await;
    let csrf = done.csrf();
    let foreign = [("sec-fetch-site", "cross-site")];
    let form = [("decision", "remove"), ("csrf", csrf.as_str())];
    assert_eq!(anna.send_saying("POST", &done.path, &foreign, Some(&form)).await.status, 403);
    assert!(is_alive(&server, &device, &tokens).await);
    assert_eq!(server.count_events("tokens_revoked").await, 0);
}

/// Proves: U-14: there is nothing to remove before the device has signed in, and the page shows the state.
#[tokio::test]
async fn what_is_not_signed_in_is_not_removed() {
    let server = server().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let before = server.database.grants().await;
    assert!(anna.post(&page, &page.path, REMOVE).await.is_decision());
    assert_eq!(server.database.grants().await, before);
    let done = anna.approve(&page).await;
    assert!(anna.post(&page, &page.path, REMOVE).await.says("Go back to your device") && !done.says("id=\"remove\""));
    assert_eq!(device.poll().await, "tokens");
}

/// Proves: N75 U-14: a person who comes back later and has to log in again can still remove the device, and take back an
/// approval.
#[tokio::test]
async fn a_later_session_of_the_same_person_can_still_take_it_back() {
    let server = server().await;
    let mut anna = server.signed_in("anna").await;
    server.add_user("bob").await;
    let (device, tokens, done) = signed_in(&server, &mut anna).await;
    let waiting = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&waiting.user_code).await;
    let approved = anna.approve(&page).await;
    server.clock.advance(secs(60));
    let home = anna.open("/device").await;
    anna.post(&home, "/logout", &[]).await;
    let login = anna.open(&done.path).await;
    let there = anna.post(&login, "/login", &[("username", "anna"), ("password", PASSWORD)]).await;
    assert!(there.says("Your device is signed in"), "{there:?}");
    assert!(anna.post(&there, &there.path, REMOVE).await.says("The device is signed out"));
    assert!(!is_alive(&server, &device, &tokens).await);
    let there = anna.open(&approved.path).await;
    assert!(there.says("Go back to your device"), "{there:?}");
    assert!(anna.deny(&there).await.says("You denied the request"));
    assert_eq!(waiting.poll().await, "access_denied");

    let mut other = server.browser();
    let login = other.open(&done.path).await;
    let refused = other.post(&login, "/login", &[("username", "bob"), ("password", PASSWORD)]).await;
    assert_eq!(refused.answer.status, 404, "another person sees nothing of it: {refused:?}");
}

/// Proves: U-14: a device that was signed out in another way is not called signed in.
#[tokio::test]
async fn the_page_tells_when_the_device_has_signed_itself_out() {
    let server = server().await;
    let mut anna = server.signed_in("anna").await;
    let (device, tokens, done) = signed_in(&server, &mut anna).await;
    device.device.post("/revoke", &[("token", tokens["refresh_token"].as_str().unwrap())]).await;
    assert!(anna.open(&done.path).await.says("The device is signed out"));
}

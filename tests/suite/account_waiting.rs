//! What a person approved and no device has redeemed yet is among their applications, and can be taken back
//! (requirements U-11, U-14).

use testkit::{Browser, Page, Server, secs};

/// The words of the page about an app whose device has not redeemed.
const WAITS: &str = "It is signed in when it asks next.";

/// What takes back the only approval that waits.
fn waiting(page: &Page) -> String {
    page.value_of("name=\"waiting\"").unwrap()
}

async fn take_back(browser: &mut Browser, id: &str) -> Page {
    let page = browser.open("/account").await;
    browser.post(&page, "/account/devices", &[("waiting", id)]).await
}

/// Proves: seed_31 U-11 U-14.
#[tokio::test]
async fn what_was_allowed_is_listed_at_once_and_can_be_taken_back() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    assert!(!anna.open("/account").await.says(WAITS), "it is not allowed yet");
    anna.approve(&page).await;
    server.clock.advance(secs(60));
    let account = anna.open("/account").await;
    assert!(account.says(WAITS) && account.says("<h3><bdi>Television</bdi></h3>"), "{account:?}");
    assert!(account.says("1 minute ago") && !account.says("id=\"sign-out-devices\""), "{account:?}");
    let after = take_back(&mut anna, &waiting(&account)).await;
    assert!(after.path == "/account" && !after.says(WAITS), "{after:?}");
    assert!(after.says("You took it back. The device gets no access."), "{after:?}");
    device.poll_answer().await.assert_error(400, "access_denied");
    let [denied] = <[_; 1]>::try_from(server.events_of("grant_denied").await).unwrap();
    assert_eq!(denied.channel, "page");
}

/// Proves: SM-04 U-14: a device that has redeemed is signed in, whatever an older page says.
#[tokio::test]
async fn what_the_device_has_taken_is_no_longer_taken_back_here() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    anna.approve(&page).await;
    let id = waiting(&anna.open("/account").await);
    let token = device.redeem().await["access_token"].as_str().unwrap().to_owned();
    let after = take_back(&mut anna, &id).await;
    assert!(!after.says(WAITS) && after.says("<h3><bdi>Television</bdi></h3>"), "{after:?}");
    assert!(after.says("If it has signed in, it is in the list below"), "it was not taken back: {after:?}");
    assert!(server.userinfo(&token).await.status != 401, "it is signed in");
    assert_eq!(server.count_events("grant_denied").await, 0);
}

/// Nobody takes back an approval of another person, and approvals that are void or over are not listed.
#[tokio::test]
async fn only_ones_own_and_only_what_a_device_could_take() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let mut mallory = server.signed_in_from("mallory", "192.0.2.9").await;
    let device = server.device("tv").authorize("openid").await;
    let page = anna.enter_code(&device.user_code).await;
    anna.approve(&page).await;
    let id = waiting(&anna.open("/account").await);
    for id in [id.as_str(), "x", ""] {
        take_back(&mut mallory, id).await;
    }
    assert!(!mallory.open("/account").await.says(WAITS));
    assert_eq!(device.poll().await, "tokens");

    let late = server.device("tv").authorize("openid").await;
    let page = anna.enter_code(&late.user_code).await;
    anna.approve(&page).await;
    server.clock.advance(secs(620));
    assert!(!anna.open("/account").await.says(WAITS), "it has expired");

    let void = server.device("tv").authorize("openid").await;
    let page = anna.enter_code(&void.user_code).await;
    anna.approve(&page).await;
    server.clock.advance(secs(1));
    let account = anna.open("/account").await;
    assert!(account.says(WAITS), "{account:?}");
    anna.post(&account, "/account/sign-out", &[]).await;
    anna.log_in("anna").await;
    assert!(!anna.open("/account").await.says(WAITS), "signing out everywhere made it void");
}

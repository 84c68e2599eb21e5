//! Who may decide, when, and which decision counts: RFC 8628 sections 3.3 and 5.4; requirements SM-04, U-04 to U-13.

use testkit::{Page, Server, secs};

/// Proves: N41 SM-04 SM-01.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_denial_wins_over_a_simultaneous_approval() {
    approve_against_deny(40).await;
}

/// An approval and a denial of the same page at once, each time.
pub async fn approve_against_deny(rounds: usize) {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    for round in 0..rounds {
        let device = server.device("tv").on_network(&format!("203.0.113.{round}")).authorize("read").await;
        let page = anna.enter_code(&device.user_code).await;
        let (mut one, mut other) = (anna.clone(), anna.clone());
        let (approved, denied) = tokio::join!(one.approve(&page), other.deny(&page));
        assert_eq!((approved.answer.status, denied.answer.status), (200, 200), "round {round}");
        assert!(denied.says("You denied the request"), "round {round}: {denied:?}");
        assert!(one.open(&page.path).await.says("You denied the request"), "round {round}");
        assert_eq!(device.poll().await, "access_denied", "round {round}");
    }
}

/// Proves: N41 SM-04: once it is redeemed, a denial comes too late, and both sides tell the same story.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_denial_and_a_redemption_agree_on_who_was_first() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    for round in 0..40 {
        let device = server.device("tv").on_network(&format!("203.0.113.{round}")).authorize("read").await;
        let page = anna.enter_code(&device.user_code).await;
        let done = anna.approve(&page).await;
        let mut other = anna.clone();
        let (_, polled) = tokio::join!(other.deny(&done), device.poll());
        let stands = anna.open(&page.path).await;
        match polled.as_str() {
            "tokens" => assert!(stands.says("Your device is signed in"), "round {round}: {stands:?}"),
            "access_denied" => assert!(stands.says("You denied the request"), "round {round}: {stands:?}"),
            other => panic!("round {round}: {other}"),
        }
        let again = if polled == "tokens" { "invalid_grant" } else { "access_denied" };
        assert_eq!(device.poll().await, again, "round {round}");
    }
}

/// Proves: N42 U-11 U-12: two clicks are one approval, and both end on the same page.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_double_click_approves_once() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let (mut one, mut other) = (anna.clone(), anna.clone());
    let (first, second) = tokio::join!(one.approve(&page), other.approve(&page));
    assert!(first.says("Go back to your device"), "{first:?}");
    assert_eq!((first.path.as_str(), second.path.as_str()), (page.path.as_str(), page.path.as_str()));
    assert_eq!(first.answer.body, second.answer.body);
    let grants = server.database.grants().await;
    let revision = grants.iter().find(|cell| cell.column == "revision").unwrap().text();
    assert_eq!(revision, "3", "entered as 2, approved as 3, and not once more");
    anna.approve(&page).await;
    assert_eq!(server.database.grants().await, grants, "a late click changes nothing");
    assert_eq!(server.count_events("grant_approved").await, 1);
    assert_eq!(device.poll().await, "tokens");
}

/// Proves: N44 SM-04 U-11.
#[tokio::test]
async fn a_denied_request_cannot_be_approved_by_going_back() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    assert!(anna.deny(&page).await.says("You denied the request"));
    let stood = server.database.grants().await;
    let back = anna.approve(&page).await;
    assert!(back.says("You denied the request") && back.has_a_way_on(), "{back:?}");
    assert_eq!(server.database.grants().await, stood);
    assert_eq!(device.poll().await, "access_denied");
}

/// Proves: seed_30 SM-04: minds may be changed until the device has come.
#[tokio::test]
async fn an_approval_can_be_taken_back_until_it_is_redeemed() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let done = anna.approve(&page).await;
    assert!(anna.deny(&done).await.says("You denied the request"));
    assert_eq!(device.poll().await, "access_denied");

    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let done = anna.approve(&page).await;
    device.redeem().await;
    let late = anna.deny(&done).await;
    assert!(late.says("Too late to deny") && late.has_a_way_on(), "{late:?}");
}

/// Proves: FC-03 SM-04 U-11: the page says so, with the way to remove the device, on what was shown before the device came
/// and on the page of the decision.
#[tokio::test]
async fn a_denial_that_comes_too_late_is_told_so() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("openid read").await;
    let page = anna.enter_code(&device.user_code).await;
    let done = anna.approve(&page).await;
    let token = device.redeem().await["access_token"].as_str().unwrap().to_owned();
    let before = server.database.grants().await;
    for seen in [&done, &page] {
        let late = anna.deny(seen).await;
        assert_eq!((late.answer.status, late.path.as_str()), (200, page.path.as_str()));
        assert!(late.says("<h1>Too late to deny: the device is already signed in</h1>"), "{late:?}");
        assert!(late.says("id=\"remove\"") && !late.says("You can close this window"), "{late:?}");
    }
    assert_eq!(server.database.grants().await, before, "it stays as it was");
    assert_eq!((server.count_events("grant_denied").await, server.userinfo(&token).await.status), (0, 200));
    assert!(anna.open(&page.path).await.says("<h1>Your device is signed in</h1>"), "who did not deny is not told so");
    let late = anna.deny(&done).await;
    assert!(anna.post(&late, &late.path, &[("decision", "remove")]).await.says("The device is signed out"));
    assert!(anna.deny(&late).await.says("The device is signed out"), "there is nothing left to deny");
    assert_eq!(server.userinfo(&token).await.status, 401);
    // The query alone says nothing that is not so.
    let other = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&other.user_code).await;
    assert!(anna.open(&format!("{}?too_late", page.path)).await.is_decision());
    anna.deny(&page).await;
    assert!(anna.open(&format!("{}?too_late", page.path)).await.says("You denied the request"));
}

/// Proves: N45 U-04: for a request without a scope, and again for a client that was allowed a moment ago.
#[tokio::test]
async fn consent_is_asked_every_time() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    for _ in 0..2 {
        let device = server.device("tv").authorize_with(&[]).await;
        let page = anna.enter_code(&device.user_code).await;
        assert!(page.is_decision() && page.says("Know who you are"), "{page:?}");
        assert_eq!(device.poll().await, "authorization_pending");
        anna.approve(&page).await;
        device.redeem().await;
    }
}

/// Proves: N48 SM-05 U-10: nobody sees or uses another person's page.
#[tokio::test]
async fn another_persons_page_cannot_be_used() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let mut bob = server.signed_in("bob").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let before = server.database.grants().await;
    let his = Page { path: page.path.clone(), answer: bob.open("/device").await.answer };
    let seen = bob.open(&page.path).await;
    assert_eq!(seen.answer.status, 404);
    assert!(!seen.says("Television") && !seen.says("anna") && seen.has_a_way_on(), "{seen:?}");
    for refused in [bob.approve(&his).await, bob.deny(&his).await] {
        assert_eq!(refused.answer.status, 409);
        assert!(!refused.says("Television") && !refused.says("anna") && refused.has_a_way_on(), "{refused:?}");
    }
    assert_eq!(server.database.grants().await, before);
    assert!(anna.approve(&page).await.says("Go back to your device"));
}

/// Proves: N50 U-10 W-06: the account changed in another tab.
#[tokio::test]
async fn a_page_of_one_account_does_not_decide_for_the_next() {
    let server = Server::spawn().await;
    server.add_user("bob").await;
    let mut browser = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = browser.enter_code(&device.user_code).await;
    let before = server.database.grants().await;
    browser.log_in("bob").await;
    let refused = browser.approve(&page).await;
    assert_eq!(refused.answer.status, 403, "the csrf token was anna's: {refused:?}");
    assert!(refused.has_a_way_on());
    let now = Page { path: page.path.clone(), answer: browser.open("/device").await.answer };
    assert!(now.is_signed_in_as("bob"));
    assert_eq!(browser.approve(&now).await.answer.status, 409);
    assert_eq!(server.database.grants().await, before);
    assert_eq!(device.poll().await, "authorization_pending");
}

/// Proves: N51 U-06: the tick is checked by the server.
#[tokio::test]
async fn an_approval_without_the_tick_is_asked_again() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let before = server.database.grants().await;
    let unticked: [&[(&str, &str)]; 4] = [
        &[("decision", "approve")],
        &[("decision", "approve"), ("device_present", "")],
        &[("decision", "approve"), ("device_present", "false")],
        &[("decision", "approve"), ("device_present", "TRUE")],
    ];
    for fields in unticked {
        let again = anna.post(&page, &page.path, fields).await;
        assert!(again.is_decision() && again.says("confirm-device-error"), "{fields:?}: {again:?}");
    }
    for fields in [&[("device_present", "true")][..], &[("decision", "allow"), ("device_present", "true")]] {
        let refused = anna.post(&page, &page.path, fields).await;
        assert_eq!(refused.answer.status, 400, "{refused:?}");
        assert!(refused.has_a_way_on());
    }
    assert_eq!(server.database.grants().await, before);
    assert_eq!(device.poll().await, "authorization_pending");
    assert!(anna.approve(&page).await.says("Go back to your device"));
}

/// Proves: U-13 X-03: an old login may still deny, but must be renewed to approve; the code is kept.
#[tokio::test]
async fn an_approval_needs_a_fresh_login() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    server.clock.advance(secs(600));
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    server.clock.advance(secs(301));
    let login = anna.approve(&page).await;
    assert_eq!(login.path, "/login");
    assert!(login.says("You signed in a while ago") && login.says("value=\"anna\""), "{login:?}");
    assert_eq!(device.poll().await, "authorization_pending");
    let fresh = anna.log_in("anna").await;
    assert!(fresh.is_decision() && fresh.path != page.path, "{fresh:?}");
    assert!(anna.approve(&fresh).await.says("Go back to your device"));

    server.clock.advance(secs(600));
    let device = server.device("radio").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    server.clock.advance(secs(301));
    assert!(anna.deny(&page).await.says("You denied the request"));
}

/// Proves: SM-08 X-04: after expiry the page refuses and says how to go on.
#[tokio::test]
async fn an_expired_request_cannot_be_approved() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    server.clock.advance(secs(600));
    for late in [anna.approve(&page).await, anna.deny(&page).await, anna.open(&page.path).await] {
        assert!(late.says("The code has expired") && late.says("Start again on the device"), "{late:?}");
        assert!(late.has_a_way_on());
    }
    assert_eq!(device.poll().await, "expired_token");
}

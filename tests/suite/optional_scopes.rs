//! The optional scopes, which a person may leave out (RFC 6749 sections 3.3, 5.1 and 6; requirements T-22, K-09).

use protocol::GrantType;
use std::sync::Arc;

use serde_json::Value;

use testkit::{Authorization, Browser, Page, Server, detail};

/// A server whose television works without all of these.
async fn server(optional: &[&str]) -> Server {
    Server::with(|settings| {
        let tv = &mut settings.client[0];
        tv.optional_scopes = optional.iter().map(|&name| name.to_owned()).collect();
        tv.grant_types.push(GrantType::RefreshToken);
    })
    .await
}

/// The page of a request for all that a television may ask for.
async fn asked(server: &Server, browser: &mut Browser) -> (Authorization, Page) {
    let device = server.device("tv").authorize("openid profile email read").await;
    let page = browser.enter_code(&device.user_code).await;
    (device, page)
}

/// Approves with these ticks and everything that the form sends by itself.
async fn approve(browser: &mut Browser, page: &Page, ticked: &[&str]) -> Page {
    let offered = page.value_of("name=\"offered\"").unwrap_or_default();
    let names: Vec<String> = ticked.iter().map(|token| format!("scope.{token}")).collect();
    let mut fields = vec![
        ("device_present", "true"),
        ("other_network", "true"),
        ("decision", "approve"),
        ("offered", offered.as_str()),
    ];
    fields.extend(names.iter().map(|name| (name.as_str(), "true")));
    browser.post(page, &page.path, &fields).await
}

fn box_of(page: &Page, token: &str) -> Option<String> {
    let at = page.answer.body.find(&format!("name=\"scope.{token}\""))?;
    let start = page.answer.body[..at].rfind('<')?;
    Some(page.answer.body[start..].split_once('>')?.0.to_owned())
}

fn refresh<'a>(tokens: &'a Value, scope: &'a str) -> [(&'a str, &'a str); 3] {
    let token = tokens["refresh_token"].as_str().unwrap();
    [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)]
}

/// Proves: N74 T-22 K-09: an unticked scope is not in the answer and not in the token, and no refresh brings it back.
#[tokio::test]
async fn what_is_left_out_is_not_granted_and_does_not_come_back() {
    let server = server(&["email", "read"]).await;
    let mut anna = server.signed_in("anna").await;
    let (device, page) = asked(&server, &mut anna).await;
    for token in ["email", "read"] {
        let tick = box_of(&page, token).unwrap_or_else(|| panic!("{token}: {page:?}"));
        assert!(tick.contains("type=\"checkbox\"") && !tick.contains("checked"), "{tick}");
    }
    assert!(box_of(&page, "openid").is_none() && box_of(&page, "profile").is_none());
    assert!(page.says("<li><bdi>Know who you are</bdi>") && page.says("<li><bdi>See your name</bdi>"), "{page:?}");
    assert!(!page.says("<li><bdi>Read your films</bdi>") && page.says("Read your films"), "{page:?}");

    assert!(approve(&mut anna, &page, &["read"]).await.says("Go back to your device"));
    let tokens = device.redeem().await;
    assert_eq!(tokens["scope"], "openid profile read");
    let claims = jsonwebtoken::dangerous::insecure_decode::<Value>(tokens["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(claims.claims["scope"], "openid profile read");
    let seen = server.userinfo(tokens["access_token"].as_str().unwrap()).await.json();
    assert!(seen.get("name").is_some() && seen.get("email").is_none(), "{seen}");

    let back = device.device.post("/token", &refresh(&tokens, "openid profile email read")).await;
    back.assert_error(400, "invalid_scope");
    device.device.post("/token", &refresh(&tokens, "email")).await.assert_error(400, "invalid_scope");
    let again = device.device.post("/token", &refresh(&tokens, "")).await.json();
    assert_eq!(again["scope"], "openid profile read");
    assert_eq!(detail(&server.events_of("grant_approved").await[0])["scope"], "openid profile read");
}

/// Proves: N74 T-22: nothing ticked is the least, everything ticked is what was asked for, in its order.
#[tokio::test]
async fn the_ticks_decide_between_the_least_and_all_that_was_asked_for() {
    let server = server(&["read", "profile"]).await;
    let mut anna = server.signed_in("anna").await;
    for (ticked, granted) in [
        (&[][..], "openid email"),
        (&["read", "profile"], "openid profile email read"),
        (&["profile"], "openid profile email"),
    ] {
        let (device, page) = asked(&server, &mut anna).await;
        approve(&mut anna, &page, ticked).await;
        assert_eq!(device.redeem().await["scope"], granted, "{ticked:?}");
    }
    let device = server.device("tv").authorize("openid").await;
    let page = anna.enter_code(&device.user_code).await;
    assert!(box_of(&page, "read").is_none(), "what was not asked for is not offered");
    assert!(anna.approve(&page).await.says("Go back to your device"));
    assert_eq!(device.redeem().await["scope"], "openid");
}

/// Proves: T-22: a forged tick of what was not asked for, is not to be chosen, or is written in no way of ours.
#[tokio::test]
async fn a_forged_tick_is_no_form_of_ours() {
    let server = server(&["email", "read"]).await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("openid read").await;
    let page = anna.enter_code(&device.user_code).await;
    let before = server.database.grants().await;
    for forged in [
        ("scope.admin", "true"),
        ("scope.email", "true"),
        ("scope.openid", "true"),
        ("scope.", "true"),
        ("scope.read", "on"),
        ("scope.read", ""),
        ("scope.read ", "true"),
        ("scope.READ", "true"),
    ] {
        let fields = [
            ("device_present", "true"),
            ("other_network", "true"),
            ("decision", "approve"),
            ("offered", "read"),
            forged,
        ];
        let refused = anna.post(&page, &page.path, &fields).await;
        assert_eq!(refused.answer.status, 400, "{forged:?}: {refused:?}");
        assert!(refused.has_a_way_on());
    }
    let twice = [
        ("device_present", "true"),
        ("other_network", "true"),
        ("decision", "approve"),
        ("scope.read", "true"),
        ("scope.read", "true"),
    ];
    assert_eq!(anna.post(&page, &page.path, &twice).await.answer.status, 400);
    assert_eq!(server.database.grants().await, before);
    assert_eq!(device.poll().await, "authorization_pending");
    assert!(anna.deny(&page).await.says("You denied the request"), "ticks do not stand in the way of Deny");
}

/// Proves: T-22 X-02 N51: a page that is asked again keeps the ticks of the scopes, and not the one that has to be made.
#[tokio::test]
async fn ticks_are_kept_when_the_page_is_asked_again() {
    let server = server(&["email", "read"]).await;
    let mut anna = server.signed_in("anna").await;
    let (device, page) = asked(&server, &mut anna).await;
    let fields = [("decision", "approve"), ("offered", "email read"), ("scope.read", "true")];
    let again = anna.post(&page, &page.path, &fields).await;
    assert!(again.is_decision() && again.says("id=\"confirm-device-error\""), "{again:?}");
    assert!(box_of(&again, "read").unwrap().contains(" checked"), "{again:?}");
    assert!(!box_of(&again, "email").unwrap().contains(" checked"), "{again:?}");
    assert_eq!(device.poll().await, "authorization_pending");
}

/// Proves: T-22 X-02: where everything may be left out, leaving everything out is no approval.
#[tokio::test]
async fn an_approval_of_nothing_is_asked_again() {
    let server = server(&["email", "read"]).await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("email read").await;
    let page = anna.enter_code(&device.user_code).await;
    let before = server.database.grants().await;
    let again = approve(&mut anna, &page, &[]).await;
    assert!(again.is_decision() && again.says("id=\"scopes-error\"") && again.says("role=\"alert\""), "{again:?}");
    assert!(box_of(&again, "email").unwrap().contains(" autofocus"), "the focus is on what is missing: {again:?}");
    assert_eq!(server.database.grants().await, before);
    approve(&mut anna, &again, &["email"]).await;
    assert_eq!(device.redeem().await["scope"], "email");
}

/// Proves: T-22 K-04: staying signed in can be left out, where that is what it depends on; the page says so.
#[tokio::test]
async fn staying_signed_in_can_be_left_out() {
    let server = Server::with(|settings| {
        let offline =
            settings::ScopeSettings { name: "offline_access".to_owned(), words: None, ..settings.scope[1].clone() };
        settings.scope.push(offline);
        let tv = &mut settings.client[0];
        tv.grant_types.push(GrantType::RefreshToken);
        tv.refresh_token_policy = Some(protocol::RefreshPolicy::OfflineAccess);
        for scopes in [&mut tv.scopes, tv.device_scopes.as_mut().unwrap(), &mut tv.optional_scopes] {
            scopes.push("offline_access".to_owned());
        }
    })
    .await;
    let mut anna = server.signed_in("anna").await;
    for (ticked, stays) in [(&[][..], false), (&["offline_access"], true)] {
        let device = server.device("tv").authorize("read offline_access").await;
        let page = anna.enter_code(&device.user_code).await;
        assert!(page.says("10 minutes") && page.says("30 days") && page.says("sign out here"), "{page:?}");
        approve(&mut anna, &page, ticked).await;
        let tokens = device.redeem().await;
        assert_eq!(tokens.get("refresh_token").is_some(), stays, "{tokens}");
        assert_eq!(tokens["scope"] == "read offline_access", stays, "{tokens}");
    }
}

/// Proves: T-22 SM-06: what was left out on a page is not approved because the operator has made it a part of every
/// approval since.
#[tokio::test]
async fn nothing_is_approved_that_was_left_out_on_an_older_page() {
    let first = server(&["email", "read"]).await;
    let mut anna = first.signed_in("anna").await;
    let (device, page) = asked(&first, &mut anna).await;
    let before = first.database.grants().await;
    let second = Server::on(Arc::clone(&first.database), first.clock.clone(), |settings| {
        settings.client[0].optional_scopes = vec!["email".to_owned()];
    })
    .await;
    let mut there = second.browser();
    there.cookies.clone_from(&anna.cookies);
    let mut anna = there;
    let again = approve(&mut anna, &page, &["email"]).await;
    assert!(again.is_decision() && again.says("id=\"scopes-error\""), "{again:?}");
    assert!(!box_of(&again, "email").unwrap().contains(" checked") && box_of(&again, "read").is_none(), "{again:?}");
    assert_eq!(second.database.grants().await, before);
    approve(&mut anna, &again, &[]).await;
    let polled = second.device("tv").poll_answer(&device.device_code).await;
    assert_eq!(polled.json()["scope"], "openid profile read");
}

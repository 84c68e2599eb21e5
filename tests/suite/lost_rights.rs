//! A right is lost between two steps. Requirement SM-06: each step checks it again.

use std::sync::Arc;

use grantd::passwords::Password;
use protocol::{AccessTokenFormat, Consent, Event, GrantType};
use serde_json::{Value, json};
use settings::Settings;

use testkit::{Authorization, Browser, Device, Server, secs};

/// A browser that has approved a device, and the device, which has not redeemed yet.
async fn approved(server: &Server) -> (Browser, Authorization) {
    let device = server.device("tv").authorize("read").await;
    let mut browser = server.browser();
    let page = browser.reach_decision(&device.user_code, "anna").await;
    assert!(browser.approve(&page).await.says("Go back to your device"));
    (browser, device)
}

/// A server on the same database with other settings, as after a restart with a new file.
async fn restarted(server: &Server, change: impl FnOnce(&mut Settings)) -> Server {
    Server::on(Arc::clone(&server.database), server.clock.clone(), change).await
}

fn disable(settings: &mut Settings, client: &str) {
    settings.client.iter_mut().find(|has| has.id == client).unwrap().enabled = false;
}

/// Proves: SM-06 N39, for a user.
#[tokio::test]
async fn a_disabled_persons_approval_is_void_for_good() {
    let server = Server::spawn().await;
    let anna = server.add_user("anna").await;
    let (_, device) = approved(&server).await;
    server.clock.advance(secs(1));
    store::disable_user(&server.app.db, &anna.subject, &server.operator_did(Event::UserDisabled)).await.unwrap();
    device.poll_answer().await.assert_error(400, "invalid_grant");
    store::enable_user(&server.app.db, &anna.subject, &server.operator_did(Event::UserEnabled)).await.unwrap();
    device.poll_answer().await.assert_error(400, "invalid_grant");
    assert_eq!(server.database.rows("access_tokens").await, 0, "no tokens");
}

/// Proves: SM-06 N78: a new password voids what was approved under the old one.
#[tokio::test]
async fn a_new_password_voids_older_approvals() {
    let server = Server::spawn().await;
    let anna = server.add_user("anna").await;
    let (mut browser, device) = approved(&server).await;
    server.clock.advance(secs(1));
    let hash = server.app.passwords.hash(&Password::typed("quiet lantern over water")).await.unwrap();
    store::set_password(&server.app.db, &anna.subject, &hash, &server.operator_did(Event::UserPasswordSet))
        .await
        .unwrap();
    device.poll_answer().await.assert_error(400, "invalid_grant");
    assert!(!browser.open("/device").await.is_signed_in_as("anna"), "older sessions are void too");
}

/// Proves: SM-06: people sign out on shared computers, and their device signs in all the same.
#[tokio::test]
async fn a_plain_sign_out_does_not_void_an_approval() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let (mut browser, device) = approved(&server).await;
    let page = browser.open("/device").await;
    browser.post(&page, "/logout", &[]).await;
    assert_eq!(device.poll().await, "tokens");
}

/// Proves: SM-06: on approve.
#[tokio::test]
async fn a_disabled_person_cannot_decide_any_more() {
    let server = Server::spawn().await;
    let anna = server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    let mut browser = server.browser();
    let page = browser.reach_decision(&device.user_code, "anna").await;
    server.clock.advance(secs(1));
    store::disable_user(&server.app.db, &anna.subject, &server.operator_did(Event::UserDisabled)).await.unwrap();
    let before = server.database.grants().await;
    assert_eq!(browser.approve(&page).await.path, "/login");
    assert!(browser.log_in("anna").await.says("The username or the password is wrong"));
    assert_eq!(server.database.grants().await, before);
    assert_eq!(device.poll().await, "authorization_pending");
}

/// Proves: SM-06 N39 D-04, for a client: at the code, at the decision and at the poll.
#[tokio::test]
async fn a_disabled_client_gets_nothing_at_any_step() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let (_, allowed) = approved(&server).await;
    let mut browser = server.browser();
    browser.log_in("anna").await;
    let waiting = server.device("tv").authorize("read").await;
    let page = browser.enter_code(&waiting.user_code).await;
    assert!(page.is_decision());
    let unentered = server.device("tv").authorize("read").await;

    let later = restarted(&server, |settings| disable(settings, "tv")).await;
    let before = server.database.grants().await;
    allowed.poll_as(&Device::new(later.address, "tv")).await.assert_error(401, "invalid_client");
    assert_eq!(server.database.rows("access_tokens").await, 0, "no tokens");
    let mut there = later.browser();
    there.cookies.clone_from(&browser.cookies);
    let refused = there.approve(&page).await;
    assert_eq!(refused.answer.status, 404, "{refused:?}");
    assert!(refused.has_a_way_on());
    assert!(there.enter_code(&unentered.user_code).await.says(testkit::UNKNOWN));
    assert_eq!(server.database.grants().await, before, "enabled again, it goes on where it was");
    assert_eq!(allowed.poll().await, "tokens");
}

/// Proves: SM-06: a scope that the client lost since it asked, on the decision page and with implied consent.
#[tokio::test]
async fn a_withdrawn_scope_is_not_approved() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("radio").authorize("openid read").await;
    let mut browser = server.browser_from("203.0.113.5");
    let page = browser.reach_decision(&device.user_code, "anna").await;
    let later = restarted(&server, |settings| {
        let radio = settings.client.iter_mut().find(|client| client.id == "radio").unwrap();
        (radio.scopes, radio.consent) = (vec!["openid".to_owned()], Some(Consent::Implied));
    })
    .await;
    let mut there = later.browser_from("203.0.113.5");
    there.cookies.clone_from(&browser.cookies);
    for refused in [there.approve(&page).await, there.enter_code(&device.user_code).await] {
        assert_eq!(refused.answer.status, 404, "{refused:?}");
    }
    assert_eq!(device.poll().await, "authorization_pending");
}

/// Proves: SM-06 D-04: a client that lost the grant type since it asked.
#[tokio::test]
async fn a_client_that_lost_the_grant_gets_nothing_at_any_step() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let (_, allowed) = approved(&server).await;
    let waiting = server.device("tv").authorize("read").await;
    let mut browser = server.browser();
    let page = browser.reach_decision(&waiting.user_code, "anna").await;
    assert!(page.is_decision(), "{page:?}");
    let unentered = server.device("tv").authorize("read").await;

    let later = restarted(&server, |settings| settings.client[0].grant_types.clear()).await;
    let before = server.database.grants().await;
    for device in [&allowed, &waiting] {
        device.poll_as(&later.device("tv")).await.assert_error(400, "unauthorized_client");
    }
    assert_eq!(server.database.rows("access_tokens").await, 0, "no tokens");
    let mut there = later.browser();
    there.cookies.clone_from(&browser.cookies);
    let refused = there.approve(&page).await;
    assert_eq!(refused.answer.status, 404, "{refused:?}");
    assert!(there.enter_code(&unentered.user_code).await.says(testkit::UNKNOWN));
    assert_eq!(server.database.grants().await, before);
    assert_eq!(allowed.poll().await, "tokens");
}

/// Proves: SM-06: userinfo, introspection and refresh check the client's state too, for every kind of token.
#[tokio::test]
async fn tokens_of_a_disabled_client_are_dead_while_it_is() {
    let change = |settings: &mut Settings| {
        let mut api = settings.client.iter().find(|client| client.id == "box").unwrap().clone();
        api.introspect = true;
        "api".clone_into(&mut api.id);
        settings.client.push(api);
        for id in ["tv", "radio"] {
            let client = settings.client.iter_mut().find(|client| client.id == id).unwrap();
            client.grant_types.push(GrantType::RefreshToken);
        }
        settings.client[0].access_token_format = Some(AccessTokenFormat::Opaque);
    };
    let server = Server::with(change).await;
    server.add_user("anna").await;
    let (tv, radio) = (server.device("tv"), server.device("radio"));
    let signed_in = [server.sign_in(&tv, "openid", "anna").await, server.sign_in(&radio, "openid", "anna").await];
    let later = restarted(&server, |settings| {
        change(settings);
        disable(settings, "tv");
        disable(settings, "radio");
    })
    .await;
    let told = async |at: &Server, client: &str, tokens: &Value| {
        let text = |member: &str| tokens[member].as_str().unwrap().to_owned();
        let asked = [("token", &text("access_token")[..])];
        let seen = at.device("api").with_secret("box-secret").post("/introspect", &asked).await.json();
        let form = [("grant_type", "refresh_token"), ("refresh_token", &text("refresh_token")[..])];
        let refreshed = at.device(client).post("/token", &form).await;
        (at.userinfo(&text("access_token")).await.status, seen, refreshed.status)
    };
    for (client, tokens) in ["tv", "radio"].into_iter().zip(&signed_in) {
        let (userinfo, seen, refreshed) = told(&later, client, tokens).await;
        assert_eq!((userinfo, refreshed), (401, 401), "{client}");
        assert_eq!(seen, json!({"active": false}), "{client}");
        let (userinfo, seen, refreshed) = told(&server, client, tokens).await;
        assert_eq!((userinfo, &seen["active"], refreshed), (200, &true.into(), 200), "{client} is enabled again");
    }
}

//! "I did not start this": what a report ends, who learns of it, and who may send it (RFC 10027 section 6.1.6,
//! requirement U-14).

use protocol::GrantType;
use serde_json::Value;

use testkit::{Authorization, Browser, Daemon, PASSWORD, Page, Server, detail, secs};

const REPORT: &[(&str, &str)] = &[("decision", "report")];
const REPORTED: &str = "It is reported";

async fn report(browser: &mut Browser, page: &Page) -> Page {
    browser.post(page, &page.path, REPORT).await
}

/// A server on which the television gets refresh tokens and the box may introspect.
async fn server() -> Server {
    Server::with(|settings| {
        settings.client[0].grant_types.push(GrantType::RefreshToken);
        let mut api = settings.client.iter().find(|client| client.id == "box").unwrap().clone();
        api.introspect = true;
        "api".clone_into(&mut api.id);
        settings.client.push(api);
    })
    .await
}

async fn is_active(server: &Server, tokens: &Value) -> bool {
    let api = server.device("api").with_secret("box-secret");
    let answer = api.post("/introspect", &[("token", tokens["access_token"].as_str().unwrap())]).await;
    answer.json()["active"].as_bool().unwrap()
}

async fn refreshed(device: &Authorization, tokens: &Value) -> u16 {
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    device.device.post("/token", &refresh).await.status
}

/// Proves: U-14 SM-04: before anything is decided.
#[tokio::test]
async fn a_report_denies_and_tells_the_operator() {
    let server = server().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").on_network("2001:db8:1:2::7").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    assert!(page.says("id=\"report\""), "{page:?}");
    let told = report(&mut anna, &page).await;
    assert!(told.says(REPORTED) && told.path == page.path && told.has_a_way_on(), "{told:?}");
    assert_eq!(device.poll().await, "access_denied");

    let events = server.events_of("grant_reported").await;
    assert_eq!(events.len(), 1);
    let (event, said) = (&events[0], detail(&events[0]));
    assert_eq!((event.client_id.as_deref(), event.address.as_deref()), (Some("tv"), Some("198.51.100.7")));
    assert!(event.subject.is_some() && event.grant_id.is_some() && event.request_id.is_some());
    assert_eq!((&said["network"], &said["requested_from"]), (&"2001:db8:1:2::/64".into(), &"2001:db8:1:2::7".into()));
    assert_eq!(said["standing"], "undecided");
    assert_eq!(server.count_events("grant_denied").await, 1, "whoever counts denials finds it too");

    for back in [anna.approve(&page).await, anna.deny(&page).await, report(&mut anna, &page).await] {
        assert!(back.says(REPORTED), "{back:?}");
    }
    assert_eq!(device.poll().await, "access_denied");
    assert_eq!(server.count_events("grant_reported").await, 1);
    assert_eq!(server.count_events("grant_approved").await, 0);
}

/// Proves: U-14 SM-04: after the approval, until the device comes.
#[tokio::test]
async fn an_approval_is_taken_back_by_a_report() {
    let server = server().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let done = anna.approve(&page).await;
    assert!(done.says("id=\"report\"") && done.says("id=\"deny\""), "{done:?}");
    assert!(report(&mut anna, &done).await.says(REPORTED));
    assert_eq!(device.poll().await, "access_denied");
    assert_eq!(detail(&server.events_of("grant_reported").await[0])["standing"], "approved");
}

/// Proves: U-14 K-10 V-04: after the device has signed in, its tokens end with the report.
#[tokio::test]
async fn a_report_ends_the_tokens_of_a_device_that_has_signed_in() {
    let server = server().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("openid").await;
    let page = anna.enter_code(&device.user_code).await;
    anna.approve(&page).await;
    let tokens = device.redeem().await;
    assert!(is_active(&server, &tokens).await);
    server.clock.advance(secs(60));
    let done = anna.open(&page.path).await;
    assert!(done.says("Your device is signed in") && done.says("id=\"report\""), "{done:?}");
    let told = report(&mut anna, &done).await;
    assert!(told.says(REPORTED), "{told:?}");
    assert!(!is_active(&server, &tokens).await);
    assert_eq!(refreshed(&device, &tokens).await, 400);
    let revoked = server.events_of("tokens_revoked").await;
    assert_eq!((revoked.len(), &detail(&revoked[0])["by"]), (1, &"person".into()));
    let reported = server.events_of("grant_reported").await;
    assert_eq!((reported.len(), &detail(&reported[0])["standing"]), (1, &"signed_in".into()));
    assert_eq!(reported[0].family_id, revoked[0].family_id);
    assert_eq!(server.count_events("grant_denied").await, 0, "nothing was left to deny");
    device.poll_answer().await.assert_error(400, "invalid_grant");
    assert!(anna.open(&page.path).await.says(REPORTED));
}

/// Proves: U-14: a person can report after they denied, and an expired request stays expired for its device.
#[tokio::test]
async fn a_denied_and_an_expired_request_can_be_reported_too() {
    let server = server().await;
    let mut anna = server.signed_in("anna").await;
    let denied = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&denied.user_code).await;
    let done = anna.deny(&page).await;
    assert!(done.says("id=\"report\""), "{done:?}");
    assert!(report(&mut anna, &done).await.says(REPORTED));
    assert_eq!(denied.poll().await, "access_denied");
    assert_eq!(server.count_events("grant_denied").await, 1, "it was denied once");

    let expired = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&expired.user_code).await;
    server.clock.advance(secs(600));
    assert_eq!(expired.poll().await, "expired_token");
    assert!(report(&mut anna, &page).await.says(REPORTED));
    assert_eq!(expired.poll().await, "expired_token", "SM-09: answers stay");
    assert_eq!(server.count_events("grant_reported").await, 2);
}

/// Proves: U-10 N48: nobody reports the request of another person, not by a forged form and not by looking.
#[tokio::test]
async fn only_whoever_entered_the_code_can_report() {
    let server = server().await;
    let mut anna = server.signed_in("anna").await;
    let mut bob = server.signed_in("bob").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let before = server.database.grants().await;
    let his = Page { path: page.path.clone(), answer: bob.open("/device").await.answer };
    assert_eq!(report(&mut bob, &his).await.answer.status, 409);
    let csrf = his.csrf();
    let forged = [("decision", "report"), ("csrf", csrf.as_str())];
    assert_eq!(anna.send("POST", &page.path, Some(&forged)).await.status, 403);
    anna.open(&format!("{}?decision=report&csrf={}", page.path, page.csrf())).await;
    let stranger = server.browser().open(&page.path).await;
    assert_eq!(stranger.path, "/login");
    assert_eq!(server.database.grants().await, before);
    assert_eq!(server.count_events("grant_reported").await, 0);
}

/// Proves: U-11 SM-01: a double click tells once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_double_click_reports_once() {
    let server = server().await;
    let mut anna = server.signed_in("anna").await;
    for round in 1..=20 {
        let device = server.device("tv").on_network(&format!("203.0.113.{round}")).authorize("read").await;
        let page = anna.enter_code(&device.user_code).await;
        let (mut one, mut other) = (anna.clone(), anna.clone());
        let (first, second) = tokio::join!(report(&mut one, &page), report(&mut other, &page));
        assert!(first.says(REPORTED) && second.says(REPORTED), "round {round}: {first:?} {second:?}");
        assert_eq!(server.count_events("grant_reported").await, round);
        assert_eq!(server.count_events("grant_denied").await, round);
    }
}

/// Proves: SM-01 SM-04 U-14: however a report and the device race, nothing of the device stays alive.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_report_and_a_redemption_leave_nothing_alive() {
    let server = server().await;
    let mut anna = server.signed_in("anna").await;
    for round in 1..=20 {
        let device = server.device("tv").on_network(&format!("203.0.113.{round}")).authorize("read").await;
        let page = anna.enter_code(&device.user_code).await;
        let done = anna.approve(&page).await;
        let mut other = anna.clone();
        let (told, polled) = tokio::join!(report(&mut other, &done), device.poll_answer());
        assert!(told.says(REPORTED), "round {round}: {told:?}");
        if polled.status == 200 {
            assert!(!is_active(&server, &polled.json()).await, "round {round}");
            assert_eq!(refreshed(&device, &polled.json()).await, 400, "round {round}");
        } else {
            polled.assert_error(400, "access_denied");
        }
        assert_eq!(server.count_events("grant_reported").await, round);
    }
}

/// Proves: U-14: the operator reads of it in the log: which client, from which network, and no secret.
#[tokio::test]
async fn a_report_is_a_warning_in_the_log() {
    let tv = "[[client]]\nid = 'tv'\nname = 'N'\ntype = 'public'\nscopes = ['openid']\n\
              grant_types = ['urn:ietf:params:oauth:grant-type:device_code']\n";
    let mut daemon = Daemon::start(tv).await;
    let added = daemon.beside(&["user", "add", "anna"], PASSWORD).await;
    assert_eq!(added.code, Some(0), "{added:?}");
    let device = daemon.device("tv").on_network("203.0.113.77").authorize("openid").await;
    let mut anna = Browser::new(daemon.address, "198.51.100.7");
    let page = anna.reach_decision(&device.user_code, "anna").await;
    assert!(report(&mut anna, &page).await.says(REPORTED));
    let line = daemon.says("somebody was asked to allow what they did not start").await;
    let told: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&told["level"], &told["alarm"]), (&"WARN".into(), &"grant_reported".into()));
    assert_eq!((&told["client"], &told["network"]), (&"tv".into(), &"203.0.113.77".into()));
    let handle = page.path.rsplit('/').next().unwrap();
    for secret in [device.user_code.as_str(), &device.device_code, handle, &page.csrf()] {
        assert!(!line.contains(secret), "{line}");
    }
}

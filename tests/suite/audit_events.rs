//! Which events are written, and which are not: requirement L-03.

use std::collections::BTreeSet;

use protocol::{Actor, Event, GrantType, SigningAlgorithm, Source};
use settings::Settings;
use store::RecordedEvent;

use testkit::{DEVICE_CODE, PASSWORD, Server, detail, eventually, secs};

fn refreshing(settings: &mut Settings) {
    settings.client[0].grant_types.push(GrantType::RefreshToken);
}

/// Proves: L-03.
#[tokio::test]
async fn an_event_names_who_caused_it_if_they_proved_who_they_are() {
    let server = Server::spawn().await;
    let anna = server.add_user("anna").await;
    server.sign_in(&server.device("tv"), "openid", "anna").await;
    server.browser().log_in_with("anna", "wrong").await;
    let person = format!("person:{}", anna.subject.as_str());
    for (name, actor) in [
        ("signing_key_made", Some("server")),
        ("grant_created", Some("client:tv")),
        ("login_succeeded", Some(person.as_str())),
        ("grant_approved", Some(person.as_str())),
        ("grant_redeemed", Some("client:tv")),
        ("login_failed", None),
    ] {
        let events = server.events_of(name).await;
        assert!(!events.is_empty(), "{name}");
        assert!(events.iter().all(|event| event.actor.as_deref() == actor), "{events:#?}");
    }
}

/// Proves: L-03 L-05.
#[tokio::test]
async fn a_sign_in_leaves_one_event_for_each_step_and_none_for_its_polls() {
    let server = Server::spawn().await;
    let anna = server.add_user("anna").await;
    let device = server.device("tv").authorize("openid read").await;
    let mut browser = server.browser();
    for step in 0..3 {
        server.clock.advance(secs(5));
        assert_eq!(device.poll().await, "authorization_pending");
        match step {
            0 => drop(browser.log_in("anna").await),
            1 => drop(browser.enter_code(&device.user_code).await),
            _ => {}
        }
    }
    let page = browser.enter_code(&device.user_code).await;
    server.clock.advance(secs(1));
    browser.approve(&page).await;
    server.clock.advance(secs(1));
    device.redeem().await;

    let events = server.events().await;
    let mut walked: Vec<&RecordedEvent> = events.iter().filter(|event| event.channel != "server").collect();
    let steps = [
        "user_added",
        "grant_created",
        "login_succeeded",
        "grant_claimed",
        "grant_claimed",
        "grant_approved",
        "grant_redeemed",
    ];
    // Both of the first happened in one instant.
    walked[..2].sort_by_key(|event| event.channel != "cli");
    assert_eq!(walked.iter().map(|event| event.event.as_str()).collect::<Vec<_>>(), steps);
    let sub = Some(anna.subject.as_str());
    let grant = walked[1].grant_id.as_deref();
    assert!(grant.is_some());
    for (event, (subject, client, of_grant, from, channel)) in walked[1..].iter().zip([
        (None, Some("tv"), grant, "203.0.113.5", "device_authorization"),
        (sub, None, None, "198.51.100.7", "page"),
        (sub, Some("tv"), grant, "198.51.100.7", "page"),
        (sub, Some("tv"), grant, "198.51.100.7", "page"),
        (sub, Some("tv"), grant, "198.51.100.7", "page"),
        (sub, Some("tv"), grant, "203.0.113.5", "token"),
    ]) {
        let told = (event.subject.as_deref(), event.client_id.as_deref(), event.grant_id.as_deref());
        assert_eq!(told, (subject, client, of_grant), "{event:?}");
        assert_eq!((event.address.as_deref(), event.channel.as_str()), (Some(from), channel), "{event:?}");
        assert!(event.request_id.as_deref().is_some_and(|id| id.len() == 16), "{event:?}");
    }
    assert_eq!(detail(walked[1]), serde_json::json!({"scope": "openid read", "user_agent": "curl/8.0"}));
    assert_eq!(detail(walked[3])["entry"], "typed");
    assert!(walked[6].family_id.is_some());
}

/// Proves: L-03 U-11: a request that changes nothing leaves no event.
#[tokio::test]
async fn a_denial_is_told_once_and_a_lost_race_not_at_all() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    for _ in 0..2 {
        anna.deny(&page).await;
        anna.approve(&page).await;
    }
    assert_eq!((server.count_events("grant_denied").await, server.count_events("grant_approved").await), (1, 0));

    let other = server.device("tv").authorize("read").await;
    let code = protocol::DeviceCode::presented(&other.device_code).digest();
    let found = store::find_by_device_code(&server.app.db, &code).await.unwrap().unwrap();
    let event = server.operator_did(Event::GrantDenied);
    assert!(!store::save_device_grant(&server.app.db, found.revision - 1, &found.value, &event).await.unwrap());
    assert_eq!(server.count_events("grant_denied").await, 1);
}

/// Proves: FA-02 FA-04 L-03 A-03 A-04: a name without an account leaves no event, not even that the password was wrong.
/// Refused logins leave one event a minute.
#[tokio::test]
async fn failed_logins_are_told_and_waits_are_told_once_a_minute() {
    let server = Server::spawn().await;
    let anna = server.add_user("anna").await;
    for name in ["anna", "my password, in the wrong field"] {
        let mut browser = server.browser();
        for _ in 0..9 {
            browser.log_in_with(name, "not the password").await;
        }
    }
    let failed = server.events_of("login_failed").await;
    let hers = failed.iter().filter(|event| event.subject.as_deref() == Some(anna.subject.as_str())).count();
    let nobodys = failed.iter().filter(|event| event.subject.is_none()).count();
    assert_eq!((hers, nobodys), (5, 0));
    let throttled = server.events_of("login_throttled").await;
    assert_eq!(throttled.len(), 1, "two accounts have to wait in this minute: {throttled:?}");
    assert_eq!(throttled[0].subject.as_deref(), Some(anna.subject.as_str()));
    assert_eq!((&detail(&throttled[0])["of"], &detail(&throttled[0])["logins"]), (&"account".into(), &1.into()));
    server.clock.advance(secs(3600));
    let mut browser = server.browser();
    for _ in 0..9 {
        browser.log_in_with("nobody", "not the password").await;
    }
    assert!(
        browser.log_in_with("nobody", "not the password").await.says("There were too many attempts"),
        "it was turned away"
    );
    assert_eq!(server.count_events("login_throttled").await, 1, "of a name that nobody has nothing is told");
    let cells = server.database.cells().await;
    let typed = cells.iter().find(|cell| cell.table == "audit_events" && cell.text().contains("wrong field"));
    assert!(typed.is_none(), "{typed:?}");
}

/// Proves: L-03 V-03.
#[tokio::test]
async fn whoever_ends_tokens_is_told() {
    let server = Server::with(refreshing).await;
    let anna = server.add_user("anna").await;
    let tv = server.device("tv");
    for token in ["access_token", "refresh_token"] {
        let tokens = server.sign_in(&tv, "openid", "anna").await;
        for _ in 0..2 {
            assert_eq!(tv.post("/revoke", &[("token", tokens[token].as_str().unwrap())]).await.status, 200);
        }
    }
    let by_client = server.events_of("tokens_revoked").await;
    let mut ended: Vec<String> =
        by_client.iter().map(|event| detail(event)["token"].as_str().unwrap().to_owned()).collect();
    ended.sort();
    assert_eq!(ended, ["access_token", "refresh_token"]);
    assert!(by_client.iter().all(|event| detail(event)["by"] == "client" && event.grant_id.is_some()), "{by_client:?}");

    server.sign_in(&tv, "openid", "anna").await;
    server.clock.advance(secs(1));
    let (db, subject) = (&server.app.db, &anna.subject);
    store::disable_user(db, subject, &server.operator_did(Event::UserDisabled).of_subject(subject)).await.unwrap();
    let all = server.events_of("tokens_revoked").await;
    let by_operator: Vec<_> = all.iter().filter(|event| detail(event)["by"] == "operator").collect();
    assert_eq!(by_operator.len(), 1);
    // Of the first device the access token alone was ended.
    assert_eq!(detail(by_operator[0])["devices"], 2);
    server.clock.advance(secs(1));
    store::enable_user(db, subject, &server.operator_did(Event::UserEnabled).of_subject(subject)).await.unwrap();
    store::disable_user(db, subject, &server.operator_did(Event::UserDisabled).of_subject(subject)).await.unwrap();
    assert_eq!(server.count_events("tokens_revoked").await, 3, "nothing was left to end");
}

/// Proves: L-03: a deleted account leaves an identifier that belongs to nobody.
#[tokio::test]
async fn a_deleted_account_leaves_its_sub_and_not_its_name() {
    let server = Server::spawn().await;
    let anna = server.add_user("anna").await;
    server.sign_in(&server.device("tv"), "openid", "anna").await;
    let deleted = server.operator_did(Event::UserDeleted).of_subject(&anna.subject);
    assert!(store::delete_user(&server.app.db, &anna.subject, &deleted).await.unwrap());
    assert!(!store::delete_user(&server.app.db, &anna.subject, &deleted).await.unwrap());
    let cells = server.database.cells().await;
    let sub = anna.subject.as_str();
    // A budget of wrong codes is forgotten within a day.
    let kept = ["audit_events", "budgets"];
    assert!(cells.iter().all(|cell| kept.contains(&cell.table.as_str()) || !cell.text().contains(sub)));
    assert!(cells.iter().any(|cell| cell.table == "audit_events" && cell.text() == sub));
    assert!(!cells.iter().any(|cell| cell.text().contains("anna")));
    assert_eq!(server.count_events("user_deleted").await, 1);
    assert_eq!(server.count_events("tokens_revoked").await, 1);
}

/// Proves: L-03 K-15: one of two nodes writes the event.
#[tokio::test]
async fn signing_keys_come_and_go_with_an_event_each() {
    let one = Server::spawn().await;
    let other = Server::on(std::sync::Arc::clone(&one.database), one.clock.clone(), |_| {}).await;
    assert_eq!(one.count_events("signing_key_made").await, 1);
    one.clock.advance(secs(77 * 86_400));
    for server in [&one, &other] {
        server.app.keys.signing.tend(&server.app.settings.keys).await.unwrap();
    }
    let [rotated] = &one.events_of("signing_key_rotated").await[..] else { panic!("one rotation") };
    assert_eq!((rotated.channel.as_str(), detail(rotated)["generation"].as_i64()), ("server", Some(2)));
    one.clock.advance(secs(28 * 86_400));
    for server in [&one, &other] {
        server.app.keys.signing.tend(&server.app.settings.keys).await.unwrap();
    }
    let [retired] = &one.events_of("signing_key_retired").await[..] else { panic!("one end") };
    assert_eq!(detail(retired)["kid"], detail(&one.events_of("signing_key_made").await[0])["kid"]);
}

/// Proves: L-03: the log is append-only: later events do not change what was written.
#[tokio::test]
async fn what_was_written_stays_as_it_was_written() {
    let server = Server::with(refreshing).await;
    let anna = server.add_user("anna").await;
    let (db, subject, tv) = (&server.app.db, &anna.subject, server.device("tv"));
    let mut browser = server.browser();
    let mut written = BTreeSet::new();
    for act in ["a denial", "an alarm", "a wrong password", "a disabled account", "a deleted account", "another key"] {
        server.clock.advance(secs(11));
        match act {
            "a denial" => {
                let device = tv.authorize("openid").await;
                let page = browser.reach_decision(&device.user_code, "anna").await;
                browser.deny(&page).await;
            }
            "an alarm" => {
                let tokens = server.sign_in(&tv, "openid", "anna").await;
                let form =
                    [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
                assert_eq!(tv.post("/token", &form).await.status, 200);
                server.clock.advance(secs(11));
                tv.post("/token", &form).await.assert_error(400, "invalid_grant");
            }
            "a wrong password" => drop(browser.log_in_with("anna", "not the password").await),
            "a disabled account" => {
                let disabled = server.operator_did(Event::UserDisabled).of_subject(subject);
                store::disable_user(db, subject, &disabled).await.unwrap();
            }
            "a deleted account" => {
                let deleted = server.operator_did(Event::UserDeleted).of_subject(subject);
                assert!(store::delete_user(db, subject, &deleted).await.unwrap());
            }
            _ => server
                .app
                .keys
                .signing
                .rotate(SigningAlgorithm::ES256, server.app.clock.now(), &Source::cli(Actor::Unix(0)))
                .await
                .unwrap(),
        }
        let now: BTreeSet<String> = server.events().await.iter().map(|event| format!("{event:?}")).collect();
        assert!(now.is_superset(&written) && now.len() > written.len(), "{act}: {written:#?} became {now:#?}");
        written = now;
    }
}

#[tokio::test]
async fn events_are_kept_for_as_long_as_the_operator_says() {
    let server = Server::with(|settings| {
        settings.purge.every = secs(1);
        settings.purge.batch = 2;
        settings.audit.keep_for = secs(86_400);
    })
    .await;
    for _ in 0..5 {
        server.device("tv").authorize("read").await;
    }
    server.clock.advance(secs(86_399));
    server.device("tv").authorize("read").await;
    assert_eq!(server.count_events("grant_created").await, 6);
    server.clock.advance(secs(2));
    eventually(async || {
        server.clock.advance(std::time::Duration::from_millis(10));
        server.count_events("grant_created").await == 1
    })
    .await;
}

/// Proves: T-18 FA-04: a stranger's code moves nothing, so it writes nothing.
#[tokio::test]
async fn unknown_codes_of_devices_write_nothing() {
    let server = Server::spawn().await;
    let before = server.events().await.len();
    for code in ["mWcE7Lq0sGNvT2hYx4bKJr9uZdP1oAiF5QkXtV8nBSy", "short", "é"] {
        let form = [("grant_type", DEVICE_CODE), ("device_code", code)];
        server.device("tv").post("/token", &form).await.assert_error(400, "invalid_grant");
    }
    server.browser().log_in_with("", PASSWORD).await;
    assert_eq!(server.events().await.len(), before, "nor does a login with a name that nobody has");
}

#[test]
fn every_event_is_in_the_operators_manual() {
    let manual = std::fs::read_to_string("docs/operating.md").unwrap();
    for event in Event::ALL {
        assert!(manual.contains(&format!("| `{}` |", event.name())), "docs/operating.md does not tell of {event:?}");
    }
}

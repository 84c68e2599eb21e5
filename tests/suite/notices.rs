//! Which events webhooks get, and how they verify them: requirement U-15, RFC 10027 section 6.1.6.

use grantd::notices::deliver_due;
use protocol::{Event, GrantType};
use serde_json::{Value, json};
use settings::Settings;

use testkit::{Database, ISSUER, Mood, PASSWORD, Receiver, Secrets, Server, eventually, secs, unknown_code};

fn secret_of(server: &Server, webhook: &str) -> String {
    server.app.registry.webhooks.find(webhook).unwrap().secret().unwrap().reveal().to_string()
}

/// Proves: U-15: with both networks, the person, and a link for them.
#[tokio::test]
async fn an_approval_is_told_to_the_webhook_with_all_that_a_mail_needs() {
    let receiver = Receiver::in_mood(Mood::Takes).await;
    let server = Server::with(receiver.told()).await;
    let anna = server.add_user("anna").await;
    let device = server.device("tv").on_network("203.0.113.5").authorize("openid read").await;
    server.clock.advance(secs(20));
    server.approve(&device, "anna").await;

    let told = receiver.receives("device.approved", 1).await.remove(0);
    let event = server.events_of("grant_approved").await.remove(0);
    let created = server.events_of("grant_created").await.remove(0);
    let data = &told["data"];
    assert_eq!(told["timestamp"], "2026-11-21T12:00:20.000Z");
    for (member, value) in [
        ("id", json!(event.id)),
        ("event", json!("grant_approved")),
        ("issuer", json!(ISSUER)),
        ("client", json!("tv")),
        ("client_name", json!("Television")),
        ("sub", json!(anna.subject.as_str())),
        ("username", json!("anna")),
        ("email", json!("anna@example.test")),
        ("grant", json!(created.grant_id)),
        ("scope", json!("openid read")),
        ("account_url", json!(format!("{ISSUER}/account"))),
    ] {
        assert_eq!(data[member], value, "{member} of {told:#}");
    }
    let device_side = json!({
        "requested_at": "2026-11-21T12:00:00.000Z", "address": "203.0.113.5", "network": "203.0.113.5",
        "user_agent": "curl/8.0"
    });
    assert_eq!(data["device"], device_side);
    assert_eq!((&data["origin"]["address"], &data["origin"]["channel"]), (&json!("198.51.100.7"), &json!("page")));
    assert_eq!(data["origin"]["request"], json!(event.request_id));

    let delivery = receiver.deliveries().into_iter().find(|came| came.json()["type"] == "device.approved").unwrap();
    assert_eq!(delivery.header("webhook-id"), event.id);
    assert_eq!(delivery.header("content-type"), "application/json");
    assert_eq!(delivery.header("webhook-timestamp"), (1_795_262_400 + 20).to_string());
    assert!(delivery.is_signed_with(&secret_of(&server, "mailer")));
}

/// Proves: U-15 L-03: each of these, once, however often somebody clicked.
#[tokio::test]
async fn every_decision_revocation_and_alarm_is_told_once() {
    let receiver = Receiver::in_mood(Mood::Takes).await;
    let told = receiver.told();
    let server = Server::with(|settings: &mut Settings| {
        told(settings);
        settings.client[0].grant_types.push(GrantType::RefreshToken);
    })
    .await;
    let mut anna = server.signed_in("anna").await;
    let tv = server.device("tv");

    let denied = tv.authorize("openid").await;
    let page = anna.enter_code(&denied.user_code).await;
    for _ in 0..2 {
        anna.deny(&page).await;
    }
    receiver.receives("device.denied", 1).await;

    let revoked = tv.authorize("openid").await;
    let page = anna.enter_code(&revoked.user_code).await;
    for _ in 0..2 {
        anna.approve(&page).await;
    }
    receiver.receives("device.approved", 1).await;
    let tokens = revoked.redeem().await;
    let signed_in = receiver.receives("device.signed_in", 1).await.remove(0);
    for _ in 0..2 {
        tv.post("/revoke", &[("token", tokens["refresh_token"].as_str().unwrap())]).await;
    }
    let ended = receiver.receives("tokens.revoked", 1).await.remove(0);
    for member in ["client", "client_name", "sub", "username", "grant", "family", "scope"] {
        assert!(ended["data"][member].is_string(), "{member} of {ended:#}");
        assert_eq!(ended["data"][member], signed_in["data"][member], "{member}");
    }
    assert_eq!(ended["data"]["detail"]["by"], "client");

    let stolen = tv.authorize("openid").await;
    let page = anna.enter_code(&stolen.user_code).await;
    anna.approve(&page).await;
    stolen.redeem().await;
    server.clock.advance(secs(60));
    for _ in 0..2 {
        stolen.poll_answer().await.assert_error(400, "invalid_grant");
    }
    receiver.receives("alarm.device_code_replayed", 1).await;
    receiver.receives("tokens.revoked", 2).await;

    for wrong in 0..7 {
        anna.enter_code(&unknown_code(wrong)).await;
    }
    eventually(async || !receiver.of("alarm.code_entry_locked").is_empty()).await;

    // All of it is true, and under a name of its own.
    let secret = secret_of(&server, "mailer");
    let mut ids: Vec<String> = Vec::new();
    for delivery in receiver.deliveries() {
        assert!(delivery.is_signed_with(&secret), "{delivery:?}");
        ids.push(delivery.header("webhook-id").to_owned());
    }
    let came = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), came, "nothing came twice");
    let known: Vec<String> = server.events().await.into_iter().map(|event| event.id).collect();
    assert!(ids.iter().all(|id| known.contains(id)), "each is an event of the audit table");
}

/// Proves: U-15: the server sends the notices of a command that runs beside it.
#[tokio::test]
async fn what_an_operator_does_is_told_too() {
    let receiver = Receiver::in_mood(Mood::Takes).await;
    let server = Server::with(receiver.told()).await;
    let anna = server.add_user("anna").await;
    // A connection of its own, as a command has: it wakes nobody.
    let mut settings = Server::settings(&server.database);
    settings.webhook = server.app.settings.webhook.clone();
    let db = grantd::app::open_store(&settings).await.unwrap();
    let disabled = server.operator_did(Event::UserDisabled).of_subject(&anna.subject);
    store::disable_user(&db, &anna.subject, &disabled).await.unwrap();
    db.close().await;
    deliver_due(&server.app).await.unwrap();
    let told = receiver.receives("user.disabled", 1).await.remove(0);
    assert_eq!((&told["data"]["username"], &told["data"]["origin"]["channel"]), (&json!("anna"), &json!("cli")));
}

/// Proves: FD-14: a new password and a sign-out everywhere, whoever did it, and codes that are guessed.
#[tokio::test]
async fn changes_of_an_account_and_guessed_codes_are_told() {
    let receiver = Receiver::in_mood(Mood::Takes).await;
    let told = receiver.told();
    let server = Server::with(|settings: &mut Settings| {
        told(settings);
        settings.limits.wrong_codes_server = 1;
        settings.limits.wrong_codes_server_least = 1;
    })
    .await;
    let mut anna = server.signed_in("anna").await;
    let page = anna.open("/account/password").await;
    let new = "seven lanterns over water";
    let fields = [("current_password", PASSWORD), ("new_password", new), ("new_password_again", new)];
    let changed = anna.post(&page, "/account/password", &fields).await;
    assert_eq!(changed.answer.status, 200, "{changed:?}");
    let body = receiver.receives("user.password_changed", 1).await.remove(0);
    assert_eq!((&body["data"]["username"], &body["data"]["origin"]["channel"]), (&json!("anna"), &json!("page")));

    let user = store::find_user_by_name(&server.app.db, "anna").await.unwrap().unwrap();
    let ended = server.operator_did(Event::SignedOutEverywhere).of_subject(&user.subject);
    store::sign_out_everywhere(&server.app.db, &user.subject, &ended).await.unwrap();
    let body = receiver.receives("user.signed_out_everywhere", 1).await.remove(0);
    assert_eq!((&body["data"]["username"], &body["data"]["origin"]["channel"]), (&json!("anna"), &json!("cli")));

    let mut ben = server.signed_in_from("ben", "198.51.100.9").await;
    for wrong in 0..3 {
        ben.enter_code(&unknown_code(wrong)).await;
    }
    let body = receiver.receives("alarm.codes_guessed", 1).await.remove(0);
    assert_eq!((&body["data"]["sub"], &body["data"]["detail"]["wrong_codes"]), (&json!(null), &json!(1)));
}

/// Proves: U-15: each hears what it asked for, and one that is away keeps nothing from the other.
#[tokio::test]
async fn webhooks_are_independent_and_hear_what_they_want() {
    let (mailer, alarms) = (Receiver::in_mood(Mood::Takes).await, Receiver::in_mood(Mood::Hangs).await);
    let webhooks = vec![
        alarms.webhook("alarms", &["device.denied"]),
        mailer.webhook("mailer", &["device.approved", "device.denied"]),
    ];
    let server = Server::with(|settings| settings.webhook = webhooks).await;
    let mut anna = server.signed_in("anna").await;
    for approves in [false, true, false] {
        let device = server.device("tv").authorize("openid").await;
        let page = anna.enter_code(&device.user_code).await;
        let done = if approves { anna.approve(&page).await } else { anna.deny(&page).await };
        assert_eq!(done.answer.status, 200);
    }
    mailer.receives("device.denied", 2).await;
    mailer.receives("device.approved", 1).await;
    eventually(async || !alarms.deliveries().is_empty()).await;
    assert_eq!(alarms.deliveries().len(), 1, "it holds the first in its hands");
    assert_eq!(alarms.of("device.denied").len(), 1);
    assert!(alarms.deliveries()[0].is_signed_with(&secret_of(&server, "alarms")));
    assert!(!alarms.deliveries()[0].is_signed_with(&secret_of(&server, "mailer")), "each has a secret of its own");
    assert_eq!(server.database.rows("notices").await, 5, "of signing in, creating and claiming nobody is told");
}

/// Proves: U-15 L-01 N63: nothing that is sent, and nothing that waits to be sent, holds a secret.
#[tokio::test]
async fn no_secret_is_in_any_notice() {
    let receiver = Receiver::in_mood(Mood::Takes).await;
    let told = receiver.told();
    let server = Server::with(|settings: &mut Settings| {
        told(settings);
        let set_top_box = settings.client.iter_mut().find(|client| client.id == "box").unwrap();
        set_top_box.grant_types.push(GrantType::RefreshToken);
    })
    .await;
    server.add_user("anna").await;
    let mut secrets = Secrets::default();
    secrets.add("a password", PASSWORD);
    secrets.add("a client secret", "box-secret");
    secrets.add_bytes("the root secret", vec![7; 32]);
    secrets.add("the webhook's secret", secret_of(&server, "mailer").trim_start_matches("whsec_"));
    let mut anna = server.browser();
    let set_top_box = server.device("box").with_secret("box-secret");
    for approves in [true, false] {
        let device = set_top_box.authorize("openid read").await;
        secrets.add("a device code", &device.device_code);
        secrets.add_code(&device.user_code);
        let page = anna.reach_decision(&device.user_code, "anna").await;
        secrets.add_page(&page);
        if !approves {
            anna.deny(&page).await;
            continue;
        }
        anna.approve(&page).await;
        let tokens = device.redeem().await;
        for name in ["access_token", "id_token", "refresh_token"] {
            secrets.add_token(name, tokens[name].as_str().unwrap());
        }
        server.clock.advance(secs(60));
        device.poll_answer().await.assert_error(400, "invalid_grant");
    }
    for wrong in 0..7 {
        secrets.add_code(&unknown_code(wrong));
        anna.enter_code(&unknown_code(wrong)).await;
    }
    secrets.add_cookies(anna.set_cookies.clone());
    for name in ["device.approved", "device.denied", "device.signed_in", "alarm.device_code_replayed"] {
        receiver.receives(name, 1).await;
    }
    eventually(async || !receiver.of("alarm.code_entry_locked").is_empty()).await;
    receiver.turn(Mood::Answers(500));
    let waiting = set_top_box.authorize("openid").await;
    secrets.add_code(&waiting.user_code);
    let mut guest = server.signed_in_from("guest", "192.0.2.9").await;
    let page = guest.enter_code(&waiting.user_code).await;
    guest.deny(&page).await;
    let cells = server.database.cells().await;
    let outbox: Vec<_> = cells.iter().filter(|cell| cell.table == "notices").collect();
    assert!(outbox.iter().any(|cell| cell.text().contains("device.denied")), "there is something to look at");
    for cell in outbox {
        assert!(secrets.found_in(&cell.bytes).is_empty(), "{:?}", cell.text());
    }
    for delivery in receiver.deliveries() {
        let all = format!("{:?} {}", delivery.headers, delivery.body);
        assert!(secrets.found_in(all.as_bytes()).is_empty(), "{:?} in {all}", secrets.found_in(all.as_bytes()));
    }
}

/// Proves: U-15: while the root secret is changed, receivers may know either of two.
#[tokio::test]
async fn a_changed_root_secret_signs_beside_the_former() {
    let receiver = Receiver::in_mood(Mood::Takes).await;
    let database = std::sync::Arc::new(Database::fresh().await);
    let (first, told) = (Server::on(database.clone(), Server::noon(), receiver.told()).await, receiver.told());
    let old = secret_of(&first, "mailer");
    drop(first);
    let new_root = database.folder.path().join("new.key");
    std::fs::write(&new_root, [9; 32]).unwrap();
    std::fs::set_permissions(&new_root, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let server = Server::on(database, Server::noon(), |settings| {
        told(settings);
        settings.secrets.former_root_files = settings.secrets.root_file.replace(new_root).into_iter().collect();
    })
    .await;
    let new = secret_of(&server, "mailer");
    assert_ne!(new, old);
    let device = server.device("tv").authorize("openid").await;
    server.add_user("anna").await;
    server.approve(&device, "anna").await;
    receiver.receives("device.approved", 1).await;
    let delivery = receiver.deliveries().remove(0);
    assert!(delivery.is_signed_with(&new) && delivery.is_signed_with(&old));
    let other: Value = json!({"type": "device.approved"});
    let forged = testkit::Delivery { body: other.to_string(), ..delivery };
    assert!(!forged.is_signed_with(&new), "the receiver would notice");
}

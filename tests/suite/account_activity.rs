//! What people see of recent events in their account: requirements U-14, L-03.

use protocol::Event;

use testkit::{Server, secs};

/// Proves: U-14: the page lists what they did and what was done in their name, the newest first, and nothing of anybody
/// else.
#[tokio::test]
async fn recent_activity_is_told_newest_first_and_to_its_person_alone() {
    let server = Server::with_accounts().await;
    let mut bob = server.signed_in_from("bob", "192.0.2.66").await;
    server.sign_in_from(&mut bob, &server.device("radio"), "openid").await;
    let mut anna = server.signed_in("anna").await;
    server.clock.advance(secs(60));
    let device = server.sign_in_from(&mut anna, &server.device("tv"), "openid").await;
    server.clock.advance(secs(60));
    let denied = server.device("tv").authorize("openid").await;
    let page = anna.enter_code(&denied.user_code).await;
    anna.deny(&page).await;
    server.clock.advance(secs(60));
    server.browser_from("192.0.2.200").log_in_with("anna", "my secret password 123").await;
    server.clock.advance(secs(60));
    anna.on_device(&device, &[("action", "sign_out")]).await;
    server.clock.advance(secs(60));
    anna.on_device(&device, &[("action", "report")]).await;

    let page = anna.open("/account/activity").await;
    let told = [
        "You reported a device of <strong><bdi>Television</bdi></strong>",
        "A device of <strong><bdi>Television</bdi></strong> was signed out.",
        "Somebody tried to sign in with a wrong password.",
        "You denied <strong><bdi>Television</bdi></strong>.",
        "A device signed in with <strong><bdi>Television</bdi></strong>.",
        "You signed in.",
    ];
    let (mut last, body) = (0, page.answer.body.replace(" translate=\"no\"", ""));
    for said in told {
        let at = body.find(said).unwrap_or_else(|| panic!("{said}: {page:?}"));
        assert!(at > last, "{said} is older");
        last = at;
    }
    assert!(page.says("You allowed <strong><bdi>Television</bdi></strong> to sign in on a device."));
    assert!(page.says("2 minutes ago (<bdi>2026-11-21 12:03 UTC</bdi>), from <bdi>192.0.2.200</bdi>"), "{page:?}");
    for foreign in ["my secret", "Radio", "192.0.2.66", "bob"] {
        assert!(!page.says(foreign), "{foreign}: {page:?}");
    }
    // The overview tells the latest of it.
    let overview = anna.account().await;
    assert!(overview.says(told[0]) && !overview.says("You signed in."), "{overview:?}");
}

/// Proves: U-14 L-03: the page shows in plain words what operators and alarms do, and has a limited number of events.
#[tokio::test]
async fn what_others_did_is_told_and_a_page_is_bounded() {
    let server = Server::with_accounts().await;
    let anna = server.add_user("anna").await;
    let mut browser = server.browser();
    browser.log_in("anna").await;
    let stolen = server.sign_in_from(&mut browser, &server.device("tv"), "openid").await;
    assert_eq!(stolen.refresh().await.status, 200);
    server.clock.advance(secs(11));
    stolen.refresh().await.assert_error(400, "invalid_grant");
    let page = browser.open("/account/activity").await;
    assert!(page.says("because its key was used twice"), "{page:?}");

    let (db, subject) = (&server.app.db, &anna.subject);
    server.clock.advance(secs(1));
    for event in [Event::UserDisabled, Event::UserEnabled] {
        let told = server.operator_did(event).of_subject(subject);
        match event {
            Event::UserDisabled => store::disable_user(db, subject, &told).await.unwrap(),
            _ => store::enable_user(db, subject, &told).await.unwrap(),
        }
    }
    server.clock.advance(secs(1));
    browser.log_in("anna").await;
    let page = browser.open("/account/activity").await;
    assert!(page.says("switched your account off") && page.says("switched your account on"), "{page:?}");
    assert!(page.says("made your account"), "{page:?}");

    server.clock.advance(secs(1));
    for _ in 0..120 {
        let failed = server.operator_did(Event::LoginFailed).of_subject(subject);
        store::add_audit_event(db, &failed).await.unwrap();
    }
    let page = browser.open("/account/activity").await;
    assert_eq!(page.answer.body.matches("Somebody tried to sign in").count(), 100);
    assert!(page.says("Only the latest 100 are shown"), "{page:?}");
}

//! The number that the device shows and the person picks (requirement B-04, RFC 10027 section 6.1.17), for a client
//! that opted in.

use std::collections::HashSet;

use protocol::Digest;
use serde_json::json;
use settings::Settings;

use testkit::{Authorization, Browser, Page, Server, detail, for_many_devices, secs};

fn matching(settings: &mut Settings) {
    settings.client[0].number_match = Some(true);
    for_many_devices(settings);
}

/// The number that the device shows.
fn number(device: &Authorization) -> String {
    device.json["match_number"].as_str().unwrap().to_owned()
}

/// The numbers that a page offers, in their order.
fn offered(page: &Page) -> Vec<String> {
    let body = &page.answer.body;
    let inputs = body.split("<input ").skip(1).filter(|input| input.contains("name=\"match_number\""));
    inputs.map(|input| input.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()).collect()
}

/// One that is offered and is not the device's.
fn decoy(page: &Page, device: &Authorization) -> String {
    offered(page).into_iter().find(|offered| *offered != number(device)).unwrap()
}

async fn pick(browser: &mut Browser, page: &Page, picked: &str) -> Page {
    let form =
        [("device_present", "true"), ("other_network", "true"), ("decision", "approve"), ("match_number", picked)];
    browser.post(page, &page.path, &form).await
}

/// Whether the page is the end of a request that the wrong number denied, with something to press.
fn says_wrong_number(page: &Page) -> bool {
    page.says("That was not the number of your device") && page.has_a_way_on() && !page.is_decision()
}

/// Proves: B-04: the same three at each showing, one of them the device's; nothing is chosen beforehand.
#[tokio::test]
async fn the_page_offers_the_number_of_the_device_among_three() {
    let server = Server::with(matching).await;
    let mut anna = server.signed_in("anna").await;
    let mut places = HashSet::new();
    for _ in 0..20 {
        let device = server.device("tv").authorize("read").await;
        let page = anna.enter_code(&device.user_code).await;
        assert!(page.says("Does your device show no number, or none of these?"), "{page:?}");
        let shown = offered(&page);
        assert_eq!(shown.iter().collect::<HashSet<_>>().len(), 3, "{page:?}");
        places.insert(shown.iter().position(|offered| *offered == number(&device)).unwrap());
        assert!(!page.says("\" checked") && !page.says("value=\"\""), "{page:?}");
        assert_eq!(offered(&anna.open(&page.path).await), shown, "a reload tells nothing");
        let anew = anna.enter_code(&device.user_code).await;
        assert_ne!(anew.path, page.path);
        assert_eq!(offered(&anew), shown, "nor does the code, entered again");
    }
    assert!(places.len() > 1, "it does not always stand in one place");
}

/// Proves: B-04 D-05: off by default, on for a client or for all.
#[tokio::test]
async fn who_did_not_opt_in_is_neither_told_nor_asked() {
    let server = Server::with(matching).await;
    let mut anna = server.signed_in("anna").await;
    let radio = server.device("radio").authorize("read").await;
    assert!(radio.json.get("match_number").is_none() && radio.json.get("initiation_pin_required").is_none());
    let page = anna.enter_code(&radio.user_code).await;
    assert!(offered(&page).is_empty());
    assert!(pick(&mut anna, &page, "47").await.says("Go back to your device"), "a field that nobody asked for");
    assert_eq!(radio.poll().await, "tokens");
    assert!(server.events().await.iter().all(|event| !event.detail.contains("match")), "and nobody is told of it");

    let all = Server::with(|settings| {
        settings.device.number_match = true;
        settings.client[1].number_match = Some(false);
    });
    let all = all.await;
    assert!(all.device("tv").authorize("read").await.json["match_number"].is_string());
    assert!(all.device("radio").authorize("read").await.json.get("match_number").is_none());
}

/// Proves: B-04 U-06 L-03: with the tick, and the events say that a number was asked for.
#[tokio::test]
async fn the_number_of_the_device_approves() {
    let server = Server::with(matching).await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let done = pick(&mut anna, &page, &number(&device)).await;
    assert!(done.says("Go back to your device"), "{done:?}");
    assert_eq!(device.poll().await, "tokens");
    for name in ["grant_created", "grant_approved", "grant_redeemed"] {
        let [event] = &server.events_of(name).await[..] else { panic!("one {name}") };
        assert_eq!(detail(event)["number_match"], true, "{name}");
        assert!(detail(event).get("initiation_pin").is_none(), "{name}");
    }
}

/// Proves: B-04 SM-04 N44 L-03: after that, going back does not help, and the right number does not help.
#[tokio::test]
async fn another_number_denies_for_good() {
    let server = Server::with(matching).await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let wrong = decoy(&page, &device);
    let denied = pick(&mut anna, &page, &wrong).await;
    assert!(says_wrong_number(&denied), "{denied:?}");
    assert_eq!(denied.path, page.path);
    assert_eq!(device.poll().await, "access_denied");
    let stood = server.database.grants().await;
    for again in [pick(&mut anna, &page, &number(&device)).await, pick(&mut anna, &page, &wrong).await] {
        assert!(says_wrong_number(&again), "{again:?}");
    }
    assert!(says_wrong_number(&anna.deny(&page).await) && says_wrong_number(&anna.open(&page.path).await));
    assert_eq!(server.database.grants().await, stood);
    assert!(!anna.enter_code(&device.user_code).await.is_decision());
    assert_eq!(device.poll().await, "access_denied");
    let [event] = &server.events_of("grant_denied").await[..] else { panic!("one denial") };
    assert_eq!((detail(event), event.channel.as_str()), (json!({"by": "wrong_number"}), "page"));
    assert!(event.subject.is_some() && event.client_id.as_deref() == Some("tv"));
    assert_eq!(server.count_events("grant_approved").await, 0);

    let other = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&other.user_code).await;
    let denied = anna.deny(&page).await;
    assert!(denied.says("You denied the request") && !says_wrong_number(&denied), "who says no is told so: {denied:?}");
    let denials = server.events_of("grant_denied").await;
    let said: Vec<_> = denials.iter().map(detail).filter(|detail| *detail == json!({})).collect();
    assert_eq!((denials.len(), said.len()), (2, 1), "and it is told as that: {denials:?}");
}

/// Proves: B-04 N52 W-08: a number that was not offered is no choice: nothing is decided, nothing comes back unescaped.
#[tokio::test]
async fn what_is_no_number_is_asked_again() {
    let server = Server::with(matching).await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let before = server.database.grants().await;
    let long = "4".repeat(5000);
    let right = number(&device);
    let (spaced, signed, twice) = (format!(" {right}"), format!("+{right}"), format!("{right}{right}"));
    for odd in ["", "4", &spaced, &signed, &twice, "٤٧", "４７", "<script>", "0x2f", "47.0", "07", &long] {
        let again = pick(&mut anna, &page, odd).await;
        assert!(
            again.is_decision() && again.says("id=\"number-error\"") && again.says("role=\"alert\""),
            "{odd}: {again:?}"
        );
        assert!(!again.says("<script>") && offered(&again) == offered(&page), "{odd}");
    }
    let none = anna.approve(&page).await;
    assert!(none.is_decision() && none.says("id=\"number-error\""), "{none:?}");
    let fields = [
        ("device_present", "true"),
        ("other_network", "true"),
        ("decision", "approve"),
        ("match_number", &*right),
        ("match_number", &*right),
    ];
    assert_eq!(anna.post(&page, &page.path, &fields).await.answer.status, 400, "which of the two?");
    assert_eq!(server.database.grants().await, before);
    assert_eq!(device.poll().await, "authorization_pending");
    let nowhere = (10..100).map(|number| number.to_string()).find(|number| !offered(&page).contains(number)).unwrap();
    let denied = pick(&mut anna, &page, &nowhere).await;
    assert!(says_wrong_number(&denied), "a number that no page offered is a guess: {denied:?}");
}

/// Proves: B-04 N51 U-06: without the tick nothing is judged, so that nobody can try a number.
#[tokio::test]
async fn without_the_tick_no_number_is_judged() {
    let server = Server::with(matching).await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let mut told = Vec::new();
    for picked in offered(&page) {
        let again = anna.post(&page, &page.path, &[("decision", "approve"), ("match_number", &picked)]).await;
        assert!(again.is_decision() && again.says("confirm-device-error"), "{again:?}");
        let kept = format!(
            "id=\"number-{picked}\" name=\"match_number\" type=\"radio\" value=\"{picked}\" autocomplete=\"off\" checked"
        );
        assert!(again.says(&kept), "what was picked stays so: {again:?}");
        told.push(again.answer.body.replace(" checked", ""));
    }
    assert!(told[0] == told[1] && told[1] == told[2], "one tells what another does not");
    assert!(pick(&mut anna, &page, &number(&device)).await.says("Go back to your device"));
}

/// Proves: B-04 SM-01 SM-04 N41: if a right and a wrong number come at once, the wrong one is never lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_wrong_number_wins_over_a_simultaneous_right_one() {
    let server = Server::with(matching).await;
    let mut anna = server.signed_in("anna").await;
    for round in 1..=40 {
        let device = server.device("tv").authorize("read").await;
        let page = anna.enter_code(&device.user_code).await;
        let (right, wrong) = (number(&device), decoy(&page, &device));
        let (mut one, mut other) = (anna.clone(), anna.clone());
        let (_, denied) = tokio::join!(pick(&mut one, &page, &right), pick(&mut other, &page, &wrong));
        assert!(says_wrong_number(&denied), "round {round}: {denied:?}");
        assert_eq!(device.poll().await, "access_denied", "round {round}");
        assert_eq!(server.count_events("grant_denied").await, round);
    }
    assert_eq!(server.database.rows("token_families").await, 0);
}

/// Proves: B-04 SM-04: once the device has come, a wrong number comes too late, and both sides tell the same story.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_wrong_number_and_a_redemption_agree_on_who_was_first() {
    let server = Server::with(matching).await;
    let mut anna = server.signed_in("anna").await;
    for round in 0..30 {
        let device = server.device("tv").authorize("read").await;
        let page = anna.enter_code(&device.user_code).await;
        let wrong = decoy(&page, &device);
        pick(&mut anna, &page, &number(&device)).await;
        let mut other = anna.clone();
        let (_, polled) = tokio::join!(pick(&mut other, &page, &wrong), device.poll());
        let stands = anna.open(&page.path).await;
        match polled.as_str() {
            "tokens" => assert!(stands.says("Your device is signed in"), "round {round}: {stands:?}"),
            "access_denied" => assert!(says_wrong_number(&stands), "round {round}: {stands:?}"),
            other => panic!("round {round}: {other}"),
        }
    }
}

/// Proves: B-04 SM-08: after expiry a number decides nothing.
#[tokio::test]
async fn of_a_request_that_is_over_no_number_is_judged() {
    let server = Server::with(matching).await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let wrong = decoy(&page, &device);
    server.clock.advance(secs(600));
    for picked in [number(&device), wrong] {
        let late = pick(&mut anna, &page, &picked).await;
        assert!(late.says("The code has expired"), "{late:?}");
    }
    assert_eq!(device.poll().await, "expired_token");
    assert_eq!(server.count_events("grant_denied").await, 0);
}

/// Proves: B-04 L-02: a reader of the database cannot find the number.
#[tokio::test]
async fn no_row_tells_the_number() {
    let server = Server::with(matching).await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    anna.enter_code(&device.user_code).await;
    let cells = server.database.grants().await;
    let cell = |column: &str| cells.iter().find(|cell| cell.column == column).map(|cell| cell.bytes.clone());
    let (id, kept) = (cell("id").unwrap(), cell("number_digest").unwrap());
    assert_eq!(kept.len(), 32);
    let id = String::from_utf8(id).unwrap();
    for number in 10..100 {
        for text in [format!("{number}"), format!("match number of {id}: {number}"), format!("{id}{number}")] {
            assert_ne!(kept, Digest::sha256(text.as_bytes()).as_bytes(), "found without the key");
        }
    }
    let shown = number(&device);
    assert!(!cells.iter().any(|cell| cell.text() == shown), "{cells:?}");
    let events = server.events().await;
    assert!(!events.iter().any(|event| event.detail.contains(&format!("\"{shown}\""))), "{events:?}");
}

/// Proves: B-04, decision 13: a page that was opened under the root secret before knows its numbers.
#[tokio::test]
async fn a_number_outlives_a_change_of_the_root_secret() {
    let old = Server::with(matching).await;
    let mut anna = old.signed_in("anna").await;
    let device = old.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let file = old.database.folder.path().join("next.key");
    std::fs::write(&file, [8; 32]).unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let new = Server::on(old.database.clone(), old.clock.clone(), |settings| {
        matching(settings);
        settings.secrets.former_root_files = settings.secrets.root_file.replace(file).into_iter().collect();
    })
    .await;
    let mut here = new.browser();
    here.cookies.clone_from(&anna.cookies);
    let shown = here.open(&page.path).await;
    assert_eq!(offered(&shown), offered(&page));
    assert!(pick(&mut here, &shown, &number(&device)).await.says("Go back to your device"));
}

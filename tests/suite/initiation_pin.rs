//! The initiation PIN that the browser shows and the device sends (requirement B-04, RFC 10027 section 6.1.16), for a
//! client that opted in.

mod at_once;

use protocol::Digest;
use serde_json::{Value, json};
use settings::Settings;

use testkit::{
    Answer, Authorization, Browser, DEVICE_CODE, Device, Page, ProofKey, Server, detail, for_many_devices, secs,
};

fn with_pin(settings: &mut Settings) {
    settings.client[0].initiation_pin = Some(true);
    for_many_devices(settings);
}

async fn send_as(sender: &Device, device: &Authorization, pin: &str) -> Answer {
    let form = [("grant_type", DEVICE_CODE), ("device_code", &device.device_code), ("initiation_pin", pin)];
    sender.post("/token", &form).await
}

async fn send(device: &Authorization, pin: &str) -> Answer {
    send_as(&device.device, device, pin).await
}

/// The PIN on a page, as it is spelled for a screen reader: `0 4 8, 2 1 3`.
fn pin_on(page: &Page) -> Option<String> {
    let spelled = page.answer.body.split("<span class=\"unseen\">").nth(1)?.split('<').next()?;
    let pin: String = spelled.chars().filter(char::is_ascii_digit).collect();
    (pin.len() == 6).then_some(pin)
}

/// Another PIN than the right one, a different one for each turn below 999 999.
fn wrong(pin: &str, turn: u32) -> String {
    format!("{:06}", (pin.parse::<u32>().unwrap() + 1 + turn) % 1_000_000)
}

/// An approved request that waits for its PIN: the device, the page, the PIN.
async fn approved(server: &Server, browser: &mut Browser) -> (Authorization, Page, String) {
    let device = server.device("tv").authorize("read").await;
    let page = browser.enter_code(&device.user_code).await;
    let done = browser.approve(&page).await;
    let pin = pin_on(&done).unwrap_or_else(|| panic!("no PIN: {done:?}"));
    (device, done, pin)
}

/// What an answer says of the PIN.
fn said(answer: &Answer) -> (Value, Value) {
    let json = answer.json();
    (json["initiation_pin"].clone(), json["initiation_pin_tries_left"].clone())
}

/// Proves: B-04 T-16 L-03: the whole walk; a standard poll hears what it heard before the approval.
#[tokio::test]
async fn tokens_come_with_the_pin_and_not_before() {
    let server = Server::with(with_pin).await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    assert_eq!(device.json["initiation_pin_required"], true);
    assert!(device.json.get("match_number").is_none());
    let before = device.poll_answer().await;
    let page = anna.enter_code(&device.user_code).await;
    assert_eq!(pin_on(&page), None, "nothing to tell before it is approved");
    let done = anna.approve(&page).await;
    let pin = pin_on(&done).unwrap();
    server.clock.advance(secs(5));
    let after = device.poll_answer().await;
    assert_eq!((after.status, &after.body), (before.status, &before.body), "the approval does not show");
    assert_eq!(server.database.rows("token_families").await, 0);
    let tokens = send(&device, &pin).await;
    assert_eq!(tokens.status, 200, "at once, however soon: {}", tokens.body);
    assert!(anna.open(&page.path).await.says("Your device is signed in"));
    for name in ["grant_created", "grant_approved", "grant_redeemed"] {
        let [event] = &server.events_of(name).await[..] else { panic!("one {name}") };
        assert_eq!(detail(event)["initiation_pin"], true, "{name}");
    }
    assert!(!server.events().await.iter().any(|event| event.detail.contains(&pin)));
}

/// Proves: B-04 SM-08: without the PIN an approval ends as if nobody had approved.
#[tokio::test]
async fn who_does_not_know_the_pin_waits_in_vain() {
    let server = Server::with(with_pin).await;
    let mut anna = server.signed_in("anna").await;
    let (device, page, pin) = approved(&server, &mut anna).await;
    for _ in 0..122 {
        assert_eq!(device.poll().await, "authorization_pending");
        server.clock.advance(secs(5));
    }
    server.clock.advance(secs(5));
    assert_eq!(device.poll().await, "expired_token");
    send(&device, &pin).await.assert_error(400, "expired_token");
    assert!(anna.open(&page.path).await.says("The code has expired"));
    assert_eq!(server.database.rows("token_families").await, 0);
}

/// Proves: B-04 L-03: four wrong PINs are accepted, the fifth denies; then the right one comes too late.
#[tokio::test]
async fn the_fifth_wrong_pin_denies() {
    let server = Server::with(with_pin).await;
    let mut anna = server.signed_in("anna").await;
    let (kind, _, pin) = approved(&server, &mut anna).await;
    let (device, page, other_pin) = approved(&server, &mut anna).await;
    for turn in 0..4 {
        server.clock.advance(secs(5));
        for (device, pin) in [(&kind, &pin), (&device, &other_pin)] {
            let answer = send(device, &wrong(pin, turn)).await;
            answer.assert_error(400, "authorization_pending");
            assert_eq!(said(&answer), (json!("wrong"), json!(4 - turn)), "{}", answer.body);
        }
    }
    server.clock.advance(secs(5));
    assert_eq!(send(&kind, &pin).await.status, 200, "four slips are borne");
    for pin in [wrong(&other_pin, 9), other_pin.clone(), wrong(&other_pin, 10)] {
        let answer = send(&device, &pin).await;
        answer.assert_error(400, "access_denied");
        assert_eq!(said(&answer), (Value::Null, Value::Null));
    }
    assert_eq!(device.poll().await, "access_denied");
    let [event] = &server.events_of("grant_denied").await[..] else { panic!("one denial") };
    assert_eq!((detail(event), event.channel.as_str()), (json!({"by": "wrong_pins"}), "token"));
    assert!(event.subject.is_some() && event.address.is_some());
    let end = anna.open(&page.path).await;
    assert!(end.says("sent a wrong PIN too often") && pin_on(&end).is_none() && end.has_a_way_on(), "{end:?}");
    let activity = anna.open("/account/activity").await;
    assert!(activity.says("A device sent a wrong PIN too often") && !activity.says("You denied"), "{activity:?}");
}

/// Proves: B-04 T-18: a stolen device code is worth nothing without the PIN, and the PIN nothing without the code.
#[tokio::test]
async fn a_stolen_code_gets_nothing() {
    let server = Server::with(|settings| {
        with_pin(settings);
        settings.client[1].initiation_pin = Some(true);
    });
    let server = server.await;
    let mut anna = server.signed_in("anna").await;
    let (device, _, pin) = approved(&server, &mut anna).await;
    let (second, _, second_pin) = approved(&server, &mut anna).await;
    let thief = server.device("tv").on_network("192.0.2.66");
    assert_eq!(device.poll_as(&thief).await.error(), "authorization_pending");
    send_as(&server.device("radio"), &device, &pin).await.assert_error(400, "invalid_grant");
    if pin != second_pin {
        let other = send(&second, &pin).await;
        assert_eq!(said(&other).0, "wrong", "a PIN is good for its own request");
    }
    assert_eq!(send(&device, &pin).await.status, 200);
    assert_eq!(send(&second, &second_pin).await.status, 200);
}

/// Proves: B-04 T-15 T-14: the pace holds while a PIN is waited for, and wrong ones have to keep it too.
#[tokio::test]
async fn the_pace_holds_until_the_pin_comes() {
    let server = Server::with(with_pin).await;
    let mut anna = server.signed_in("anna").await;
    let (device, _, pin) = approved(&server, &mut anna).await;
    assert_eq!(device.poll().await, "authorization_pending");
    server.clock.advance(secs(2));
    assert_eq!(device.poll().await, "slow_down");
    server.clock.advance(secs(5));
    let hasty = send(&device, &wrong(&pin, 0)).await;
    hasty.assert_error(400, "slow_down");
    assert_eq!(said(&hasty), (json!("wrong"), json!(4)));
    server.clock.advance(secs(15));
    send(&device, &wrong(&pin, 1)).await.assert_error(400, "authorization_pending");
    server.clock.advance(secs(2));
    assert_eq!(send(&device, &pin).await.status, 200, "the right one is never too early");
}

/// Proves: B-04: before the approval there is nothing to guess, so nothing is counted and nothing shown.
#[tokio::test]
async fn a_pin_that_comes_too_early_is_not_judged() {
    let server = Server::with(with_pin).await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let plain = device.poll_answer().await;
    for turn in 0..8 {
        server.clock.advance(secs(5));
        let answer = send(&device, &format!("{turn:06}")).await;
        assert_eq!((answer.status, &answer.body), (plain.status, &plain.body));
    }
    let page = anna.enter_code(&device.user_code).await;
    let pin = pin_on(&anna.approve(&page).await).unwrap();
    assert_eq!(send(&device, &pin).await.status, 200);
}

/// Proves: B-04 T-20 T-04: slips get an answer and cost nothing; what no device sends is refused; the right PIN is read
/// as typed.
#[tokio::test]
async fn odd_pins_are_borne_or_refused_and_never_a_fault() {
    let server = Server::with(with_pin).await;
    let mut anna = server.signed_in("anna").await;
    let (device, _, pin) = approved(&server, &mut anna).await;
    let before = server.database.grants().await;
    let (cut, longer, long) = (&pin[..5], format!("{pin}0"), "1".repeat(900));
    for odd in
        [cut, &longer, "abcdef", "٠٤٨٢١٣", "０４８２１３", "-", "😀😀😀", "<script>", "' OR 1=1 --", "1e5", &long]
    {
        server.clock.advance(secs(5));
        let answer = send(&device, odd).await;
        answer.assert_error(400, "authorization_pending");
        assert_eq!(said(&answer), (json!("wrong"), json!(5)), "{odd}: {}", answer.body);
        assert!(!answer.body.contains("<script"), "{}", answer.body);
    }
    for refused in ["1".repeat(1025), format!("{pin}\u{0}"), format!("{pin}\u{1b}[A")] {
        send(&device, &refused).await.assert_error(400, "invalid_request");
    }
    let twice = [
        ("grant_type", DEVICE_CODE),
        ("device_code", &device.device_code),
        ("initiation_pin", &*pin),
        ("initiation_pin", &*pin),
    ];
    device.device.post("/token", &twice).await.assert_error(400, "invalid_request");
    assert_eq!(server.database.grants().await, before);
    server.clock.advance(secs(5));
    send(&device, "").await.assert_error(400, "authorization_pending");
    let typed = format!(" {}-{} ", &pin[..3], &pin[3..]);
    assert_eq!(send(&device, &typed).await.status, 200);
}

/// Proves: B-04: for a client that did not opt in it is an unknown parameter.
#[tokio::test]
async fn who_did_not_opt_in_needs_no_pin() {
    let server = Server::with(with_pin).await;
    let mut anna = server.signed_in("anna").await;
    let radio = server.device("radio").authorize("read").await;
    assert!(radio.json.get("initiation_pin_required").is_none(), "{}", radio.json);
    let page = anna.enter_code(&radio.user_code).await;
    let done = anna.approve(&page).await;
    assert!(done.says("Go back to your device") && pin_on(&done).is_none(), "{done:?}");
    assert_eq!(send(&radio, "x").await.status, 200);
    let all = Server::with(|settings| settings.device.initiation_pin = true).await;
    assert_eq!(all.device("radio").authorize("read").await.json["initiation_pin_required"], true);
}

/// Proves: B-04 U-10: the page of the approval shows the same PIN again, and no other page, session or person any.
#[tokio::test]
async fn the_pin_is_seen_by_who_approved_alone() {
    let server = Server::with(with_pin).await;
    let mut anna = server.signed_in("anna").await;
    let mut bob = server.signed_in("bob").await;
    let (device, page, pin) = approved(&server, &mut anna).await;
    assert_eq!(pin_on(&anna.open(&page.path).await).as_deref(), Some(&*pin));
    assert_eq!(pin_on(&anna.approve(&page).await).as_deref(), Some(&*pin), "a second click shows it again");
    assert_eq!(server.count_events("grant_approved").await, 1);
    let mut elsewhere = server.browser();
    elsewhere.log_in("anna").await;
    for (other, status) in [(&mut bob, 404), (&mut elsewhere, 200)] {
        let seen = other.open(&page.path).await;
        assert_eq!((seen.answer.status, pin_on(&seen)), (status, None), "{seen:?}");
    }
    assert_eq!(pin_on(&server.browser().open(&page.path).await), None);
    assert_eq!(send(&device, &pin).await.status, 200);
    assert_eq!(pin_on(&anna.open(&page.path).await), None, "it is of no use any more");
}

/// Proves: B-04 L-02 D-10: the database has only a keyed digest of the PIN, and only while the device is expected to
/// send it.
#[tokio::test]
async fn no_row_tells_the_pin() {
    let server = Server::with(with_pin).await;
    let mut anna = server.signed_in("anna").await;
    let (device, page, pin) = approved(&server, &mut anna).await;
    let cells = server.database.cells().await;
    let kept = cells.iter().find(|cell| cell.column == "pin_digest").unwrap();
    assert_eq!(kept.bytes.len(), 32);
    let grouped = format!("{}-{}", &pin[..3], &pin[3..]);
    let id = cells.iter().find(|cell| cell.table == "device_grants" && cell.column == "id").unwrap().text();
    for text in [pin.clone(), grouped.clone(), format!("initiation pin of {id}: {pin}"), format!("{id}{pin}")] {
        assert_ne!(kept.bytes, Digest::sha256(text.as_bytes()).as_bytes(), "found without the key");
    }
    assert!(!cells.iter().any(|cell| cell.text() == pin || cell.text().contains(&grouped)));
    let handle = page.path.rsplit('/').next().unwrap();
    assert!(!cells.iter().any(|cell| cell.text().contains(handle)), "what the PIN is made of is in no row either");
    assert_eq!(send(&device, &pin).await.status, 200);
    let left = server.database.grants().await.into_iter().any(|cell| cell.column == "pin_digest");
    assert!(!left, "and nothing once it has come");
}

/// Proves: B-04 B-02 T-24: the key first: a client without the key cannot use up the tries of its owner.
#[tokio::test]
async fn who_cannot_prove_the_key_of_a_code_cannot_try_pins() {
    let server = Server::with(with_pin).await;
    let mut anna = server.signed_in("anna").await;
    let key = ProofKey::new(&server.clock);
    let device = server.device("tv").proving(&key).authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let pin = pin_on(&anna.approve(&page).await).unwrap();
    for turn in 0..8 {
        let answer = send_as(&server.device("tv"), &device, &wrong(&pin, turn)).await;
        answer.assert_error(400, "invalid_dpop_proof");
    }
    send_as(&server.device("tv"), &device, &pin).await.assert_error(400, "invalid_dpop_proof");
    assert_eq!(send(&device, &pin).await.status, 200);
}

/// Proves: B-04, decision 13: a PIN that is shown under the root secret before is shown again and taken after.
#[tokio::test]
async fn a_pin_outlives_a_change_of_the_root_secret() {
    let old = Server::with(with_pin).await;
    let mut anna = old.signed_in("anna").await;
    let (device, page, pin) = approved(&old, &mut anna).await;
    let file = old.database.folder.path().join("next.key");
    std::fs::write(&file, [8; 32]).unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let new = Server::on(old.database.clone(), old.clock.clone(), |settings| {
        with_pin(settings);
        settings.secrets.former_root_files = settings.secrets.root_file.replace(file).into_iter().collect();
    })
    .await;
    let mut here = new.browser();
    here.cookies.clone_from(&anna.cookies);
    assert_eq!(pin_on(&here.open(&page.path).await), Some(pin.clone()));
    assert_eq!(send_as(&new.device("tv"), &device, &pin).await.status, 200);
}

/// Proves: B-04: both together: no approval without the number, no tokens without the PIN.
#[tokio::test]
async fn a_client_may_ask_for_the_number_and_the_pin() {
    let server = Server::with(|settings| {
        with_pin(settings);
        settings.client[0].number_match = Some(true);
    })
    .await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    assert!(anna.approve(&page).await.is_decision(), "the tick alone is not enough");
    let number = device.json["match_number"].as_str().unwrap();
    let form =
        [("device_present", "true"), ("other_network", "true"), ("decision", "approve"), ("match_number", number)];
    let pin = pin_on(&anna.post(&page, &page.path, &form).await).unwrap();
    assert_eq!(device.poll().await, "authorization_pending");
    assert_eq!(send(&device, &pin).await.status, 200);
    let [event] = &server.events_of("grant_approved").await[..] else { panic!("one approval") };
    assert_eq!((&detail(event)["number_match"], &detail(event)["initiation_pin"]), (&json!(true), &json!(true)));
}

//! "Not you? Use another account": the claim is given back, and the code continues without being typed again
//! (requirements SM-05, U-05, X-03).

use jsonwebtoken::dangerous::insecure_decode;
use serde_json::Value;

use testkit::{Browser, ISSUER, PASSWORD, Page, Server, UNKNOWN, detail, secs};

/// "Not you? Use another account."
const ANOTHER: &[(&str, &str)] = &[("decision", "use_another_account")];

/// Logs in on the login page that is shown.
async fn log_in_on(browser: &mut Browser, login: &Page, username: &str) -> Page {
    assert_eq!(login.path, "/login", "{login:?}");
    browser.post(login, "/login", &[("username", username), ("password", PASSWORD)]).await
}

/// Proves: U-05 X-03 SM-05: the other person approves the same request, and it is theirs.
#[tokio::test]
async fn another_account_goes_on_with_the_same_code() {
    let server = Server::spawn().await;
    let bob = server.add_user("bob").await;
    let mut browser = server.signed_in("anna").await;
    let device = server.device("tv").authorize("openid").await;
    let page = browser.enter_code(&device.user_code).await;
    assert!(page.says("id=\"another-account\""), "{page:?}");
    let login = browser.post(&page, &page.path, ANOTHER).await;
    assert!(login.says("Your code is kept") && !login.says("value=\"anna\""), "{login:?}");
    assert_eq!(device.poll().await, "authorization_pending");
    assert_eq!(server.count_events("grant_released").await, 1);

    let decision = log_in_on(&mut browser, &login, "bob").await;
    assert!(decision.is_decision() && decision.path != page.path, "{decision:?}");
    assert!(decision.says("<bdi>bob</bdi>") && !decision.says("<bdi>anna</bdi>"), "{decision:?}");
    assert!(decision.says(&device.user_code[..4]), "the same code, to be compared");
    assert!(browser.approve(&decision).await.says("Go back to your device"));
    let tokens = device.redeem().await;
    let claims = insecure_decode::<Value>(tokens["access_token"].as_str().unwrap()).unwrap().claims;
    assert_eq!(claims["sub"], bob.subject.as_str());
}

/// Proves: SM-05: how the code came is not forgotten on the way, and the story of the grant can be read.
#[tokio::test]
async fn a_code_from_a_link_stays_one_for_the_next_account() {
    let server = Server::spawn().await;
    server.add_user("bob").await;
    let device = server.device("tv").authorize("read").await;
    let link = device.json["verification_uri_complete"].as_str().unwrap().strip_prefix(ISSUER).unwrap();
    let mut browser = server.signed_in("anna").await;
    let compare = browser.open(link).await;
    server.clock.advance(secs(1));
    let page = browser.post(&compare, "/device", &[("user_code", &device.user_code)]).await;
    server.clock.advance(secs(1));
    let login = browser.post(&page, &page.path, ANOTHER).await;
    server.clock.advance(secs(1));
    assert!(log_in_on(&mut browser, &login, "bob").await.is_decision());
    let told: Vec<_> = server
        .events()
        .await
        .into_iter()
        .filter(|event| event.grant_id.is_some())
        .map(|event| (event.event.clone(), event.subject.clone(), detail(&event)["entry"].as_str().map(str::to_owned)))
        .collect();
    let names: Vec<&str> = told.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["grant_created", "grant_claimed", "grant_released", "grant_claimed"]);
    assert_eq!((told[1].2.as_deref(), told[3].2.as_deref()), (Some("link"), Some("link")));
    assert_eq!(told[1].1, told[2].1, "it was given back by the one who had it");
    assert_ne!(told[2].1, told[3].1);
}

/// Proves: SM-05 U-10: the page of a claim that was given back is dead in every tab, and writes nothing.
#[tokio::test]
async fn the_page_of_a_claim_that_was_given_back_is_dead() {
    let server = Server::spawn().await;
    server.add_user("bob").await;
    let mut browser = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = browser.enter_code(&device.user_code).await;
    let login = browser.post(&page, &page.path, ANOTHER).await;
    let before = server.database.grants().await;
    for stale in [browser.approve(&page).await, browser.deny(&page).await] {
        assert_eq!(stale.answer.status, 403, "the csrf token was anna's: {stale:?}");
        assert!(stale.has_a_way_on());
    }
    let decision = log_in_on(&mut browser, &login, "bob").await;
    assert!(decision.is_decision());
    let claimed = server.database.grants().await;
    assert_ne!(before, claimed);
    let old = Page { path: page.path.clone(), answer: browser.open("/device").await.answer };
    assert_eq!(browser.open(&page.path).await.answer.status, 404);
    for choice in ["approve", "deny", "report", "remove", "use_another_account"] {
        let fields = [("decision", choice), ("device_present", "true"), ("other_network", "true")];
        let dead = browser.post(&old, &page.path, &fields).await;
        assert_eq!(dead.answer.status, 404, "{choice}: {dead:?}");
        assert!(dead.has_a_way_on());
    }
    assert_eq!(server.database.grants().await, claimed);
}

/// Proves: SM-05 U-10: nobody gives back what another session holds.
#[tokio::test]
async fn only_the_session_that_holds_a_claim_gives_it_back() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let mut bob = server.signed_in("bob").await;
    let mut phone = server.browser();
    phone.log_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let before = server.database.grants().await;
    for (browser, status) in [(&mut bob, 409), (&mut phone, 404), (&mut server.browser(), 404)] {
        let theirs = browser.open("/device").await;
        let refused = browser.post(&theirs, &page.path, ANOTHER).await;
        assert_eq!(refused.answer.status, status, "{refused:?}");
        assert!(!refused.says("Television") && !refused.says("anna") && refused.has_a_way_on(), "{refused:?}");
    }
    assert_eq!(server.database.grants().await, before);
    assert!(bob.open("/device").await.is_signed_in_as("bob") && phone.open("/device").await.is_signed_in_as("anna"));
    assert!(anna.approve(&page).await.says("Go back to your device"));
    assert_eq!(server.count_events("grant_released").await, 0);
}

/// Proves: SM-04 U-11: a decided request is not given back; the page shows its state, and nobody is signed out.
#[tokio::test]
async fn what_is_decided_is_not_given_back() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    for (ending, said) in
        [("approve", "Go back to your device"), ("deny", "You denied the request"), ("expire", "The code has expired")]
    {
        let device = server.device("tv").authorize("read").await;
        let page = anna.enter_code(&device.user_code).await;
        match ending {
            "approve" => drop(anna.approve(&page).await),
            "deny" => drop(anna.deny(&page).await),
            _ => server.clock.advance(secs(600)),
        }
        let before = server.database.grants().await;
        let stands = anna.post(&page, &page.path, ANOTHER).await;
        assert!(stands.says(said) && stands.path == page.path, "{ending}: {stands:?}");
        assert_eq!(server.database.grants().await, before, "{ending}");
    }
    assert!(anna.open("/device").await.is_signed_in_as("anna"));
}

/// Proves: SM-01 SM-04: a decision and a release at once, in two tabs: one of them counts, and both tabs tell it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_release_and_a_decision_agree_on_who_was_first() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    for round in 0..30 {
        let device = server.device("tv").on_network(&format!("203.0.113.{round}")).authorize("read").await;
        let mut anna = server.browser();
        let page = anna.reach_decision(&device.user_code, "anna").await;
        let (mut one, mut other) = (anna.clone(), anna.clone());
        let ((), released) = tokio::join!(
            async { if round % 2 == 0 { drop(one.approve(&page).await) } else { drop(one.deny(&page).await) } },
            other.post(&page, &page.path, ANOTHER)
        );
        let polled = device.poll().await;
        let was_released = released.path == "/login";
        match polled.as_str() {
            "authorization_pending" => {
                assert!(was_released, "round {round}: {released:?}");
                assert!(log_in_on(&mut other, &released, "anna").await.is_decision(), "round {round}");
            }
            "tokens" | "access_denied" => assert!(!was_released, "round {round}: {released:?}"),
            other => panic!("round {round}: {other}"),
        }
    }
    let ended = server.count_events("grant_approved").await + server.count_events("grant_denied").await;
    assert_eq!(ended + server.count_events("grant_released").await, 30);
}

/// Proves: X-03 N75: the way to another account is open where the password of the first is asked for again.
#[tokio::test]
async fn whoever_is_asked_for_anothers_password_can_go_on() {
    let server = Server::with(|settings| settings.sessions.idle = secs(350)).await;
    server.add_user("bob").await;
    let mut browser = server.signed_in("anna").await;
    // First the login is too old for the device, then the session has ended.
    for (max_age, wait) in [("300", 301), ("3000", 351)] {
        let device = server.device("tv").authorize_with(&[("scope", "read"), ("max_age", max_age)]).await;
        let page = browser.enter_code(&device.user_code).await;
        server.clock.advance(secs(wait));
        let login = browser.approve(&page).await;
        assert!(login.path == "/login" && login.says("id=\"another-account\""), "{wait}: {login:?}");
        assert!(login.says(&format!("action=\"{}\"", page.path)), "{wait}: {login:?}");
        let login = browser.post(&login, &page.path, ANOTHER).await;
        assert!(login.says("Your code is kept") && !login.says("id=\"another-account\""), "{wait}: {login:?}");
        let decision = log_in_on(&mut browser, &login, "bob").await;
        assert!(decision.is_decision() && decision.says("<bdi>bob</bdi>"), "{wait}: {decision:?}");
        assert!(browser.approve(&decision).await.says("Go back to your device"), "{wait}");
        browser.log_in("anna").await;
    }
}

/// Proves: SM-05 N49: signing out elsewhere is no release: the code stays with the one who entered it.
#[tokio::test]
async fn signing_out_gives_no_code_back() {
    let server = Server::spawn().await;
    server.add_user("bob").await;
    let mut browser = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    assert!(browser.enter_code(&device.user_code).await.is_decision());
    let first = browser.open("/device").await;
    browser.post(&first, "/logout", &[]).await;
    assert!(browser.reach_decision(&device.user_code, "bob").await.says(UNKNOWN));
    let again = browser.open("/device").await;
    browser.post(&again, "/logout", &[]).await;
    assert!(browser.reach_decision(&device.user_code, "anna").await.is_decision());
}

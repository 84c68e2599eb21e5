//! Two requests in one browser at once: each tab decides its own (RFC 8628 section 5.4; requirements U-08, U-10).

use crate::support::{ISSUER, PASSWORD, Server, UNKNOWN, detail};

/// Proves: U-10: each page decides what it shows.
#[tokio::test]
async fn two_open_pages_decide_each_their_own_request() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let (tv, radio) = (server.device("tv").authorize("read").await, server.device("radio").authorize("read").await);
    let first = anna.enter_code(&tv.user_code).await;
    let second = anna.enter_code(&radio.user_code).await;
    assert!(first.says("Television") && first.says(&tv.user_code[..4]) && !first.says("Radio"), "{first:?}");
    assert!(second.says("Radio") && second.says(&radio.user_code[..4]) && !second.says("Television"), "{second:?}");
    assert!(anna.open(&first.path).await.says("Television"), "the later page does not take the earlier one's place");
    assert!(anna.deny(&first).await.says("You denied the request"));
    assert_eq!((tv.poll().await.as_str(), radio.poll().await.as_str()), ("access_denied", "authorization_pending"));
    assert!(anna.approve(&second).await.says("Go back to your device"));
    assert_eq!((tv.poll().await.as_str(), radio.poll().await.as_str()), ("access_denied", "tokens"));
}

/// Proves: U-10 U-02: a login that was asked for one code does not lead to the code of another tab.
#[tokio::test]
async fn a_login_leads_to_the_request_that_it_was_asked_for() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let (tv, radio) = (server.device("tv").authorize("read").await, server.device("radio").authorize("read").await);
    let mut browser = server.browser();
    let first = browser.enter_code(&tv.user_code).await;
    let second = browser.enter_code(&radio.user_code).await;
    let waits_for = |login: &crate::support::Page| login.value_of("name=\"for\"").unwrap();
    assert_ne!(waits_for(&first), waits_for(&second));
    let before = server.database.grants().await;
    let shown = waits_for(&first);
    let fields = [("username", "anna"), ("password", PASSWORD), ("for", shown.as_str())];
    let home = browser.post(&first, "/login", &fields).await;
    assert_eq!(home.path, "/device");
    assert!(home.is_signed_in_as("anna") && !home.says("Radio"), "{home:?}");
    assert_eq!(server.database.grants().await, before, "no code was looked up");
    assert!(browser.enter_code(&tv.user_code).await.says("Television"));

    let mut browser = server.browser();
    browser.enter_code(&tv.user_code).await;
    let second = browser.enter_code(&radio.user_code).await;
    let shown = waits_for(&second);
    let fields = [("username", "anna"), ("password", PASSWORD), ("for", shown.as_str())];
    let decision = browser.post(&second, "/login", &fields).await;
    assert!(decision.is_decision() && decision.says("Radio"), "{decision:?}");
}

/// Proves: U-08: a code from a link stays one, though another tab has opened another link since.
#[tokio::test]
async fn two_links_in_two_tabs_stay_links() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let (tv, radio) = (server.device("tv").authorize("read").await, server.device("radio").authorize("read").await);
    let mut compared = Vec::new();
    for device in [&tv, &radio] {
        let link = device.json["verification_uri_complete"].as_str().unwrap().strip_prefix(ISSUER).unwrap();
        let page = anna.open(link).await;
        assert!(page.says(&device.user_code), "{page:?}");
        compared.push(page);
    }
    for (device, page) in [(&tv, &compared[0]), (&radio, &compared[1])] {
        // As the browser sends it: with every hidden field of the form.
        let entry = page.value_of("name=\"entry\"").unwrap_or_default();
        let sent = page.value_of("name=\"user_code\"").unwrap();
        assert_eq!(sent, device.user_code);
        let decision = anna.post(page, "/device", &[("user_code", &sent), ("entry", &entry)]).await;
        assert!(decision.is_decision() && decision.says(&device.user_code[..4]), "{decision:?}");
    }
    for event in server.events_of("grant_claimed").await {
        assert_eq!(detail(&event)["entry"], "link", "{event:?}");
    }
}

/// Proves: U-08: nor does a refusal make it a typed one; and whoever types another code there has typed it.
#[tokio::test]
async fn a_refused_link_stays_a_link_and_no_other_code_becomes_one() {
    let server = Server::spawn().await;
    let (mut anna, mut bob) = (server.signed_in("anna").await, server.signed_in("bob").await);
    let (tv, radio) = (server.device("tv").authorize("read").await, server.device("radio").authorize("read").await);
    let link = |device: &crate::support::Authorization| {
        device.json["verification_uri_complete"].as_str().unwrap().strip_prefix(ISSUER).unwrap().to_owned()
    };
    let his = bob.enter_code(&tv.user_code).await;
    let page = anna.open(&link(&tv)).await;
    let mut refused = anna.post(&page, "/device", &[("user_code", &tv.user_code), ("entry", "link")]).await;
    for typed in ["", "no code"] {
        assert!(refused.answer.status == 200 && refused.says("user_code-error"), "{refused:?}");
        let linked = refused.value_of("name=\"linked\"").unwrap_or_default();
        refused = anna.post(&refused, "/device", &[("user_code", typed), ("linked", &linked)]).await;
    }
    assert!(refused.says(UNKNOWN), "{refused:?}");
    anna.open(&link(&radio)).await;
    bob.post(&his, &his.path, &[("decision", "use_another_account")]).await;

    // As the browser sends it: with every hidden field of the form.
    let linked = refused.value_of("name=\"linked\"").unwrap_or_default();
    let other = server.device("tv").authorize("read").await;
    for (device, entry) in [(&other, "typed"), (&tv, "link")] {
        let sent = device.user_code.to_lowercase();
        let decision = anna.post(&refused, "/device", &[("user_code", &sent), ("linked", &linked)]).await;
        assert!(decision.is_decision() && decision.says(&device.user_code[..4]), "{decision:?}");
        let claims = server.events_of("grant_claimed").await;
        let claimed =
            claims.iter().filter(|event| event.grant_id.is_some()).map(|event| detail(event)["entry"].clone());
        assert_eq!(claimed.filter(|told| told == entry).count(), if entry == "typed" { 2 } else { 1 }, "{claims:?}");
    }
}

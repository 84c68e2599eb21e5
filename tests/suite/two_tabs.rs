//! Two requests in one browser at once: each tab decides its own (RFC 8628 section 5.4; requirements U-08, U-10).

use testkit::{ISSUER, PASSWORD, Server, UNKNOWN, detail, secs};

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

const LOGIN: [(&str, &str); 2] = [("username", "anna"), ("password", PASSWORD)];

/// Proves: U-10 U-02: each tab logs in and goes on with its own, whichever comes first; then each decides.
#[tokio::test]
async fn two_tabs_log_in_and_each_goes_on_with_its_own() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    for latest_first in [false, true] {
        let (tv, radio) = (server.device("tv").authorize("read").await, server.device("radio").authorize("read").await);
        let mut browser = server.browser();
        let mut tabs = Vec::new();
        for (device, name) in [(&tv, "Television"), (&radio, "Radio")] {
            tabs.push((browser.enter_code(&device.user_code).await, name));
        }
        assert_ne!(tabs[0].0.continuation(), tabs[1].0.continuation());
        let account = browser.open("/account").await;
        assert!(account.path == "/login" && account.says("Sign in to see your account"), "{account:?}");
        if latest_first {
            tabs.reverse();
        }
        let mut decisions = Vec::new();
        for (login, name) in &tabs {
            let decision = browser.post(login, "/login", &LOGIN).await;
            assert!(decision.is_decision() && decision.says(name), "{decision:?}");
            decisions.push(decision);
        }
        let shown = browser.post(&account, "/login", &LOGIN).await;
        assert_eq!(shown.path, "/account", "{shown:?}");
        // No login ended the session of another tab: every page that was shown is still good.
        for decision in &decisions {
            let approved = browser.approve(decision).await;
            assert!(approved.says("Go back to your device"), "{approved:?}");
        }
        assert_eq!((tv.poll().await.as_str(), radio.poll().await.as_str()), ("tokens", "tokens"));
    }
    assert_eq!(server.count_events("login_succeeded").await, 6);
}

/// Proves: U-10 W-05: the login page of another tab is taken for the same person, and begins a session for another one.
#[tokio::test]
async fn another_person_in_another_tab_begins_a_session_of_their_own() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    server.add_user("bob").await;
    let device = server.device("tv").authorize("read").await;
    let mut browser = server.browser();
    let login = browser.open("/account").await;
    let other = browser.enter_code(&device.user_code).await;
    browser.post(&other, "/login", &LOGIN).await;
    let annas = browser.cookies["__Host-grantd"].clone();
    let wrong = browser.post(&login, "/login", &[("username", "anna"), ("password", "not the password at all")]).await;
    assert!(wrong.says("The username or the password is wrong") && wrong.path == "/login", "{wrong:?}");
    let account = browser.post(&login, "/login", &[("username", "bob"), ("password", PASSWORD)]).await;
    assert!(account.path == "/account" && account.says("<bdi>bob</bdi>"), "{account:?}");
    assert_ne!(browser.cookies["__Host-grantd"], annas);
    browser.cookies.insert("__Host-grantd".to_owned(), annas);
    assert_eq!(browser.open("/account").await.path, "/login", "anna's session has ended");
}

/// Proves: W-07 U-10: a continuation that is unknown, forged, of another browser or too old leads to the first page,
/// and takes nobody's code with it.
#[tokio::test]
async fn a_login_goes_on_with_nothing_that_was_not_shown_in_its_browser() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    let of_another = server.browser().enter_code(&device.user_code).await.continuation().unwrap();
    let mut first = server.browser();
    let own = first.enter_code(&device.user_code).await.continuation().unwrap();
    let cookie = first.cookies["__Host-grantd"].clone();
    let before = server.database.grants().await;
    let mut changed = own.clone();
    let last = if changed.pop() == Some('A') { 'Q' } else { 'A' };
    changed.push(last);
    let unsealed = ["account", "https://evil.example/", "//evil.example", "v1.", "v1.AAAA"];
    for named in unsealed.into_iter().chain([of_another.as_str(), changed.as_str(), cookie.as_str()]) {
        let mut browser = first.clone();
        let login = browser.open("/login").await;
        let home = browser.post(&login, "/login", &[LOGIN[0], LOGIN[1], ("continue", named)]).await;
        assert!(home.path == "/device" && home.is_signed_in_as("anna"), "{named}: {home:?}");
    }
    let login = first.open("/login").await;
    server.clock.advance(secs(30 * 60));
    let home = first.clone().post(&login, "/login", &LOGIN).await;
    assert!(home.path == "/device" && home.is_signed_in_as("anna"), "too old: {home:?}");
    assert_eq!(server.database.grants().await, before, "no code was looked up");
}

/// Proves: U-02: a form that names nothing to go on with, or what is too old, goes on with what waits in its browser; a wrong
/// password before it loses nothing.
#[tokio::test]
async fn a_login_goes_on_with_what_waits_where_its_form_names_nothing_that_is_good() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    let mut browser = server.browser();
    let login = browser.enter_code(&device.user_code).await;
    let csrf = login.csrf();
    let wrong = [LOGIN[0], ("password", "not the password at all"), ("csrf", csrf.as_str())];
    let mut unnamed = browser.clone();
    let refused = unnamed.send("POST", "/login", Some(&wrong)).await;
    assert!(refused.body.contains("name=\"continue\""), "{refused:?}");
    let answer = unnamed.send("POST", "/login", Some(&[LOGIN[0], LOGIN[1], ("csrf", csrf.as_str())])).await;
    assert!(answer.header("location").starts_with("/device/request/"), "{answer:?}");

    let mut browser = server.browser();
    let login = browser.enter_code("BBBB-BBBB").await;
    server.clock.advance(secs(29 * 60));
    let device = server.device("radio").authorize("read").await;
    browser.enter_code(&device.user_code).await;
    server.clock.advance(secs(60));
    let decision = browser.post(&login, "/login", &LOGIN).await;
    assert!(decision.is_decision() && decision.says("Radio"), "{decision:?}");
}

/// Proves: U-13 W-05: a login in the page of another tab renews the login of the session that it goes on in.
#[tokio::test]
async fn a_login_in_another_tab_is_a_fresh_login() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let mut browser = server.browser();
    let (first, second) = (browser.open("/account").await, browser.open("/account").await);
    browser.post(&first, "/login", &LOGIN).await;
    let cookie = browser.cookies["__Host-grantd"].clone();
    server.clock.advance(secs(10 * 60));
    assert_eq!(browser.post(&second, "/login", &LOGIN).await.path, "/account");
    assert_eq!(browser.cookies["__Host-grantd"], cookie, "the session goes on");
    server.clock.advance(secs(30));
    let device = server.device("tv").authorize_with(&[("scope", "read"), ("max_age", "60")]).await;
    let decision = browser.enter_code(&device.user_code).await;
    assert!(decision.is_decision(), "{decision:?}");
    assert_eq!(server.count_events("login_succeeded").await, 2);
}

/// Proves: W-06: the login page of another tab may still log in, and do nothing else, and only with its own continuation.
#[tokio::test]
async fn the_csrf_token_from_before_a_login_is_good_for_no_other_form() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let mut browser = server.browser();
    let login = browser.open("/account").await;
    browser.post(&login, "/login", &LOGIN).await;
    let named = login.continuation().unwrap();
    for path in ["/logout", "/account/sign-out", "/account/browsers", "/device", "/language"] {
        let fields = [("others", "true"), ("user_code", "BBBB-BBBB"), ("continue", named.as_str())];
        assert_eq!(browser.post(&login, path, &fields).await.answer.status, 403, "{path}");
    }
    for (named, status) in [("", 403), (named.as_str(), 200)] {
        let answer = browser.clone().post(&login, "/login", &[LOGIN[0], LOGIN[1], ("continue", named)]).await.answer;
        assert_eq!(answer.status, status, "{named}");
    }
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

/// Proves: U-08: a refusal does not make it a typed code, but another code that is typed there is one.
#[tokio::test]
async fn a_refused_link_stays_a_link_and_no_other_code_becomes_one() {
    let server = Server::spawn().await;
    let (mut anna, mut bob) = (server.signed_in("anna").await, server.signed_in("bob").await);
    let (tv, radio) = (server.device("tv").authorize("read").await, server.device("radio").authorize("read").await);
    let link = |device: &testkit::Authorization| {
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

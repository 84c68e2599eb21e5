//! How long a browser stays signed in, and how its session is recognised: requirements W-04 and W-05.

use testkit::{PASSWORD, Server, secs};

/// A server that does not purge, so that nothing ends only because its row is gone.
async fn unpurged() -> Server {
    Server::with(|settings| settings.purge.every = secs(1_000_000)).await
}

/// Proves: W-05: half an hour without a request.
#[tokio::test]
async fn an_idle_session_ends() {
    let server = unpurged().await;
    let mut anna = server.signed_in("anna").await;
    for _ in 0..3 {
        server.clock.advance(secs(29 * 60));
        assert!(anna.open("/device").await.is_signed_in_as("anna"), "a request puts the end off");
    }
    server.clock.advance(secs(30 * 60));
    assert!(!anna.open("/device").await.is_signed_in_as("anna"));
}

/// Proves: W-05: twelve hours in any case.
#[tokio::test]
async fn a_busy_session_ends_after_twelve_hours() {
    let server = unpurged().await;
    let mut anna = server.signed_in("anna").await;
    for _ in 0..35 {
        server.clock.advance(secs(20 * 60));
        assert!(anna.open("/device").await.is_signed_in_as("anna"));
    }
    server.clock.advance(secs(20 * 60));
    assert!(!anna.open("/device").await.is_signed_in_as("anna"));
}

/// Proves: W-05: logout is a POST that ends the session on the server.
#[tokio::test]
async fn a_logout_ends_the_session_on_the_server() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let kept = anna.clone();
    assert_eq!(anna.send("GET", "/logout", None).await.status, 405);
    let page = anna.open("/device").await;
    assert!(page.is_signed_in_as("anna"));
    let out = anna.post(&page, "/logout", &[]).await;
    assert!(out.path == "/device" && !out.is_signed_in_as("anna"), "{out:?}");
    assert_ne!(anna.cookies, kept.cookies);
    let mut thief = kept;
    assert!(!thief.open("/device").await.is_signed_in_as("anna"));
}

/// Proves: N75 SM-05 X-03: the session ends between the code and the decision; the same person goes on.
#[tokio::test]
async fn a_session_that_ended_before_the_decision_is_renewed() {
    let server = Server::with(|settings| settings.sessions.idle = secs(120)).await;
    let mut anna = server.signed_in("anna").await;
    for decides in [false, true] {
        let device = server.device("tv").authorize("read").await;
        let page = anna.enter_code(&device.user_code).await;
        assert!(page.is_decision());
        server.clock.advance(secs(120));
        let login = if decides { anna.approve(&page).await } else { anna.open(&page.path).await };
        assert_eq!(login.path, "/login", "{login:?}");
        assert!(login.says("Your code is kept"), "{login:?}");
        let again = anna.post(&login, "/login", &[("username", "anna"), ("password", PASSWORD)]).await;
        assert!(again.is_decision() && again.says(&device.user_code[..4]), "{again:?}");
        assert_eq!(device.poll().await, "authorization_pending", "the login decided nothing");
        assert!(anna.approve(&again).await.says("Go back to your device"));
        assert_eq!(device.poll().await, "tokens");
    }
}

/// Proves: N75 SM-05: somebody else who logs in there gets nowhere, but is signed in and has a way on.
#[tokio::test]
async fn a_session_that_ended_is_not_handed_to_somebody_else() {
    let server = Server::with(|settings| settings.sessions.idle = secs(120)).await;
    server.add_user("bob").await;
    let mut browser = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = browser.enter_code(&device.user_code).await;
    server.clock.advance(secs(120));
    let login = browser.approve(&page).await;
    let before = server.database.grants().await;
    let refused = browser.post(&login, "/login", &[("username", "bob"), ("password", PASSWORD)]).await;
    assert_eq!(refused.answer.status, 404, "{refused:?}");
    assert!(!refused.says("Television") && !refused.says("anna") && refused.has_a_way_on());
    assert!(browser.open("/device").await.is_signed_in_as("bob"));
    assert_eq!(server.database.grants().await, before);
}

/// Proves: W-05: a cookie whose session ended can be used on, whether or not the row is purged yet.
#[tokio::test]
async fn a_code_can_be_entered_with_the_cookie_of_a_session_that_ended() {
    let server = unpurged().await;
    let mut anna = server.signed_in("anna").await;
    server.clock.advance(secs(30 * 60));
    let device = server.device("tv").authorize("read").await;
    let login = anna.enter_code(&device.user_code).await;
    assert_eq!((login.answer.status, login.path.as_str()), (200, "/login"), "{login:?}");
    let decision = anna.post(&login, "/login", &[("username", "anna"), ("password", PASSWORD)]).await;
    assert!(decision.is_decision(), "{decision:?}");
}

/// Proves: U-02 W-09: a double click of a stranger, whose session begins with both requests.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_double_click_on_a_code_is_no_error() {
    let server = Server::spawn().await;
    for round in 0..20 {
        let mut browser = server.browser();
        let page = browser.open("/device").await;
        let (mut one, mut other) = (browser.clone(), browser.clone());
        let code = [("user_code", "BBBB-BBBB")];
        let (first, second) = tokio::join!(one.post(&page, "/device", &code), other.post(&page, "/device", &code));
        assert_eq!((first.answer.status, second.answer.status), (200, 200), "round {round}: {first:?} {second:?}");
        // The browser keeps the cookie that came last, whichever that was; one page's form is as good as the other's.
        for mut clicked in [one, other] {
            let page = clicked.open("/login").await;
            assert!(page.says("Your code is kept") && page.csrf() == first.csrf() && page.csrf() == second.csrf());
        }
    }
}

/// Proves: N57 W-04 W-06: one cookie, with every protection, and nothing in it that can be read: a random name of the session,
/// or what is sealed for a visitor.
#[tokio::test]
async fn cookies_are_host_only_secure_and_unreadable() {
    let server = Server::spawn().await;
    let mut anna = server.signed_in("anna").await;
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    let csrf = page.csrf();
    anna.approve(&page).await;
    device.redeem().await;
    let page = anna.open("/device").await;
    anna.post(&page, "/logout", &[]).await;
    // The mark of the login is another cookie, with tests of its own.
    anna.set_cookies.retain(|cookie| !cookie.starts_with("__Host-grantd_seen="));
    assert_eq!(anna.set_cookies.len(), 3, "a stranger, a login, a logout: {:?}", anna.set_cookies);
    for (cookie, is_session) in anna.set_cookies.iter().zip([false, true, false]) {
        let mut parts = cookie.split("; ");
        let value = parts.next().unwrap().strip_prefix("__Host-grantd=").unwrap_or_else(|| panic!("{cookie}"));
        let name = if is_session { value } else { value.strip_prefix("v1.").unwrap_or_else(|| panic!("{cookie}")) };
        assert!(name.len() == 43 || !is_session, "{cookie}");
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        assert_ne!(value, csrf);
        let mut attributes: Vec<&str> = parts.collect();
        attributes.sort_unstable();
        assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"], "{cookie}");
    }
}

/// Proves: N57 W-04: on loopback there is no https to insist on.
#[tokio::test]
async fn on_loopback_the_cookie_goes_without_https() {
    let server = Server::with(|settings| settings.issuer = "http://localhost:8080".parse().unwrap()).await;
    let page = server.get_from("localhost:8080", "/device").await;
    let cookie = page.header("set-cookie");
    let attributes = cookie.strip_prefix("grantd=").unwrap_or_else(|| panic!("{page:?}")).split_once(';').unwrap().1;
    assert_eq!(attributes, " Path=/; HttpOnly; SameSite=Lax");
    assert!(!page.headers.contains_key("strict-transport-security"));
}

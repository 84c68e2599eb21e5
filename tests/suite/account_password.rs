//! How people change their own password, and what ends with it: requirements, K-10.

use testkit::{Browser, PASSWORD, Page, Server, secs};

const NEW: &str = "seven lanterns over water";

/// Types three passwords.
async fn change(browser: &mut Browser, page: &Page, current: &str, new: &str, again: &str) -> Page {
    let fields = [("current_password", current), ("new_password", new), ("new_password_again", again)];
    browser.post(page, "/account/password", &fields).await
}

fn logged_in(page: &Page) -> bool {
    !page.says("id=\"login-error\"")
}

/// Proves: K-10 W-05 N78 SM-06: everything but this browser ends, which goes on under a new cookie.
#[tokio::test]
async fn a_new_password_ends_everything_but_this_browser() {
    let server = Server::with_accounts().await;
    let mut other = server.signed_in("anna").await;
    let mut here = server.browser_from("192.0.2.77");
    here.log_in("anna").await;
    let device = server.sign_in_from(&mut here, &server.device("tv"), "openid").await;
    let waiting = server.device("radio").authorize("openid").await;
    let decision = here.enter_code(&waiting.user_code).await;
    here.approve(&decision).await;
    let mut bob = server.signed_in("bob").await;
    let mut bobs = server.sign_in_from(&mut bob, &server.device("tv"), "openid").await;
    server.clock.advance(secs(60));

    let page = here.open("/account/password").await;
    let before = here.clone();
    let changed = change(&mut here, &page, PASSWORD, NEW, NEW).await;
    assert_eq!((changed.answer.status, changed.path.as_str()), (200, "/account"), "{changed:?}");
    assert!(changed.says("title=\"2026-11-21 12:01 UTC\">less than a minute ago</time>"), "{changed:?}");
    assert!(changed.says("You changed your password.") && !changed.says("id=\"sign-out-browsers\""), "{changed:?}");
    assert_ne!(here.cookies, before.cookies, "a new cookie");
    for mut ended in [before, other.clone()] {
        assert_eq!(ended.account().await.path, "/login");
    }
    assert_eq!(other.account().await.path, "/login");
    device.assert_dead(&server).await;
    waiting.poll_answer().await.assert_error(400, "invalid_grant");
    assert!(!logged_in(&server.browser().log_in("anna").await));
    assert!(logged_in(&server.browser().log_in_with("anna", NEW).await));
    assert_eq!(bob.account().await.path, "/account");
    bobs.assert_alive(&server).await;

    let [event] = &server.events_of("password_changed").await[..] else { panic!("one event") };
    assert_eq!((event.address.as_deref(), event.channel.as_str()), (Some("192.0.2.77"), "page"));
    let ended = server.events_of("tokens_revoked").await;
    assert_eq!(ended.len(), 1, "{ended:?}");
    assert_eq!(testkit::detail(&ended[0]), serde_json::json!({"by": "person", "devices": 1}));
    // The session that was renewed can decide.
    let device = server.device("tv").authorize("openid").await;
    let decision = here.enter_code(&device.user_code).await;
    assert!(here.approve(&decision).await.says("Go back to your device"));
    assert_eq!(device.poll().await, "tokens");
}

/// Proves: A-02: each reason has its own message, and a refused password changes nothing.
#[tokio::test]
async fn a_password_that_is_not_taken_is_complained_about() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let page = anna.open("/account/password").await;
    assert!(page.says("At least 15 characters") && page.says("autocomplete=\"new-password\""), "{page:?}");
    let long = "x1".repeat(600);
    for (current, new, again, complaint, field) in [
        (PASSWORD, "short", "short", "Use at least 15 characters", "new-password"),
        (PASSWORD, "passwordpassword", "passwordpassword", "easy to guess", "new-password"),
        (PASSWORD, "anna example anna", "anna example anna", "easy to guess", "new-password"),
        (PASSWORD, &long, &long, "Use at most 1024 bytes", "new-password"),
        (PASSWORD, PASSWORD, PASSWORD, "This is your password already", "new-password"),
        (PASSWORD, NEW, "seven lanterns over wate", "are not the same", "new-password-again"),
        ("not it", NEW, NEW, "The current password is wrong", "current-password"),
        ("", NEW, NEW, "The current password is wrong", "current-password"),
        (PASSWORD, "", "", "Use at least 15 characters", "new-password"),
    ] {
        let refused = change(&mut anna, &page, current, new, again).await;
        assert_eq!(refused.answer.status, 200, "{refused:?}");
        assert!(refused.says(complaint) && refused.says("role=\"alert\""), "{complaint}: {refused:?}");
        let body = &refused.answer.body;
        let invalid = body.split("<input ").find(|input| input.contains("aria-invalid")).unwrap();
        assert!(invalid.starts_with(&format!("id=\"{field}\"")), "{complaint}: {invalid}");
        for typed in [current, new, again].iter().filter(|typed| typed.len() > 5) {
            assert!(!body.contains(&format!("value=\"{typed}\"")), "a password stands in the page");
        }
    }
    assert_eq!(server.count_events("password_changed").await, 0);
    assert_eq!(anna.account().await.path, "/account", "the session goes on");
    assert!(logged_in(&server.browser().log_in("anna").await));
}

/// Proves: A-03: the current password cannot be guessed here any faster than at the login, and the session goes on.
#[tokio::test]
async fn guesses_at_the_current_password_are_counted_as_logins() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let page = anna.open("/account/password").await;
    for _ in 0..5 {
        assert!(change(&mut anna, &page, "not it", NEW, NEW).await.says("The current password is wrong"));
    }
    let before = server.work.password_hashes();
    let waits = change(&mut anna, &page, PASSWORD, NEW, NEW).await;
    assert!(waits.says("There were too many attempts. Try again"), "{waits:?}");
    assert_eq!(server.work.password_hashes(), before, "nothing was compared");
    let mut same = anna.clone();
    same.cookies.retain(|name, _| name.ends_with("_seen"));
    assert!(!logged_in(&same.log_in("anna").await), "the login waits too, in this browser");
    assert_eq!((server.count_events("login_failed").await, server.count_events("login_throttled").await), (5, 1));
    assert_eq!(anna.account().await.path, "/account");
    server.clock.advance(secs(60));
    assert_eq!(change(&mut anna, &page, PASSWORD, NEW, NEW).await.path, "/account");
    assert!(logged_in(&server.browser().log_in_with("anna", NEW).await), "what was right forgives");
}

/// Proves: FA-09: a new password is judged at the price of a try, of which an account has so many.
#[tokio::test]
async fn an_account_can_have_so_many_new_passwords_judged() {
    let server = Server::with_accounts().await;
    let mut anna = server.signed_in("anna").await;
    let mut bob = server.signed_in("bob").await;
    let page = anna.open("/account/password").await;
    let weak = "passwordpassword";
    for _ in 0..3 {
        assert!(change(&mut anna, &page, PASSWORD, "short", "short").await.says("Use at least 15 characters"));
        assert!(change(&mut anna, &page, PASSWORD, weak, NEW).await.says("are not the same"));
    }
    assert_eq!(server.work.password_judgements(), 0, "what is seen at the first look costs nothing");
    for _ in 0..10 {
        assert!(change(&mut anna, &page, PASSWORD, weak, weak).await.says("easy to guess"));
    }
    for new in [weak, NEW] {
        let waits = change(&mut anna, &page, PASSWORD, new, new).await;
        assert!(waits.says("There were too many attempts. Try again"), "{waits:?}");
    }
    assert_eq!(server.work.password_judgements(), 10);
    let page = bob.open("/account/password").await;
    assert_eq!(change(&mut bob, &page, PASSWORD, NEW, NEW).await.path, "/account", "nobody else waits");
    server.clock.advance(secs(600));
    let page = anna.open("/account/password").await;
    assert_eq!(change(&mut anna, &page, PASSWORD, NEW, NEW).await.path, "/account");
}

/// Proves: U-13: the page asks for a recent login before anything is typed, and again when that took too long.
#[tokio::test]
async fn changing_a_password_needs_a_recent_login() {
    for (max_auth_age, fresh, stale) in [(900, 899, 2), (0, 299, 2)] {
        let server = Server::with(|settings| {
            testkit::for_accounts(settings);
            settings.device.max_auth_age = secs(max_auth_age);
        })
        .await;
        let mut anna = server.signed_in("anna").await;
        server.clock.advance(secs(fresh));
        let page = anna.open("/account/password").await;
        assert_eq!(page.path, "/account/password", "{page:?}");
        server.clock.advance(secs(stale));
        let login = change(&mut anna, &page, PASSWORD, NEW, NEW).await;
        assert!(login.path == "/login" && login.says("Nothing was changed yet"), "{login:?}");
        assert_eq!(anna.open("/account/password").await.path, "/login");
        let page = anna.post(&login, "/login", &[("username", "anna"), ("password", PASSWORD)]).await;
        assert_eq!(page.path, "/account/password", "{page:?}");
        server.clock.advance(secs(1));
        assert_eq!(change(&mut anna, &page, PASSWORD, NEW, NEW).await.path, "/account");
    }
}

/// Proves: U-11 K-10: of two changes at once, from two browsers or by a double click, one wins.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_changes_at_once_one_stands() {
    let server = Server::with_accounts().await;
    let mut one = server.signed_in("anna").await;
    let mut other = server.browser();
    other.log_in("anna").await;
    server.clock.advance(secs(1));
    let (page, others) = (one.open("/account/password").await, other.open("/account/password").await);
    let mut twin = one.clone();
    let newer = "thirteen wooden bridges";
    let (first, second, third) = tokio::join!(
        change(&mut one, &page, PASSWORD, NEW, NEW),
        change(&mut twin, &page, PASSWORD, NEW, NEW),
        change(&mut other, &others, PASSWORD, newer, newer),
    );
    for page in [&first, &second, &third] {
        assert!(page.answer.status == 200, "{page:?}");
    }
    assert_eq!(server.count_events("password_changed").await, 1);
    let stands = [&first, &second, &third].iter().filter(|page| page.says("You changed your password.")).count();
    assert_eq!(stands, 1, "{first:?} {second:?} {third:?}");
    assert_eq!(server.database.rows("browser_sessions").await - strangers(&server).await, 1);
}

/// The number of sessions without a person, as of a visitor who was sent to the login.
async fn strangers(server: &Server) -> i64 {
    let cells = server.database.cells().await;
    let of =
        |column: &str| cells.iter().filter(|cell| cell.table == "browser_sessions" && cell.column == column).count();
    i64::try_from(of("digest") - of("subject")).unwrap()
}

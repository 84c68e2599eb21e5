//! How guessing of passwords is slowed down: NIST SP 800-63B-4 section 3.2.2; requirements, W-07.

use futures_util::future::join_all;
use grantd::passwords::Password;
use protocol::Event;

use testkit::{Browser, PASSWORD, Page, Server, quick_passwords as quick, secs};

const WRONG: &str = "The username or the password is wrong";
const TOO_MANY: &str = "There were too many attempts";

async fn wrong_login(browser: &mut Browser, username: &str) -> Page {
    browser.log_in_with(username, "not the password at all").await
}

/// Proves: N53 A-04: a wrong password, an unknown user and a disabled user have the same answer and the same work.
#[tokio::test]
async fn nobody_can_tell_whether_an_account_exists() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let gone = server.add_user("gone").await;
    store::disable_user(&server.app.db, &gone.subject, &server.operator_did(Event::UserDisabled)).await.unwrap();
    for attempt in 1..=6 {
        let mut answers = Vec::new();
        for (username, password) in [("anna", "not the password at all"), ("nobo", PASSWORD), ("gone", PASSWORD)] {
            let mut browser = server.browser();
            let before = server.work.password_hashes();
            let page = browser.log_in_with(username, password).await;
            let work = server.work.password_hashes() - before;
            assert_eq!(work, u64::from(attempt <= 5), "{username}, attempt {attempt}");
            assert!(page.says(if attempt <= 5 { WRONG } else { TOO_MANY }), "{username}, attempt {attempt}: {page:?}");
            answers.push((
                page.answer.status,
                page.answer.body.len(),
                browser.set_cookies.len(),
                page.without(&[username]),
            ));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
}

/// Proves: N53 A-03 A-04: two hundred tries each at an account and at a name that nobody has, admitted or not: the same
/// answer of the same length, after the same work.
#[tokio::test]
async fn two_hundred_tries_tell_nothing_about_an_account() {
    let server = Server::with(|settings| {
        quick(settings);
        settings.limits.login_failures_network = 1_000;
    })
    .await;
    server.add_user("anna").await;
    let (mut browser, mut admitted) = (server.browser(), 0);
    for attempt in 1..=200 {
        let mut told = Vec::new();
        for username in ["anna", "nobo"] {
            let before = server.work.password_hashes();
            let page = wrong_login(&mut browser, username).await;
            let work = server.work.password_hashes() - before;
            told.push((work, page.answer.status, page.answer.body.len(), page.without(&[username])));
        }
        assert_eq!(told[0], told[1], "attempt {attempt}");
        let (work, _, _, page) = &told[0];
        assert!(page.contains(if *work == 1 { WRONG } else { TOO_MANY }), "attempt {attempt}: {page}");
        assert!(attempt > 5 || *work == 1, "five are free");
        admitted += work;
        // Every tenth try waits long enough to be admitted for a while.
        server.clock.advance(secs(if attempt % 10 == 0 { 300 } else { 0 }));
    }
    assert!((6..100).contains(&admitted), "{admitted} of 200 were looked at");
}

/// Proves: N53 A-03: five free failures, then 1 s that doubles up to a quarter of an hour; the right password ends it.
#[tokio::test]
async fn delays_grow_with_every_failure() {
    let server = Server::with(quick).await;
    server.add_user("anna").await;
    let mut browser = server.browser();
    for _ in 0..5 {
        assert!(wrong_login(&mut browser, "anna").await.says(WRONG));
    }
    for delay in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        let before = server.work.password_hashes();
        server.clock.advance(secs(delay - 1));
        let early = browser.log_in("anna").await;
        assert!(early.says(TOO_MANY), "{delay} s after: {early:?}");
        assert_eq!(server.work.password_hashes(), before, "no password is looked at, right or wrong");
        server.clock.advance(secs(1));
        assert!(wrong_login(&mut browser, " ANNA ").await.says(WRONG), "after {delay} s");
    }
    server.clock.advance(secs(900));
    assert!(browser.log_in("anna").await.is_signed_in_as("anna"));
    let mut other = server.browser();
    for _ in 0..5 {
        assert!(wrong_login(&mut other, "anna").await.says(WRONG), "the count began anew");
    }
}

/// Proves: N53 A-03: a hundred failures lock an account for good, and a new password opens it.
#[tokio::test]
async fn a_hundred_failures_wait_for_the_operator() {
    let server = Server::with(quick).await;
    let anna = server.add_user("anna").await;
    let mut browser = server.browser();
    for failure in 1..=100 {
        assert!(wrong_login(&mut browser, "anna").await.says(WRONG), "failure {failure}");
        server.clock.advance(secs(900));
    }
    let verifications = server.work.password_hashes();
    for _ in 0..2 {
        let locked = browser.log_in("anna").await;
        assert!(locked.says("it is locked. Ask the people who run this service"), "{locked:?}");
        server.clock.advance(secs(40 * 24 * 60 * 60));
    }
    assert_eq!(server.work.password_hashes(), verifications);

    // What `grantd user set-password` does.
    let fresh = "quiet lantern over water";
    let hash = server.app.passwords.hash(&Password::typed(fresh)).await.unwrap();
    store::set_password(&server.app.db, &anna.subject, &hash, &server.operator_did(Event::UserPasswordSet))
        .await
        .unwrap();
    store::forgive_login_failures(&server.app.db, &server.app.keys.login_failures.digest(b"anna")).await.unwrap();
    assert!(browser.log_in_with("anna", fresh).await.is_signed_in_as("anna"));
}

/// Proves: A-03: failures on purpose do not end the sessions of the victim.
#[tokio::test]
async fn a_lock_does_not_touch_an_existing_session() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let mut anna = server.browser();
    anna.log_in("anna").await;
    let mut attacker = server.browser_from("192.0.2.66");
    for _ in 0..5 {
        wrong_login(&mut attacker, "anna").await;
    }
    assert!(wrong_login(&mut attacker, "anna").await.says(TOO_MANY));
    let device = server.device("tv").authorize("read").await;
    let page = anna.enter_code(&device.user_code).await;
    assert!(anna.approve(&page).await.says("Go back to your device"));
}

/// Proves: N53 A-03: tries are counted before the password is looked at.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_logins_cannot_overshoot() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let mut browsers: Vec<Browser> = (0..20).map(|host| server.browser_from(&format!("198.51.100.{host}"))).collect();
    let before = server.work.password_hashes();
    let pages = join_all(browsers.iter_mut().map(|browser| wrong_login(browser, "anna"))).await;
    assert_eq!(server.work.password_hashes() - before, 5);
    assert_eq!(pages.iter().filter(|page| page.says(WRONG)).count(), 5);
    assert_eq!(pages.iter().filter(|page| page.says(TOO_MANY)).count(), 15);
}

/// Proves: A-03: a network that tries many names is stopped, and refused tries do not count against anybody.
#[tokio::test]
async fn a_network_that_fails_too_often_is_stopped_alone() {
    let server = Server::with(|settings| {
        quick(settings);
        settings.limits.login_failures_network = 3;
    })
    .await;
    server.add_user("anna").await;
    let mut attacker = server.browser_from("2001:db8:6:6::1");
    for username in ["one", "two", "six"] {
        assert!(wrong_login(&mut attacker, username).await.says(WRONG));
    }
    attacker.from = "2001:db8:6:6::2".to_owned();
    let before = server.work.password_hashes();
    for _ in 0..10 {
        assert!(wrong_login(&mut attacker, "anna").await.says(TOO_MANY));
    }
    assert_eq!(server.work.password_hashes(), before);
    let mut anna = server.browser();
    assert!(anna.log_in("anna").await.is_signed_in_as("anna"), "ten refusals are no failures of hers");
    server.clock.advance(secs(600));
    assert!(wrong_login(&mut attacker, "anna").await.says(WRONG));
}

/// Proves: A-03: the whole server has a limit too, and right passwords cost nothing.
#[tokio::test]
async fn the_whole_server_has_a_limit() {
    let server = Server::with(|settings| {
        quick(settings);
        settings.limits.login_failures_server = 3;
    })
    .await;
    server.add_user("anna").await;
    for host in 0..5 {
        assert!(server.browser_from(&format!("198.51.100.{host}")).log_in("anna").await.is_signed_in_as("anna"));
    }
    for host in 0..4 {
        let page = wrong_login(&mut server.browser_from(&format!("192.0.2.{host}")), &format!("user-{host}")).await;
        assert!(page.says(if host < 3 { WRONG } else { TOO_MANY }), "{host}: {page:?}");
    }
}

/// Proves: N54 W-05: a cookie that was known before the login is worth nothing after it.
#[tokio::test]
async fn a_login_begins_a_new_session() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let mut attacker = server.browser_from("192.0.2.66");
    let planted = attacker.enter_code("BBBB-BBBB").await;
    let mut victim = server.browser();
    victim.cookies.clone_from(&attacker.cookies);
    assert!(victim.log_in("anna").await.says("id=\"logout\""));
    assert_ne!(victim.cookies, attacker.cookies);
    assert!(!attacker.open("/device").await.is_signed_in_as("anna"));
    assert_eq!(attacker.enter_code("BBBB-BBBC").await.path, "/login");

    // A renewed login changes the cookie and the csrf token again.
    let (before, csrf) = (victim.cookies.clone(), victim.open("/device").await.csrf());
    victim.log_in("anna").await;
    assert_ne!(victim.cookies, before);
    assert_ne!(victim.open("/device").await.csrf(), csrf);
    assert_ne!(planted.csrf(), csrf);
    let mut old = server.browser();
    old.cookies = before;
    assert!(!old.open("/device").await.is_signed_in_as("anna"), "the older session ended on the server");
}

/// Proves: N55 W-07: where a login leads is not for a URL or a field to say.
#[tokio::test]
async fn a_login_leads_nowhere_else() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    for next in ["https://evil.example", "//evil.example", "/\\evil.example", "https:evil.example", "/x\r\nX-Evil: 1"] {
        let mut browser = server.browser();
        let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        for name in ["next", "return_to", "redirect_uri"] {
            let path = format!("/login?{name}={query}");
            let page = browser.open(&path).await;
            assert!(!page.says("evil"), "{page:?}");
            let csrf = page.csrf();
            let form = [("username", "anna"), ("password", PASSWORD), ("csrf", csrf.as_str()), (name, next)];
            let answer = browser.send("POST", &path, Some(&form)).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/device"), "{answer:?}");
            assert!(!answer.headers.contains_key("x-evil"));
        }
    }
}

/// Proves: A-01: when the parameters rise, the right password is hashed again, once; sessions stay.
#[tokio::test]
async fn a_login_renews_an_outdated_hash() {
    let before = Server::with(quick).await;
    before.add_user("anna").await;
    let mut early = before.browser();
    early.log_in("anna").await;
    let stronger = Server::on(std::sync::Arc::clone(&before.database), before.clock.clone(), |settings| {
        quick(settings);
        settings.passwords.memory_kib = 64;
    })
    .await;
    let hash = async || {
        let cells = stronger.database.cells().await;
        cells.iter().find(|cell| cell.column == "password_hash").unwrap().text()
    };
    let old = hash().await;
    assert!(old.contains("$m=8,t=1,p=1$"), "{old}");
    stronger.clock.advance(secs(1));
    assert!(wrong_login(&mut stronger.browser(), "anna").await.says(WRONG));
    assert_eq!(hash().await, old, "a wrong password changes nothing");
    assert!(stronger.browser().log_in("anna").await.is_signed_in_as("anna"));
    let new = hash().await;
    assert!(new.contains("$m=64,t=1,p=1$"), "{new}");
    assert!(stronger.browser().log_in("anna").await.is_signed_in_as("anna"), "it is the same password");
    assert_eq!(hash().await, new, "once is enough");
    let mut still = stronger.browser();
    still.cookies.clone_from(&early.cookies);
    assert!(still.open("/device").await.is_signed_in_as("anna"), "no password was changed");
}

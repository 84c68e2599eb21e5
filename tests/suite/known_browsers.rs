//! What strangers can do to the logins of others: browsers that logged in to an account before are counted apart from
//! them (requirements FA-02, FA-06; OWASP "device cookies").

use std::collections::BTreeMap;
use std::sync::Arc;

use settings::Settings;

use testkit::{Browser, PASSWORD, Server, Writes, quick_passwords, secs};

const COOKIE: &str = "__Host-grantd_seen";
const TOO_MANY: &str = "There were too many attempts";
const LOCKED: &str = "so it is locked";
const WRONG: &str = "The username or the password is wrong";
const WINDOW: u64 = 600;

fn narrow(settings: &mut Settings) {
    quick_passwords(settings);
    settings.limits.login_failures_network = 3;
    settings.limits.login_failures_server = 100;
}

/// A browser that is not signed in, but has logged in to this account before.
async fn known(server: &Server, username: &str, address: &str) -> Browser {
    let mut browser = server.browser_from(address);
    assert!(browser.log_in(username).await.is_signed_in_as(username));
    browser.cookies.retain(|name, _| name == COOKIE);
    browser
}

/// So many wrong logins under names that nobody has, each from another network of so many in a /48. Tells how many
/// passwords were looked at.
async fn guess_from_site(server: &Server, site: u32, networks: u32, tries: u32) -> u64 {
    let before = server.work.password_hashes();
    let mut browser = server.browser();
    for number in 0..tries {
        browser.from = format!("2001:db8:{site:x}:{:x}::1", (number % networks) * 0x101);
        browser.log_in_with(&format!("nobody-{site}-{number}"), "not the password at all").await;
    }
    server.work.password_hashes() - before
}

/// With a site that guesses, a known browser and an unknown one elsewhere both log in at once, and one event a minute
/// tells.
pub async fn a_site_guesses(tries: u32, change: fn(&mut Settings), tenth_of_the_server: u64) {
    let server = Server::with(change).await;
    server.add_user("anna").await;
    let mut seen = known(&server, "anna", "198.51.100.7").await;
    assert_eq!(guess_from_site(&server, 1, 35, tries).await, tenth_of_the_server);
    for mut browser in [seen.clone(), server.browser_from("203.0.113.5"), server.browser_from("2001:db8:2::1")] {
        assert!(browser.log_in("anna").await.is_signed_in_as("anna"), "{}", browser.from);
    }
    // A known browser logs in from inside of the site as well.
    "2001:db8:1:9999::1".clone_into(&mut seen.from);
    assert!(seen.log_in("anna").await.is_signed_in_as("anna"));
    assert_eq!(server.count_events("login_throttled").await, 1, "one event tells of it");
    server.clock.advance(secs(60));
    guess_from_site(&server, 1, 35, tries / 10).await;
    assert!(server.count_events("login_throttled").await <= 2, "one a minute at most");
}

/// Proves: FA-02: a /48 can use up a tenth of the server's budget, and there is one event.
#[tokio::test]
async fn a_site_that_guesses_stops_nobody_else() {
    a_site_guesses(60, narrow, 10).await;
}

/// Proves: FA-02: a refused login costs no write, from any network.
#[tokio::test]
async fn a_refused_login_writes_nothing() {
    let server = Server::with(narrow).await;
    server.add_user("anna").await;
    guess_from_site(&server, 1, 35, 60).await;
    let mut stranger = server.browser_from("2001:db8:1:7777::1");
    let page = stranger.open("/login").await;
    let form = [("username", "anna"), ("password", PASSWORD)];
    stranger.post(&page, "/login", &form).await;
    let mut writes = Writes::watch(&server.database).await;
    let before = writes.count().await;
    for network in 0..50 {
        stranger.from = format!("2001:db8:1:{network:x}aa::1");
        assert!(stranger.post(&page, "/login", &form).await.says(TOO_MANY));
    }
    assert_eq!(writes.count().await, before);
}

/// Proves: FA-02: when many sites have used up the server's budget, known browsers still log in, and others see how
/// long to wait.
#[tokio::test]
async fn a_known_browser_is_spared_when_the_server_bears_no_more() {
    let server = Server::with(narrow).await;
    for username in ["anna", "bert"] {
        server.add_user(username).await;
    }
    let mut seen = known(&server, "anna", "198.51.100.7").await;
    for site in 1..=10 {
        assert_eq!(guess_from_site(&server, site, 20, 20).await, 10, "site {site}");
    }
    assert_eq!(guess_from_site(&server, 11, 20, 20).await, 0, "the server bears no more");
    assert!(server.browser_from("203.0.113.5").log_in("anna").await.says(TOO_MANY));
    assert!(seen.log_in_with("bert", PASSWORD).await.says(TOO_MANY), "known to anna is not known to bert");
    assert!(seen.log_in("anna").await.is_signed_in_as("anna"));
    server.clock.advance(secs(WINDOW));
    assert!(server.browser_from("203.0.113.5").log_in("bert").await.is_signed_in_as("bert"));
}

/// Proves: FA-06: a stranger who types wrong passwords keeps the person neither out of a known browser, nor out of the
/// one that is signed in; and nobody is spared more tries for being known.
#[tokio::test]
async fn wrong_passwords_of_strangers_are_counted_apart() {
    let server = Server::with(quick_passwords).await;
    server.add_user("anna").await;
    let mut seen = known(&server, "anna", "198.51.100.7").await;
    let mut stranger = server.browser_from("192.0.2.66");
    for _ in 0..100 {
        let told = stranger.log_in_with("anna", "not the password at all").await;
        assert!(told.says(WRONG), "{told:?}");
        server.clock.advance(secs(900));
    }
    for _ in 0..2 {
        assert!(stranger.log_in("anna").await.says(LOCKED));
        assert!(seen.clone().log_in("anna").await.is_signed_in_as("anna"));
    }
    let form = [
        ("current_password", "wrong"),
        ("new_password", "quiet lantern over water"),
        ("new_password_again", "quiet lantern over water"),
    ];
    // A session knows its person without the other cookie.
    let mut signed_in = seen.clone();
    assert!(signed_in.log_in("anna").await.is_signed_in_as("anna"));
    signed_in.cookies.remove(COOKIE);
    let page = signed_in.open("/account/password").await;
    for _ in 0..5 {
        assert!(signed_in.post(&page, "/account/password", &form).await.says("The current password is wrong"));
    }
    assert!(
        signed_in.post(&page, "/account/password", &form).await.says(TOO_MANY),
        "five are free, also for who is known"
    );
    assert!(seen.log_in("anna").await.is_signed_in_as("anna"), "each known browser counts by itself");
}

/// Proves: FA-02: the mark is a cookie of its own that signs nobody in; it holds several accounts and not any number, and
/// nobody makes one by hand.
#[tokio::test]
async fn the_mark_of_a_known_browser_is_bounded_and_proves_nothing_else() {
    let server = Server::with(narrow).await;
    let mut browser = server.browser();
    let mut sizes = Vec::new();
    for number in 0..12 {
        let username = format!("user-{number}");
        server.add_user(&username).await;
        assert!(browser.log_in(&username).await.is_signed_in_as(&username));
        sizes.push(browser.cookies[COOKIE].len());
    }
    assert!(sizes[0] < sizes[1] && sizes[11] == sizes[10] && sizes[11] < 1_000, "{sizes:?}");
    let set = browser.set_cookies.iter().rfind(|cookie| cookie.starts_with(COOKIE)).unwrap();
    for attribute in ["; Path=/", "; HttpOnly", "; SameSite=", "; Secure", "; Max-Age="] {
        assert!(set.contains(attribute), "{set}");
    }
    browser.cookies.retain(|name, _| name == COOKIE);
    assert!(!browser.open("/account").await.says("Signed in as"), "it is no session");

    for site in 1..=10 {
        guess_from_site(&server, site, 20, 20).await;
    }
    let logs_in = async |cookies: &BTreeMap<String, String>, username: &str| {
        let mut browser = server.browser_from("203.0.113.5");
        browser.cookies.clone_from(cookies);
        browser.log_in(username).await.is_signed_in_as(username)
    };
    for (number, is_known) in [(0, false), (3, false), (4, true), (11, true)] {
        assert_eq!(logs_in(&browser.cookies, &format!("user-{number}")).await, is_known, "user-{number}");
    }
    let whole = browser.cookies[COOKIE].clone();
    let other = if whole.starts_with('a') { "b" } else { "a" };
    for forged in [
        "",
        "~~~",
        ".",
        "x.y.z",
        &whole[1..],
        &whole.replace(&whole[whole.len() - 8..], "00000000"),
        &format!("{other}{whole}"),
    ] {
        let cookies = BTreeMap::from([(COOKIE.to_owned(), forged.to_owned())]);
        let who = if forged.ends_with("00000000") { "user-4" } else { "user-11" };
        assert!(!logs_in(&cookies, who).await, "{forged}");
    }
    // A year later it is forgotten.
    server.clock.advance(secs(401 * 24 * 60 * 60));
    for site in 1..=10 {
        guess_from_site(&server, site, 20, 20).await;
    }
    assert!(!logs_in(&browser.cookies, "user-11").await);
}

/// Proves: FA-02: a mark outlives a change of the root secret.
#[tokio::test]
async fn a_mark_is_known_again_under_another_root_secret() {
    let before = Server::with(narrow).await;
    before.add_user("anna").await;
    let seen = known(&before, "anna", "198.51.100.7").await;
    let folder = before.database.folder.path();
    let (old, new) = (folder.join("root.key"), folder.join("new.key"));
    grantd::root_secret::RootSecret::read_or_create(&new, &grantd::entropy::SystemEntropy).unwrap();
    let after = Server::on(Arc::clone(&before.database), before.clock.clone(), |settings| {
        narrow(settings);
        settings.secrets.root_file = Some(new);
        settings.secrets.former_root_files = vec![old];
    })
    .await;
    for site in 1..=10 {
        guess_from_site(&after, site, 20, 20).await;
    }
    assert!(after.browser().log_in("anna").await.says(TOO_MANY));
    let mut browser = after.browser();
    browser.cookies = seen.cookies;
    assert!(browser.log_in("anna").await.is_signed_in_as("anna"));
}

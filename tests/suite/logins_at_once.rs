//! Logins at the same moment, at one node or at several: requirements FA-07 and A-03.

use std::sync::Arc;

use futures_util::future::join_all;
use grantd::clock::ManualClock;
use protocol::Timestamp;
use settings::Settings;

use testkit::{Browser, PASSWORD, Server, quick_passwords, secs};

const WRONG: &str = "The username or the password is wrong";
const TOO_MANY: &str = "There were too many attempts";

/// Two nodes on one database: the clock of the first is ahead of the other's.
async fn two_nodes(seconds_apart: i64, change: fn(&mut Settings)) -> [Server; 2] {
    let ahead = Server::with(change).await;
    let behind = ManualClock::at(Timestamp::from_millis(ahead.app.clock.now().millis() - seconds_apart * 1000));
    let behind = Server::on(Arc::clone(&ahead.database), behind, change).await;
    [ahead, behind]
}

/// Unknown browsers, half of them at each node, each from a network of its own.
fn browsers(nodes: &[Server; 2], count: usize) -> Vec<Browser> {
    (0..count).map(|number| nodes[number % 2].browser_from(&format!("198.51.{number}.7"))).collect()
}

/// Proves: FA-07: right logins of one account are never refused for each other, on one node or two, and no alarm tells of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn right_logins_at_the_same_moment_all_succeed() {
    let nodes = two_nodes(3_600, |_| {}).await;
    nodes[1].add_user("anna").await;
    for round in 0..3 {
        let mut browsers = browsers(&nodes, 8);
        let pages = join_all(browsers.iter_mut().map(|browser| browser.log_in("anna"))).await;
        let succeeded = pages.iter().filter(|page| page.is_signed_in_as("anna")).count();
        assert_eq!(succeeded, 8, "round {round}");
    }
    assert_eq!(nodes[0].count_events("login_throttled").await, 0);
}

/// Proves: FA-07: people behind one address log in at the same moment, also when they are more than it has wrong logins, and
/// more than the server has.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn right_logins_from_one_network_wait_for_each_other_and_are_not_refused() {
    let nodes = two_nodes(30, |settings| {
        settings.limits.login_failures_network = 2;
        settings.limits.login_failures_server = 3;
    })
    .await;
    let names: Vec<String> = (0..8).map(|number| format!("user-{number}")).collect();
    for name in &names {
        nodes[1].add_user(name).await;
    }
    let mut browsers = browsers(&nodes, 8);
    let logins = browsers.iter_mut().zip(&names).map(async |(browser, name)| {
        browser.from = "192.0.2.1".to_owned();
        browser.log_in(name).await.is_signed_in_as(name)
    });
    assert_eq!(join_all(logins).await, [true; 8]);
    assert_eq!(nodes[0].count_events("login_throttled").await, 0);
}

/// Proves: FA-07 A-03: however many wrong tries come at once at two nodes, five are looked at; a right one among them costs none.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wrong_logins_at_two_nodes_cannot_overshoot() {
    let nodes = two_nodes(0, quick_passwords).await;
    nodes[1].add_user("anna").await;
    let looked_at = || nodes.iter().map(|node| node.work.password_hashes()).sum::<u64>();
    let before = looked_at();
    let mut browsers = browsers(&nodes, 20);
    let pages =
        join_all(browsers.iter_mut().map(|browser| browser.log_in_with("anna", "not the password at all"))).await;
    assert_eq!(looked_at() - before, 5);
    assert_eq!(pages.iter().filter(|page| page.says(WRONG)).count(), 5);
    assert_eq!(pages.iter().filter(|page| page.says(TOO_MANY)).count(), 15);
    // The wait over, one is looked at and the rest are not.
    for node in &nodes {
        node.clock.advance(secs(1));
    }
    let before = looked_at();
    join_all(browsers.iter_mut().map(|browser| browser.log_in_with("anna", "not the password at all"))).await;
    assert_eq!(looked_at() - before, 1);
}

/// Proves: FA-07: a failure at a node whose clock is ahead does not make the others wait for that hour.
#[tokio::test]
async fn a_clock_that_is_ahead_makes_nobody_wait() {
    let nodes = two_nodes(3_600, quick_passwords).await;
    nodes[1].add_user("anna").await;
    assert!(nodes[0].browser().log_in_with("anna", "not the password at all").await.says(WRONG));
    assert!(nodes[1].browser().log_in("anna").await.is_signed_in_as("anna"));
    for _ in 0..5 {
        assert!(nodes[0].browser().log_in_with("anna", "not the password at all").await.says(WRONG));
    }
    assert!(nodes[1].browser().log_in("anna").await.says(TOO_MANY));
    nodes[1].clock.advance(secs(1));
    assert!(nodes[1].browser().log_in("anna").await.is_signed_in_as("anna"), "the wait is as long as it was told");
}

/// Proves: FA-07: a program that hangs up while its password is looked at holds nobody's try.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_hangs_up_holds_no_try() {
    let server = Server::with(|settings| settings.passwords.concurrency = 1).await;
    server.add_user("anna").await;
    let mut strangers: Vec<Browser> = (0..5).map(|number| server.browser_from(&format!("192.0.{number}.1"))).collect();
    let mut pages = Vec::new();
    for stranger in &mut strangers {
        pages.push(stranger.open("/login").await);
    }
    let before = server.work.password_hashes();
    let form = [("username", "anna"), ("password", "not the password at all")];
    let tries = strangers.iter_mut().zip(&pages).map(|(stranger, page)| stranger.post(page, "/login", &form));
    let all_began = testkit::eventually(async || server.work.password_hashes() > before);
    futures_util::future::select(Box::pin(join_all(tries)), Box::pin(all_began)).await;
    assert!(server.browser().log_in_with("anna", PASSWORD).await.is_signed_in_as("anna"));
}

//! What a node remembers of the grants that wait: it spares statements, and never tells "pending" of what is known to have
//! ended. The tests see the memory at work where a row says something else than the answer.

use std::sync::Arc;

use protocol::{DeviceCode, Event};
use testkit::{Authorization, Database, Link, Proxy, Server, Writes, eventually, secs};

/// A grant that this node remembers, after a poll.
async fn remembered(server: &Server) -> Authorization {
    let asked = server.device("tv").authorize("openid").await;
    assert_eq!(asked.poll().await, "authorization_pending");
    eventually(async || is_remembered(server, &asked)).await;
    asked
}

fn is_remembered(server: &Server, asked: &Authorization) -> bool {
    let code = DeviceCode::presented(&asked.device_code).digest();
    store::recall_waiting(&server.app.db, &code, server.app.clock.now()).is_some()
}

/// Two nodes on one database, with anna. On SQLite they stand for a daemon and a command of its operator.
async fn two_nodes() -> (Server, Server) {
    let here = Server::spawn().await;
    here.add_user("anna").await;
    let there = Server::on(Arc::clone(&here.database), here.clock.clone(), |_| {}).await;
    (here, there)
}

/// Proves: PF-01 T-14: ten minutes of polite polls.
#[tokio::test]
async fn polite_polls_write_nothing_and_a_raised_interval_is_written_once() {
    // A purge is a write too.
    let server = Server::with(|settings| settings.purge.every = secs(86_400)).await;
    let asked = remembered(&server).await;
    let mut writes = Writes::watch(&server.database).await;
    let before = writes.count().await;
    for _ in 0..119 {
        server.clock.advance(secs(5));
        assert_eq!(asked.poll().await, "authorization_pending");
    }
    assert_eq!(writes.count().await, before, "nothing was written");
    assert_eq!(asked.poll().await, "authorization_pending", "the same poll, sent twice");
    assert_eq!(writes.count().await, before);
    assert_eq!(asked.poll().await, "slow_down");
    let raised = writes.count().await - before;
    assert!(raised == 1 || !server.database.is_postgres(), "{raised} statements, where statements can be counted");
    assert!(raised > 0, "the interval is longer at every node");
    server.clock.advance(secs(10));
    let after = writes.count().await;
    assert_eq!(asked.poll().await, "expired_token");
    assert_eq!(writes.count().await, after, "nor is the end");
}

/// Proves: PF-01: no statement reads the row, so it may be gone.
#[tokio::test]
async fn a_known_grant_is_answered_without_its_row() {
    let server = Server::spawn().await;
    let asked = remembered(&server).await;
    server.database.run("DELETE FROM device_grants").await;
    server.clock.advance(secs(5));
    assert_eq!(asked.poll().await, "authorization_pending");
    assert_eq!(asked.poll_as(&server.device("radio")).await.error(), "invalid_grant", "of another client");
    let unknown = server.device("tv").authorize("openid").await;
    server.database.run("DELETE FROM device_grants").await;
    assert_eq!(unknown.poll().await, "invalid_grant", "an unknown one is not remembered");
    assert_eq!(unknown.poll().await, "invalid_grant");
}

/// Proves: PF-02 T-15: a restart forgets when a grant was polled, and not how long its interval is.
#[tokio::test]
async fn a_raised_interval_outlives_the_memory() {
    let (here, there) = two_nodes().await;
    let asked = remembered(&here).await;
    here.clock.advance(secs(2));
    assert_eq!(asked.poll().await, "slow_down");
    let tv = there.device("tv");
    here.clock.advance(secs(5));
    assert_eq!(asked.poll_as(&tv).await.error(), "slow_down", "ten seconds hold there too");
    here.clock.advance(secs(12));
    assert_eq!(asked.poll_as(&tv).await.error(), "slow_down", "and fifteen now");
    here.clock.advance(secs(20));
    assert_eq!(asked.poll_as(&tv).await.error(), "authorization_pending");
}

/// Proves: PF-03 SM-04: a decision on this node is known at once, and one elsewhere within a second.
#[tokio::test]
async fn a_decision_ends_the_memory_of_every_node() {
    let (here, there) = two_nodes().await;
    for approves in [true, false] {
        let (mine, other) = (remembered(&here).await, remembered(&here).await);
        for (node, asked) in [(&here, &mine), (&there, &other)] {
            let mut browser = node.browser();
            let page = browser.reach_decision(&asked.user_code, "anna").await;
            let told = if approves { browser.approve(&page).await } else { browser.deny(&page).await };
            assert_eq!(told.answer.status, 200, "{told:?}");
        }
        here.clock.advance(secs(5));
        let expected = if approves { "tokens" } else { "access_denied" };
        assert_eq!(mine.poll().await, expected, "decided here");
        eventually(async || !is_remembered(&here, &other)).await;
        assert_eq!(other.poll().await, expected, "decided elsewhere");
    }
}

/// Proves: PF-03: whatever else ends a request that waits.
#[tokio::test]
async fn a_deleted_person_leaves_nothing_remembered() {
    let (here, there) = two_nodes().await;
    let asked = remembered(&here).await;
    there.browser().reach_decision(&asked.user_code, "anna").await;
    let anna = store::find_user_by_name(&there.app.db, "anna").await.unwrap().unwrap();
    let event = there.operator_did(Event::UserDeleted);
    assert!(store::delete_user(&there.app.db, &anna.subject, &event).await.unwrap());
    eventually(async || !is_remembered(&here, &asked)).await;
    assert_eq!(asked.poll().await, "invalid_grant");
}

/// Proves: PF-03: notifications only say when to look.
#[tokio::test]
async fn changes_are_found_without_notifications() {
    let (here, there) = two_nodes().await;
    let asked = remembered(&here).await;
    if here.database.is_postgres() {
        let ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
            WHERE query LIKE 'LISTEN%' AND datname = current_database()";
        eventually(async || here.database.execute(ends).await.unwrap() > 0).await;
    }
    let mut browser = there.browser();
    let page = browser.reach_decision(&asked.user_code, "anna").await;
    browser.deny(&page).await;
    eventually(async || !is_remembered(&here, &asked)).await;
    assert_eq!(asked.poll().await, "access_denied");
}

/// Proves: PF-04: a feed that stops while the database is there.
#[tokio::test]
async fn a_node_that_cannot_read_the_changes_asks_the_row() {
    let server = Server::spawn().await;
    let asked = remembered(&server).await;
    server.database.run("ALTER TABLE changes RENAME TO lost").await;
    server.database.run("UPDATE device_grants SET state = 'revoked', revision = revision + 1").await;
    eventually(async || !is_remembered(&server, &asked)).await;
    assert_eq!(asked.poll().await, "access_denied");
}

/// Proves: PF-05: a database that is away is noticed by no device that waits, and whoever was approved meanwhile is served
/// when it is back.
#[tokio::test]
async fn a_device_that_waits_does_not_notice_an_outage() {
    let database = Arc::new(Database::fresh().await);
    if !database.is_postgres() {
        return;
    }
    let proxy = Proxy::before(&database.url).await;
    let url = proxy.url.clone();
    let here = Server::on(Arc::clone(&database), Server::noon(), |settings| {
        settings.database.url = url;
        settings.database.wait = secs(1);
    })
    .await;
    here.add_user("anna").await;
    let there = Server::on(database, here.clock.clone(), |_| {}).await;
    for link in [Link::Cut, Link::Silent] {
        let (asked, stranger) = (remembered(&here).await, here.device("tv").authorize("openid").await);
        proxy.set(link);
        // The memory is not asked from the moment in which it may be old to the one in which the database is known to be away.
        eventually(async || {
            here.clock.advance(secs(5));
            asked.poll_answer().await.status == 400
        })
        .await;
        for _ in 0..3 {
            here.clock.advance(secs(5));
            assert_eq!(asked.poll().await, "authorization_pending", "{link:?}");
        }
        stranger.poll_answer().await.assert_error(503, "temporarily_unavailable");
        there.approve(&asked, "anna").await;
        proxy.set(Link::Up);
        eventually(async || !is_remembered(&here, &asked)).await;
        here.clock.advance(secs(5));
        assert_eq!(asked.poll().await, "tokens", "{link:?}");
    }
}

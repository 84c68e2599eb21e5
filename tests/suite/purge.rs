//! What the janitor deletes, and when, by the clock that the test moves.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use grantd::entropy::{Entropy, SystemEntropy};

use testkit::{Server, eventually, secs};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// A server that tidies every second, two rows a statement.
async fn server() -> Server {
    Server::with(|settings| {
        settings.purge.every = secs(1);
        settings.purge.batch = 2;
    })
    .await
}

/// How many rows these tables have, in the order of their names.
async fn rows<const N: usize>(server: &Server, tables: [&str; N]) -> [i64; N] {
    let mut rows = [0; N];
    for (place, table) in tables.into_iter().enumerate() {
        rows[place] = server.database.rows(table).await;
    }
    rows
}

/// Moves the clock, and waits until the janitor has left so many rows of a table. The clock creeps on meanwhile, because
/// a janitor that was still at work sleeps for a second from then on.
async fn left(server: &Server, by: Duration, table: &str, expected: i64) {
    server.clock.advance(by);
    eventually(async || {
        server.clock.advance(Duration::from_millis(10));
        let rows = server.database.rows(table).await;
        assert!(rows >= expected, "{table} has {rows} rows, too much was deleted");
        rows == expected
    })
    .await;
}

/// Proves: SM-09.
#[tokio::test]
async fn an_ended_grant_is_remembered_for_its_tombstone_and_then_forgotten() {
    let server = server().await;
    server.add_user("anna").await;
    let mut old = Vec::new();
    for _ in 0..5 {
        old.push(server.device("tv").authorize("openid").await);
    }
    // 600 s of life, 15 s of grace, 24 h of tombstone: one minute before the end nothing is gone.
    server.clock.advance(HOUR * 24 + secs(9 * 60));
    let alive = server.device("tv").authorize("openid").await;
    for grant in &old {
        assert_eq!(grant.poll().await, "expired_token");
    }
    left(&server, secs(2 * 60), "device_grants", 1).await;
    for grant in &old {
        grant.poll_answer().await.assert_error(400, "invalid_grant");
    }
    assert_eq!(alive.poll().await, "authorization_pending");
    let decision = server.browser().reach_decision(&alive.user_code, "anna").await;
    assert!(decision.is_decision(), "{decision:?}");
}

#[tokio::test]
async fn tokens_are_forgotten_when_they_expire_and_their_family_after_its_tombstone() {
    let server = server().await;
    server.add_user("anna").await;
    let mut browser = server.browser();
    let mut redeemed = Vec::new();
    for _ in 0..3 {
        let device = server.device("tv").authorize("openid").await;
        let decision = browser.reach_decision(&device.user_code, "anna").await;
        browser.approve(&decision).await;
        let tokens = device.redeem().await;
        redeemed.push((device, tokens["access_token"].as_str().unwrap().to_owned()));
    }
    assert_eq!(rows(&server, ["access_tokens", "token_families"]).await, [3, 3]);
    server.clock.advance(secs(9 * 60));
    let bearer = format!("Bearer {}", redeemed[0].1);
    let userinfo = server.request("GET", "/userinfo").header("authorization", &bearer).send().await.unwrap();
    assert_eq!(userinfo.status(), 200, "a live token is kept");
    left(&server, secs(2 * 60), "access_tokens", 0).await;
    let userinfo = server.request("GET", "/userinfo").header("authorization", &bearer).send().await.unwrap();
    assert_eq!(userinfo.status(), 401);
    assert_eq!(rows(&server, ["token_families", "device_grants"]).await, [3, 3], "a spent code is still known");
    redeemed[0].0.poll_answer().await.assert_error(400, "invalid_grant");
    left(&server, HOUR * 24, "token_families", 0).await;
}

#[tokio::test]
async fn sessions_and_budgets_are_forgotten_when_they_are_over() {
    let server = server().await;
    server.add_user("anna").await;
    let mut browsers = Vec::new();
    for network in 1..=5 {
        let mut browser = server.browser_from(&format!("198.51.100.{network}"));
        browser.log_in("anna").await;
        assert!(browser.enter_code("BBBB-BBBB").await.says("This code does not work"));
        browsers.push(browser);
    }
    let [sessions, budgets] = rows(&server, ["browser_sessions", "budgets"]).await;
    assert!(sessions == 5 && budgets > 5, "{sessions} sessions, {budgets} budgets");
    server.clock.advance(secs(20 * 60));
    let mut kept = browsers.pop().unwrap();
    assert!(kept.open("/device").await.says("Signed in as"));
    // The window of ten minutes is over; the account's budget for the day is not.
    left(&server, secs(60), "budgets", 1).await;
    assert_eq!(server.database.rows("browser_sessions").await, 5);
    left(&server, secs(10 * 60), "browser_sessions", 1).await;
    assert!(kept.open("/device").await.says("Signed in as"), "who came back meanwhile stays signed in");
    left(&server, HOUR * 24, "budgets", 0).await;
}

/// Chance that knows sixteen user codes, each of one letter, and is the system's for everything else.
struct SixteenCodes;

impl Entropy for SixteenCodes {
    fn fill(&self, bytes: &mut [u8]) {
        SystemEntropy.fill(bytes);
        // What codes are drawn from; secrets of the same size come by the door below.
        if bytes.len() == 32 {
            bytes.fill(bytes[0] % 16);
        }
    }

    fn secret(&self) -> [u8; 32] {
        SystemEntropy.secret()
    }
}

/// Proves: P-03 D-09 SM-09: a code that somebody has, or had a while ago, is drawn again; when it is forgotten, it is free.
#[tokio::test]
async fn no_code_is_given_again_before_its_grant_is_forgotten() {
    // Sixteen codes are all that there are, so a server that minds less gives one twice.
    let server = Server::with_entropy(Arc::new(SixteenCodes), |settings| settings.purge.every = secs(1)).await;
    server.add_user("anna").await;
    let ask = async || {
        let mut codes = BTreeSet::new();
        for _ in 0..8 {
            let device = server.device("tv").authorize("read").await;
            assert!(codes.insert(device.user_code.clone()), "{} twice at once", device.user_code);
            match codes.len() {
                1 => {
                    let mut browser = server.browser();
                    let page = browser.reach_decision(&device.user_code, "anna").await;
                    assert!(browser.deny(&page).await.says("You denied the request"));
                }
                2 => {
                    server.approve(&device, "anna").await;
                    device.redeem().await;
                }
                3 => server.approve(&device, "anna").await,
                _ => {}
            }
        }
        codes
    };
    let first = ask().await;
    server.clock.advance(secs(700));
    let second = ask().await;
    assert!(first.is_disjoint(&second), "{first:?} are denied, redeemed or expired, and {second:?} are new");
    left(&server, HOUR * 24, "device_grants", 8).await;
    assert_eq!(ask().await, first, "the only ones that are free");
}

//! How a device may poll, and the answers that it gets: RFC 8628 section 3.5.

use std::sync::Arc;
use std::time::Duration;

use testkit::{Authorization, Server, basic, secs};

/// The request of a library that uses both ways to authenticate at once: `Basic id:`, and the body.
async fn poll_both_ways(authorization: &Authorization) -> [String; 2] {
    let id = basic("tv", "");
    let first = authorization.poll_as(&authorization.device.clone().with_authorization(Some(&id))).await.error();
    [first, authorization.poll().await]
}

/// Proves: N02 T-14
#[tokio::test]
async fn a_device_that_keeps_the_interval_is_never_told_to_slow_down() {
    let server = Server::spawn().await;
    let device = server.device("tv").authorize("read").await;
    let interval = device.json["interval"].as_u64().unwrap();
    assert_eq!(interval, 5, "the default, not the lifetime");
    for poll in 0..100 {
        assert_eq!(device.poll().await, "authorization_pending", "poll {poll}");
        server.clock.advance(secs(interval));
    }
}

/// Proves: seed_62 T-14, client habit 8
#[tokio::test]
async fn the_first_poll_may_come_at_once_and_the_next_a_second_early() {
    let server = Server::spawn().await;
    let device = server.device("tv").authorize("read").await;
    assert_eq!(device.poll().await, "authorization_pending");
    server.clock.advance(secs(4));
    assert_eq!(device.poll().await, "authorization_pending");
    server.clock.advance(Duration::from_millis(3_999));
    assert_eq!(device.poll().await, "slow_down");
}

/// Proves: seed_55 N28 T-13 T-15
#[tokio::test]
async fn each_hasty_poll_costs_five_seconds_and_the_grant_survives() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    assert_eq!(device.poll().await, "authorization_pending");
    server.clock.advance(secs(1));
    let hasty = device.poll_answer().await;
    hasty.assert_error(400, "slow_down");
    server.clock.advance(secs(8));
    assert_eq!(device.poll().await, "slow_down", "now it is 10 s");
    server.clock.advance(secs(13));
    assert_eq!(device.poll().await, "slow_down", "now it is 15 s");
    server.clock.advance(secs(20));
    assert_eq!(device.poll().await, "authorization_pending", "20 s, obeyed");
    for _ in 0..30 {
        server.clock.advance(secs(1));
        assert_eq!(device.poll().await, "slow_down");
    }
    server.clock.advance(secs(58));
    assert_eq!(device.poll().await, "slow_down", "the interval grew to 60 s");
    server.clock.advance(secs(60));
    assert_eq!(device.poll().await, "authorization_pending", "and no further");
    server.approve(&device, "anna").await;
    device.redeem().await;
}

/// Proves: N29 T-15
#[tokio::test]
async fn a_device_that_slowed_down_is_not_told_so_again() {
    let server = Server::spawn().await;
    let device = server.device("tv").authorize("read").await;
    assert_eq!(device.poll().await, "authorization_pending");
    server.clock.advance(secs(2));
    assert_eq!(device.poll().await, "slow_down");
    for _ in 0..5 {
        server.clock.advance(secs(10));
        assert_eq!(device.poll().await, "authorization_pending");
    }
    server.clock.advance(secs(5));
    assert_eq!(device.poll().await, "slow_down", "the longer interval holds for all later polls");
    server.clock.advance(secs(15));
    assert_eq!(device.poll().await, "authorization_pending");
}

/// Proves: N30 T-16
#[tokio::test]
async fn a_decided_grant_answers_the_hastiest_poll() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let (allowed, refused) = (server.device("tv").authorize("read").await, server.device("tv").authorize("read").await);
    for device in [&allowed, &refused] {
        for expected in ["authorization_pending", "authorization_pending", "slow_down"] {
            assert_eq!(device.poll().await, expected);
        }
    }
    server.approve(&allowed, "anna").await;
    allowed.redeem().await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&refused.user_code, "anna").await;
    browser.deny(&decision).await;
    assert_eq!(refused.poll().await, "access_denied");
}

/// Proves: T-14, client habit 9
#[tokio::test]
async fn a_poll_that_is_sent_twice_is_one_poll() {
    let server = Server::spawn().await;
    let device = server.device("tv").authorize("read").await;
    for _ in 0..10 {
        assert_eq!(poll_both_ways(&device).await, ["authorization_pending", "authorization_pending"]);
        server.clock.advance(secs(5));
    }
    poll_both_ways(&device).await;
    assert_eq!(device.poll().await, "slow_down", "a third is too fast");
    assert_eq!(device.poll().await, "slow_down", "and its twin gets the same answer");
    server.clock.advance(secs(10));
    assert_eq!(
        poll_both_ways(&device).await,
        ["authorization_pending", "authorization_pending"],
        "5 s were added once"
    );
}

/// Proves: seed_56 N33 T-13, client habit 9
#[tokio::test]
async fn a_refusal_stays_a_refusal() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&device.user_code, "anna").await;
    browser.deny(&decision).await;
    for pause in [0, 0, 5, 3600, 22 * 3600] {
        server.clock.advance(secs(pause));
        device.poll_answer().await.assert_error(400, "access_denied");
    }
    assert_eq!(poll_both_ways(&device).await, ["access_denied", "access_denied"]);
}

/// Proves: seed_57 N32 T-13 SM-07 SM-09, client habit 9
#[tokio::test]
async fn an_expired_code_says_so_for_a_day() {
    let server = Server::spawn().await;
    let device = server.device("tv").authorize("read").await;
    server.clock.advance(secs(599));
    assert_eq!(device.poll().await, "authorization_pending");
    for pause in [1, 0, 5, 3600, 22 * 3600, 59 * 60] {
        server.clock.advance(secs(pause));
        device.poll_answer().await.assert_error(400, "expired_token");
    }
    assert_eq!(poll_both_ways(&device).await, ["expired_token", "expired_token"]);
}

/// Proves: N32 SM-08
#[tokio::test]
async fn an_approval_in_the_last_second_is_honoured_at_the_next_poll() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let (prompt, late) = (server.device("tv").authorize("read").await, server.device("tv").authorize("read").await);
    server.clock.advance(secs(599));
    for device in [&prompt, &late] {
        assert_eq!(device.poll().await, "authorization_pending");
        server.approve(device, "anna").await;
    }
    server.clock.advance(secs(5));
    prompt.redeem().await;
    server.clock.advance(secs(10));
    assert_eq!(late.poll().await, "tokens", "the grace is 15 s after the end");
}

/// Proves: N32 SM-08 SM-09
#[tokio::test]
async fn an_approval_that_nobody_comes_for_ends_soon_after_the_code() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    server.approve(&device, "anna").await;
    for pause in [615, 0, 3600, 22 * 3600, 59 * 60] {
        server.clock.advance(secs(pause));
        device.poll_answer().await.assert_error(400, "expired_token");
    }
}

/// Proves: N32 SM-08
#[tokio::test]
async fn an_expired_code_cannot_be_approved() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&device.user_code, "anna").await;
    assert!(decision.is_decision(), "{decision:?}");
    server.clock.advance(secs(601));
    let outcome = browser.approve(&decision).await;
    assert!(outcome.says("The code has expired") && outcome.says("Start again on the device"), "{outcome:?}");
    device.poll_answer().await.assert_error(400, "expired_token");
}

/// Proves: seed_19 D-05 D-12 T-14 T-15 SM-08: the answers contain the numbers that hold, for every setting.
#[tokio::test]
async fn the_numbers_that_a_device_is_told_are_the_ones_that_hold() {
    let server = Server::with(|settings| {
        settings.device.interval = secs(20);
        settings.device.expires_in = secs(90);
    })
    .await;
    server.add_user("anna").await;
    let tv = server.device("tv");
    let (waiting, prompt, late) = (tv.authorize("read").await, tv.authorize("read").await, tv.authorize("read").await);
    assert_eq!((waiting.json["expires_in"].as_u64(), waiting.json["interval"].as_u64()), (Some(90), Some(20)));
    assert_eq!(waiting.poll().await, "authorization_pending");
    server.clock.advance(secs(19));
    assert_eq!(waiting.poll().await, "authorization_pending");
    server.clock.advance(secs(18));
    assert_eq!(waiting.poll().await, "slow_down", "now it is 25 s");
    server.clock.advance(secs(23));
    assert_eq!(waiting.poll().await, "slow_down", "now it is 30 s");
    for device in [&prompt, &late] {
        server.approve(device, "anna").await;
    }
    server.clock.advance(Duration::from_millis(29_999));
    assert_eq!(waiting.poll().await, "authorization_pending");
    server.clock.advance(Duration::from_millis(1));
    assert_eq!(waiting.poll().await, "expired_token");
    server.clock.advance(Duration::from_millis(39_999));
    assert_eq!(prompt.poll().await, "tokens", "the grace is two intervals");
    server.clock.advance(Duration::from_millis(1));
    assert_eq!(late.poll().await, "expired_token");
}

/// Proves: T-15: a restart keeps the longer interval and the poll that was too fast. It forgets polite polls, which are not
/// written.
#[tokio::test]
async fn a_restart_forgets_no_raised_interval() {
    let server = Server::spawn().await;
    let device = server.device("tv").authorize("read").await;
    assert_eq!(device.poll().await, "authorization_pending");
    server.clock.advance(secs(2));
    assert_eq!(device.poll().await, "slow_down");
    let (slow_down, pending) = ("slow_down", "authorization_pending");
    for (pause, told) in [(8, slow_down), (13, slow_down), (19, pending), (2, pending)] {
        server.clock.advance(secs(pause));
        let next = Server::on(Arc::clone(&server.database), server.clock.clone(), |_| {}).await;
        device.poll_as(&next.device("tv")).await.assert_error(400, told);
    }
}

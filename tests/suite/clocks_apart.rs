//! The clock of one node is an hour ahead of the others: what was ended stays ended, and people can log in.

use std::sync::Arc;

use grantd::passwords::Password;
use protocol::Event;
use store::User;

use testkit::{Answer, Barrier, Browser, Daemon, Device, PASSWORD, Server, for_accounts, secs};

const NEW: &str = "quiet lantern over water";

/// What an operator does to an account, by a node.
async fn end(act: &str, node: &Server, user: &User) {
    let (db, subject) = (&node.app.db, &user.subject);
    match act {
        "set-password" => {
            let hash = node.app.passwords.hash(&Password::typed(NEW)).await.unwrap();
            store::set_password(db, subject, &hash, &node.operator_did(Event::UserPasswordSet)).await.unwrap();
        }
        "disable and enable" => {
            store::disable_user(db, subject, &node.operator_did(Event::UserDisabled)).await.unwrap();
            store::enable_user(db, subject, &node.operator_did(Event::UserEnabled)).await.unwrap();
        }
        _ => store::sign_out_everywhere(db, subject, &node.operator_did(Event::SignedOutEverywhere)).await.unwrap(),
    }
}

/// A node, and another one on its database whose clock runs ahead.
async fn nodes() -> (Server, Server) {
    let here = Server::with_accounts().await;
    let clock = Server::noon();
    clock.advance(secs(3_600));
    let ahead = Server::on(Arc::clone(&here.database), clock, for_accounts).await;
    (here, ahead)
}

/// Proves: FB-06 K-10 SM-06: sessions, devices and waiting approvals end on every node, for every cause.
#[tokio::test]
async fn what_is_ended_stays_ended_on_a_node_whose_clock_runs_ahead() {
    for act in ["set-password", "disable and enable", "sign-out-everywhere"] {
        let (here, ahead) = nodes().await;
        let user = here.add_user("anna").await;
        let mut anna = ahead.browser();
        assert!(anna.log_in("anna").await.is_signed_in_as("anna"));
        let device = ahead.sign_in_from(&mut anna, &ahead.device("tv"), "openid").await;
        let allowed = ahead.device("tv").authorize("openid").await;
        let decision = anna.enter_code(&allowed.user_code).await;
        assert!(anna.approve(&decision).await.says("Go back to your device"));
        let undecided = ahead.device("tv").authorize("openid").await;
        let open = anna.enter_code(&undecided.user_code).await;

        end(act, &here, &user).await;
        assert_eq!(anna.clone().approve(&open).await.path, "/login", "{act}");
        assert_eq!(anna.account().await.path, "/login", "{act}");
        device.assert_dead(&ahead).await;
        allowed.poll_answer().await.assert_error(400, "invalid_grant");
        here.clock.advance(secs(7_200));
        device.assert_dead(&here).await;
    }
}

/// Proves: FB-06: sessions that a node with a fast clock ended do not keep people out of the other nodes.
#[tokio::test]
async fn who_was_signed_out_ahead_of_the_clock_can_log_in() {
    for act in ["set-password", "disable and enable", "sign-out-everywhere"] {
        let (here, ahead) = nodes().await;
        let user = here.add_user("anna").await;
        end(act, &ahead, &user).await;
        let password = if act == "set-password" { NEW } else { PASSWORD };
        let mut anna = here.browser();
        assert!(anna.log_in_with("anna", password).await.is_signed_in_as("anna"), "{act}");
        let mut device = here.sign_in_from(&mut anna, &here.device("tv"), "openid").await;
        device.assert_alive(&here).await;
        // Also when it happens again, and by the person themselves.
        end("sign-out-everywhere", &here, &user).await;
        device.assert_dead(&here).await;
        assert!(anna.log_in_with("anna", password).await.is_signed_in_as("anna"), "{act}");
        let page = anna.open("/account/password").await;
        let fields = [
            ("current_password", password),
            ("new_password", "seven boats at noon"),
            ("new_password_again", "seven boats at noon"),
        ];
        assert_eq!(anna.post(&page, "/account/password", &fields).await.path, "/account", "{act}");
        assert_eq!(anna.account().await.path, "/account", "{act}: this session goes on");
    }
}

/// Proves: FB-06 SM-06: a login or an approval that is under way when everything is ended does not outlive it, though its
/// node's clock says that it came later.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_when_everything_is_ended_does_not_outlive_it() {
    for (point, act) in [
        ("sign in: before", "set-password"),
        ("sign in: before", "disable and enable"),
        ("sign in: before", "sign-out-everywhere"),
        ("approve: before", "set-password"),
        ("approve: before", "sign-out-everywhere"),
    ] {
        let mut barrier = Barrier::new().await;
        let (name, value) = barrier.variable();
        let config = "tokens.audience = 'https://api.example.test'\n[[client]]\nid = 'tv'\nname = 'Television'\n\
            type = 'public'\ngrant_types = ['urn:ietf:params:oauth:grant-type:device_code']\nscopes = ['openid']\n";
        let daemon = Daemon::start_with(config, &[(name, &value)]).await;
        // Its clock is far behind that of the daemon.
        let operator = Server::on(Arc::clone(&daemon.database), Server::noon(), |_| {}).await;
        let user = operator.add_user("anna").await;
        let mut anna = Browser::new(daemon.address, "198.51.100.7");
        let device = daemon.device("tv").authorize("openid").await;
        let work = if point == "sign in: before" {
            barrier.hold(point);
            tokio::spawn(async move { (anna.log_in("anna").await, anna) })
        } else {
            let page = anna.reach_decision(&device.user_code, "anna").await;
            barrier.hold(point);
            tokio::spawn(async move { (anna.approve(&page).await, anna) })
        };
        let held = barrier.held().await;
        end(act, &operator, &user).await;
        drop(held);
        let (page, mut anna) = work.await.unwrap();
        assert!(!page.is_signed_in_as("anna") && !page.says("Go back to your device"), "{point}, {act}: {page:?}");
        assert_eq!(anna.open("/account").await.path, "/login", "{point}, {act}");
        let told = device.poll_answer().await;
        assert!(
            ["authorization_pending", "invalid_grant"].contains(&told.error().as_str()),
            "{point}, {act}: {told:?}"
        );
    }
}

/// The answers to a device that polls two nodes in turn, as often as it may. The clock of one of them is ahead by so many
/// seconds.
async fn polls_in_turn(ahead: u64, is_known: bool) -> Vec<String> {
    let here = Server::spawn().await;
    let clock = Server::noon();
    clock.advance(secs(ahead));
    let there = Server::on(Arc::clone(&here.database), clock, |_| {}).await;
    if is_known {
        there.app.node.timekeeping.note(i64::try_from(ahead * 1_000).unwrap());
    }
    let waiting = here.device("tv").authorize("openid").await;
    let mut heard = Vec::new();
    for node in [&there, &here, &there, &here, &there, &here] {
        here.clock.advance(secs(6));
        there.clock.advance(secs(6));
        heard.push(waiting.poll_as(&node.device("tv")).await.error());
    }
    heard
}

/// Proves: FE-18: on both engines; how the difference is measured is shown with the clock of Postgres.
#[tokio::test]
async fn a_device_that_polls_two_nodes_whose_clocks_differ_is_not_told_to_slow_down() {
    for ahead in [2, 4, 15] {
        assert_eq!(polls_in_turn(ahead, true).await, ["authorization_pending"; 6], "{ahead} s ahead");
    }
    assert_eq!(
        polls_in_turn(4, false).await,
        ["authorization_pending"; 6],
        "each node knows the pace of its own polls"
    );
}

async fn refreshed(device: &Device, token: &str) -> Answer {
    device.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

/// The answers to a device that loses the answer of one node and asks the other again, whose clock is ahead; there and
/// back.
async fn refreshes_in_turn(is_known: bool) -> Vec<u16> {
    let here = Server::with_accounts().await;
    let clock = Server::noon();
    clock.advance(secs(APART));
    let ahead = Server::on(Arc::clone(&here.database), clock, for_accounts).await;
    if is_known {
        ahead.app.node.timekeeping.note(i64::try_from(APART * 1_000).unwrap());
    }
    here.add_user("anna").await;
    let tokens = here.sign_in(&here.device("tv"), "openid", "anna").await;
    let mut token = tokens["refresh_token"].as_str().unwrap().to_owned();
    let mut heard = Vec::new();
    for (one, other) in [(&here, &ahead), (&ahead, &here), (&here, &ahead)] {
        let lost = refreshed(&one.device("tv"), &token).await;
        here.clock.advance(secs(2));
        ahead.clock.advance(secs(2));
        let answer = refreshed(&other.device("tv"), &token).await;
        heard.extend([lost.status, answer.status]);
        if answer.status == 200 {
            answer.json()["refresh_token"].as_str().unwrap().clone_into(&mut token);
        }
    }
    heard
}

/// More than a device may take to ask again.
const APART: u64 = 90;

/// Proves: FE-18.
#[tokio::test]
async fn a_device_that_refreshes_at_two_nodes_whose_clocks_differ_stays_signed_in() {
    assert_eq!(refreshes_in_turn(true).await, [200; 6]);
    let unknown = refreshes_in_turn(false).await;
    assert!(unknown.contains(&400), "nobody would notice the difference: {unknown:?}");
}

//! Tokens are issued once, to the client that asked (requirements SM-03, T-18, T-19).

use grantd::clock::Clock;
use jsonwebtoken::dangerous::insecure_decode;
use protocol::GrantType;
use serde_json::Value;
use tokio::task::JoinSet;

use testkit::{Server, detail, for_many_devices, secs};

/// Proves: seed_67 N31 T-18
#[tokio::test]
async fn a_code_is_worth_nothing_to_another_client() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let tv = server.device("tv").authorize("read").await;
    let unknown = server.device("radio").poll_answer("mWcE7Lq0sGNvT2hYx4bKJr9uZdP1oAiF5QkXtV8nBSy").await;
    unknown.assert_error(400, "invalid_grant");
    let others = [server.device("radio"), server.device("box").with_secret("box-secret")];
    for other in &others {
        assert_eq!(tv.poll_as(other).await.body, unknown.body, "while it waits");
    }
    server.approve(&tv, "anna").await;
    for other in &others {
        let stolen = tv.poll_as(other).await;
        assert_eq!((stolen.status, &stolen.body), (unknown.status, &unknown.body));
    }
    let tokens = tv.redeem().await;
    server.clock.advance(secs(60));
    for other in &others {
        assert_eq!(tv.poll_as(other).await.body, unknown.body, "when it is spent");
    }
    let token = tokens["access_token"].as_str().unwrap();
    assert_ne!(server.userinfo(token).await.status, 401, "another client's try revokes nothing");
}

/// Proves: T-18
#[tokio::test]
async fn another_clients_polls_do_not_slow_the_owner_down() {
    let server = Server::spawn().await;
    let tv = server.device("tv").authorize("read").await;
    assert_eq!(tv.poll().await, "authorization_pending");
    server.clock.advance(secs(3));
    for _ in 0..5 {
        tv.poll_as(&server.device("radio")).await.assert_error(400, "invalid_grant");
    }
    server.clock.advance(secs(2));
    assert_eq!(tv.poll().await, "authorization_pending");
}

/// Proves: N34 K-11
#[tokio::test]
async fn auth_time_is_when_the_person_logged_in_and_iat_when_the_device_came() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let mut browser = server.browser();
    browser.log_in("anna").await;
    let login = server.clock.now().seconds();
    server.clock.advance(secs(200));
    let device = server.device("tv").authorize_with(&[("scope", "openid"), ("nonce", "n-0S6_WzA2Mj")]).await;
    let decision = browser.reach_decision(&device.user_code, "anna").await;
    server.clock.advance(secs(30));
    browser.approve(&decision).await;
    server.clock.advance(secs(40));
    let tokens = device.redeem().await;
    let id = insecure_decode::<Value>(tokens["id_token"].as_str().unwrap()).unwrap().claims;
    assert_eq!((id["auth_time"].as_i64(), id["iat"].as_i64()), (Some(login), Some(login + 270)));
    assert_eq!(id["nonce"], "n-0S6_WzA2Mj");

    let plain = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let id = insecure_decode::<Value>(plain["id_token"].as_str().unwrap()).unwrap().claims;
    assert!(id.get("nonce").is_none(), "none was sent, none comes back");
}

/// Proves: N40 SM-02 SM-03 T-19
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_parallel_polls_get_one_token_set() {
    const ROUNDS: i64 = 100;
    let server = Server::with(for_many_devices).await;
    server.add_user("anna").await;
    let mut browser = server.browser();
    for round in 1..=ROUNDS {
        let device = server.device("tv").authorize("openid").await;
        let decision = browser.reach_decision(&device.user_code, "anna").await;
        browser.approve(&decision).await;
        let mut polls = JoinSet::new();
        for _ in 0..50 {
            let device = device.clone();
            polls.spawn(async move { device.poll_answer().await });
        }
        let answers = polls.join_all().await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 49), "round {round}");
        for answer in lost {
            answer.assert_error(400, "invalid_grant");
        }
        if round % 10 == 0 {
            server.clock.advance(secs(10));
        }
        let token = won[0].json()["access_token"].as_str().unwrap().to_owned();
        assert_eq!(server.userinfo(&token).await.status, 200, "the losers were retries, not thieves");
        assert_eq!(server.database.rows("token_families").await, round);
        assert_eq!(server.database.rows("access_tokens").await, round);
    }
}

/// Proves: seed_65 N43 T-19
#[tokio::test]
async fn a_spent_code_is_a_retry_for_ten_seconds_and_a_theft_after_that() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("openid").await;
    server.approve(&device, "anna").await;
    let tokens = device.redeem().await;
    let token = tokens["access_token"].as_str().unwrap();
    let other = server.sign_in(&server.device("tv"), "openid", "anna").await;
    for pause in [1, 9] {
        server.clock.advance(secs(pause));
        device.poll_answer().await.assert_error(400, "invalid_grant");
        assert_eq!(server.userinfo(token).await.status, 200);
    }
    assert_eq!(server.count_events("grant_replayed").await, 0);
    server.clock.advance(secs(20));
    device.poll_answer().await.assert_error(400, "invalid_grant");
    let dead = server.userinfo(token).await;
    dead.assert_error(401, "invalid_token");
    device.poll_answer().await.assert_error(400, "invalid_grant");
    let [alarm] = &server.events_of("grant_replayed").await[..] else { panic!("one alarm") };
    let [revoked] = &server.events_of("tokens_revoked").await[..] else { panic!("one end") };
    assert_eq!((&alarm.grant_id, &alarm.family_id), (&revoked.grant_id, &revoked.family_id));
    assert_eq!(detail(revoked)["by"], "reuse");
    let spared = other["access_token"].as_str().unwrap();
    assert_eq!(server.userinfo(spared).await.status, 200, "the person's other device stays signed in");
}

/// Proves: T-11 T-22, client habit 3
#[tokio::test]
async fn the_answer_has_what_rfc_6749_lists_and_is_not_kept() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let device = server.device("tv").authorize("read").await;
    server.approve(&device, "anna").await;
    let answer = device.poll_answer().await;
    assert_eq!((answer.status, answer.header("cache-control"), answer.header("pragma")), (200, "no-store", "no-cache"));
    let json = answer.json();
    assert_eq!(
        (&json["token_type"], &json["expires_in"], &json["scope"]),
        (&"Bearer".into(), &600.into(), &"read".into())
    );
    assert!(json.get("id_token").is_none(), "without openid there is none (K-14)");
    assert!(json.get("refresh_token").is_none(), "the client is not registered for one");
}

/// Proves: P-03 SM-09 T-19: a spent code is remembered for a day, long after it would have expired.
#[tokio::test]
async fn a_spent_code_that_comes_back_a_day_later_is_still_a_theft() {
    let server = Server::with(|settings| settings.client[0].grant_types.push(GrantType::RefreshToken)).await;
    server.add_user("anna").await;
    let tv = server.device("tv");
    let refresh = async |tokens: &Value| {
        let token = tokens["refresh_token"].as_str().unwrap();
        tv.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    };
    let stolen = tv.authorize("openid").await;
    server.approve(&stolen, "anna").await;
    let tokens = stolen.redeem().await;
    let spared = server.sign_in(&tv, "openid", "anna").await;
    server.clock.advance(secs(24 * 60 * 60 + 600));
    stolen.poll_answer().await.assert_error(400, "invalid_grant");
    assert_eq!(server.count_events("grant_replayed").await, 1);
    refresh(&tokens).await.assert_error(400, "invalid_grant");
    assert_eq!(refresh(&spared).await.status, 200);
}

//! A device whose answer was lost gets the same tokens again if it proves the key: requirement B-11.

use std::sync::Arc;

use protocol::{Event, GrantType};
use serde_json::Value;
use tokio::task::JoinSet;

use testkit::{Answer, Authorization, ProofKey, Server, secs};

async fn server() -> Server {
    Server::with(|settings| settings.client[0].grant_types.push(GrantType::RefreshToken)).await
}

/// A code that a key asked for and anna approved.
async fn approved(server: &Server, key: &ProofKey) -> Authorization {
    let tv = server.device("tv").proving(key).authorize("openid").await;
    server.approve(&tv, "anna").await;
    tv
}

async fn userinfo(server: &Server, key: &ProofKey, tokens: &Value) -> u16 {
    let token = tokens["access_token"].as_str().unwrap();
    let proof = key.proof("GET", "/userinfo").for_token(token).signed();
    let request = server.request("GET", "/userinfo").header("authorization", format!("DPoP {token}"));
    Answer::of(request.header("dpop", proof).send().await.unwrap()).await.status
}

fn without_lifetime(mut tokens: Value) -> Value {
    tokens.as_object_mut().unwrap().remove("expires_in").unwrap();
    tokens
}

/// Proves: B-11 SM-03: the same set, at any node, for thirty seconds; then the code is a spent one (T-19).
#[tokio::test]
async fn a_lost_answer_is_given_again_to_its_key_for_thirty_seconds() {
    let server = server().await;
    let second = Server::on(Arc::clone(&server.database), server.clock.clone(), |settings| {
        settings.client[0].grant_types.push(GrantType::RefreshToken);
    })
    .await;
    server.add_user("anna").await;
    let key = ProofKey::new(&server.clock);
    let tv = approved(&server, &key).await;
    let tokens = tv.redeem().await;
    assert!(tokens["refresh_token"].is_string() && tokens["id_token"].is_string());
    for (pause, node) in [(1, &server), (10, &second), (19, &server)] {
        server.clock.advance(secs(pause));
        let again = node.device("tv").proving(&key).poll_answer(&tv.device_code).await;
        assert_eq!((again.status, again.header("cache-control")), (200, "no-store"), "{}", again.body);
        assert_eq!(without_lifetime(again.json()), without_lifetime(tokens.clone()));
    }
    let last = tv.redeem().await;
    assert_eq!((&tokens["expires_in"], &last["expires_in"]), (&600.into(), &570.into()), "what is left of it");
    assert_eq!(server.database.rows("token_families").await, 1, "never a second set");
    assert_eq!(server.database.rows("access_tokens").await, 1);
    assert_eq!(server.count_events("grant_redelivered").await, 4, "each time it was given again");
    assert_eq!(userinfo(&server, &key, &tokens).await, 200);
    server.clock.advance(secs(1));
    tv.poll_answer().await.assert_error(400, "invalid_grant");
    assert_eq!(userinfo(&server, &key, &tokens).await, 401, "after that it is theft (T-19)");
}

/// Proves: B-11 T-19: another key does not get the answer, a request without a key does not get it, and both do not end
/// the device's tokens.
#[tokio::test]
async fn nobody_else_is_given_the_answer() {
    let server = server().await;
    server.add_user("anna").await;
    let (key, thief) = (ProofKey::new(&server.clock), ProofKey::new(&server.clock));
    let tv = approved(&server, &key).await;
    let tokens = tv.redeem().await;
    server.clock.advance(secs(20));
    tv.poll_as(&server.device("tv").proving(&thief)).await.assert_error(400, "invalid_grant");
    tv.poll_as(&server.device("tv")).await.assert_error(400, "invalid_dpop_proof");
    tv.poll_as(&server.device("radio").proving(&key)).await.assert_error(400, "invalid_grant");
    let copied = key.proof("POST", "/token").signed();
    let copies = server.device("tv").showing(&[copied]);
    assert_eq!(tv.poll_as(&copies).await.status, 200);
    tv.poll_as(&copies).await.assert_error(400, "invalid_dpop_proof");
    assert_eq!(userinfo(&server, &key, &tokens).await, 200);
}

/// Proves: B-11 T-19: of a code that was free, the key that was proven first gets the answer again, and anybody else is a
/// thief after ten seconds.
#[tokio::test]
async fn a_free_code_is_recovered_by_the_key_that_redeemed_it() {
    let server = server().await;
    server.add_user("anna").await;
    let (key, thief) = (ProofKey::new(&server.clock), ProofKey::new(&server.clock));
    let free = server.device("tv").authorize("openid").await;
    server.approve(&free, "anna").await;
    let tokens = free.poll_as(&server.device("tv").proving(&key)).await.json();
    server.clock.advance(secs(9));
    free.poll_as(&server.device("tv").proving(&thief)).await.assert_error(400, "invalid_grant");
    free.poll_answer().await.assert_error(400, "invalid_grant");
    server.clock.advance(secs(9));
    let again = free.poll_as(&server.device("tv").proving(&key)).await;
    assert_eq!(without_lifetime(again.json()), without_lifetime(tokens.clone()));
    free.poll_as(&server.device("tv").proving(&thief)).await.assert_error(400, "invalid_grant");
    assert_eq!(userinfo(&server, &key, &tokens).await, 401, "a second holder of the code ends the family (T-19)");
    free.poll_as(&server.device("tv").proving(&key)).await.assert_error(400, "invalid_grant");
}

/// Proves: B-11 SM-06 N78: tokens that were ended are not given again.
#[tokio::test]
async fn a_revoked_answer_is_not_given_again() {
    let server = server().await;
    let anna = server.add_user("anna").await;
    let key = ProofKey::new(&server.clock);
    let tv = approved(&server, &key).await;
    let tokens = tv.redeem().await;
    let token = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(tv.device.post("/revoke", &[("token", token)]).await.status, 200);
    tv.poll_answer().await.assert_error(400, "invalid_grant");

    let tv = approved(&server, &key).await;
    tv.redeem().await;
    server.clock.advance(secs(1));
    store::disable_user(&server.app.db, &anna.subject, &server.operator_did(Event::UserDisabled)).await.unwrap();
    tv.poll_answer().await.assert_error(400, "invalid_grant");
}

/// Proves: B-11 SM-06: the answer ends with the tokens in it, which count from the login and not from their issue.
#[tokio::test]
async fn an_answer_ends_when_the_tokens_in_it_do() {
    let server = server().await;
    let anna = server.add_user("anna").await;
    let key = ProofKey::new(&server.clock);
    let tv = approved(&server, &key).await;
    server.clock.advance(secs(1));
    let tokens = tv.redeem().await;
    // In the millisecond of the issue: so late, or by a clock that is as far behind.
    let changed = server.operator_did(Event::UserPasswordSet);
    store::set_password(&server.app.db, &anna.subject, &anna.password_hash, &changed).await.unwrap();
    assert_eq!(userinfo(&server, &key, &tokens).await, 401);
    tv.poll_answer().await.assert_error(400, "invalid_grant");
}

/// Proves: B-11 L-02: the answer is forgotten when it is not given any more, and with the account.
#[tokio::test]
async fn the_sealed_answer_is_kept_no_longer_than_it_is_good() {
    let server = server().await;
    let anna = server.add_user("anna").await;
    let key = ProofKey::new(&server.clock);
    let purge = async || {
        store::purge(&server.app.db, server.app.clock.now(), 500, 100).await.unwrap();
        server.database.rows("redeliveries").await
    };
    let tv = approved(&server, &key).await;
    let tokens = tv.redeem().await;
    let shown = ["access_token", "refresh_token", "id_token"].map(|name| tokens[name].as_str().unwrap().to_owned());
    for cell in server.database.cells().await {
        assert!(!shown.iter().any(|token| cell.text().contains(token)), "{}.{} holds a token", cell.table, cell.column);
    }
    server.clock.advance(secs(29));
    assert_eq!(purge().await, 1);
    server.clock.advance(secs(1));
    assert_eq!(purge().await, 0);
    approved(&server, &key).await.redeem().await;
    assert_eq!(purge().await, 1);
    let deleted = server.operator_did(Event::UserDeleted);
    assert!(store::delete_user(&server.app.db, &anna.subject, &deleted).await.unwrap());
    assert_eq!(purge().await, 0, "it goes with the account");
    let free = server.device("tv").authorize("openid").await;
    server.add_user("boris").await;
    server.approve(&free, "boris").await;
    free.redeem().await;
    assert_eq!(purge().await, 0, "without a key nothing is kept");
}

/// Proves: B-11 SM-03 N40: parallel polls all get the same tokens.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_polls_of_a_key_get_the_same_set() {
    let server = server().await;
    server.add_user("anna").await;
    let key = ProofKey::new(&server.clock);
    for round in 1..=10 {
        let tv = approved(&server, &key).await;
        let mut polls = JoinSet::new();
        for _ in 0..10 {
            let tv = tv.clone();
            polls.spawn(async move { tv.poll_answer().await });
        }
        let sets: Vec<Value> = polls.join_all().await.into_iter().map(|answer| answer.json()).collect();
        assert!(sets.iter().all(|set| *set == sets[0]), "{sets:?}");
        assert_eq!(server.database.rows("token_families").await, round);
    }
}

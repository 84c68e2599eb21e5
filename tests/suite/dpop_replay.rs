//! A proof is accepted once: RFC 9449 section 11.1, over connections, nodes and time.

use std::sync::Arc;

use tokio::task::JoinSet;

use testkit::{ProofKey, Server, for_many_devices, secs};

const AUTHORIZATION: &str = "/device_authorization";

/// Proves: S-10: at each endpoint, and for each by itself.
#[tokio::test]
async fn a_proof_that_was_shown_is_refused() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let key = ProofKey::new(&server.clock);
    let request = [key.proof("POST", AUTHORIZATION).claim("jti", "one").signed()];
    let tv = server.device("tv").showing(&request).authorize("openid").await;
    server.device("tv").showing(&request).post(AUTHORIZATION, &[]).await.assert_error(400, "invalid_dpop_proof");
    // A jti is unique for its address (section 11.1): the same one is new elsewhere.
    let poll = server.device("tv").showing(&[key.proof("POST", "/token").claim("jti", "one").signed()]);
    poll.poll_answer(&tv.device_code).await.assert_error(400, "authorization_pending");
    server.approve(&tv, "anna").await;
    poll.poll_answer(&tv.device_code).await.assert_error(400, "invalid_dpop_proof");
    // And for its key.
    let other = ProofKey::new(&server.clock);
    let request = [other.proof("POST", AUTHORIZATION).claim("jti", "one").signed()];
    server.device("tv").showing(&request).authorize("openid").await;
    // Another signature over the same claims is the same proof.
    let again = [other.proof("POST", AUTHORIZATION).claim("jti", "one").signed()];
    assert_ne!(again, request);
    server.device("tv").showing(&again).post(AUTHORIZATION, &[]).await.assert_error(400, "invalid_dpop_proof");
    assert_eq!(tv.poll_as(&server.device("tv").proving(&key)).await.status, 200, "a fresh proof is what it takes");
}

/// Proves: S-10: a proof that one node accepted is spent at the other.
#[tokio::test]
async fn a_proof_shown_to_one_node_is_refused_by_the_other() {
    let first = Server::spawn().await;
    let second = Server::on(Arc::clone(&first.database), first.clock.clone(), |_| {}).await;
    let key = ProofKey::new(&first.clock);
    let request = [key.proof("POST", AUTHORIZATION).signed()];
    let tv = first.device("tv").showing(&request).authorize("read").await;
    second.device("tv").showing(&request).post(AUTHORIZATION, &[]).await.assert_error(400, "invalid_dpop_proof");
    let poll = [key.proof("POST", "/token").signed()];
    let told = second.device("tv").showing(&poll).poll_answer(&tv.device_code).await;
    told.assert_error(400, "authorization_pending");
    let told = first.device("tv").showing(&poll).poll_answer(&tv.device_code).await;
    told.assert_error(400, "invalid_dpop_proof");
}

/// Proves: S-10: however many arrive at once, and wherever, one is taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_parallel_copies_exactly_one_is_taken() {
    let first = Server::with(for_many_devices).await;
    let second = Server::on(Arc::clone(&first.database), first.clock.clone(), for_many_devices).await;
    first.add_user("anna").await;
    let key = ProofKey::new(&first.clock);
    for round in 1..=5 {
        let proof = [key.proof("POST", AUTHORIZATION).signed()];
        let mut requests = JoinSet::new();
        for place in 0..20 {
            let device = [&first, &second][place % 2].device("tv").showing(&proof);
            requests.spawn(async move { device.post(AUTHORIZATION, &[]).await });
        }
        let answers = requests.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            answer.assert_error(400, "invalid_dpop_proof");
        }
        assert_eq!(first.database.rows("device_grants").await, 2 * round - 1);

        let tv = first.device("tv").proving(&key).authorize("read").await;
        let proof = [key.proof("POST", "/token").signed()];
        let mut polls = JoinSet::new();
        for place in 0..20 {
            let (device, code) = ([&first, &second][place % 2].device("tv").showing(&proof), tv.device_code.clone());
            polls.spawn(async move { device.poll_answer(&code).await.error() });
        }
        let told = polls.join_all().await;
        assert_eq!(told.iter().filter(|told| *told == "authorization_pending").count(), 1, "{told:?}");
        assert_eq!(told.iter().filter(|told| *told == "invalid_dpop_proof").count(), 19, "{told:?}");
    }
}

/// Proves: S-10: a proof is forgotten when it is too old to be taken, and not before.
#[tokio::test]
async fn proofs_are_remembered_for_as_long_as_they_are_good() {
    let server = Server::spawn().await;
    let key = ProofKey::new(&server.clock);
    let of_the_future = key.proof("POST", AUTHORIZATION);
    let iat = of_the_future.claims["iat"].as_i64().unwrap() + 60;
    let proof = [of_the_future.claim("iat", iat).signed()];
    server.device("tv").showing(&proof).authorize("read").await;
    for _ in 0..12 {
        server.clock.advance(secs(10));
        store::purge(&server.app.db, server.app.clock.now(), 500, 100).await.unwrap();
        assert_eq!(server.database.rows("single_uses").await, 1);
        server.device("tv").showing(&proof).post(AUTHORIZATION, &[]).await.assert_error(400, "invalid_dpop_proof");
    }
    server.clock.advance(secs(1));
    store::purge(&server.app.db, server.app.clock.now(), 500, 100).await.unwrap();
    assert_eq!(server.database.rows("single_uses").await, 0);
    server.device("tv").showing(&proof).post(AUTHORIZATION, &[]).await.assert_error(400, "invalid_dpop_proof");
}

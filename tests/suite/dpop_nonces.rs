//! The server issues nonces, and accepts only its own: RFC 9449 sections 8 and 9.

use std::sync::Arc;

use testkit::{Answer, Device, ProofKey, Server, secs};

const AUTHORIZATION: &str = "/device_authorization";

async fn server() -> Server {
    Server::with(|settings| settings.dpop.nonce = true).await
}

fn nonce(answer: &Answer) -> String {
    let nonce = answer.header("dpop-nonce");
    assert!(nonce.len() >= 43 && nonce.bytes().all(|byte| byte.is_ascii_graphic()), "{answer:?}");
    nonce.to_owned()
}

fn with_nonce(device: &Device, key: &ProofKey, path: &str, nonce: &str) -> Device {
    device.clone().showing(&[key.proof("POST", path).claim("nonce", nonce).signed()])
}

/// Proves: S-10, RFC 9449 section 8: the device gets the nonce, and every answer has the next one.
#[tokio::test]
async fn a_proof_without_the_nonce_of_the_server_is_asked_to_carry_it() {
    let server = server().await;
    server.add_user("anna").await;
    let key = ProofKey::new(&server.clock);
    let tv = server.device("tv");
    let refused = tv.clone().proving(&key).post(AUTHORIZATION, &[("scope", "openid")]).await;
    refused.assert_error(400, "use_dpop_nonce");
    let forged = with_nonce(&tv, &key, AUTHORIZATION, "of somebody else");
    forged.post(AUTHORIZATION, &[("scope", "openid")]).await.assert_error(400, "use_dpop_nonce");
    assert_eq!(server.database.rows("device_grants").await, 0);

    let good = with_nonce(&tv, &key, AUTHORIZATION, &nonce(&refused));
    let answer = good.post(AUTHORIZATION, &[("scope", "openid")]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let code = answer.json()["device_code"].as_str().unwrap().to_owned();
    let next = nonce(&answer);
    let poll = tv.clone().proving(&key).poll_answer(&code).await;
    poll.assert_error(400, "use_dpop_nonce");
    assert_eq!(nonce(&poll), next);
    let pending = with_nonce(&tv, &key, "/token", &next).poll_answer(&code).await;
    pending.assert_error(400, "authorization_pending");
    nonce(&pending);
}

/// Proves: S-10, RFC 9449 section 9: at userinfo it is 401 with a challenge.
#[tokio::test]
async fn a_resource_asks_for_its_nonce_with_a_challenge() {
    let server = server().await;
    server.add_user("anna").await;
    let key = ProofKey::new(&server.clock);
    let tv = server.device("tv");
    let first = nonce(&server.get("/userinfo").await);
    let authorization = with_nonce(&tv, &key, AUTHORIZATION, &first).authorize("openid").await;
    server.approve(&authorization, "anna").await;
    let tokens = with_nonce(&tv, &key, "/token", &first).poll_answer(&authorization.device_code).await;
    let token = tokens.json()["access_token"].as_str().unwrap().to_owned();
    let ask = async |nonce: Option<&str>| {
        let proof = key.proof("GET", "/userinfo").for_token(&token);
        let proof = nonce.map_or(proof.clone(), |nonce| proof.claim("nonce", nonce));
        let request = server.request("GET", "/userinfo").header("authorization", format!("DPoP {token}"));
        Answer::of(request.header("dpop", proof.signed()).send().await.unwrap()).await
    };
    let refused = ask(None).await;
    refused.assert_error(401, "use_dpop_nonce");
    let challenge = refused.header("www-authenticate");
    assert!(challenge.starts_with("DPoP ") && challenge.contains("error=\"use_dpop_nonce\""), "{challenge}");
    let welcome = ask(Some(&nonce(&refused))).await;
    assert_eq!(welcome.status, 200, "{}", welcome.body);
    nonce(&welcome);
}

/// Proves: S-10: the age of a proof is that of its nonce, so that a device whose clock is wrong can sign in; and a nonce
/// ends.
#[tokio::test]
async fn a_nonce_stands_in_for_a_wrong_clock_until_it_ends() {
    let server = server().await;
    let key = ProofKey::new(&server.clock);
    let tv = server.device("tv");
    let given = nonce(&tv.post(AUTHORIZATION, &[]).await);
    for iat in [0, 4_000_000_000_i64] {
        let proof = key.proof("POST", AUTHORIZATION).claim("nonce", &*given).claim("iat", iat).signed();
        tv.clone().showing(&[proof]).authorize("read").await;
    }
    server.clock.advance(secs(60));
    with_nonce(&tv, &key, AUTHORIZATION, &given).authorize("read").await;
    let copy = with_nonce(&tv, &key, AUTHORIZATION, &given);
    copy.authorize("read").await;
    copy.post(AUTHORIZATION, &[]).await.assert_error(400, "invalid_dpop_proof");
    server.clock.advance(secs(60));
    let late = with_nonce(&tv, &key, AUTHORIZATION, &given).post(AUTHORIZATION, &[]).await;
    late.assert_error(400, "use_dpop_nonce");
    let next = nonce(&late);
    assert_ne!(next, given);
    with_nonce(&tv, &key, AUTHORIZATION, &next).authorize("read").await;
}

/// Proves: S-10: nonces are not remembered by the node that gave them, so every node takes them.
#[tokio::test]
async fn a_nonce_of_one_node_is_good_at_the_other() {
    let first = server().await;
    let second =
        Server::on(Arc::clone(&first.database), first.clock.clone(), |settings| settings.dpop.nonce = true).await;
    let key = ProofKey::new(&first.clock);
    let given = nonce(&first.device("tv").post(AUTHORIZATION, &[]).await);
    with_nonce(&second.device("tv"), &key, AUTHORIZATION, &given).authorize("read").await;
}

/// Proves: S-10: a nonce that nobody asked for is no reason to refuse, and nothing is given where nothing is asked.
#[tokio::test]
async fn without_the_setting_nobody_is_bothered_with_nonces() {
    let server = Server::spawn().await;
    let key = ProofKey::new(&server.clock);
    let device = with_nonce(&server.device("tv"), &key, AUTHORIZATION, "whatever");
    let answer = device.post(AUTHORIZATION, &[]).await;
    assert_eq!((answer.status, answer.headers.get("dpop-nonce")), (200, None), "{}", answer.body);
}

//! What was begun with a key is useless without it: device codes (requirement B-02) and refresh tokens (RFC 9449
//! section 5).

use protocol::GrantType;
use serde_json::Value;

use testkit::{Answer, Cell, Device, ProofKey, Server, secs};

/// A server whose clients may refresh.
async fn server() -> Server {
    Server::with(|settings| {
        for client in settings.client.iter_mut().filter(|client| !client.grant_types.is_empty()) {
            client.grant_types.push(GrantType::RefreshToken);
        }
    })
    .await
}

async fn refresh(device: &Device, tokens: &Value) -> Answer {
    let token = tokens["refresh_token"].as_str().unwrap_or_else(|| panic!("no refresh token in {tokens}"));
    device.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

/// All rows of grants and of their tokens.
async fn remembered(server: &Server) -> Vec<Cell> {
    let mut cells = server.database.cells().await;
    cells.retain(|cell| ["device_grants", "token_families"].contains(&cell.table.as_str()));
    cells
}

fn bound_to(tokens: &Value) -> Option<String> {
    let token = tokens["access_token"].as_str().unwrap();
    let claims: Value = jsonwebtoken::dangerous::insecure_decode_claims(token).unwrap();
    claims["cnf"]["jkt"].as_str().map(str::to_owned)
}

/// Proves: B-02: in every state, before anything is shown or changed.
#[tokio::test]
async fn a_stolen_code_is_worth_nothing_without_its_key() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let (key, thief) = (ProofKey::new(&server.clock), ProofKey::new(&server.clock));
    let unknown = server.device("tv").poll_answer("mWcE7Lq0sGNvT2hYx4bKJr9uZdP1oAiF5QkXtV8nBSy").await;
    for state in ["pending", "approved", "denied", "redeemed", "expired"] {
        let tv = server.device("tv").proving(&key).authorize("openid").await;
        let mut browser = server.browser();
        if state != "pending" && state != "expired" {
            let page = browser.reach_decision(&tv.user_code, "anna").await;
            drop(if state == "denied" { browser.deny(&page).await } else { browser.approve(&page).await });
        }
        match state {
            "redeemed" => {
                tv.redeem().await;
                server.clock.advance(secs(20));
            }
            "expired" => server.clock.advance(secs(700)),
            _ => {}
        }
        let before = remembered(&server).await;
        for _ in 0..3 {
            let without = tv.poll_as(&server.device("tv")).await;
            without.assert_error(400, "invalid_dpop_proof");
            let with_another = tv.poll_as(&server.device("tv").proving(&thief)).await;
            assert_eq!((with_another.status, &with_another.body), (unknown.status, &unknown.body), "{state}");
        }
        assert!(remembered(&server).await == before, "{state}: nothing moves, and the device is not slowed down");
        let own = tv.poll_answer().await;
        match state {
            "pending" => own.assert_error(400, "authorization_pending"),
            "denied" => own.assert_error(400, "access_denied"),
            "expired" => own.assert_error(400, "expired_token"),
            _ => assert_eq!(own.status, 200, "{state}: {}", own.body),
        }
    }
}

/// Proves: B-02 S-10: a proof that comes first with a poll binds the tokens, and not the code.
#[tokio::test]
async fn a_key_proven_at_the_token_endpoint_binds_the_tokens() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let (one, other) = (ProofKey::new(&server.clock), ProofKey::new(&server.clock));
    let tv = server.device("tv").authorize("openid").await;
    tv.poll_as(&server.device("tv").proving(&one)).await.assert_error(400, "authorization_pending");
    server.approve(&tv, "anna").await;
    let tokens = tv.poll_as(&server.device("tv").proving(&other)).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    assert_eq!(bound_to(&tokens.json()), Some(other.thumbprint()));
    assert_eq!(tokens.json()["token_type"], "DPoP");
}

/// Proves: S-10 K-05 K-06: RFC 9449 section 5, for a public client.
#[tokio::test]
async fn the_refresh_tokens_of_a_public_client_need_their_key() {
    let server = server().await;
    server.add_user("anna").await;
    let (key, thief) = (ProofKey::new(&server.clock), ProofKey::new(&server.clock));
    let tv = server.device("tv").proving(&key);
    let first = server.sign_in(&tv, "openid", "anna").await;
    let second = refresh(&tv, &first).await.json();
    assert_eq!((bound_to(&second), &second["token_type"]), (Some(key.thumbprint()), &"DPoP".into()));
    // Without the key there is no token and no alarm: a thief cannot end the family with a used token.
    server.clock.advance(secs(30));
    for tokens in [&first, &second] {
        for _ in 0..2 {
            refresh(&server.device("tv"), tokens).await.assert_error(400, "invalid_dpop_proof");
            refresh(&server.device("tv").proving(&thief), tokens).await.assert_error(400, "invalid_grant");
        }
    }
    let third = refresh(&tv, &second).await.json();
    assert_eq!(bound_to(&third), Some(key.thumbprint()));
    refresh(&tv, &first).await.assert_error(400, "invalid_grant");
    refresh(&tv, &third).await.assert_error(400, "invalid_grant");
}

/// Proves: K-08: within the grace the same successor, for the same key alone.
#[tokio::test]
async fn the_grace_of_a_spent_token_is_for_its_key() {
    let server = server().await;
    server.add_user("anna").await;
    let (key, thief) = (ProofKey::new(&server.clock), ProofKey::new(&server.clock));
    let tv = server.device("tv").proving(&key);
    let first = server.sign_in(&tv, "openid", "anna").await;
    let second = refresh(&tv, &first).await.json();
    refresh(&server.device("tv"), &first).await.assert_error(400, "invalid_dpop_proof");
    refresh(&server.device("tv").proving(&thief), &first).await.assert_error(400, "invalid_grant");
    let again = refresh(&tv, &first).await.json();
    assert_eq!(again["refresh_token"], second["refresh_token"]);
}

/// Proves: S-10 K-05, RFC 9449 section 5: a refresh token that is issued to a proof is bound from then on.
#[tokio::test]
async fn the_first_proof_of_a_public_client_binds_its_chain() {
    let server = server().await;
    server.add_user("anna").await;
    let (key, other) = (ProofKey::new(&server.clock), ProofKey::new(&server.clock));
    let first = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let second = refresh(&server.device("tv").proving(&key), &first).await.json();
    assert_eq!(bound_to(&second), Some(key.thumbprint()));
    refresh(&server.device("tv"), &second).await.assert_error(400, "invalid_dpop_proof");
    refresh(&server.device("tv").proving(&other), &second).await.assert_error(400, "invalid_grant");
    refresh(&server.device("tv"), &first).await.assert_error(400, "invalid_dpop_proof");
    assert_eq!(refresh(&server.device("tv").proving(&key), &second).await.status, 200);
}

/// Proves: K-07, RFC 9700 section 4.14.2: a key that is proven with a stolen token does not keep the alarm from ringing.
#[tokio::test]
async fn a_thief_who_binds_a_free_chain_is_found_out_by_its_device() {
    let server = server().await;
    server.add_user("anna").await;
    let (tv, thief) = (server.device("tv"), server.device("tv").proving(&ProofKey::new(&server.clock)));
    let first = server.sign_in(&tv, "openid", "anna").await;
    let stolen = refresh(&thief, &first).await.json();
    refresh(&tv, &first).await.assert_error(400, "invalid_dpop_proof");
    assert_eq!(server.count_events("refresh_token_reused").await, 0, "within the grace it may be a retry");
    server.clock.advance(secs(11));
    for _ in 0..2 {
        refresh(&tv, &first).await.assert_error(400, "invalid_grant");
    }
    assert_eq!(server.count_events("refresh_token_reused").await, 1);
    refresh(&thief, &stolen).await.assert_error(400, "invalid_grant");
}

/// Proves: K-06 S-10, RFC 9449 section 5: a confidential client is held by its secret, and may change its key.
#[tokio::test]
async fn the_refresh_tokens_of_a_confidential_client_are_bound_to_its_secret() {
    let server = server().await;
    server.add_user("anna").await;
    let (one, other) = (ProofKey::new(&server.clock), ProofKey::new(&server.clock));
    let box_ = server.device("box").with_secret("box-secret");
    let first = server.sign_in(&box_.clone().proving(&one), "openid", "anna").await;
    assert_eq!(bound_to(&first), Some(one.thumbprint()));
    let second = refresh(&box_.clone().proving(&other), &first).await.json();
    assert_eq!((bound_to(&second), &second["token_type"]), (Some(other.thumbprint()), &"DPoP".into()));
    let third = refresh(&box_, &second).await.json();
    assert_eq!((bound_to(&third), &third["token_type"]), (None, &"Bearer".into()));
}

/// Proves: S-10, RFC 9449 section 5.2: for codes, for tokens and for refreshing.
#[tokio::test]
async fn a_client_may_have_to_prove_a_key() {
    let server = server().await;
    server.add_user("anna").await;
    let demanding = Server::on(std::sync::Arc::clone(&server.database), server.clock.clone(), |settings| {
        for client in settings.client.iter_mut().filter(|client| !client.grant_types.is_empty()) {
            client.grant_types.push(GrantType::RefreshToken);
            client.require_dpop = true;
        }
    })
    .await;
    let key = ProofKey::new(&server.clock);
    let (plain, bound) = (demanding.device("tv"), demanding.device("tv").proving(&key));
    plain.post("/device_authorization", &[("scope", "openid")]).await.assert_error(400, "invalid_dpop_proof");
    // What began before the operator demanded it has to go on with a key, or not at all.
    let tv = server.device("tv").authorize("openid").await;
    tv.poll_as(&plain).await.assert_error(400, "invalid_dpop_proof");
    tv.poll_as(&bound).await.assert_error(400, "authorization_pending");
    let tokens = server.sign_in(&server.device("tv"), "openid", "anna").await;
    refresh(&plain, &tokens).await.assert_error(400, "invalid_dpop_proof");
    let tokens = refresh(&bound, &tokens).await.json();
    assert_eq!(bound_to(&tokens), Some(key.thumbprint()));
    let box_ = demanding.device("box").with_secret("box-secret");
    let of_box = server.sign_in(&server.device("box").with_secret("box-secret"), "openid", "anna").await;
    refresh(&box_, &of_box).await.assert_error(400, "invalid_dpop_proof");
    assert_eq!(refresh(&box_.proving(&key), &of_box).await.status, 200);
}

/// Proves: B-02: a device still has to prove its key after the server was restarted.
#[tokio::test]
async fn the_binding_outlives_the_process() {
    let first = Server::spawn().await;
    let key = ProofKey::new(&first.clock);
    let tv = first.device("tv").proving(&key).authorize("read").await;
    let second = Server::on(std::sync::Arc::clone(&first.database), first.clock.clone(), |_| {}).await;
    let code = &tv.device_code;
    second.device("tv").poll_answer(code).await.assert_error(400, "invalid_dpop_proof");
    second.device("tv").proving(&key).poll_answer(code).await.assert_error(400, "authorization_pending");
}

//! Opaque access tokens (`access_token_format = "opaque"`; requirement K-01, decision 10): they work wherever a JWT
//! does, and end wherever one ends.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::{AccessTokenFormat, GrantType};
use serde_json::{Value, json};

use testkit::{Answer, Device, Server, eventually, secs};

/// A server on which the television has opaque tokens and the radio has JWTs, both may refresh, and an API asks.
async fn server() -> Server {
    let server = Server::with(|settings| {
        for client in settings.client.iter_mut().filter(|client| ["tv", "radio"].contains(&client.id.as_str())) {
            client.grant_types.push(GrantType::RefreshToken);
        }
        settings.client[0].access_token_format = Some(AccessTokenFormat::Opaque);
        let mut api = settings.client.iter().find(|client| client.id == "box").unwrap().clone();
        api.introspect = true;
        "api".clone_into(&mut api.id);
        settings.client.push(api);
        settings.purge.every = secs(1);
    })
    .await;
    server.add_user("anna").await;
    server
}

fn access(tokens: &Value) -> &str {
    tokens["access_token"].as_str().unwrap()
}

async fn introspected(server: &Server, token: &str) -> Value {
    server.device("api").with_secret("box-secret").post("/introspect", &[("token", token)]).await.json()
}

async fn refresh(device: &Device, token: &Value) -> Answer {
    let token = token.as_str().unwrap();
    device.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

/// Whether the token works: userinfo and introspection have to agree.
async fn is_alive(server: &Server, token: &str) -> bool {
    let active = introspected(server, token).await["active"] == true;
    assert_eq!(server.userinfo(token).await.status == 200, active);
    active
}

/// Proves: K-01 L-02 D-08 N62: 256 random bits behind a prefix that scanners know, kept as a digest alone.
#[tokio::test]
async fn an_opaque_token_is_a_secret_and_no_row_holds_it() {
    let server = server().await;
    let mut seen = std::collections::HashSet::new();
    for _ in 0..3 {
        let tokens = server.sign_in(&server.device("tv"), "openid", "anna").await;
        let token = access(&tokens).strip_prefix("gat_").unwrap().to_owned();
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        assert_eq!((token.len(), bytes.len()), (43, 32));
        let cells = server.database.cells().await;
        let holds =
            |needle: &[u8]| cells.iter().any(|cell| cell.bytes.windows(needle.len()).any(|window| window == needle));
        assert!(!holds(token.as_bytes()) && !holds(&bytes));
        assert!(holds(protocol::Digest::sha256(access(&tokens).as_bytes()).as_bytes()), "the digest is there");
        assert!(seen.insert(token));
    }
}

/// Proves: K-01 V-01 V-04 V-05 decision 10: both formats give the same answer to a client that may ask.
#[tokio::test]
async fn an_opaque_token_says_through_the_server_what_a_jwt_says_by_itself() {
    let server = server().await;
    let opaque = server.sign_in(&server.device("tv"), "openid read", "anna").await;
    let jwt = server.sign_in(&server.device("radio"), "openid read", "anna").await;
    assert!(access(&jwt).starts_with("ey"));
    assert_eq!(opaque["expires_in"], 600);
    let [told, expected] = [introspected(&server, access(&opaque)).await, introspected(&server, access(&jwt)).await];
    let members = |json: &Value| json.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(members(&told), members(&expected));
    for same in ["active", "scope", "sub", "aud", "iss", "exp", "iat", "token_type", "auth_time", "acr", "username"] {
        assert!(expected.get(same).is_some(), "{same} is missing in {expected}");
        assert_eq!(told[same], expected[same], "{same}");
    }
    assert_eq!(told["client_id"], "tv");
    assert!(!access(&opaque).contains(told["jti"].as_str().unwrap()), "the name of a token does not open anything");
    let [one, other] = [server.userinfo(access(&opaque)).await, server.userinfo(access(&jwt)).await];
    assert_eq!((one.status, one.body), (200, other.body));
    let read = server.sign_in(&server.device("tv"), "read", "anna").await;
    assert_eq!(server.userinfo(access(&read)).await.status, 403, "its scope counts");
}

/// Proves: K-01 V-02 N64: texts that look like a token and are none.
#[tokio::test]
async fn only_the_token_itself_opens_anything() {
    let server = server().await;
    let opaque = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let jwt = server.sign_in(&server.device("radio"), "openid", "anna").await;
    let name = introspected(&server, access(&opaque)).await["jti"].as_str().unwrap().to_owned();
    let jwt_name = introspected(&server, access(&jwt)).await["jti"].as_str().unwrap().to_owned();
    let token = access(&opaque);
    for wrong in [
        "gat_",
        &format!("gat_{}", "A".repeat(43)),
        &format!("gat_{name}"),
        &format!("gat_{jwt_name}"),
        &jwt_name,
        &name,
        &token[4..],
        &token[..token.len() - 1],
        &format!("{token}A"),
        &token.replacen("gat_", "GAT_", 1),
        opaque["refresh_token"].as_str().unwrap(),
    ] {
        assert!(!is_alive(&server, wrong).await, "{wrong}");
    }
    assert!(is_alive(&server, token).await);
}

/// Proves: K-01 V-03 N66: its own client ends it, another cannot.
#[tokio::test]
async fn an_opaque_token_is_revoked_by_its_client_alone() {
    let server = server().await;
    let tokens = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let revoke = async |device: Device| device.post("/revoke", &[("token", access(&tokens))]).await.status;
    assert_eq!(revoke(server.device("radio")).await, 200);
    assert_eq!(revoke(server.device("box").with_secret("box-secret")).await, 400);
    assert!(is_alive(&server, access(&tokens)).await, "neither had an effect");
    assert_eq!(revoke(server.device("tv")).await, 200);
    assert!(!is_alive(&server, access(&tokens)).await);
    let refreshed = refresh(&server.device("tv"), &tokens["refresh_token"]).await;
    assert_eq!(refreshed.status, 200, "the family lives on: {refreshed:?}");
    assert!(access(&refreshed.json()).starts_with("gat_"));
}

/// Proves: K-07 T-19 N43 N61: the alarms end opaque tokens too.
#[tokio::test]
async fn a_spent_code_or_refresh_token_that_comes_back_ends_opaque_tokens() {
    let server = server().await;
    let tv = server.device("tv");
    let first = server.sign_in(&tv, "openid", "anna").await;
    let second = refresh(&tv, &first["refresh_token"]).await.json();
    assert!(is_alive(&server, access(&first)).await && is_alive(&server, access(&second)).await);
    server.clock.advance(secs(11));
    refresh(&tv, &first["refresh_token"]).await.assert_error(400, "invalid_grant");
    assert!(!is_alive(&server, access(&first)).await && !is_alive(&server, access(&second)).await);

    let device = tv.authorize("openid").await;
    server.approve(&device, "anna").await;
    let tokens = device.redeem().await;
    server.clock.advance(secs(30));
    device.poll_answer().await.assert_error(400, "invalid_grant");
    assert!(!is_alive(&server, access(&tokens)).await);
}

/// Proves: K-03 K-10 SM-06.
#[tokio::test]
async fn an_opaque_token_ends_with_its_time_and_with_its_person() {
    let server = server().await;
    let tv = server.device("tv");
    let tokens = server.sign_in(&tv, "openid", "anna").await;
    server.clock.advance(secs(599));
    assert!(is_alive(&server, access(&tokens)).await);
    server.clock.advance(secs(1));
    assert!(!is_alive(&server, access(&tokens)).await);
    eventually(async || {
        server.clock.advance(secs(1));
        server.database.rows("access_tokens").await == 0
    })
    .await;
    let boris = server.add_user("boris").await;
    let tokens = server.sign_in(&tv, "openid", "boris").await;
    server.clock.advance(secs(1));
    let disabled = server.operator_did(protocol::Event::UserDisabled);
    store::disable_user(&server.app.db, &boris.subject, &disabled).await.unwrap();
    assert!(!is_alive(&server, access(&tokens)).await);
}

/// Proves: decision 10: an operator may change their mind while tokens are out.
#[tokio::test]
async fn tokens_of_both_formats_live_on_when_the_format_changes() {
    let server = server().await;
    let opaque = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let jwt = server.sign_in(&server.device("radio"), "openid", "anna").await;
    let (database, clock) = (std::sync::Arc::clone(&server.database), server.clock.clone());
    drop(server);
    let server = Server::on(database, clock, |settings| {
        settings.client[1].access_token_format = Some(AccessTokenFormat::Opaque);
        settings.client[1].grant_types.push(GrantType::RefreshToken);
    })
    .await;
    for tokens in [&opaque, &jwt] {
        assert_eq!(server.userinfo(access(tokens)).await.status, 200);
    }
    let next = refresh(&server.device("radio"), &jwt["refresh_token"]).await.json();
    assert!(access(&next).starts_with("gat_"));
}

/// Proves: K-01 V-01: a token belongs to one issuer, also when its claims are in a row.
#[tokio::test]
async fn tokens_of_both_formats_end_with_the_name_of_their_issuer() {
    let server = server().await;
    let opaque = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let jwt = server.sign_in(&server.device("radio"), "openid", "anna").await;
    let (database, clock) = (std::sync::Arc::clone(&server.database), server.clock.clone());
    let renamed = Server::on(database, clock, |settings| {
        settings.issuer = format!("{}{}", settings.issuer, "/tenant").parse().unwrap();
    })
    .await;
    for tokens in [&opaque, &jwt] {
        assert_eq!(server.userinfo(access(tokens)).await.status, 200);
        assert_eq!(renamed.userinfo(access(tokens)).await.status, 401);
    }
}

#[tokio::test]
async fn an_opaque_token_whose_row_is_damaged_is_a_fault_of_ours() {
    let server = server().await;
    let tokens = server.sign_in(&server.device("tv"), "openid", "anna").await;
    server.database.execute("UPDATE access_tokens SET claims = '{}'").await.unwrap();
    server.userinfo(access(&tokens)).await.assert_error(500, "server_error");
    server.database.execute("UPDATE access_tokens SET claims = NULL").await.unwrap();
    assert_eq!(server.userinfo(access(&tokens)).await.status, 401);
    assert_eq!(introspected(&server, access(&tokens)).await, json!({"active": false}));
}

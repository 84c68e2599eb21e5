//! What one client gets and another does not: claims by scope (OpenID Connect Core section 5.4), claims that the
//! operator adds, and lifetimes by client.

use jsonwebtoken::dangerous::insecure_decode;
use protocol::{AccessTokenFormat, ClaimPlace, ClaimSource, CustomClaim, GrantType, UserField};
use serde_json::{Value, json};

use testkit::{Server, secs};

const EVERYWHERE: [ClaimPlace; 3] = [ClaimPlace::AccessToken, ClaimPlace::IdToken, ClaimPlace::Userinfo];

fn fixed(name: &str, value: Value, places: &[ClaimPlace]) -> CustomClaim {
    let says = ClaimSource::Fixed(value);
    CustomClaim { name: name.to_owned(), says, places: places.to_vec(), scope: None }
}

fn field(name: &str, from: UserField, places: &[ClaimPlace], scope: Option<&str>) -> CustomClaim {
    let scope = scope.map(str::to_owned);
    let says = ClaimSource::Field(from);
    CustomClaim { name: name.to_owned(), says, places: places.to_vec(), scope }
}

/// The television gets more claims than the radio; an API introspects.
async fn server(format: AccessTokenFormat) -> Server {
    let server = Server::with(|settings| {
        settings.client[0].grant_types.push(GrantType::RefreshToken);
        settings.client[0].access_token_format = Some(format);
        settings.client[0].claims = vec![
            fixed("tenant", json!("north"), &EVERYWHERE),
            fixed("roles", json!(["viewer", 7, true]), &[ClaimPlace::AccessToken]),
            field("login", UserField::Username, &[ClaimPlace::AccessToken], None),
            field("email", UserField::Email, &[ClaimPlace::IdToken], Some("email")),
            field("full_name", UserField::Name, &[ClaimPlace::Userinfo], Some("profile")),
        ];
        let mut api = settings.client.iter().find(|client| client.id == "box").unwrap().clone();
        api.introspect = true;
        "api".clone_into(&mut api.id);
        settings.client.push(api);
    })
    .await;
    server.add_user("anna").await;
    server
}

fn claims(tokens: &Value, token: &str) -> Value {
    insecure_decode::<Value>(tokens[token].as_str().unwrap()).unwrap().claims
}

async fn introspected(server: &Server, tokens: &Value) -> Value {
    let api = server.device("api").with_secret("box-secret");
    api.post("/introspect", &[("token", tokens["access_token"].as_str().unwrap())]).await.json()
}

/// Proves: K-01 K-13 V-04: each where the operator put it, for this client alone, and again after a refresh.
#[tokio::test]
async fn a_client_is_told_its_own_claims_where_they_belong() {
    let server = server(AccessTokenFormat::Jwt).await;
    let tv = server.device("tv");
    let first = server.sign_in(&tv, "openid profile email", "anna").await;
    let refresh = first["refresh_token"].as_str().unwrap();
    let again = tv.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await.json();
    for tokens in [&first, &again] {
        let access = claims(tokens, "access_token");
        assert_eq!(
            [&access["tenant"], &access["roles"], &access["login"]],
            [&json!("north"), &json!(["viewer", 7, true]), &json!("anna")]
        );
        let id = claims(tokens, "id_token");
        assert_eq!([&id["tenant"], &id["email"]], [&json!("north"), &json!("anna@example.test")]);
        for absent in ["roles", "login", "full_name", "name"] {
            assert!(id.get(absent).is_none(), "{absent} in {id}");
        }
        let told = introspected(&server, tokens).await;
        assert_eq!([&told["roles"], &told["login"]], [&access["roles"], &access["login"]]);
        let userinfo = server.userinfo(tokens["access_token"].as_str().unwrap()).await.json();
        assert_eq!([&userinfo["tenant"], &userinfo["full_name"]], [&json!("north"), &json!("anna Example")]);
        assert!(userinfo.get("roles").is_none() && userinfo["email"] == "anna@example.test", "{userinfo}");
    }
    let radio = server.sign_in(&server.device("radio"), "openid", "anna").await;
    for token in ["access_token", "id_token"] {
        assert!(claims(&radio, token).get("tenant").is_none(), "{token} of another client");
    }
}

/// Proves: T-22 K-13: a claim that hangs on a scope needs the scope.
#[tokio::test]
async fn without_the_scope_its_claims_are_not_told() {
    let server = server(AccessTokenFormat::Jwt).await;
    let tokens = server.sign_in(&server.device("tv"), "openid", "anna").await;
    assert!(claims(&tokens, "id_token").get("email").is_none());
    let userinfo = server.userinfo(tokens["access_token"].as_str().unwrap()).await.json();
    assert_eq!(userinfo, json!({"sub": userinfo["sub"], "tenant": "north"}));
}

/// Proves: K-01 V-04 for opaque tokens, whose claims only introspection can tell.
#[tokio::test]
async fn an_opaque_token_has_the_same_claims() {
    let server = server(AccessTokenFormat::Opaque).await;
    let tokens = server.sign_in(&server.device("tv"), "openid profile", "anna").await;
    let told = introspected(&server, &tokens).await;
    assert_eq!(
        [&told["tenant"], &told["roles"], &told["login"]],
        [&json!("north"), &json!(["viewer", 7, true]), &json!("anna")]
    );
    let userinfo = server.userinfo(tokens["access_token"].as_str().unwrap()).await.json();
    assert_eq!(userinfo["full_name"], "anna Example");
}

/// Proves: M-05 N77 K-13: scopes without known claims are not advertised, and the claims of one client are not either.
#[tokio::test]
async fn metadata_promises_no_claim_that_is_not_told_to_everybody() {
    let server = Server::with(|settings| {
        settings.scope.retain(|scope| scope.name != "email");
        settings.client.retain(|client| client.id == "radio");
        settings.client[0].claims = vec![fixed("tenant", json!("north"), &EVERYWHERE)];
    })
    .await;
    let metadata = server.get("/.well-known/openid-configuration").await.json();
    let promised = metadata["claims_supported"].as_array().unwrap();
    for claim in ["email", "email_verified", "phone_number", "address", "tenant"] {
        assert!(!promised.contains(&json!(claim)), "{claim} in {promised:?}");
    }
    assert!(promised.contains(&json!("preferred_username")), "{promised:?}");
    for scope in ["email", "phone", "address"] {
        assert!(!metadata["scopes_supported"].as_array().unwrap().contains(&json!(scope)));
    }
}

/// Proves: K-03: each lifetime is the client's own, and the next client has the general one.
#[tokio::test]
async fn every_lifetime_is_the_clients_own() {
    let server = Server::with(|settings| {
        for client in &mut settings.client[..2] {
            client.grant_types.push(GrantType::RefreshToken);
        }
        settings.client[0].access_token_lifetime = Some(secs(120));
        settings.client[0].id_token_lifetime = Some(secs(90));
        settings.client[0].refresh_token_idle = Some(secs(3600));
        settings.client[0].refresh_token_absolute = Some(secs(5400));
    })
    .await;
    server.add_user("anna").await;
    let refresh = async |device: &str, tokens: &Value| {
        let token = tokens["refresh_token"].as_str().unwrap();
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        server.device(device).post("/token", &form).await
    };
    let life = |tokens: &Value, token: &str| {
        let claims = claims(tokens, token);
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
    };
    let tv = server.sign_in(&server.device("tv"), "openid", "anna").await;
    let radio = server.sign_in(&server.device("radio"), "openid", "anna").await;
    assert_eq!((tv["expires_in"].as_i64(), radio["expires_in"].as_i64()), (Some(120), Some(600)));
    assert_eq!([life(&tv, "access_token"), life(&tv, "id_token")], [120, 90]);
    assert_eq!([life(&radio, "access_token"), life(&radio, "id_token")], [600, 600]);
    let idle = server.sign_in(&server.device("tv"), "openid", "anna").await;
    server.clock.advance(secs(3599));
    let next = refresh("tv", &tv).await.json();
    server.clock.advance(secs(1));
    refresh("tv", &idle).await.assert_error(400, "invalid_grant");
    server.clock.advance(secs(1800));
    refresh("tv", &next).await.assert_error(400, "invalid_grant");
    assert_eq!(refresh("radio", &radio).await.status, 200);
}

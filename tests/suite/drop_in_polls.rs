//! What devices of other products get when they poll: their statuses, errors and tokens, at their own addresses.

use serde_json::json;

use testkit::{
    Answer, Authorization, DEVICE_CODE, JANSSEN, NONE, PINGONE, PRODUCTS, Product, Server, basic, for_accounts,
    my_client, secs,
};

/// A device that waits, and the page on which anna decides.
async fn waiting(server: &Server, product: &Product) -> Authorization {
    server.device("tv").made_for(product).authorize("openid read").await
}

#[track_caller]
fn assert_told(answer: &Answer, status: u16, error: &str) {
    assert_eq!((answer.status, answer.error().as_str()), (status, error), "{}", answer.body);
    assert_eq!(answer.header("content-length"), answer.body.len().to_string(), "{answer:?}");
}

/// Proves: seed_50 seed_52 seed_53 seed_62 seed_64 seed_66: a public client by its id, a confidential one by its header
/// alone; the first poll is no hasty one, and the next after the approval has the tokens.
#[tokio::test]
async fn each_product_is_polled_by_id_or_by_header() {
    for product in PRODUCTS {
        let server = product.server().await;
        server.add_user("anna").await;
        let header = |client: &str| server.device(client).made_for(&product);
        for device in [header("tv"), header("box").with_secret("box-secret")] {
            let given = device.authorize("openid").await;
            let pending = given.poll_answer().await;
            assert_told(&pending, product.pending(), "authorization_pending");
            assert_eq!((pending.header("cache-control"), pending.header("pragma")), ("no-store", "no-cache"));
            server.approve(&given, "anna").await;
            server.clock.advance(secs(5));
            let tokens = given.poll_answer().await;
            assert_eq!((tokens.status, tokens.header("content-type")), (200, "application/json"), "{}", tokens.body);
            assert_eq!(tokens.header("content-length"), tokens.body.len().to_string());
            assert_eq!((tokens.header("cache-control"), tokens.header("pragma")), ("no-store", "no-cache"));
        }
    }
}

/// Proves: seed_03 seed_68: a wrong secret has its own error and does not harm the request; the header and the id in
/// the body may come together.
#[tokio::test]
async fn a_wrong_secret_ends_nothing() {
    let server = JANSSEN.server().await;
    server.add_user("anna").await;
    let right = server.device("box").made_for(&JANSSEN).with_secret("box-secret");
    let given = right.authorize("openid").await;
    let poll = async |secret: &str| {
        let form = [("client_id", "box"), ("grant_type", DEVICE_CODE), ("device_code", &given.device_code)];
        let request = server.request("POST", JANSSEN.polls_at).header("authorization", basic("box", secret));
        Answer::of(request.form(&form).send().await.unwrap()).await
    };
    assert_told(&poll("wrong").await, 401, "invalid_client");
    assert_told(&poll("box-secret").await, 400, "authorization_pending");
    server.approve(&given, "anna").await;
    assert_told(&poll("wrong").await, 401, "invalid_client");
    assert_eq!(poll("box-secret").await.status, 200);
}

/// Proves: seed_55: at Janssen's address, each hasty poll makes the interval longer for good.
#[tokio::test]
async fn a_hasty_janssen_device_has_to_wait_longer() {
    let server = JANSSEN.server().await;
    let given = waiting(&server, &JANSSEN).await;
    assert_told(&given.poll_answer().await, 400, "authorization_pending");
    for (pause, told) in [
        (5, "authorization_pending"),
        (2, "slow_down"),
        (5, "slow_down"),
        (15, "authorization_pending"),
        (10, "slow_down"),
        (20, "authorization_pending"),
    ] {
        server.clock.advance(secs(pause));
        assert_told(&given.poll_answer().await, 400, told);
    }
}

/// Proves: seed_54: PingOne's words, and its status.
#[tokio::test]
async fn a_hasty_pingone_device_hears_so() {
    let server = PINGONE.server().await;
    let given = waiting(&server, &PINGONE).await;
    assert_told(&given.poll_answer().await, 403, "authorization_pending");
    server.clock.advance(secs(2));
    let hasty = given.poll_answer().await;
    assert_told(&hasty, 400, "slow_down");
    let words = "The polling interval has not elapsed since the last request";
    assert_eq!(hasty.json(), json!({ "error": "slow_down", "error_description": words }));
}

/// Proves: seed_56 seed_57: refused and expired, at both addresses and at the usual one.
#[tokio::test]
async fn what_is_over_is_told_as_what_it_was() {
    for product in PRODUCTS {
        let server = product.server().await;
        let mut anna = server.signed_in("anna").await;
        let (denied, late) = (waiting(&server, &product).await, waiting(&server, &product).await);
        let page = product.type_code(&mut anna, &denied.user_code).await;
        anna.deny(&page).await;
        assert_told(&denied.poll_answer().await, 400, "access_denied");
        let lasts = late.json["expires_in"].as_u64().unwrap();
        server.clock.advance(secs(lasts - 1));
        assert_told(&late.poll_answer().await, product.pending(), "authorization_pending");
        server.clock.advance(secs(1));
        assert_told(&late.poll_answer().await, 400, "expired_token");
        server.clock.advance(secs(600));
        assert_told(&late.poll_answer().await, 400, "expired_token");
        assert_told(&denied.poll_answer().await, 400, "access_denied");
    }
}

/// Proves: seed_02 seed_51 seed_58 seed_66: every other error keeps its code, at each address.
#[tokio::test]
async fn other_errors_keep_their_codes() {
    for product in PRODUCTS {
        let server = product.server().await;
        let grant = format!("grant_type={DEVICE_CODE}");
        for (path, body, status, error) in [
            (product.polls_at, format!("client_id=tv&{grant}"), 400, "invalid_request"),
            (product.polls_at, format!("client_id=tv&{grant}&device_code="), 400, "invalid_request"),
            (product.polls_at, "client_id=tv&device_code=x".to_owned(), 400, "invalid_request"),
            (product.polls_at, format!("client_id=tv&client_id=tv&{grant}&device_code=x"), 400, "invalid_request"),
            (product.polls_at, format!("client_id=tv&{grant}&device_code=x"), 400, "invalid_grant"),
            (product.polls_at, format!("client_id=nobody&{grant}&device_code=x"), 401, "invalid_client"),
            (product.polls_at, format!("{grant}&device_code=x"), 400, "invalid_request"),
            (product.polls_at, format!("client_id=lamp&{grant}&device_code=x"), 400, "unauthorized_client"),
            (product.polls_at, "client_id=tv&grant_type=password".to_owned(), 400, "unsupported_grant_type"),
            (product.asks_at, "client_id=nobody".to_owned(), 401, "invalid_client"),
            (product.asks_at, "client_id=tv&scope=admin".to_owned(), 400, "invalid_scope"),
            (product.asks_at, "client_id=lamp".to_owned(), 400, "unauthorized_client"),
        ] {
            assert_told(&server.post(path, &body).await, status, error);
        }
        for path in [product.asks_at, product.polls_at] {
            let got = server.get(path).await;
            assert_told(&got, 405, "invalid_request");
            assert_eq!(got.header("allow"), "POST");
            let json = server.request("POST", path).header("content-type", "application/json");
            let json = Answer::of(json.body(r#"{"client_id":"tv"}"#).send().await.unwrap()).await;
            assert_told(&json, 400, "invalid_request");
        }
    }
}

/// Proves: seed_59: the answer of the PingOne page, member for member.
#[tokio::test]
async fn an_approved_pingone_device_gets_what_the_page_shows() {
    let server = PINGONE.server_with(my_client).await;
    server.add_user("anna").await;
    let given = server.device("myClient").made_for(&PINGONE).authorize("write").await;
    server.approve(&given, "anna").await;
    let answer = given.poll_answer().await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{}", answer.body);
    let mut tokens = answer.json();
    for token in ["access_token", "refresh_token"] {
        let token = tokens.as_object_mut().unwrap().remove(token).unwrap();
        assert!(token.as_str().is_some_and(|token| token.len() > 40), "{token}");
    }
    assert_eq!(tokens, json!({ "scope": "write", "token_type": "Bearer", "expires_in": 3600 }), "an hour");
}

/// Proves: seed_61: introspection and userinfo take the token, to the end of its hour and no longer.
#[tokio::test]
async fn an_access_token_works_where_it_is_asked_about() {
    for product in PRODUCTS {
        let server = product.server_with(for_accounts).await;
        server.add_user("anna").await;
        let tokens = server.sign_in(&server.device("tv").made_for(&product), "openid read", "anna").await;
        let token = tokens["access_token"].as_str().unwrap();
        let api = server.device("box").with_secret("box-secret");
        let introspected = async || api.post("/introspect", &[("token", token)]).await.json();
        let lasts = tokens["expires_in"].as_u64().unwrap();
        assert_eq!(lasts, if product.profile == NONE.profile { 600 } else { 3600 });
        server.clock.advance(secs(lasts - 1));
        let said = introspected().await;
        assert_eq!(
            (&said["active"], &said["scope"], &said["username"]),
            (&true.into(), &"openid read".into(), &"anna".into())
        );
        assert_eq!(server.userinfo(token).await.json()["sub"], said["sub"]);
        server.clock.advance(secs(1));
        assert_eq!(introspected().await, json!({ "active": false }));
        assert_eq!(server.userinfo(token).await.status, 401);
    }
}

/// Proves: seed_65 seed_67: a code is redeemed once, and by the client that it was given to.
#[tokio::test]
async fn a_code_is_good_once_and_for_one_client() {
    for product in [NONE, PINGONE] {
        let server = product.server().await;
        server.add_user("anna").await;
        let given = waiting(&server, &product).await;
        let radio = server.device("radio").made_for(&product);
        assert_told(&given.poll_as(&radio).await, 400, "invalid_grant");
        server.approve(&given, "anna").await;
        assert_told(&given.poll_as(&radio).await, 400, "invalid_grant");
        assert_eq!(given.poll_answer().await.status, 200);
        server.clock.advance(secs(60));
        for _ in 0..2 {
            assert_told(&given.poll_answer().await, 400, "invalid_grant");
            assert_told(&given.poll_as(&radio).await, 400, "invalid_grant");
        }
    }
}

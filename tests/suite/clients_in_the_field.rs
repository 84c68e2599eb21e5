//! What real clients insist on beyond the RFCs. Each claim broke at least one of them at another server.

use serde_json::Value;

use testkit::{Answer, DEVICE_CODE, Server, basic};

/// One answer of each kind that a client can meet, with its status.
async fn one_of_each(server: &Server, accept: Option<&str>) -> Vec<(u16, Answer)> {
    let pending = server.device("tv").authorize("openid").await.device_code;
    let approved = server.device("tv").authorize("openid").await;
    server.approve(&approved, "anna").await;
    let refused = server.device("tv").authorize("openid").await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&refused.user_code, "anna").await;
    browser.deny(&decision).await;
    let poll = |code: &str| format!("client_id=tv&grant_type={DEVICE_CODE}&device_code={code}");
    let mut answers = Vec::new();
    for (method, path, body, status) in [
        ("POST", "/device_authorization", "client_id=tv&scope=openid", 200),
        ("POST", "/device_authorization", "client_id=nobody", 401),
        ("POST", "/device_authorization", "client_id=tv&client_id=tv", 400),
        ("GET", "/device_authorization", "", 405),
        ("POST", "/token", &poll(&pending), 400),
        ("POST", "/token", &poll(&pending), 400),
        ("POST", "/token", &poll(&pending), 400),
        ("POST", "/token", &poll(&refused.device_code), 400),
        ("POST", "/token", &poll(&approved.device_code), 200),
        ("POST", "/token", &poll(&approved.device_code), 400),
        ("POST", "/token", &"x".repeat(20_000), 413),
        ("GET", "/token", "", 405),
        ("GET", "/.well-known/openid-configuration", "", 200),
        ("GET", "/jwks.json", "", 200),
    ] {
        let mut request = server.request(method, path).header("content-type", "application/x-www-form-urlencoded");
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        answers.push((status, Answer::of(request.body(body.to_owned()).send().await.unwrap()).await));
    }
    answers
}

/// Proves: seed_66 client habits 1, 6, 20, T-11, T-12, T-13
#[tokio::test]
async fn every_answer_is_json_whatever_the_client_accepts() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    for accept in
        [None, Some("*/*"), Some("application/json"), Some("text/html,application/xhtml+xml"), Some("image/png")]
    {
        for (status, answer) in one_of_each(&server, accept).await {
            assert_eq!(answer.status, status, "{accept:?}: {answer:?}");
            assert!(answer.json().is_object());
            assert_eq!(answer.json().get("error").is_some(), status >= 400, "{answer:?}");
            if status >= 400 {
                answer.error();
            }
        }
    }
}

/// Whether any member, however deep, is null.
fn holds_null(json: &Value) -> bool {
    match json {
        Value::Null => true,
        Value::Array(list) => list.iter().any(holds_null),
        Value::Object(members) => members.values().any(holds_null),
        _ => false,
    }
}

/// Proves: client habits 2, 3, 4, 5, D-05
#[tokio::test]
async fn numbers_are_whole_and_what_is_absent_is_absent() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    for (_, answer) in one_of_each(&server, None).await {
        let json = answer.json();
        assert!(!holds_null(&json), "{json}");
        for member in ["expires_in", "interval"] {
            if let Some(number) = json.get(member) {
                assert!(number.as_u64().is_some_and(|number| number >= 1), "{member}: {json}");
            }
        }
        assert_eq!(json.get("device_code").is_some(), json.get("interval").is_some(), "always sent: {json}");
        assert_eq!(json.get("access_token").is_some(), json.get("token_type").is_some());
        if json.get("access_token").is_some() || json.get("device_code").is_some() {
            assert!(json.get("expires_in").is_some(), "always sent: {json}");
        }
        assert!(json.get("verification_url").is_none(), "the name in the RFC is verification_uri");
    }
}

/// Proves: client habit 15
#[tokio::test]
async fn a_repeated_parameter_is_named() {
    let server = Server::spawn().await;
    for (path, body, name) in [
        ("/token", format!("client_id=tv&grant_type={DEVICE_CODE}&device_code=x&client_id=tv"), "client_id"),
        ("/device_authorization", "client_id=tv&scope=read&scope=openid".to_owned(), "scope"),
    ] {
        let answer = server.post(path, &body).await;
        answer.assert_error(400, "invalid_request");
        let told = answer.json()["error_description"].as_str().unwrap().to_owned();
        assert!(told.contains(name), "{told}");
    }
}

/// Proves: client habit 17, T-22
#[tokio::test]
async fn the_granted_scope_is_told_and_is_what_was_asked_for() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    for asked in ["openid", "read", "read openid", "email profile openid read"] {
        assert_eq!(server.sign_in(&server.device("tv"), asked, "anna").await["scope"], asked);
    }
}

/// Proves: client habits 9, 13
#[tokio::test]
async fn a_client_that_tries_both_ways_to_authenticate_signs_in() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let in_body = server.device("tv");
    let in_header = in_body.clone().with_authorization(Some(&basic("tv", "")));
    let device = in_body.authorize("openid").await;
    for device_in in [&in_header, &in_body] {
        device.poll_as(device_in).await.assert_error(400, "authorization_pending");
    }
    server.approve(&device, "anna").await;
    let tokens = device.poll_as(&in_header).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
}

/// Proves: client habit 14, D-02
#[tokio::test]
async fn a_confidential_client_that_forgets_its_secret_is_told_what_failed() {
    let server = Server::spawn().await;
    let answer = server.device("box").post("/device_authorization", &[("scope", "openid")]).await;
    answer.assert_error(401, "invalid_client");
    let told = answer.json()["error_description"].as_str().unwrap().to_owned();
    assert!(told.contains("client authentication"), "{told}");
}

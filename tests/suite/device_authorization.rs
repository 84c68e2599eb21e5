//! What a device gets when it asks to sign in, and what it must not ask: RFC 8628 sections 3.1 and 3.2.

use std::collections::HashSet;

use serde_json::Value;

use testkit::{Answer, DEVICE_CODE, ISSUER, Server, for_many_devices};

const FORM: &str = "application/x-www-form-urlencoded";

/// Four consonants, a hyphen, four consonants.
fn is_user_code(code: &str) -> bool {
    let consonants = |part: &str| part.len() == 4 && part.chars().all(|c| "BCDFGHJKLMNPQRSTVWXZ".contains(c));
    code.split_once('-').is_some_and(|(left, right)| consonants(left) && consonants(right))
}

fn members(json: &Value) -> Vec<&str> {
    json.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Proves: seed_04 seed_10 seed_12 N01 D-05 D-06 D-07 D-08 D-09 E-05
#[tokio::test]
async fn a_device_is_given_what_rfc_8628_lists() {
    let server = Server::spawn().await;
    let answer = server.device("tv").post("/device_authorization", &[]).await;
    assert_eq!((answer.status, answer.header("cache-control"), answer.header("pragma")), (200, "no-store", "no-cache"));
    let json = answer.json();
    let user_code = json["user_code"].as_str().unwrap();
    assert!(is_user_code(user_code), "{user_code}");
    let device_code = json["device_code"].as_str().unwrap().strip_prefix("gdc_").unwrap();
    assert!(device_code.len() >= 43, "256 bits");
    assert!(device_code.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{device_code}");
    assert_eq!(json["verification_uri"], format!("{ISSUER}/device"));
    assert_eq!(json["verification_uri_complete"], format!("{ISSUER}/device?user_code={user_code}"));
    assert_eq!((json["expires_in"].as_u64(), json["interval"].as_u64()), (Some(600), Some(5)));
    assert_eq!(
        members(&json).into_iter().collect::<HashSet<_>>(),
        ["device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval"].into()
    );
}

/// Proves: N01 D-08 D-09
#[tokio::test]
async fn two_hundred_devices_have_two_hundred_codes() {
    let server = Server::with(for_many_devices).await;
    let device = server.device("tv");
    let (mut device_codes, mut user_codes) = (HashSet::new(), HashSet::new());
    for _ in 0..200 {
        let given = device.authorize("read").await;
        assert!(is_user_code(&given.user_code), "{}", given.user_code);
        let shown = given.device_code.to_uppercase();
        assert!(given.user_code.split('-').any(|half| !shown.contains(half)), "one code tells nothing of the other");
        assert!(device_codes.insert(given.device_code) & user_codes.insert(given.user_code));
    }
}

/// Proves: D-07
#[tokio::test]
async fn without_the_complete_uri_there_are_five_members() {
    let server = Server::with(|settings| settings.device.prefilled_code = false).await;
    let json = server.device("tv").authorize("read").await.json;
    assert_eq!(members(&json).len(), 5, "{json}");
    assert!(json.get("verification_uri_complete").is_none(), "absent, not null");
    let mine = Server::with(|settings| settings.client[0].prefilled_code = Some(false)).await;
    assert_eq!(members(&mine.device("tv").authorize("read").await.json).len(), 5);
    assert_eq!(members(&mine.device("radio").authorize("read").await.json).len(), 6, "the switch is the television's");
    let only = Server::with(|settings| {
        settings.device.prefilled_code = false;
        settings.client[0].prefilled_code = Some(true);
    })
    .await;
    assert_eq!(members(&only.device("tv").authorize("read").await.json).len(), 6, "it has the last word");
    assert_eq!(members(&only.device("radio").authorize("read").await.json).len(), 5);
}

/// Proves: D-06
#[tokio::test]
async fn the_verification_uri_is_the_issuers_whatever_the_headers_say() {
    let server = Server::spawn().await;
    let request = server.request("POST", "/device_authorization").form(&[("client_id", "tv")]);
    let request = request.header("x-forwarded-host", "evil.example").header("x-forwarded-proto", "http");
    let request = request.header("forwarded", "host=evil.example;proto=http").header("x-forwarded-prefix", "/evil");
    let json = Answer::of(request.send().await.unwrap()).await.json();
    assert_eq!(json["verification_uri"], format!("{ISSUER}/device"));
}

/// Proves: seed_02 N03 D-01 T-01
#[tokio::test]
async fn codes_and_tokens_are_had_by_post_alone() {
    let server = Server::spawn().await;
    for path in ["/device_authorization", "/token"] {
        for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let request = server.request(method, path).header("content-type", FORM).body("client_id=tv");
            let answer = Answer::of(request.send().await.unwrap()).await;
            assert_eq!((answer.status, answer.header("allow")), (405, "POST"), "{method} {path}");
            assert_eq!(answer.headers.get_all("allow").iter().count(), 1);
            if method != "HEAD" {
                answer.assert_error(405, "invalid_request");
            }
        }
    }
    assert_eq!(server.database.rows("device_grants").await, 0);
}

/// Proves: N04 D-01 T-01
#[tokio::test]
async fn parameters_in_the_url_are_not_read() {
    let server = Server::spawn().await;
    server.post("/device_authorization?client_id=tv", "").await.assert_error(400, "invalid_request");
    let given = server.post("/device_authorization?scope=admin&client_id=nobody", "client_id=tv").await;
    assert_eq!(given.status, 200, "what the URL says is nobody's business: {}", given.body);
}

/// Proves: seed_02 N05 T-02
#[tokio::test]
async fn a_body_of_another_type_is_a_json_error() {
    let server = Server::spawn().await;
    let multipart = "--x\r\ncontent-disposition: form-data; name=\"client_id\"\r\n\r\ntv\r\n--x--\r\n";
    for (content_type, body) in [
        (Some("application/json"), r#"{"client_id":"tv"}"#),
        (Some("multipart/form-data; boundary=x"), multipart),
        (Some("text/plain"), "client_id=tv"),
        (Some("application/x-www-form-urlencodedx"), "client_id=tv"),
        (Some(""), "client_id=tv"),
        (None, "client_id=tv"),
    ] {
        for path in ["/device_authorization", "/token"] {
            let mut request = server.request("POST", path).body(body);
            if let Some(content_type) = content_type {
                request = request.header("content-type", content_type);
            }
            Answer::of(request.send().await.unwrap()).await.assert_error(400, "invalid_request");
        }
    }
}

/// Proves: N11 D-04
#[tokio::test]
async fn a_client_without_the_device_grant_gets_no_code() {
    let server = Server::spawn().await;
    server.device("lamp").post("/device_authorization", &[]).await.assert_error(400, "unauthorized_client");
}

/// Proves: N13 D-03
#[tokio::test]
async fn a_parameter_that_comes_twice_is_refused() {
    let server = Server::spawn().await;
    for body in [
        "client_id=tv&client_id=tv",
        "client_id=tv&scope=read&scope=read",
        "client_id=tv&scope=read&scope=",
        "client_id=tv&unheard=1&unheard=2",
        "client_id=tv&un%68eard=1&unheard=1",
    ] {
        let answer = server.post("/device_authorization", body).await;
        answer.assert_error(400, "invalid_request");
    }
}

/// Proves: N14 D-03
#[tokio::test]
async fn empty_and_unknown_parameters_are_as_if_absent() {
    let server = Server::spawn().await;
    for body in ["client_id=tv&scope=", "client_id=tv&scope", "client_id=tv&foo=bar", "client_id=tv&nonce=&&"] {
        let answer = server.post("/device_authorization", body).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.body);
    }
    server.post("/device_authorization", "client_id=").await.assert_error(400, "invalid_request");
    server.add_user("anna").await;
    let empty = [("scope", ""), ("nonce", ""), ("code_challenge", ""), ("code_challenge_method", ""), ("resource", "")];
    let device = server.device("tv").authorize_with(&empty).await;
    server.approve(&device, "anna").await;
    let tokens = device.redeem().await;
    assert_eq!(tokens["scope"], "openid", "the default");
    let id = jsonwebtoken::dangerous::insecure_decode::<Value>(tokens["id_token"].as_str().unwrap()).unwrap().claims;
    assert!(id.get("nonce").is_none(), "{id}");
    let strict = Server::with(|settings| settings.scope.iter_mut().for_each(|scope| scope.default = false)).await;
    strict.post("/device_authorization", "client_id=tv&scope=").await.assert_error(400, "invalid_scope");
}

/// Proves: U-16
#[tokio::test]
async fn a_server_can_do_without_the_device_grant() {
    let server = Server::with(|settings| settings.device.enabled = false).await;
    server.post("/device_authorization", "client_id=tv").await.assert_error(404, "unsupported_grant_type");
    let poll = server.device("tv").poll_answer("gdc_x").await;
    poll.assert_error(400, "unsupported_grant_type");
    let metadata = server.get("/.well-known/oauth-authorization-server").await;
    assert!(metadata.json().get("device_authorization_endpoint").is_none());
    assert!(!metadata.body.contains(DEVICE_CODE), "{}", metadata.body);
    assert_eq!(server.get("/device").await.status, 404);
}

//! A device that was built for another product finds here what it expects: the profiles of `[compatibility]`.

use protocol::{Event, GrantType};
use std::collections::HashSet;

use testkit::{DEVICE_CODE, ISSUER, Server, basic, for_many_devices, secs};

const PINGONE: &str = "/am/oauth2/realms/root/realms/alpha";
const JANSSEN: &str = "/jans-auth/restv1";

/// Proves: seed_10 seed_12 seed_13 seed_15 seed_20
#[tokio::test]
async fn a_janssen_device_is_given_what_it_expects() {
    let server = Server::as_product("janssen", for_many_devices).await;
    let form = "client_id=tv&scope=openid+profile+email+read";
    let answer = server.post(&format!("{JANSSEN}/device_authorization"), form).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.header("content-length"), answer.body.len().to_string());
    let json = answer.json();
    let (user_code, device_code) = (json["user_code"].as_str().unwrap(), json["device_code"].as_str().unwrap());
    let (left, right) = user_code.split_once('-').unwrap();
    assert!([left, right].iter().all(|half| half.len() == 4 && half.bytes().all(|byte| byte.is_ascii_uppercase())));
    assert!(device_code.len() >= 40 && device_code.bytes().all(|byte| b"0123456789abcdef".contains(&byte)));
    assert_eq!(json["verification_uri"], format!("{ISSUER}/device-code"));
    assert_eq!(json["verification_uri_complete"], format!("{ISSUER}/device-code?user_code={user_code}"));
    assert_eq!((json["expires_in"].as_u64(), json["interval"].as_u64()), (Some(1800), Some(5)));
    assert_eq!(json.as_object().unwrap().len(), 6, "{json}");

    let mut given = HashSet::from([device_code.to_owned()]);
    for _ in 0..50 {
        assert!(given.insert(server.device("tv").authorize("read").await.device_code));
    }
}

/// Proves: seed_53 seed_64 seed_60
#[tokio::test]
async fn a_janssen_device_polls_at_its_own_address() {
    let server = Server::as_product("janssen", |_| {}).await;
    server.add_user("alice").await;
    let asked = server
        .device("tv")
        .post(&format!("{JANSSEN}/device_authorization"), &[("scope", "openid profile email")])
        .await;
    let (json, device) = (asked.json(), server.device("tv"));
    let poll = async || {
        let form = [("grant_type", DEVICE_CODE), ("device_code", json["device_code"].as_str().unwrap())];
        device.post(&format!("{JANSSEN}/token"), &form).await
    };
    let pending = poll().await;
    pending.assert_error(400, "authorization_pending");
    assert_eq!((pending.header("cache-control"), pending.header("pragma")), ("no-store", "no-cache"));
    // The page is the one at the usual address, whichever of the two was opened.
    let mut browser = server.browser();
    let link = json["verification_uri_complete"].as_str().unwrap().strip_prefix(ISSUER).unwrap();
    let compared = browser.open(link).await;
    assert!(compared.says("Go on with this code?"), "{compared:?}");
    let decision = browser.reach_decision(json["user_code"].as_str().unwrap(), "alice").await;
    assert!(["Know who you are", "See your name", "See your e-mail address"].iter().all(|scope| decision.says(scope)));
    assert!(browser.approve(&decision).await.says("Go back to your device"));
    server.clock.advance(secs(5));
    let tokens = poll().await.json();
    assert!(tokens["token_type"].as_str().unwrap().eq_ignore_ascii_case("bearer"));
    assert!(tokens["id_token"].is_string(), "{tokens}");
    assert_eq!(tokens["expires_in"], 3600);
}

/// Proves: seed_09 seed_11 seed_12 seed_14 seed_16
#[tokio::test]
async fn a_pingone_device_is_given_what_it_expects() {
    let server = Server::as_product("pingone", for_many_devices).await;
    let json = server.post(&format!("{PINGONE}/device/code"), "client_id=tv&scope=read").await.json();
    assert_eq!(json["verification_uri"], format!("{ISSUER}{PINGONE}/device/user"));
    assert_eq!(json["verification_url"], json["verification_uri"]);
    let user_code = json["user_code"].as_str().unwrap();
    assert_eq!(json["verification_uri_complete"], format!("{ISSUER}{PINGONE}/device/user?user_code={user_code}"));
    assert_eq!((json["expires_in"].as_u64(), json["interval"].as_u64()), (Some(300), Some(5)));
    for _ in 0..50 {
        let code = server.device("tv").authorize("read").await.user_code;
        assert_eq!(code.len(), 8, "{code}");
        assert!(
            code.chars().all(|c| "234567ABCDEFGHIJKLMNOPQRSTVWXYZabcdefghijkmnopqrstvwxyz".contains(c)),
            "{code} strays from the set"
        );
    }
}

/// Proves: seed_52 seed_54 seed_62 seed_55 seed_66
#[tokio::test]
async fn a_pingone_device_hears_pingones_words() {
    let server = Server::as_product("pingone", |_| {}).await;
    let json = server.post(&format!("{PINGONE}/device/code"), "client_id=tv&scope=read").await.json();
    let device = server.device("tv");
    let form = [("grant_type", DEVICE_CODE), ("device_code", json["device_code"].as_str().unwrap())];
    for (path, waits) in [(format!("{PINGONE}/access_token"), 0), ("/token".to_owned(), 5)] {
        server.clock.advance(secs(waits));
        let pending = device.post(&path, &form).await;
        assert_eq!(pending.status, 403, "{}", pending.body);
        assert_eq!(
            pending.json(),
            serde_json::json!({
                "error": "authorization_pending",
                "error_description": "The user has not yet completed authorization"
            })
        );
        assert_eq!(pending.header("content-length"), pending.body.len().to_string());
        assert_eq!(pending.header("cache-control"), "no-store");
    }
    server.clock.advance(secs(2));
    let hasty = device.post(&format!("{PINGONE}/access_token"), &form).await;
    assert_eq!(hasty.status, 400);
    assert_eq!(hasty.json()["error"], "slow_down");
    assert_eq!(hasty.json()["error_description"], "The polling interval has not elapsed since the last request");
    // The interval is longer from now on.
    server.clock.advance(secs(7));
    assert_eq!(device.post("/token", &form).await.json()["error"], "slow_down");
}

/// Proves: seed_09
#[tokio::test]
async fn another_realm_is_not_here() {
    let server = Server::as_product("pingone", |settings| settings.compatibility.realm = "bravo".to_owned()).await;
    let other = server.post("/am/oauth2/realms/root/realms/alpha/device/code", "client_id=tv").await;
    assert_eq!((other.status, other.header("content-type")), (404, "application/json"));
    assert_eq!(other.json()["code"], 404);
    assert_eq!(other.json()["reason"], "Not Found");
    assert!(other.json().get("device_code").is_none());
    assert_eq!(server.get("/am/oauth2/realms/root/realms/alpha/device/user").await.status, 404);
    let ours = server.post("/am/oauth2/realms/root/realms/bravo/device/code", "client_id=tv").await;
    assert_eq!(ours.status, 200, "{}", ours.body);
    assert_eq!(ours.json()["verification_uri"], format!("{ISSUER}/am/oauth2/realms/root/realms/bravo/device/user"));
    assert_eq!(server.count_events(Event::GrantCreated.name()).await, 1);
}

/// Proves: seed_03 seed_68 seed_50
#[tokio::test]
async fn a_confidential_device_proves_itself_at_the_other_address_too() {
    let server = Server::as_product("janssen", |_| {}).await;
    let ask = async |secret: &str| {
        let request = server.request("POST", &format!("{JANSSEN}/device_authorization"));
        let form = [("client_id", "box"), ("scope", "openid")];
        request.header("authorization", basic("box", secret)).form(&form).send().await.unwrap()
    };
    assert_eq!(ask("wrong").await.status(), 401);
    let given: serde_json::Value = serde_json::from_str(&ask("box-secret").await.text().await.unwrap()).unwrap();
    let device_code = given["device_code"].as_str().unwrap().to_owned();
    let poll = async |secret: &str| {
        let request = server.request("POST", &format!("{JANSSEN}/token"));
        let form = [("grant_type", DEVICE_CODE), ("device_code", &device_code)];
        testkit::Answer::of(request.header("authorization", basic("box", secret)).form(&form).send().await.unwrap())
            .await
    };
    poll("wrong").await.assert_error(401, "invalid_client");
    poll("box-secret").await.assert_error(400, "authorization_pending");
}

/// Proves: seed_06
#[tokio::test]
async fn a_client_that_is_given_the_grant_is_served() {
    let server = Server::as_product("pingone", |_| {}).await;
    let ask = async |server: &Server| server.post(&format!("{PINGONE}/device/code"), "client_id=lamp").await;
    ask(&server).await.assert_error(400, "unauthorized_client");
    let granted = Server::on(server.database.clone(), server.clock.clone(), |settings| {
        settings.clone_from(&server.app.settings);
        let lamp = settings.client.iter_mut().find(|client| client.id == "lamp").unwrap();
        lamp.grant_types.push(GrantType::DeviceCode);
    });
    assert_eq!(ask(&granted.await).await.status, 200);
}

/// Proves: seed_02 seed_51
#[tokio::test]
async fn the_other_addresses_are_as_strict_as_ours() {
    let server = Server::as_product("pingone", |_| {}).await;
    for path in [format!("{PINGONE}/device/code"), format!("{PINGONE}/access_token")] {
        let got = server.get(&path).await;
        assert_eq!((got.status, got.header("allow")), (405, "POST"), "{path}");
        let json = server.request("POST", &path).header("content-type", "application/json").body("{}");
        assert_eq!(json.send().await.unwrap().status(), 400, "{path}");
    }
    let missing = server.device("tv").post(&format!("{PINGONE}/access_token"), &[("grant_type", DEVICE_CODE)]).await;
    missing.assert_error(400, "invalid_request");
    let elsewhere = server.get_from("evil.example", &format!("{PINGONE}/device/user")).await;
    assert_eq!(elsewhere.status, 421);
}

/// The default profile has none of it.
#[tokio::test]
async fn without_a_profile_there_are_no_other_addresses() {
    let server = Server::spawn().await;
    for path in [format!("{PINGONE}/device/code"), format!("{JANSSEN}/token"), "/device-code".to_owned()] {
        assert_eq!(server.post(&path, "client_id=tv").await.status, 404, "{path}");
    }
    let given = server.device("tv").authorize("read").await;
    assert!(given.json.get("verification_url").is_none());
    given.poll_answer().await.assert_error(400, "authorization_pending");
}

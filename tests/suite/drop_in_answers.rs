//! A script that was written for PingOne's `authenticate` and `device/user` works under the profile `pingone`, without
//! a browser.

use serde_json::json;

use testkit::{Answer, ISSUER, PASSWORD, Script, Server, secs};

const AUTHENTICATE: &str = "/am/json/realms/root/realms/alpha/authenticate";
const USER: &str = "/am/oauth2/realms/root/realms/alpha/device/user";

async fn server() -> Server {
    let server = Server::as_product("pingone", |_| {}).await;
    server.add_user("alice").await;
    server
}

/// The script's own form: only what its documentation lists.
async fn answer(script: &mut Script<'_>, code: &str, decision: &str) -> Answer {
    let csrf = script.csrf.clone();
    script.post(USER, &[("user_code", code), ("decision", decision), ("csrf", &csrf)]).await
}

/// Proves: seed_39
#[tokio::test]
async fn two_headers_buy_a_token() {
    let server = server().await;
    let (script, told) = Script::with_headers(&server, AUTHENTICATE, "alice").await;
    let token = told["tokenId"].as_str().unwrap();
    assert_eq!(told, json!({"tokenId": token, "successUrl": "/account", "realm": "/alpha"}));
    assert_eq!(script.cookie, format!("iPlanetDirectoryPro={token}"));
    let try_with = async |username: &str, password: &str| {
        let request = server.request("POST", AUTHENTICATE).header("x-openam-username", username);
        Answer::of(request.header("x-openam-password", password).send().await.unwrap()).await
    };
    let wrong = try_with("alice", "wrong").await;
    assert_eq!(wrong.status, 401);
    assert_eq!(wrong.json(), json!({"code": 401, "reason": "Unauthorized", "message": "Authentication Failed"}));
    let encoded = try_with("=?UTF-8?B?YWxpY2U=?=", PASSWORD).await;
    assert_eq!(encoded.status, 200, "{}", encoded.body);
    assert_eq!(server.post(AUTHENTICATE, "").await.json()["code"], 400);
    let twice = server.request("POST", AUTHENTICATE).header("x-openam-username", "alice");
    let twice = twice.header("x-openam-username", "alice").header("x-openam-password", PASSWORD);
    assert_eq!(twice.send().await.unwrap().status(), 400);
    let foreign = server.request("POST", AUTHENTICATE).header("origin", "https://evil.example");
    let foreign = Answer::of(foreign.send().await.unwrap()).await;
    assert_eq!(foreign.json()["message"], "another site sent this");
    let mut wrong = try_with("alice", "wrong").await;
    for _ in 0..20 {
        if wrong.status == 429 {
            break;
        }
        wrong = try_with("alice", "wrong").await;
    }
    assert_eq!((wrong.status, &wrong.json()["code"]), (429, &json!(429)));
    assert!(!wrong.header("retry-after").is_empty());
    assert_eq!(server.get(AUTHENTICATE).await.status, 405);
    let elsewhere = AUTHENTICATE.replace("alpha", "bravo");
    for elsewhere in [elsewhere, AUTHENTICATE.replace("alpha", "%ff")] {
        let answer = server.post(&elsewhere, "").await;
        assert_eq!((answer.status, answer.header("cache-control")), (404, "no-store"), "{elsewhere}");
        assert_eq!(answer.json()["message"], "Realm not found");
    }
    assert_eq!(server.get(&USER.replace("alpha", "%ff")).await.status, 404);
    let none = Server::spawn().await;
    assert_eq!(none.post(AUTHENTICATE, "").await.status, 404, "only where the operator wants it");
}

/// Proves: seed_40 seed_41 seed_42 seed_46 seed_49
#[tokio::test]
async fn a_token_answers_for_its_person() {
    let server = server().await;
    let device = server.device("tv").authorize("read").await;
    let (mut script, _) = Script::with_headers(&server, AUTHENTICATE, "alice").await;
    script.accepts = None;
    let allowed = answer(&mut script, &device.user_code, "allow").await;
    assert_eq!((allowed.status, allowed.header("content-type")), (200, "text/html; charset=utf-8"));
    let data = allowed.body.split("pageData = ").nth(1).unwrap().split(";\n").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(data, json!({"locale": "en_US", "baseUrl": ISSUER, "realm": "/alpha", "done": true}));
    assert_eq!(device.redeem().await["scope"], "read");
    let [approved] = <[_; 1]>::try_from(server.events_of("grant_approved").await).unwrap();
    assert_eq!(approved.channel, "api");
}

/// Proves: seed_43 seed_44 seed_35
#[tokio::test]
async fn json_is_told_in_the_documented_members() {
    let server = server().await;
    let device = server.device("tv").authorize("read").await;
    let (mut script, _) = Script::with_headers(&server, AUTHENTICATE, "alice").await;
    let allowed = answer(&mut script, &device.user_code, "allow").await.json();
    let csrf = allowed["csrf"].as_str().unwrap();
    let expected = json!({
        "baseUrl": ISSUER, "errorCode": null, "realm": "/alpha", "csrf": csrf, "locale": "en_US",
        "userCode": device.user_code
    });
    assert_eq!(allowed, expected);
    assert_ne!(csrf, script.csrf, "the value for forms is not the token");
    for (accepts, code) in [(Some("application/json"), device.user_code.as_str()), (None, "wr0ngC0d")] {
        script.accepts = accepts;
        let refused = answer(&mut script, code, "allow").await;
        assert_eq!(refused.status, 200);
        let told = refused.body.split("pageData = ").last().unwrap().split(";\n").next().unwrap().to_owned();
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        let csrf = told["oauth2Data"]["csrf"].clone();
        let expected = json!({
            "locale": "en_US", "errorCode": "not_found", "realm": "/alpha", "baseUrl": ISSUER,
            "oauth2Data": {"csrf": csrf, "userCode": code}
        });
        assert_eq!(told, expected);
        csrf.as_str().unwrap().clone_into(&mut script.csrf);
    }
    let device = server.device("tv").authorize("read").await;
    script.accepts = Some("application/json");
    assert_eq!(
        answer(&mut script, &device.user_code, "allow").await.json()["errorCode"],
        json!(null),
        "with that csrf"
    );
}

/// Proves: X-02: typed text ends no script.
#[tokio::test]
async fn a_hostile_code_stays_a_text() {
    let server = server().await;
    let (mut script, _) = Script::with_headers(&server, AUTHENTICATE, "alice").await;
    script.accepts = None;
    let refused = answer(&mut script, "</script><script>alert(1)//<!--", "deny").await;
    assert!(refused.body.contains("\"errorCode\":\"not_found\""), "{refused:?}");
    assert_eq!(refused.body.matches("<script").count(), 1, "{refused:?}");
    assert!(!refused.body.contains("<!--"), "{refused:?}");
    assert!(refused.header("content-security-policy").contains("default-src 'none'"));
}

/// Proves: seed_45 seed_48
#[tokio::test]
async fn not_without_the_token_twice() {
    let server = server().await;
    let device = server.device("tv").authorize("read").await;
    let (mut script, _) = Script::with_headers(&server, AUTHENTICATE, "alice").await;
    let (other, _) = Script::with_headers(&server, AUTHENTICATE, "alice").await;
    let (token, cookie) = (script.csrf.clone(), script.cookie.clone());
    for csrf in ["", "x", other.csrf.as_str()] {
        csrf.clone_into(&mut script.csrf);
        answer(&mut script, &device.user_code, "allow").await.assert_error(400, "invalid_csrf");
    }
    script.csrf = token;
    for accepts in [Some("application/json"), None] {
        for cookie in ["", "iPlanetDirectoryPro=", "iPlanetDirectoryPro=forged"] {
            script.accepts = accepts;
            cookie.clone_into(&mut script.cookie);
            let refused = answer(&mut script, &device.user_code, "allow").await;
            refused.assert_error(401, "login_required");
        }
    }
    script.cookie = cookie;
    server.clock.advance(secs(15 * 60 + 1));
    let device = server.device("tv").authorize("read").await;
    answer(&mut script, &device.user_code, "allow").await.assert_error(401, "login_required");
    assert_eq!(server.count_events("grant_claimed").await, 0);
}

/// Proves: seed_47
#[tokio::test]
async fn what_is_denied_stays_denied() {
    let server = server().await;
    let device = server.device("tv").authorize("read").await;
    let (mut script, _) = Script::with_headers(&server, AUTHENTICATE, "alice").await;
    assert_eq!(answer(&mut script, &device.user_code, "deny").await.json()["errorCode"], json!(null));
    assert_eq!(answer(&mut script, &device.user_code, "allow").await.json()["errorCode"], "not_found");
    device.poll_answer().await.assert_error(400, "access_denied");
}

/// Decision 6: such a session opens no page, in whichever way its token is sent.
#[tokio::test]
async fn a_token_opens_no_page() {
    let server = server().await;
    let (mut script, _) = Script::with_headers(&server, AUTHENTICATE, "alice").await;
    script.accepts = None;
    for page in ["/account", "/account/password", "/account/activity"] {
        assert_eq!(script.get(page).await.header("location"), "/login", "{page}");
    }
    let (mut script, told) = Script::with_headers(&server, AUTHENTICATE, "alice").await;
    let token = told["tokenId"].as_str().unwrap();
    for value in [token.to_owned(), format!("\"\\u0001{token}\""), format!("%01{token}")] {
        script.cookie = format!("__Host-grantd={value}");
        assert_eq!(script.get("/account").await.header("location"), "/login", "{value}");
    }
}

/// The relaxation is for sessions of the two headers alone: a page's session says what a page says, and its cookie is
/// no csrf value.
#[tokio::test]
async fn a_session_of_a_page_is_held_to_the_rules_of_pages() {
    let server = server().await;
    let device = server.device("tv").authorize("read").await;
    let mut script = Script::logged_in(&server, "alice").await;
    answer(&mut script, &device.user_code, "allow").await.assert_error(400, "invalid_request");
    script.csrf = script.cookie.split_once('=').map(|(_, value)| value.to_owned()).unwrap();
    answer(&mut script, &device.user_code, "allow").await.assert_error(400, "invalid_csrf");
    assert_eq!(server.count_events("grant_approved").await, 0);
}

/// A program that forgets to ask for JSON must not have its "deny" taken for a code that somebody typed.
#[tokio::test]
async fn a_decision_is_never_taken_for_a_typed_code() {
    let server = server().await;
    let device = server.device("tv").on_network("198.51.100.7").authorize("read").await;
    let mut script = Script::logged_in(&server, "alice").await;
    script.accepts = None;
    for decision in ["deny", "allow", "x"] {
        assert_eq!(answer(&mut script, &device.user_code, decision).await.status, 400, "{decision}");
    }
    assert_eq!(server.count_events("grant_claimed").await, 0);
    device.poll_answer().await.assert_error(403, "authorization_pending");
}

/// Another server of the domain may have such a cookie, too: a browser gets its page, and a session of it stays one.
#[tokio::test]
async fn a_foreign_cookie_of_that_name_takes_no_page_away() {
    let server = server().await;
    let mut browser = server.browser();
    browser.cookies.insert("iPlanetDirectoryPro".to_owned(), "from-elsewhere".to_owned());
    for (said, value) in [("sec-fetch-mode", "navigate"), ("origin", ISSUER)] {
        let page = browser.send_saying("GET", USER, &[(said, value)], None).await;
        assert!(page.status == 200 && page.body.contains("id=\"user_code\""), "{said}: {page:?}");
    }
    let mut script = Script::logged_in(&server, "alice").await;
    script.cookie.push_str("; iPlanetDirectoryPro=from-elsewhere");
    assert_eq!(script.get(USER).await.json()["csrf"], script.csrf);
}

/// A session of a program ends with all others of its person.
#[tokio::test]
async fn a_token_ends_with_a_sign_out_everywhere() {
    let server = server().await;
    let (mut script, _) = Script::with_headers(&server, AUTHENTICATE, "alice").await;
    assert_eq!(script.get(USER).await.status, 200);
    let mut browser = server.browser();
    browser.log_in("alice").await;
    let page = browser.open("/account/signed-out").await;
    let account = browser.open("/account").await;
    drop(page);
    browser.post(&account, "/account/sign-out", &[]).await;
    script.get(USER).await.assert_error(401, "login_required");
}

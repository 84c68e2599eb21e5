//! Programs answer for people: `/login` and `/device` in JSON, with the session, the csrf rule and the checks of the
//! pages (RFC 8628 section 6.2, decision 6).

use serde_json::{Value, json};

use testkit::{ISSUER, PASSWORD, Script, Server, detail, for_many_devices, secs, unknown_code};

fn said(answer: &Value, error: &str) -> bool {
    answer["errorCode"] == error && answer["oauth2Data"]["csrf"].is_string() && answer.get("csrf").is_none()
}

/// Proves: seed_39 seed_40 seed_43 seed_49: the whole walk; the event of each step names a program.
#[tokio::test]
async fn a_program_logs_in_looks_and_allows() {
    let server = Server::spawn().await;
    server.add_user("alice").await;
    let device = server.device("tv").authorize("openid read").await;
    let mut script = Script::logged_in(&server, "alice").await;
    let looked = script.look(&device.user_code).await;
    assert_eq!((looked.status, looked.header("cache-control")), (200, "no-store"), "{looked:?}");
    assert_eq!(looked.header("vary"), "Accept, Cookie");
    let asked = looked.json();
    assert_eq!(
        (&asked["errorCode"], &asked["userCode"], &asked["csrf"]),
        (&Value::Null, &json!(device.user_code), &json!(script.csrf))
    );
    assert_eq!(
        (&asked["baseUrl"], &asked["realm"], &asked["locale"]),
        (&json!(ISSUER), &json!("/alpha"), &json!("en_US"))
    );
    let request = &asked["request"];
    assert_eq!(request["client"], json!({"id": "tv", "name": "Television", "verified": false}));
    assert_eq!(request["account"], "alice");
    let words = json!([{"name": "openid", "words": "Know who you are"}, {"name": "read", "words": "Read your films"}]);
    assert_eq!(request["scopes"], words);
    assert_eq!((&request["from"]["address"], &request["mayApprove"]), (&json!("203.0.113.5"), &json!(true)));
    assert_eq!(request["needs"], json!(["device_present", "other_network"]));
    assert_eq!(script.look(&device.user_code).await.status, 200);
    assert_eq!(server.count_events("grant_claimed").await, 0, "a look changes nothing");
    device.poll_answer().await.assert_error(400, "authorization_pending");

    let allowed = script.decide(&device.user_code, "allow").await;
    assert_eq!((allowed.status, &allowed.json()["errorCode"]), (200, &Value::Null), "{}", allowed.body);
    server.clock.advance(secs(5));
    assert_eq!(device.redeem().await["scope"], "openid read");
    for step in ["login_succeeded", "grant_shown", "grant_claimed", "grant_approved"] {
        let [event] = <[_; 1]>::try_from(server.events_of(step).await).unwrap();
        assert_eq!(event.channel, "api", "{event:?}");
    }
    let [approved] = <[_; 1]>::try_from(server.events_of("grant_approved").await).unwrap();
    assert_eq!(
        (&detail(&approved)["scope"], &detail(&approved)["consent"]),
        (&json!("openid read"), &json!("asserted"))
    );
}

/// Proves: seed_47
#[tokio::test]
async fn what_a_program_denies_cannot_be_allowed_later() {
    let server = Server::spawn().await;
    server.add_user("alice").await;
    let device = server.device("tv").authorize("read").await;
    let mut script = Script::logged_in(&server, "alice").await;
    assert_eq!(script.decide(&device.user_code, "deny").await.status, 200);
    device.poll_answer().await.assert_error(400, "access_denied");
    let late = script.decide(&device.user_code, "allow").await;
    assert!(late.status == 404 && said(&late.json(), "not_found"), "{late:?}");
    server.clock.advance(secs(5));
    device.poll_answer().await.assert_error(400, "access_denied");
    assert_eq!(server.count_events("grant_approved").await, 0);
}

/// Proves: SM-01 SM-04: of two answers at once one wins, and the device gets that one.
#[tokio::test]
async fn of_two_programs_at_once_one_decides() {
    // A program that comes too late has tried a code that leads nowhere, and pays for it.
    let server = Server::with(|settings| {
        for_many_devices(settings);
        let limits = &mut settings.limits;
        for limit in [
            &mut limits.wrong_codes_session,
            &mut limits.wrong_codes_account,
            &mut limits.wrong_codes_account_day,
            &mut limits.wrong_codes_network,
        ] {
            *limit = 1000;
        }
        // An account has a tenth of it.
        limits.wrong_codes_server = 10_000;
    })
    .await;
    server.add_user("alice").await;
    let (mut one, mut other) = (Script::logged_in(&server, "alice").await, Script::logged_in(&server, "alice").await);
    for _ in 0..20 {
        let device = server.device("tv").authorize("read").await;
        let code = device.user_code.as_str();
        let (allowed, denied) = tokio::join!(one.decide(code, "allow"), other.decide(code, "deny"));
        let heard = match (allowed.status, denied.status) {
            (200, 404) => "tokens",
            (404, 200) => "access_denied",
            answers => panic!("{answers:?}"),
        };
        assert_eq!(device.poll().await, heard);
    }
}

/// Proves: seed_44 U-03: wrong, used, expired and no code at all are one answer, with what to try again with.
#[tokio::test]
async fn every_code_that_leads_nowhere_is_told_alike() {
    let server = Server::spawn().await;
    for name in ["alice", "bob"] {
        server.add_user(name).await;
    }
    let mut script = Script::logged_in(&server, "alice").await;
    let (used, taken) = (server.device("tv").authorize("read").await, server.device("tv").authorize("read").await);
    assert_eq!(script.decide(&used.user_code, "allow").await.status, 200);
    server.browser().reach_decision(&taken.user_code, "bob").await;
    let mut told = Vec::new();
    for code in [&unknown_code(1), &used.user_code, &taken.user_code, "!!!"] {
        let looked = script.look(code).await;
        assert_eq!(looked.status, 404, "{looked:?}");
        let mut looked = looked.json();
        assert!(said(&looked, "not_found") && looked["oauth2Data"]["userCode"] == code, "{looked}");
        looked["oauth2Data"]["userCode"] = Value::Null;
        told.push(looked);
    }
    assert!(told.iter().all(|answer| *answer == told[0]), "{told:?}");
}

/// Proves: seed_45 W-06: not without the csrf value of this very session, and not from another site.
#[tokio::test]
async fn an_answer_without_the_sessions_csrf_value_changes_nothing() {
    let server = Server::spawn().await;
    for name in ["alice", "mallory"] {
        server.add_user(name).await;
    }
    let device = server.device("tv").authorize("read").await;
    let mut script = Script::logged_in(&server, "alice").await;
    let foreign = Script::logged_in(&server, "mallory").await.csrf;
    let own = script.csrf.clone();
    for csrf in ["", "x", foreign.as_str(), script.cookie.split_once('=').unwrap().1.to_owned().as_str()] {
        csrf.clone_into(&mut script.csrf);
        script.decide(&device.user_code, "allow").await.assert_error(403, "invalid_csrf");
    }
    let form = [("user_code", device.user_code.as_str()), ("decision", "allow"), ("csrf", &own)];
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let request = server.request("POST", "/device").header("accept", "application/json").header(name, value);
        let sent = request.header("cookie", &script.cookie).form(&form).send().await.unwrap();
        assert_eq!(sent.status(), 403, "{name}");
        let request = server.request("GET", &format!("/device?user_code={}", device.user_code)).header(name, value);
        let sent = request.header("accept", "application/json").header("cookie", &script.cookie).send().await.unwrap();
        assert_eq!(sent.status(), 403, "{name}: nor is a code looked up for it");
    }
    assert_eq!(server.count_events("grant_claimed").await, 0);
}

/// Proves: seed_48: nobody is signed in, or not any more.
#[tokio::test]
async fn without_a_session_nothing_is_looked_up_and_nothing_decided() {
    let server = Server::spawn().await;
    server.add_user("alice").await;
    let device = server.device("tv").authorize("read").await;
    let mut stranger = Script::new(&server);
    stranger.look(&device.user_code).await.assert_error(401, "login_required");
    stranger.decide(&device.user_code, "allow").await.assert_error(401, "login_required");
    let mut script = Script::logged_in(&server, "alice").await;
    server.clock.advance(secs(15 * 60 + 1));
    let device = server.device("tv").authorize("read").await;
    script.decide(&device.user_code, "allow").await.assert_error(401, "login_required");
    assert_eq!(server.count_events("grant_claimed").await, 0);
}

/// Proves: seed_41 U-06: a program has to send what people have to tick on the page; other parameters change nothing.
#[tokio::test]
async fn a_program_says_what_the_page_makes_people_tick() {
    let server = Server::spawn().await;
    server.add_user("alice").await;
    let mut script = Script::logged_in(&server, "alice").await;
    let device = server.device("tv").authorize("read").await;
    let csrf = script.csrf.clone();
    let common = [("user_code", device.user_code.as_str()), ("csrf", csrf.as_str())];
    for (more, words) in [
        (&[][..], "decision must be"),
        (&[("decision", "approve")][..], "decision must be"),
        (&[("decision", "allow")][..], "device_present"),
        (&[("decision", "allow"), ("device_present", "yes")][..], "device_present"),
        (&[("decision", "allow"), ("device_present", "true")][..], "other_network"),
        (&[("decision", "allow"), ("device_present", "true"), ("scope.admin", "true")][..], "scope"),
    ] {
        let answer = script.post("/device", &[&common, more].concat()).await;
        answer.assert_error(400, "invalid_request");
        assert!(answer.body.contains(words), "{}", answer.body);
    }
    let missing = script.post("/device", &[("csrf", &csrf), ("decision", "deny")]).await;
    missing.assert_error(400, "invalid_request");
    let whole = [("decision", "allow"), ("device_present", "true"), ("other_network", "true")];
    let others = [("client_id", "radio"), ("scope", "admin openid")];
    assert_eq!(script.post("/device", &[&common[..], &whole, &others].concat()).await.status, 200);
    let tokens = device.redeem().await;
    assert_eq!(tokens["scope"], "read");
}

/// Proves: E-01 E-02: guessing over REST costs what it costs on the page, and ends the session.
#[tokio::test]
async fn a_program_that_guesses_is_logged_out() {
    let server = Server::spawn().await;
    server.add_user("alice").await;
    let mut script = Script::logged_in(&server, "alice").await;
    for number in 0..5 {
        let answer = if number % 2 == 0 { script.look(&unknown_code(number)).await } else { script.look("?").await };
        assert_eq!(answer.status, 404, "{}", answer.body);
    }
    let device = server.device("tv").authorize("read").await;
    script.look(&device.user_code).await.assert_error(401, "login_required");
    script.decide(&device.user_code, "allow").await.assert_error(401, "login_required");
    assert_eq!(server.count_events("code_entry_locked").await, 1);
    assert_eq!(server.events_of("code_entry_locked").await[0].channel, "api");
}

/// Proves: A-03 A-04: the login by a program is the login of the page, with its limits.
#[tokio::test]
async fn a_login_by_a_program_has_the_limits_of_the_page() {
    let server = Server::spawn().await;
    server.add_user("alice").await;
    let mut script = Script::new(&server);
    for body in [json!({"username": "alice"}), json!("alice"), json!({"username": "a", "password": "b", "admin": true})]
    {
        script.log_in(&body).await.assert_error(400, "invalid_request");
    }
    for wrong in [("alice", "wrong"), ("nobody", PASSWORD)] {
        let answer = script.log_in(&json!({"username": wrong.0, "password": wrong.1})).await;
        answer.assert_error(401, "invalid_credentials");
    }
    let mut answer = script.log_in(&json!({"username": "alice", "password": "wrong"})).await;
    for _ in 0..20 {
        if answer.status == 429 {
            break;
        }
        answer = script.log_in(&json!({"username": "alice", "password": "wrong"})).await;
    }
    answer.assert_error(429, "too_many_requests");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
    assert!(server.events_of("login_failed").await.iter().all(|event| event.channel == "api"));
    let json = || server.request("POST", "/login").header("content-type", "application/json");
    let large = json().body(format!("{:>20000}", "{}"));
    for (request, status) in [(json().header("sec-fetch-site", "cross-site").body("{}"), 403), (large, 413)] {
        assert_eq!(request.send().await.unwrap().status(), status);
    }
}

/// Proves: B-04: a number is picked here, too, and the wrong one denies.
#[tokio::test]
async fn a_program_picks_the_number_of_the_device() {
    let server = Server::with(|settings| settings.client[0].number_match = Some(true)).await;
    server.add_user("alice").await;
    let mut script = Script::logged_in(&server, "alice").await;
    for right in [true, false] {
        let device = server.device("tv").authorize("read").await;
        let shown = device.json["match_number"].as_str().unwrap().to_owned();
        let asked = script.look(&device.user_code).await.json();
        let numbers = asked["request"]["matchNumbers"].as_array().unwrap().clone();
        assert!(numbers.len() == 3 && numbers.contains(&json!(shown)), "{asked}");
        assert!(asked["request"]["needs"].as_array().unwrap().contains(&json!("match_number")));
        script.decide(&device.user_code, "allow").await.assert_error(400, "invalid_request");
        let picked = numbers.iter().map(|number| number.as_str().unwrap()).find(|number| (*number == shown) == right);
        let csrf = script.csrf.clone();
        let form = [
            ("user_code", device.user_code.as_str()),
            ("csrf", csrf.as_str()),
            ("decision", "allow"),
            ("device_present", "true"),
            ("other_network", "true"),
            ("match_number", picked.unwrap()),
        ];
        let answer = script.post("/device", &form).await;
        if right {
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert_eq!(device.poll().await, "tokens");
        } else {
            answer.assert_error(403, "wrong_number");
            assert_eq!(device.poll().await, "access_denied");
        }
    }
}

/// Proves: P-02: a policy of the operator holds here as on the page.
#[tokio::test]
async fn a_device_in_another_network_is_denied_where_the_operator_says_so() {
    use protocol::NetworkMismatch;

    let server = Server::with(|settings| settings.device.network_mismatch = NetworkMismatch::Deny).await;
    server.add_user("alice").await;
    let mut script = Script::logged_in(&server, "alice").await;
    let device = server.device("tv").authorize("read").await;
    assert_eq!(script.look(&device.user_code).await.json()["request"]["mayApprove"], false);
    script.decide(&device.user_code, "allow").await.assert_error(403, "other_network");
    assert_eq!(script.decide(&device.user_code, "deny").await.status, 200);
    device.poll_answer().await.assert_error(400, "access_denied");
}

/// Proves: T-22: a program gets the optional scopes that it names.
#[tokio::test]
async fn optional_scopes_are_given_by_name() {
    let server = Server::with(|settings| settings.client[0].optional_scopes = vec!["read".to_owned()]).await;
    server.add_user("alice").await;
    let mut script = Script::logged_in(&server, "alice").await;
    let device = server.device("tv").authorize("read").await;
    let asked = script.look(&device.user_code).await.json();
    assert_eq!(asked["request"]["needs"], json!(["device_present", "other_network", "scope"]));
    script.decide(&device.user_code, "allow").await.assert_error(400, "invalid_request");
    let csrf = script.csrf.clone();
    let form = [("user_code", device.user_code.as_str()), ("csrf", csrf.as_str()), ("decision", "allow")];
    let ticks = [("device_present", "true"), ("other_network", "true"), ("scope.read", "true")];
    assert_eq!(script.post("/device", &[&form[..], &ticks].concat()).await.status, 200);
    assert_eq!(device.redeem().await["scope"], "read");
}

/// A browser still gets pages; and the session of a JSON login is a session of pages.
#[tokio::test]
async fn who_does_not_ask_for_json_gets_a_page() {
    let server = Server::spawn().await;
    server.add_user("alice").await;
    let mut script = Script::logged_in(&server, "alice").await;
    for accepts in ["*/*", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/jsonp"] {
        script.accepts = Some(accepts);
        assert!(script.get("/device").await.header("content-type").starts_with("text/html"), "{accepts}");
    }
    assert_eq!(script.get("/account").await.status, 200);
    script.accepts = Some("application/json;q=0, text/html");
    let page = script.get("/device").await;
    assert!(
        page.header("content-type").starts_with("text/html") && page.header("vary") == "Accept, Cookie",
        "{page:?}"
    );
    script.accepts = Some("text/html;q=0.5, Application/JSON ; q=0.9");
    assert_eq!(script.get("/device").await.json()["csrf"], script.csrf);
}

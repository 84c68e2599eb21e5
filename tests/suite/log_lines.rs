//! What the real daemon logs: each line is an object, and names each request by its id, which the audit table has too.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use testkit::cluster::is_here;
use testkit::{Answer, Browser, Daemon, PASSWORD, command, eventually, grantd, request};

const TV: &str = "[[client]]\nid = 'tv'\nname = 'N'\ntype = 'public'\nscopes = ['openid']\n\
                  grant_types = ['urn:ietf:params:oauth:grant-type:device_code']\n";

fn object(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// Proves: L-01 L-03 FD-10.
#[tokio::test]
async fn every_line_is_an_object_and_every_request_has_its_id() {
    let mut daemon = Daemon::start(TV).await;
    let tv = daemon.device("tv");
    let mut answers = vec![("POST", "/device_authorization", tv.authorize_answer().await)];
    answers.push(("POST", "/token", tv.post("/token", &[("grant_type", "password")]).await));
    for path in ["/.well-known/openid-configuration", "/device", "/nowhere"] {
        let asked = request(daemon.address, "GET", path).send().await.unwrap();
        answers.push(("GET", path, Answer::of(asked).await));
    }
    let reloaded = daemon.reload(&TV.replace("'N'", "'M'"), "configuration reloaded").await;
    assert_eq!(object(&reloaded)["clients_changed"], "tv");
    let ids: Vec<&str> = answers.iter().map(|(_, _, answer)| answer.header("x-request-id")).collect();

    let audit_log = || {
        let mut log = command("audit-log", &daemon.config);
        let told = String::from_utf8(log.args(["--json", "--since", "1h"]).output().unwrap().stdout).unwrap();
        told.lines().map(object).collect::<Vec<Value>>()
    };
    let is_reload = |event: &Value| event["event"] == "configuration_reloaded";
    // The line comes first: the log does not wait for the database.
    eventually(async || audit_log().iter().any(is_reload)).await;
    let events = audit_log();
    let of = |name: &str| events.iter().filter(|event| event["event"] == name).collect::<Vec<_>>();
    assert_eq!(of("grant_created").len(), 1);
    assert_eq!(of("grant_created")[0]["request"], ids[0]);
    assert_eq!(of("configuration_reloaded")[0]["detail"]["clients_changed"], serde_json::json!(["tv"]));

    // `reload` read the lines before it.
    answers.clear();
    let again = ("POST", "/device_authorization", tv.authorize_answer().await);
    let lost = ("POST", "/token", tv.post("/token", &[("grant_type", "password")]).await);
    answers.extend([again, lost]);
    let lines: Vec<Value> = daemon.last_words().await.iter().map(|line| object(line)).collect();
    for (method, route, answer) in &answers {
        let id = answer.header("x-request-id");
        let of_it: Vec<&Value> = lines.iter().filter(|line| line["span"]["id"] == id).collect();
        let ended: Vec<&&Value> = of_it.iter().filter(|line| line["message"] == "answered").collect();
        assert_eq!(ended.len(), 1, "{method} {route}: {of_it:#?}");
        assert_eq!(ended[0]["status"], answer.status);
        assert!(ended[0]["took_ms"].is_u64(), "{ended:#?}");
        let refused = answer.status >= 400;
        assert_eq!(ended[0]["error"].is_string(), refused, "{ended:#?}");
        for line in of_it {
            assert_eq!(
                (line["span"]["method"].as_str(), line["span"]["route"].as_str()),
                (Some(*method), Some(*route))
            );
        }
    }
    let asked: Vec<&Value> = lines.iter().filter(|line| line["message"] == "a device asks to sign in").collect();
    assert_eq!(asked[0]["span"]["id"], answers[0].2.header("x-request-id"));
    for line in &lines {
        assert!(line["spans"].is_null(), "the request is told twice in {line}");
        for member in ["timestamp", "level", "message", "target"] {
            assert!(line[member].is_string(), "no {member} in {line}");
        }
    }
}

/// The secret of each confidential client, and what strangers send in its place.
const RIGHT: &str = "a-right-secret";
const WRONG: &str = "a-wrong-secret";

fn clients() -> String {
    let digest = protocol::Digest::sha256(RIGHT.as_bytes()).hex();
    let secret = format!("type = 'confidential'\nsecret_digests = ['sha256:{digest}']\nscopes = ['openid']\n");
    let device = "grant_types = ['urn:ietf:params:oauth:grant-type:device_code']\n";
    format!(
        "{TV}[[client]]\nid = 'box'\nname = 'N'\n{secret}{device}\
         [[client]]\nid = 'api'\nname = 'N'\n{secret}\
         [[client]]\nid = 'strict'\nname = 'N'\nrequire_pkce = true\n{secret}{device}"
    )
}

/// Proves: FD-06 L-01
#[tokio::test]
async fn the_log_says_why_a_client_was_refused_and_the_client_learns_no_more_than_before() {
    let mut daemon = Daemon::start(&clients()).await;
    assert_eq!(daemon.beside(&["user", "add", "anna"], PASSWORD).await.code, Some(0));
    let [tv, box_, nobody] = ["tv", "box", "nobody"].map(|id| daemon.device(id));
    let asks = "/device_authorization";
    let mut refused = Vec::new();
    for (device, fields, flaw) in [
        (nobody.clone(), vec![("client_secret", WRONG)], "no enabled client has this id"),
        (box_.clone(), vec![("client_secret", RIGHT)], "another token_endpoint_auth_method"),
        (box_.clone(), vec![], "another token_endpoint_auth_method"),
        (tv.clone(), vec![("client_secret", WRONG)], "another token_endpoint_auth_method"),
        (box_.clone().with_secret(WRONG), vec![], "the secret is wrong"),
    ] {
        let answer = device.post(asks, &fields).await;
        answer.assert_error(401, "invalid_client");
        refused.push((answer, "a client is not authenticated", flaw));
    }
    let bodies: Vec<&str> = refused.iter().map(|(answer, ..)| answer.body.as_str()).collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]), "each is told the same: {bodies:#?}");
    let broken = box_.clone().with_authorization(Some(&format!("Bearer {WRONG}"))).post(asks, &[]).await;
    refused.push((broken, "a client is not authenticated", "not Basic"));
    let api = daemon.device("api");
    let without = api.clone().with_authorization(Some("")).post("/introspect", &[("token", "x")]).await;
    refused.push((without, "a client is not authenticated", "not Basic"));

    let scope = tv.post(asks, &[("scope", "openid offline_access")]).await;
    scope.assert_error(400, "invalid_scope");
    let named = "this client may not ask for the scope offline_access from a device";
    assert_eq!(scope.json()["error_description"], named);
    refused.push((scope, "a scope is refused", named));
    let strict = daemon.device("strict").with_secret(RIGHT);
    refused.push((strict.post(asks, &[]).await, "a code_challenge is missing", ""));
    let challenge =
        [("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256")];
    let bound = strict.authorize_with(&challenge).await;
    let poll = [("grant_type", testkit::DEVICE_CODE), ("device_code", bound.device_code.as_str())];
    for (verifier, flaw) in [(None, "it is missing"), (Some(WRONG), "it does not fit the code_challenge")] {
        let fields: Vec<_> = poll.into_iter().chain(verifier.map(|verifier| ("code_verifier", verifier))).collect();
        let answer = strict.post("/token", &fields).await;
        answer.assert_error(400, "invalid_grant");
        refused.push((answer, "a code_verifier is refused", flaw));
    }
    let asked = tv.authorize("openid").await;
    let mut browser = Browser::new(daemon.address, "198.51.100.7");
    let decision = browser.reach_decision(&asked.user_code, "anna").await;
    browser.approve(&decision).await;
    let token = asked.redeem().await["access_token"].as_str().unwrap().to_owned();
    let described = api.with_secret(RIGHT).post("/introspect", &[("token", &token)]).await;
    assert_eq!(described.json(), serde_json::json!({"active": false}));
    refused.push((described, "a token is described as inactive", "introspect is not true for this client"));

    daemon.signal("-TERM");
    let lines = daemon.says_all_until("stopping").await;
    for secret in [RIGHT, WRONG, &token, &bound.device_code] {
        assert!(!lines.iter().any(|line| line.contains(secret)), "{secret} is in the log");
    }
    let lines: Vec<Value> = lines.iter().map(|line| object(line)).collect();
    for (answer, message, flaw) in &refused {
        let id = answer.header("x-request-id");
        let told: Vec<&Value> = lines
            .iter()
            .filter(|line| line["span"]["id"] == id && line["message"].as_str().unwrap().starts_with(message))
            .collect();
        let [told] = told.as_slice() else { panic!("{message}: {told:#?}") };
        assert!(told["flaw"].as_str().unwrap_or_default().contains(flaw), "{flaw}: {told}");
        assert_eq!(told["level"], "INFO");
        // An id that nobody registered may be a secret in the wrong place.
        let is_unknown = flaw.contains("Basic") || flaw.contains("no enabled client");
        assert_eq!(told["client"].is_string(), !is_unknown, "{told}");
    }
    let methods: Vec<_> = lines
        .iter()
        .filter(|line| line["method"].is_string())
        .map(|line| [&line["client"], &line["method"], &line["registered"]].map(|of| of.as_str().unwrap_or("-")))
        .collect();
    let (basic, post) = ("client_secret_basic", "client_secret_post");
    let expected =
        [["-", post, "-"], ["box", post, basic], ["box", "none", basic], ["tv", post, "none"], ["box", basic, basic]];
    assert_eq!(methods, expected);
}

/// Proves: FD-10
#[test]
fn a_terminal_gets_coloured_lines_unless_no_color_is_set() {
    let terminal = Some(PathBuf::from("/usr/bin/script")).filter(|path| path.exists());
    let Some(terminal) = is_here("the program script", terminal) else { return };
    let folder = tempfile::tempdir().unwrap();
    // A folder is no database, so the server ends after its first line.
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("g.toml"), "listen.address = '127.0.0.1:0'\ndatabase.url = 'sqlite:data'\n").unwrap();
    for (value, is_coloured) in [(None, true), (Some(""), true), (Some("1"), false)] {
        let mut serve = Command::new(&terminal);
        serve.args(["-qec", &format!("{} serve --config g.toml", grantd().display()), "/dev/null"]);
        serve.current_dir(folder.path()).stdin(Stdio::null()).env_clear();
        serve.envs(value.map(|value| ("NO_COLOR", value)));
        let said = String::from_utf8(serve.output().unwrap().stdout).unwrap();
        assert!(said.contains("opening the database"), "{said:?}");
        assert_eq!(said.contains('\u{1b}'), is_coloured, "{value:?}: {said:?}");
    }
}

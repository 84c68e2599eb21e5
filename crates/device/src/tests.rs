//! The whole sign-in against scripted answers. No test sleeps: waiting only moves the time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::scripted_server::{Reply, ScriptedServer};
use crate::{Client, CodeVerifier, DeviceError, Keypad, Screen, SignIn, SignedIn, Surface, Timekeeper};
use protocol::Timestamp;

const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// Moves the time by what it is asked to wait, and remembers that.
#[derive(Default)]
struct Impatient {
    waits: Mutex<Vec<Duration>>,
}

impl Impatient {
    fn waits(&self) -> Vec<u64> {
        self.waits.lock().unwrap().iter().map(Duration::as_secs).collect()
    }
}

impl Timekeeper for Impatient {
    fn now(&self) -> Timestamp {
        START + self.waits.lock().unwrap().iter().sum::<Duration>()
    }

    async fn wait(&self, span: Duration) {
        self.waits.lock().unwrap().push(span);
    }
}

struct Walk {
    outcome: Result<SignedIn, DeviceError>,
    waits: Vec<u64>,
    shown: String,
}

impl Walk {
    fn exit_code(&self) -> u8 {
        self.outcome.as_ref().unwrap_err().exit_code()
    }
}

async fn server() -> Arc<ScriptedServer> {
    ScriptedServer::start((START + Duration::from_hours(1)).seconds()).await
}

/// What somebody types, a line for each time that the device looks.
#[derive(Default)]
struct Keys(Mutex<VecDeque<&'static str>>);

impl Keypad for Keys {
    fn typed(&self) -> Option<String> {
        self.0.lock().unwrap().pop_front().filter(|line| !line.is_empty()).map(str::to_owned)
    }
}

async fn walk_on(server: &ScriptedServer, client_secret: Option<&str>, surface: Surface) -> Walk {
    walk_typing(server, client_secret, surface, &Keys::default()).await
}

async fn walk_typing(server: &ScriptedServer, client_secret: Option<&str>, surface: Surface, keys: &Keys) -> Walk {
    let time = Impatient::default();
    let mut bytes = Vec::new();
    let mut screen = Screen::new(&mut bytes, surface);
    let outcome = sendable(async {
        let (http, found) = server.discovered().await?;
        let client = Client::new("tv", client_secret, &http, &found);
        let verifier = CodeVerifier::from_random([7; 32]);
        let request =
            SignIn { scope: Some("openid"), nonce: Some("n-0S6"), verifier: Some(&verifier), keypad: Some(keys) };
        client.sign_in(&request, &mut screen, &time).await
    })
    .await;
    if let Ok(signed_in) = &outcome {
        screen.welcome(signed_in).unwrap();
    }
    drop(screen);
    Walk { outcome, waits: time.waits(), shown: String::from_utf8(bytes).unwrap() }
}

async fn walk(server: &ScriptedServer) -> Walk {
    walk_on(server, None, Surface::Plain).await
}

/// The walk may run in a task of its own.
fn sendable<F: Future + Send>(walk: F) -> F {
    walk
}

fn error(code: &str) -> Reply {
    Reply::Json(400, json!({"error": code}))
}

fn tokens() -> Reply {
    Reply::Tokens(json!({}))
}

#[tokio::test]
async fn a_person_signs_in() {
    let server = server().await;
    server.will_answer("/token", [error("authorization_pending"), error("authorization_pending"), tokens()]);
    let walk = walk(&server).await;
    let signed_in = walk.outcome.unwrap();
    assert_eq!(signed_in.name(), Some("ada.lovelace"));
    assert_eq!(signed_in.claims.as_ref().unwrap()["nonce"], "n-0S6");
    assert_eq!(signed_in.scope.as_deref(), Some("openid"));
    assert!(signed_in.tokens.refresh_token.is_some());
    assert_eq!(walk.waits, [5, 5, 5]);
    assert!(walk.shown.contains(&format!("\nwaiting for you at {}/device\n", server.issuer)), "{}", walk.shown);
    assert!(walk.shown.contains("\nsigned in as ada.lovelace\n"), "{}", walk.shown);
    let poll = &server.seen("/token")[0].form;
    assert_eq!(poll["grant_type"], "urn:ietf:params:oauth:grant-type:device_code");
    assert_eq!((poll["device_code"].as_str(), poll["client_id"].as_str()), ("d-secret", "tv"));
    assert_eq!(server.seen("/userinfo")[0].authorization.as_deref(), Some("Bearer a-secret"));
}

#[tokio::test]
async fn slow_down_is_obeyed_for_good() {
    let server = server().await;
    server.will_answer("/token", [error("slow_down"), error("authorization_pending"), error("slow_down"), tokens()]);
    let walk = walk(&server).await;
    walk.outcome.unwrap();
    assert_eq!(walk.waits, [5, 10, 10, 15]);
    assert_eq!(walk.shown.matches("told to slow down").count(), 2);
}

#[tokio::test]
async fn a_server_in_trouble_is_asked_ever_more_rarely_until_it_is_back() {
    let server = server().await;
    server.will_answer(
        "/token",
        [
            Reply::Page(503, "<h1>busy</h1>"),
            Reply::Dropped,
            Reply::Json(500, json!({"error": "server_error"})),
            Reply::Page(429, "too many"),
            error("authorization_pending"),
            Reply::Page(502, ""),
            tokens(),
        ],
    );
    let walk = walk(&server).await;
    walk.outcome.unwrap();
    assert_eq!(walk.waits, [5, 10, 20, 40, 60, 5, 10]);
    assert_eq!(walk.shown.matches("the server does not answer, trying again").count(), 2, "{}", walk.shown);
}

#[tokio::test]
async fn silence_ends_when_the_code_expires() {
    let server = server().await;
    server.will_answer("/token", (0..100).map(|_| Reply::Dropped));
    let walk = walk(&server).await;
    assert!(matches!(walk.outcome, Err(DeviceError::Expired)));
    assert_eq!(walk.waits.iter().sum::<u64>(), 600, "the last poll falls on the end: {:?}", walk.waits);
}

#[tokio::test]
async fn nobody_coming_ends_when_the_code_expires() {
    let server = server().await;
    server.will_answer("/token", (0..200).map(|_| error("authorization_pending")));
    let walk = walk(&server).await;
    assert_eq!(walk.exit_code(), 4);
    assert_eq!(walk.waits, [5; 120]);
}

#[tokio::test]
async fn every_other_error_ends_the_walk_with_its_code() {
    for (code, exit_code) in [("access_denied", 3), ("expired_token", 4), ("invalid_client", 5), ("invalid_grant", 5)] {
        let server = server().await;
        server.will_answer("/token", [error("authorization_pending"), error(code)]);
        let walk = walk(&server).await;
        assert_eq!(walk.exit_code(), exit_code, "{code}");
        assert_eq!(walk.waits, [5, 5], "{code}");
    }
}

#[tokio::test]
async fn what_a_refusing_server_says_reaches_the_person_without_its_control_characters() {
    let server = server().await;
    let refusal = json!({"error": "invalid_client", "error_description": "unknown \u{1b}[31mtv\u{7}"});
    server.will_answer("/device_authorization", [Reply::Json(401, refusal)]);
    let error = walk(&server).await.outcome.unwrap_err();
    assert_eq!(error.to_string(), "the server refuses: invalid_client (unknown [31mtv)");
}

#[tokio::test]
async fn an_answer_without_sense_ends_the_walk() {
    for nonsense in [
        Reply::Page(200, "<html>"),
        Reply::Page(302, ""),
        Reply::Page(404, "not here"),
        Reply::Json(200, json!({"access_token": "a-secret", "token_type": "DPoP"})),
        Reply::Json(200, json!({"access_token": "x".repeat(70_000)})),
    ] {
        let server = server().await;
        server.will_answer("/token", [nonsense]);
        let walk = walk(&server).await;
        assert!(matches!(walk.outcome, Err(DeviceError::Unexpected { .. })), "{:?}", walk.outcome);
    }
}

#[tokio::test]
async fn tokens_that_prove_nothing_are_refused() {
    for change in [
        json!({"iss": "https://elsewhere.example"}),
        json!({"aud": "radio"}),
        json!({"exp": START.seconds() - 100}),
        json!({"nonce": "another"}),
        json!({"sub": "eve"}),
    ] {
        let server = server().await;
        server.will_answer("/token", [Reply::Tokens(change.clone())]);
        let walk = walk(&server).await;
        assert!(matches!(walk.outcome, Err(DeviceError::Unverified(_))), "{change}: {:?}", walk.outcome);
    }
}

#[tokio::test]
async fn openid_without_an_id_token_is_refused() {
    let server = server().await;
    server.will_answer("/token", [Reply::Json(200, json!({"access_token": "a-secret", "token_type": "Bearer"}))]);
    assert!(matches!(walk(&server).await.outcome, Err(DeviceError::Unverified(_))));
}

#[tokio::test]
async fn a_server_without_openid_signs_in_nameless() {
    let server = server().await;
    server.will_answer("/token", [Reply::Json(200, json!({"access_token": "a-secret", "scope": "watch"}))]);
    let signed_in = walk(&server).await.outcome.unwrap();
    assert_eq!((signed_in.name(), signed_in.scope.as_deref()), (None, Some("watch")));
}

#[tokio::test]
async fn a_lost_connection_after_the_tokens_does_not_lose_them() {
    let server = server().await;
    server.will_answer("/token", [tokens()]);
    server.will_answer("/jwks.json", [Reply::Dropped, Reply::Page(503, "")]);
    let walk = walk(&server).await;
    walk.outcome.unwrap();
    assert_eq!(walk.waits, [5, 1, 2]);
}

/// Proves: FE-14
#[tokio::test]
async fn tokens_that_nobody_says_more_about_are_kept_with_a_warning() {
    for (path, reply, said) in [
        (
            "/userinfo",
            Reply::Json(403, json!({"error": "insufficient_scope"})),
            "the server refuses: insufficient_scope",
        ),
        ("/userinfo", Reply::Page(404, "not here"), "/userinfo gave an answer that makes no sense here: status 404"),
        ("/jwks.json", Reply::Page(404, "not here"), "/jwks.json gave an answer that makes no sense here: status 404"),
    ] {
        let server = server().await;
        server.will_answer("/token", [tokens()]);
        server.will_answer(path, [reply]);
        let signed_in = walk(&server).await.outcome.unwrap();
        assert!(signed_in.tokens.refresh_token.is_some() && signed_in.userinfo.is_none());
        assert_eq!(signed_in.claims.is_some(), path == "/userinfo", "what was not verified is not told");
        let [warning] = signed_in.warnings.as_slice() else { panic!("{:?}", signed_in.warnings) };
        assert!(warning.contains(said), "{warning}");
    }
}

#[tokio::test]
async fn a_confidential_client_authenticates_by_basic_with_form_encoding() {
    let server = server().await;
    server.will_answer("/token", [tokens()]);
    walk_on(&server, Some("s:e c+r%t"), Surface::Plain).await.outcome.unwrap();
    for path in ["/device_authorization", "/token"] {
        let seen = &server.seen(path)[0];
        // base64 of "tv:s%3Ae+c%2Br%25t"
        assert_eq!(seen.authorization.as_deref(), Some("Basic dHY6cyUzQWUrYyUyQnIlMjV0"), "{path}");
        assert!(!seen.form.contains_key("client_secret"), "{path}");
    }
}

#[tokio::test]
async fn a_server_that_is_none_is_a_mistake_of_the_caller_and_an_absent_one_of_the_network() {
    let server = server().await;
    server.will_answer("/.well-known/openid-configuration", [Reply::Page(404, "")]);
    assert!(matches!(walk(&server).await.outcome, Err(DeviceError::NotDiscovered { .. })));
    server.will_answer(
        "/.well-known/openid-configuration",
        [Reply::Json(200, json!({"issuer": "https://elsewhere.example"}))],
    );
    assert_eq!(walk(&server).await.exit_code(), 2);
    server.will_answer("/.well-known/openid-configuration", [Reply::Dropped]);
    assert_eq!(walk(&server).await.exit_code(), 6);
}

#[tokio::test]
async fn a_terminal_counts_the_seconds() {
    let server = server().await;
    server.will_answer("/token", [error("authorization_pending"), tokens()]);
    let walk = walk_on(&server, None, Surface::Terminal { columns: 80, has_colours: true }).await;
    walk.outcome.unwrap();
    assert_eq!(walk.waits, [1; 10]);
    for left in ["10:00", "09:59", "09:51"] {
        assert!(walk.shown.contains(&format!("\r\x1b[K{left} left, waiting")), "{left}");
    }
}

#[tokio::test]
async fn no_secret_reaches_the_screen() {
    for surface in [Surface::Plain, Surface::Terminal { columns: 80, has_colours: true }] {
        let server = server().await;
        server.will_answer("/token", [tokens()]);
        let walk = walk_on(&server, Some("c-secret"), surface).await;
        assert!(!walk.shown.contains("-secret"));
        assert!(!walk.shown.contains("eyJ"), "no token either");
        assert!(!format!("{:?}", walk.outcome).contains("-secret"));
    }
}

/// Proves: FD-13 T-24, from the device's side: where a server says that it knows S256, the request for codes has a challenge
/// and every poll its verifier; elsewhere neither is sent.
#[tokio::test]
async fn a_code_is_bound_to_the_device_that_asked_where_the_server_knows_how() {
    for (methods, is_bound) in [
        (json!(["plain", "S256"]), true),
        (json!(["S256"]), true),
        (json!(["plain"]), false),
        (json!([]), false),
        (json!(null), false),
    ] {
        let server = server().await;
        let mut document = server.document();
        document["code_challenge_methods_supported"] = methods;
        server.will_answer("/.well-known/openid-configuration", [Reply::Json(200, document)]);
        server.will_answer("/token", [error("authorization_pending"), tokens()]);
        let walk = walk(&server).await;
        walk.outcome.unwrap();
        let asked = &server.seen("/device_authorization")[0].form;
        assert_eq!(asked.get("code_challenge_method").map(String::as_str), is_bound.then_some("S256"));
        let polls = server.seen("/token");
        assert_eq!(polls.len(), 2);
        for poll in polls {
            let challenge = poll.form.get("code_verifier").map(|verifier| {
                URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes()))
            });
            assert_eq!((challenge.is_some(), challenge.as_ref()), (is_bound, asked.get("code_challenge")));
        }
    }
}

/// Proves: B-04, from the device's side: a PIN goes out once, with a poll that is due, and a wrong one is said.
#[tokio::test]
async fn a_pin_is_sent_once_with_the_next_poll() {
    let server = server().await;
    let asked = json!({
        "device_code": "d-secret", "user_code": "WDJB-MJHT", "verification_uri": "https://a.example/device",
        "expires_in": 600, "interval": 5, "match_number": "47", "initiation_pin_required": true,
    });
    server.will_answer("/device_authorization", [Reply::Json(200, asked)]);
    let wrong = |code: &str| json!({"error": code, "initiation_pin": "wrong", "initiation_pin_tries_left": 3});
    let answers = [error("authorization_pending"), Reply::Json(400, wrong("authorization_pending"))];
    server.will_answer("/token", answers.into_iter().chain([Reply::Json(400, wrong("slow_down")), tokens()]));
    let keys = Keys(Mutex::new(["", "000000", "000 001", "048213"].into()));
    let walk = walk_typing(&server, None, Surface::Plain, &keys).await;
    walk.outcome.unwrap();
    let sent: Vec<_> = server.seen("/token").iter().map(|poll| poll.form.get("initiation_pin").cloned()).collect();
    assert_eq!(sent, [None, Some("000000".into()), Some("000 001".into()), Some("048213".into())]);
    assert_eq!(walk.waits, [5, 5, 5, 10], "at the pace of any poll");
    assert_eq!(walk.shown.matches("that PIN is wrong: there are 3 more tries\n").count(), 2, "{}", walk.shown);
    assert!(walk.shown.contains("\nThe number is 47: pick it"), "{}", walk.shown);
}

/// Proves: B-04: what is typed goes nowhere when nobody asks for a PIN.
#[tokio::test]
async fn a_server_that_wants_no_pin_is_sent_none() {
    let server = server().await;
    server.will_answer("/token", [error("authorization_pending"), tokens()]);
    let keys = Keys(Mutex::new(["048213", "048213"].into()));
    walk_typing(&server, None, Surface::Plain, &keys).await.outcome.unwrap();
    assert!(server.seen("/token").iter().all(|poll| !poll.form.contains_key("initiation_pin")));
}

//! `grantd login`: the device's side, as a person and as a program see it. The real binary, in real time.

use std::fs;
use std::sync::Arc;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantd::app::App;
use grantd::clock::{Clock, SystemClock};
use grantd::entropy::{Entropy, SystemEntropy};
use grantd::passwords::Password;
use protocol::{Channel, Event, GrantType, Source, Subject};
use serde_json::Value;
use settings::Settings;
use store::User;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use testkit::{Answer, Browser, Database, Ended, PASSWORD, Program, Server, direct_request, hash, run, secs};

/// A server at the machine's time: the command that signs in goes by it, and each would doubt the other otherwise.
pub struct Live {
    pub issuer: String,
    pub port: u16,
    folder: TempDir,
    _database: Database,
    _stop: oneshot::Sender<()>,
}

impl Live {
    async fn spawn() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let database = Database::fresh().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut settings = Server::settings(&database);
        settings.issuer = format!("http://localhost:{port}").parse().unwrap();
        settings.proxies.trusted.clear();
        settings.tokens.audience = None;
        settings.device.interval = secs(1);
        for client in &mut settings.client {
            client.grant_types.push(GrantType::RefreshToken);
        }
        change(&mut settings);
        let issuer = settings.issuer.to_string();
        let app = Arc::new(App::open(settings, Arc::new(SystemClock), Arc::new(SystemEntropy)).await.unwrap());
        let now = SystemClock.now();
        let anna = User {
            subject: Subject::new(SystemEntropy.identifier()),
            username: "anna".to_owned(),
            name: Some("Anna Example".to_owned()),
            email: None,
            password_hash: app.passwords.hash(&Password::typed(PASSWORD)).await.unwrap(),
            created_at: now,
            disabled_at: None,
            valid_from: now,
        };
        assert!(
            store::add_user(&app.db, &anna, &app.event(Event::UserAdded, &Source::local(Channel::Cli))).await.unwrap()
        );
        let (stop, stopped) = oneshot::channel::<()>();
        let served = Arc::clone(&app);
        tokio::spawn(async move { grantd::serve::serve(served, listener, async { drop(stopped.await) }).await });
        Self { issuer, port, folder: tempfile::tempdir().unwrap(), _database: database, _stop: stop }
    }

    /// `grantd login` at this server, which waits for its person.
    pub fn login(&self, client_id: &str, more: &[&str]) -> Program {
        let arguments = [&["login", "--issuer", &self.issuer, "--client-id", client_id], more].concat();
        Program::start(self.folder.path(), &arguments, &[])
    }

    /// The same run to its end, which comes without a person.
    async fn fails(&self, issuer: &str, client_id: &str, more: &[&str]) -> Ended {
        let owned = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<String>>();
        let arguments = owned(&[&["login", "--issuer", issuer, "--client-id", client_id], more].concat());
        let folder = self.folder.path().to_owned();
        // On a thread of its own: the server has to answer meanwhile.
        let command = move || run(&folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>(), &[], "");
        tokio::task::spawn_blocking(command).await.unwrap()
    }

    /// A file in the folder of the command.
    fn file(&self, name: &str, content: &str, mode: u32) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Anna reads the code off the screen, line by line, and decides.
    pub async fn decide(&self, line_with: impl Fn(&str) -> String, approve: bool) {
        let code = line_with("The code is ").strip_prefix("The code is ").unwrap().to_owned();
        let base = self.issuer.trim_end_matches('/');
        assert_eq!(line_with("waiting for you at "), format!("waiting for you at {base}/device"));
        let path = url::Url::parse(base).unwrap().path().trim_end_matches('/').to_owned();
        let mut browser = Browser::on_localhost(self.port).under(&path);
        let decision = browser.reach_decision(&code, "anna").await;
        assert!(decision.is_decision(), "{decision:?}");
        if approve {
            assert!(browser.approve(&decision).await.says("Go back to your device"));
        } else {
            assert!(browser.deny(&decision).await.says("You denied the request"));
        }
    }

    pub async fn ended(program: Program) -> Ended {
        tokio::task::spawn_blocking(|| program.ended()).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_and_sees_who_they_are_but_no_token() {
    let live = Live::spawn().await;
    let login = live.login("tv", &["--scope", "openid profile"]);
    live.decide(|part| login.out.find(part), true).await;
    let ended = Live::ended(login).await;
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
    for line in ["signed in as anna", "  preferred_username: \"anna\"", "scope: openid profile", "refresh token: yes"] {
        assert!(ended.out.lines().any(|shown| shown == line), "{line} is not in {}", ended.out);
    }
    assert!(!ended.out.contains("eyJ") && !ended.out.contains("grt_"), "a token was shown: {}", ended.out);
}

/// Proves: M-02, client habits 10 and 11: an issuer with a path is found, and believed only if it is meant letter for letter.
#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_with_a_path_is_signed_in_to_by_its_very_name() {
    for path in ["/tenant", "/tenant/"] {
        let live =
            Live::with(|settings| settings.issuer = format!("{}{}", settings.issuer, path).parse().unwrap()).await;
        let login = live.login("tv", &["--scope", "openid profile", "--json"]);
        live.decide(|part| login.err.find(part), true).await;
        let ended = Live::ended(login).await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let said: Value = serde_json::from_str(&ended.out).unwrap();
        assert_eq!((&said["issuer"], &said["claims"]["iss"]), (&live.issuer.as_str().into(), &said["issuer"]));
        assert_eq!(said["userinfo"]["preferred_username"], "anna");
        let base = live.issuer.trim_end_matches('/');
        let host = base.strip_suffix("/tenant").unwrap();
        let other = if path.ends_with('/') { base.to_owned() } else { format!("{base}/") };
        for (issuer, said) in [(other.as_str(), "the server calls itself "), (host, " does not describe itself: ")] {
            let ended = live.fails(issuer, "tv", &[]).await;
            assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{ended:?}");
            assert!(ended.err.contains(said), "{ended:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_gets_one_json_object_with_tokens_that_work() {
    let live = Live::spawn().await;
    let login = live.login("tv", &["--scope", "openid profile", "--json"]);
    live.decide(|part| login.err.find(part), true).await;
    let ended = Live::ended(login).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.err.contains("\nsigned in as anna\n") && !ended.err.contains("eyJ"), "{ended:?}");
    assert_eq!(ended.out.lines().count(), 1, "{ended:?}");
    let said: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((&said["issuer"], &said["scope"]), (&live.issuer.as_str().into(), &"openid profile".into()));
    assert_eq!((&said["sub"], &said["userinfo"]["sub"]), (&said["claims"]["sub"], &said["sub"]));
    assert_eq!((&said["userinfo"]["name"], &said["expires_in"]), (&"Anna Example".into(), &600.into()));
    assert_eq!(said["token_type"], "Bearer");
    assert!(said["id_token"].as_str().unwrap().starts_with("eyJ"));
    let bearer = format!("Bearer {}", said["access_token"].as_str().unwrap());
    let asked = direct_request(([127, 0, 0, 1], live.port).into(), "GET", "/userinfo")
        .header("host", format!("localhost:{}", live.port));
    let userinfo = Answer::of(asked.header("authorization", bearer).send().await.unwrap()).await;
    assert_eq!(userinfo.json(), said["userinfo"]);
    let refreshed = direct_request(([127, 0, 0, 1], live.port).into(), "POST", "/token")
        .header("host", format!("localhost:{}", live.port))
        .form(&[
            ("grant_type", "refresh_token"),
            ("client_id", "tv"),
            ("refresh_token", said["refresh_token"].as_str().unwrap()),
        ]);
    assert_eq!(refreshed.send().await.unwrap().status(), 200);
}

/// Proves: S-10 B-02, from the device's side, at a server that demands proofs with its nonces.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_can_be_bound_to_a_key_that_goes_with_the_tokens() {
    let live = Live::with(|settings| {
        settings.dpop.nonce = true;
        settings.client[0].require_dpop = true;
    })
    .await;
    let unproven = live.fails(&live.issuer, "tv", &[]).await;
    assert_eq!(unproven.code, Some(5), "{unproven:?}");
    assert!(unproven.err.contains("the server refuses: invalid_dpop_proof"), "{unproven:?}");

    let login = live.login("tv", &["--scope", "openid profile", "--dpop", "--json"]);
    live.decide(|part| login.err.find(part), true).await;
    let ended = Live::ended(login).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let said: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(said["userinfo"]["name"], "Anna Example", "the key was proven at userinfo too");
    assert_eq!(said["token_type"], "DPoP");
    let (token, jwk) = (said["access_token"].as_str().unwrap(), &said["dpop_jwk"]);
    let public = serde_json::json!({ "crv": jwk["crv"], "kty": jwk["kty"], "x": jwk["x"], "y": jwk["y"] });
    let claims: Value = jsonwebtoken::dangerous::insecure_decode_claims(token).unwrap();
    assert_eq!(claims["cnf"]["jkt"], hash(&public.to_string()));
    let [d, x, y] = ["d", "x", "y"].map(|part| URL_SAFE_NO_PAD.decode(jwk[part].as_str().unwrap()).unwrap());
    let point = [&[4][..], &x, &y].concat();
    let pair = EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, &d, &point);
    assert!(pair.is_ok(), "the private half is the one of the public half");
    assert!(!ended.err.contains(jwk["d"].as_str().unwrap()), "{}", ended.err);

    let quiet = live.login("tv", &["--dpop"]);
    live.decide(|part| quiet.out.find(part), true).await;
    let ended = Live::ended(quiet).await;
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
    assert!(!ended.out.contains("eyJ") && !ended.out.contains("\"d\""), "{ended:?}");
}

/// Proves: FD-13: a client that has to use PKCE signs in without a word about it, also with a key of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_bound_to_the_command_that_asked_for_it() {
    let live = Live::with(|settings| settings.client[0].require_pkce = true).await;
    for more in [&[][..], &["--dpop"]] {
        let login = live.login("tv", more);
        live.decide(|part| login.out.find(part), true).await;
        let ended = Live::ended(login).await;
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
    }
    let unbound = live.fails(&live.issuer, "tv", &["--no-pkce"]).await;
    assert_eq!(unbound.code, Some(5), "{unbound:?}");
    assert!(
        unbound.err.contains("the server refuses: invalid_request (this client has to send a code_challenge)"),
        "{unbound:?}"
    );
}

/// Proves: B-04, from the device's side: the number is shown, the PIN is asked for, and a wrong one may be typed again.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_carries_the_number_there_and_the_pin_back() {
    let live = Live::with(|settings| {
        settings.client[0].number_match = Some(true);
        settings.client[0].initiation_pin = Some(true);
    })
    .await;
    let arguments = ["login", "--issuer", &live.issuer, "--client-id", "tv", "--scope", "openid profile"];
    let mut login = Program::start_typed(live.folder.path(), &arguments);
    let code = login.out.find("The code is ").replace("The code is ", "");
    let number = login.out.find("The number is ").replace("The number is ", "")[..2].to_owned();
    login.out.find("the page shows a PIN: type it here");
    let mut browser = Browser::on_localhost(live.port);
    let page = browser.reach_decision(&code, "anna").await;
    let form =
        [("device_present", "true"), ("other_network", "true"), ("decision", "approve"), ("match_number", &*number)];
    let done = browser.post(&page, &page.path, &form).await;
    let spelled = done.answer.body.split("<span class=\"unseen\">").nth(1).unwrap().split('<').next().unwrap();
    let pin: String = spelled.chars().filter(char::is_ascii_digit).collect();
    login.type_line("\u{1b}[A oops");
    login.out.find("that PIN is wrong: there are 5 more tries");
    login.type_line("");
    login.type_line(&format!("{:06}", (pin.parse::<u32>().unwrap() + 1) % 1_000_000));
    login.out.find("that PIN is wrong: there are 4 more tries");
    login.type_line(&format!(" {} {}", &pin[..3], &pin[3..]));
    let ended = Live::ended(login).await;
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
    assert!(ended.out.contains("signed in as anna") && !ended.out.contains("eyJ"), "{ended:?}");
}

/// Proves: T-09.
#[tokio::test(flavor = "multi_thread")]
async fn a_confidential_client_brings_its_secret_in_a_file() {
    let live = Live::spawn().await;
    for (client, secret) in [("box", "box-secret\n"), ("odd:client", "a+b:")] {
        let file = live.file("secret", secret, 0o600);
        let login = live.login(client, &["--client-secret-file", &file]);
        live.decide(|part| login.out.find(part), true).await;
        let ended = Live::ended(login).await;
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
        assert!(!ended.out.contains(secret.trim_end()), "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_others_could_read_is_not_used() {
    let live = Live::spawn().await;
    let (exposed, empty) = (live.file("exposed", "box-secret", 0o644), live.file("empty", "\n", 0o600));
    for (file, reason) in [
        (exposed.as_str(), "can be read or changed by others (its mode is 0644): type `chmod o= "),
        (&empty, "is empty\n"),
        ("/nonexistent/secret", "cannot be read: No such file or directory (os error 2)\n"),
    ] {
        let refused = live.fails(&live.issuer, "box", &["--client-secret-file", file]).await;
        assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""));
        assert!(refused.err.starts_with(&format!("grantd: the client secret {file} {reason}")), "{refused:?}");
    }
    let argument = live.fails(&live.issuer, "box", &["--client-secret", "box-secret"]).await;
    assert_eq!(argument.code, Some(2));
    assert!(argument.err.contains("unexpected argument '--client-secret'"), "{argument:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_request_ends_with_3_and_no_json() {
    let live = Live::spawn().await;
    let login = live.login("tv", &["--json"]);
    live.decide(|part| login.err.find(part), false).await;
    let ended = Live::ended(login).await;
    assert_eq!((ended.code, ended.out.as_str()), (Some(3), ""), "{ended:?}");
    assert!(ended.err.ends_with("grantd: the request was denied\n"), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_nobody_types_ends_with_4() {
    let live = Live::with(|settings| settings.device.expires_in = secs(2)).await;
    let ended = Live::ended(live.login("tv", &[])).await;
    assert_eq!(ended.code, Some(4), "{ended:?}");
    assert_eq!(ended.err, "grantd: the code expired before anybody approved it: start again for a new one\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_failure_has_its_line_and_its_code() {
    let live = Live::spawn().await;
    let wrong = live.file("wrong", "wrong-secret", 0o600);
    let slash = format!("{}/", live.issuer);
    let nobody = {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://127.0.0.1:{}", taken.local_addr().unwrap().port())
    };
    for (issuer, client, more, code, said) in [
        (live.issuer.as_str(), "nobody", &[][..], 5, "the server refuses: invalid_client"),
        (&live.issuer, "box", &["--client-secret-file", &wrong], 5, "the server refuses: invalid_client"),
        (&live.issuer, "box", &[], 5, "the server refuses: invalid_client"),
        (&live.issuer, "lamp", &[], 5, "the server refuses: unauthorized_client"),
        (&live.issuer, "tv", &["--scope", "admin"], 5, "the server refuses: invalid_scope"),
        (&slash, "tv", &[], 2, "the server calls itself "),
        ("localhost", "tv", &[], 2, "\"localhost\" is not an issuer: "),
        (&nobody, "tv", &[], 6, "/.well-known/openid-configuration cannot be reached: "),
    ] {
        let ended = live.fails(issuer, client, more).await;
        assert_eq!((ended.code, ended.out.as_str()), (Some(code), ""), "{ended:?}");
        assert!(ended.err.starts_with("grantd: ") && ended.err.contains(said), "{said}: {ended:?}");
        assert_eq!(ended.err.lines().count(), 1, "{ended:?}");
        assert!(!ended.err.contains("wrong-secret"), "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_the_waiting_with_130_and_without_a_word() {
    let live = Live::spawn().await;
    for json in [&[][..], &["--json"]] {
        let login = live.login("tv", json);
        let screen = if json.is_empty() { &login.out } else { &login.err };
        screen.find("waiting for you at ");
        login.signal("INT");
        let ended = Live::ended(login).await;
        assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (Some(130), "", ""));
    }
}

#[test]
fn the_help_lists_the_exit_codes_and_warns_of_the_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), &["login", "--help"], &[], "");
    assert_eq!((help.code, help.err.as_str()), (Some(0), ""));
    for code in ["0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "6 ", "130 "] {
        assert!(help.out.lines().any(|line| line.trim_start().starts_with(code)), "{code}is not in {}", help.out);
    }
    assert!(help.out.contains("one JSON object with the tokens"), "{}", help.out);
}

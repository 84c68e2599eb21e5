//! `grantd user show` and `delete`, `grantd client list`, `show` and `digest-secret`.

use std::fs;
use std::sync::Arc;

use grantd::clock::{Clock, ManualClock, SystemClock};
use protocol::{Digest, GrantType};
use serde_json::Value;
use settings::Settings;

use testkit::{Answer, Database, Device, Ended, Server, run, secs};

/// The clients of the test server, for the command that reads them from a file.
const CLIENTS: &str = r#"
[[client]]
id = "tv"
name = "Television"
type = "public"
grant_types = ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]
scopes = ["openid"]
access_token_lifetime = "5m"
[[client]]
id = "radio"
name = "Radio"
owner = "The kitchen"
type = "public"
scopes = ["openid"]
[[client]]
id = "api"
name = "Films"
type = "confidential"
secret_digests = ["sha256:0101010101010101010101010101010101010101010101010101010101010101"]
introspect = true
audiences = ["https://films.example.test"]
[[client]]
id = "retired"
name = "An old one"
type = "public"
enabled = false
"#;

/// A server at the machine's time, which the commands go by too; `tv` stays signed in, `radio` does not.
async fn server() -> Server {
    let change = |settings: &mut Settings| {
        let tv = settings.client.iter_mut().find(|client| client.id == "tv").unwrap();
        tv.grant_types.push(GrantType::RefreshToken);
    };
    Server::on(Arc::new(Database::fresh().await), ManualClock::at(SystemClock.now()), change).await
}

/// `grantd user ..` on the server's database.
async fn user(server: &Server, arguments: &[&str]) -> Ended {
    let database = Arc::clone(&server.database);
    let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    fs::write(database.folder.path().join("g.toml"), CLIENTS).unwrap();
    // On a thread of its own: the server and its janitor go on meanwhile, and let go of the write lock.
    let command = move || {
        let folder = database.folder.path();
        let secret = folder.join("root.key");
        let variables = [
            ("GRANTD__DATABASE__URL", database.url.as_str()),
            ("GRANTD__SECRETS__ROOT_FILE", secret.to_str().unwrap()),
        ];
        let all: Vec<&str> = ["user"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
        run(folder, &[&all[..], &["--config", "g.toml"]].concat(), &variables, "")
    };
    let ended = tokio::task::spawn_blocking(command).await.unwrap();
    server.clock.advance(SystemClock.now().since(server.app.clock.now()));
    ended
}

/// The tokens of a device on which anna signs in.
async fn signed_in(server: &Server, device: &Device) -> Value {
    let authorization = device.authorize("openid").await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&authorization.user_code, "anna").await;
    browser.approve(&decision).await;
    authorization.redeem().await
}

async fn userinfo(server: &Server, tokens: &Value) -> u16 {
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    server.request("GET", "/userinfo").header("authorization", bearer).send().await.unwrap().status().as_u16()
}

async fn refresh(device: &Device, tokens: &Value) -> Answer {
    let token = tokens["refresh_token"].as_str().unwrap();
    device.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

#[track_caller]
fn says(ended: &Ended, line: &str) {
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    assert!(ended.out.lines().any(|said| said == line), "{line} is not in {}", ended.out);
}

/// Proves: SM-06.
#[tokio::test]
async fn an_account_is_shown_with_the_devices_that_are_signed_in() {
    let server = server().await;
    let anna = server.add_user("anna").await;
    let shown = user(&server, &["show", "Anna"]).await;
    for line in ["username: anna", "name: anna Example", "email: anna@example.test", "disabled: no"] {
        says(&shown, line);
    }
    says(&shown, &format!("sub: {}", anna.subject.as_str()));
    says(&shown, "devices signed in: 0");
    assert!(shown.out.lines().any(|line| line.starts_with("created: 20")), "{shown:?}");
    assert!(!shown.out.contains("argon2"), "{shown:?}");

    let tv = server.device("tv");
    let first = signed_in(&server, &tv).await;
    signed_in(&server, &tv).await;
    signed_in(&server, &server.device("radio")).await;
    says(&user(&server, &["show", "anna"]).await, "devices signed in: 3 (radio 1, tv 2)");
    let revoked = tv.post("/revoke", &[("token", first["refresh_token"].as_str().unwrap())]).await;
    assert_eq!(revoked.status, 200);
    says(&user(&server, &["show", "anna"]).await, "devices signed in: 2 (radio 1, tv 1)");
    assert_eq!(user(&server, &["disable", "anna"]).await.code, Some(0));
    let disabled = user(&server, &["show", "anna"]).await;
    says(&disabled, "devices signed in: 0");
    assert!(disabled.out.lines().any(|line| line.starts_with("disabled: since 20")), "{disabled:?}");
}

#[tokio::test]
async fn a_device_without_a_refresh_token_is_signed_in_as_long_as_its_access_token_lives() {
    let database = Arc::new(Database::fresh().await);
    let yesterday = SystemClock.now() - secs(3600);
    let server = Server::on(database, ManualClock::at(yesterday), |_| {}).await;
    server.add_user("anna").await;
    signed_in(&server, &server.device("radio")).await;
    says(&user(&server, &["show", "anna"]).await, "devices signed in: 0");
    signed_in(&server, &server.device("radio")).await;
    says(&user(&server, &["show", "anna"]).await, "devices signed in: 1 (radio 1)");
}

#[tokio::test]
async fn a_deleted_account_takes_everything_along_and_its_name_starts_anew() {
    let server = server().await;
    let anna = server.add_user("anna").await;
    let bert = server.add_user("bert").await;
    let tv = server.device("tv");
    let tokens = signed_in(&server, &tv).await;
    let waiting = tv.authorize("openid").await;
    let mut browser = server.browser();
    let decision = browser.reach_decision(&waiting.user_code, "anna").await;
    browser.approve(&decision).await;
    let mut berts = server.browser();
    assert!(berts.log_in("bert").await.says("Signed in as"));
    for _ in 0..6 {
        server.browser().log_in_with("anna", "not the password at all").await;
    }

    let careful = user(&server, &["delete", "anna"]).await;
    assert_eq!((careful.code, careful.out.as_str()), (Some(2), ""));
    assert!(careful.err.contains("--yes"), "{careful:?}");
    assert_eq!(userinfo(&server, &tokens).await, 200, "nothing happened yet");

    let deleted = user(&server, &["delete", "Anna", "--yes"]).await;
    assert_eq!((deleted.code, deleted.err.as_str()), (Some(0), ""));
    assert_eq!(deleted.out, "anna is deleted, with every session and every token\n");
    assert_eq!(userinfo(&server, &tokens).await, 401);
    refresh(&tv, &tokens).await.assert_error(400, "invalid_grant");
    waiting.poll_answer().await.assert_error(400, "invalid_grant");
    assert!(!browser.open("/device").await.says("Signed in as"));
    for table in ["token_families", "access_tokens", "device_grants", "login_throttles"] {
        assert_eq!(server.database.rows(table).await, 0, "{table}");
    }
    assert_eq!(server.database.rows("users").await, 1);
    assert!(berts.open("/device").await.says("Signed in as"), "nobody else is touched");
    let shown = user(&server, &["show", "bert"]).await;
    says(&shown, &format!("sub: {}", bert.subject.as_str()));

    let again = user(&server, &["delete", "anna", "--yes"]).await;
    assert_eq!((again.code, again.err.as_str()), (Some(1), "grantd: there is no account \"anna\"\n"));
    let heir = server.add_user("anna").await;
    assert_ne!(heir.subject.as_str(), anna.subject.as_str(), "a sub is never given again");
    assert!(server.browser().log_in("anna").await.says("Signed in as"), "the old lock does not meet the new account");
    assert_eq!(userinfo(&server, &tokens).await, 401);
}

fn client(arguments: &[&str], input: &str) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("g.toml"), CLIENTS).unwrap();
    run(folder.path(), &[&["client"], arguments].concat(), &[], input)
}

#[test]
fn clients_are_listed_as_the_file_has_them() {
    let listed = client(&["list", "--config", "g.toml"], "");
    assert_eq!((listed.code, listed.err.as_str()), (Some(0), ""));
    assert_eq!(
        listed.out,
        "tv\tpublic\tenabled\turn:ietf:params:oauth:grant-type:device_code refresh_token\tTelevision\n\
         radio\tpublic\tenabled\tno grants\tRadio\towner The kitchen\n\
         api\tconfidential\tenabled\tno grants\tFilms\n\
         retired\tpublic\tdisabled\tno grants\tAn old one\n"
    );
}

#[test]
fn a_client_is_shown_as_the_server_would_see_it() {
    let shown = |id| client(&["show", id, "--config", "g.toml"], "");
    let tv = shown("tv");
    for line in ["id: tv", "type: public", "state: enabled", "authentication: none", "access tokens live: 5m"] {
        says(&tv, line);
    }
    says(&tv, "refresh tokens: always, rotated, for 14d without use and 30d at most");
    says(&shown("radio"), "owner: The kitchen");
    let api = shown("api");
    for line in ["authentication: client_secret_basic", "secrets: 1", "introspects for: https://films.example.test"] {
        says(&api, line);
    }
    assert!(!api.out.contains("0101"), "{api:?}");
    says(&shown("retired"), "state: disabled");
    let nobody = shown("nobody");
    assert_eq!((nobody.code, nobody.err.as_str()), (Some(1), "grantd: there is no [[client]] \"nobody\"\n"));
    assert_eq!(client(&["list", "--config", "none.toml"], "").code, Some(2));
}

/// Proves: T-09.
#[tokio::test]
async fn a_secret_that_exists_already_authenticates_by_its_digest() {
    let secret = "Zq3vJ8xN2mWc7RtLk5YpHb9s";
    let digested = client(&["digest-secret"], &format!("{secret}\n"));
    assert_eq!((digested.code, digested.err.as_str()), (Some(0), ""));
    let digest = Digest::sha256(secret.as_bytes()).hex();
    assert_eq!(digested.out, format!("secret_digests = [\"sha256:{digest}\"]\n"));
    let server = Server::with(|settings| {
        let client = settings.client.iter_mut().find(|client| client.id == "box").unwrap();
        client.secret_digests = vec![format!("sha256:{digest}").try_into().unwrap()];
    })
    .await;
    server.device("box").with_secret(secret).authorize("openid").await;
}

#[test]
fn a_weak_secret_is_digested_with_a_warning_and_none_is_refused() {
    let weak = client(&["digest-secret"], "hunter2\n");
    assert_eq!(weak.code, Some(0));
    assert!(weak.out.starts_with("secret_digests = [\"sha256:") && weak.out.lines().count() == 1, "{weak:?}");
    assert!(weak.err.contains("warning") && weak.err.contains("128") && !weak.err.contains("hunter2"), "{weak:?}");
    let none = client(&["digest-secret"], "\n");
    assert_eq!((none.code, none.out.as_str()), (Some(1), ""));
    assert_eq!(none.err, "grantd: standard input holds no secret\n");
    let long = client(&["digest-secret"], &"x".repeat(1025));
    assert_eq!((long.code, long.out.as_str()), (Some(1), ""));
    let argument = client(&["digest-secret", "hunter2"], "");
    assert_eq!(argument.code, Some(2), "a secret is never an argument");
}

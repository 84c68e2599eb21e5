//! Owners of clients, the people behind devices, their applications, and how they logged in, under the profiles.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use grantd::clock::{Clock, ManualClock, SystemClock};
use jsonwebtoken::dangerous::insecure_decode_claims;
use serde_json::Value;
use settings::load_from;

use testkit::{
    DEVICE_CODE, Database, Ended, JANSSEN, NONE, PASSWORD, PINGONE, Server, for_accounts, my_client, run, secs,
};

/// Where the devices of the tests are.
const HOME: &str = "203.0.113.5";

/// What an operator writes who follows the PingOne page.
const FILE: &str = r#"
compatibility.profile = "pingone"
[[scope]]
name = "write"
words = "Change your films"
[[client]]
id = "myClient"
name = "My client"
owner = "application-owner"
type = "public"
grant_types = ["urn:ietf:params:oauth:grant-type:device_code"]
scopes = ["write"]
"#;

/// Proves: seed_07: public, with its scope, the grant and its owner, as `grantd client` shows it and as the server takes it.
#[tokio::test]
async fn a_client_is_registered_with_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("g.toml"), FILE).unwrap();
    let command = |arguments: &[&str]| {
        let ended = run(folder.path(), &[arguments, &["--config", "g.toml"]].concat(), &[], "");
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{ended:?}");
        ended.out
    };
    let listed = command(&["client", "list"]);
    assert_eq!(listed, format!("myClient\tpublic\tenabled\t{DEVICE_CODE}\tMy client\towner application-owner\n"));
    let shown = command(&["client", "show", "myClient"]);
    for line in [
        "id: myClient",
        "name: My client",
        "owner: application-owner",
        "type: public",
        "authentication: none",
        &format!("grant types: {DEVICE_CODE}"),
        "scopes from a device: write",
        "access tokens live: 1h",
        "its approvals: implied by a typed code; another network has to be confirmed; the login at most 15m old",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line} is not in {shown}");
    }
    assert!(command(&["config", "check"]).starts_with("configuration is sound\n"));

    let file = load_from(Some((Path::new("g.toml"), FILE)), []).unwrap();
    let server = PINGONE
        .server_with(|settings| {
            settings.scope.extend(file.scope);
            settings.client = file.client;
        })
        .await;
    let mut anna = server.signed_in_from("anna", HOME).await;
    let given = server.device("myClient").made_for(&PINGONE).authorize("write").await;
    let done = PINGONE.type_code(&mut anna, &given.user_code).await;
    assert!(done.says("My client") && !done.says("application-owner"), "the owner is for operators: {done:?}");
    assert_eq!(given.redeem().await["scope"], "write");
}

/// `grantd user ..` on the database of a server.
async fn user(server: &Server, arguments: &'static [&'static str], input: &'static str) -> Ended {
    let database = Arc::clone(&server.database);
    let command = move || {
        let secret = database.folder.path().join("root.key");
        let variables = [
            ("GRANTD__COMPATIBILITY__PROFILE", "pingone"),
            ("GRANTD__DATABASE__URL", database.url.as_str()),
            ("GRANTD__SECRETS__ROOT_FILE", secret.to_str().unwrap()),
        ];
        run(database.folder.path(), &[&["user"], arguments].concat(), &variables, input)
    };
    let ended = tokio::task::spawn_blocking(command).await.unwrap();
    // The command went by the machine's clock: the server's goes on to the same time.
    server.clock.advance(SystemClock.now().since(server.app.clock.now()));
    ended
}

/// Proves: seed_08: the owner of a client is nobody who could log in, and who logs in was added by themselves.
#[tokio::test]
async fn a_person_is_added_apart_from_the_owner_of_a_client() {
    let clock = ManualClock::at(SystemClock.now());
    let change = |settings: &mut settings::Settings| {
        PINGONE.apply(settings);
        my_client(settings);
    };
    let server = Server::on(Arc::new(Database::fresh().await), clock, change).await;
    let added = user(&server, &["add", "bjensen", "--name", "Babs Jensen"], PASSWORD).await;
    assert_eq!((added.code, added.err.as_str()), (Some(0), ""), "{added:?}");
    let listed = user(&server, &["list"], "").await;
    assert!(listed.out.starts_with("bjensen\t") && listed.out.lines().count() == 1, "{listed:?}");

    let given = server.device("myClient").made_for(&PINGONE).authorize("write").await;
    let mut browser = server.browser();
    assert_eq!(PINGONE.type_code(&mut browser, &given.user_code).await.path, "/login");
    let owner = browser.log_in("application-owner").await;
    assert!(owner.path == "/login" && owner.says("id=\"login-error\""), "{owner:?}");
    let decision = browser.log_in("bjensen").await;
    assert!(decision.is_decision() && decision.says("bjensen"), "{decision:?}");
    browser.approve(&decision).await;
    assert_eq!(given.redeem().await["scope"], "write");
}

/// Proves: seed_31: after the approval and the poll that follows it, the app is on the page of the account, once, with each of
/// its devices beneath, under the words of the last page; what was only asked for or denied is not.
#[tokio::test]
async fn an_approved_app_is_among_the_persons_own() {
    for product in [NONE, PINGONE] {
        let server = product.server_with(for_accounts).await;
        let mut anna = server.signed_in_from("anna", HOME).await;
        assert!(anna.account().await.says("No device is signed in with your account."));
        for client in ["tv", "radio", "tv"] {
            let given = server.device(client).made_for(&product).authorize("openid").await;
            let mut page = product.type_code(&mut anna, &given.user_code).await;
            assert_eq!(page.is_decision(), product.profile == "none", "{page:?}");
            if page.is_decision() {
                page = anna.approve(&page).await;
            }
            assert!(page.says("Go back to your device") && page.says("href=\"/account\""), "{page:?}");
            given.redeem().await;
            server.clock.advance(secs(60));
        }
        let mut away = server.browser();
        let denied = server.device("box").with_secret("box-secret").made_for(&product).authorize("openid").await;
        let decision = away.reach_decision(&denied.user_code, "anna").await;
        away.deny(&decision).await;

        let account = anna.account().await.answer.body;
        let sections: Vec<&str> = account.split("<h3><bdi translate=\"no\">").skip(1).collect();
        let apps: Vec<(&str, usize)> = sections
            .iter()
            .map(|section| {
                (section.split("</bdi>").next().unwrap(), section.matches("href=\"/account/devices/").count())
            })
            .collect();
        assert_eq!(apps, [("Television", 2), ("Radio", 1)], "{account}");
    }
}

/// Proves: seed_37: the level of a login is the one that the operator set, asked for or not; without one the login is the usual
/// one, and tokens say no level.
#[tokio::test]
async fn the_level_of_a_login_is_the_operators() {
    const FORCED: &str = "https://jans.example/acr/basic";
    for product in [NONE, JANSSEN] {
        for levels in [Some(vec![FORCED.to_owned(), "loa1".to_owned()]), Some(Vec::new()), None] {
            let server = product
                .server_with(|settings| {
                    if let Some(levels) = &levels {
                        settings.sessions.password_acr_values.clone_from(levels);
                    }
                })
                .await;
            server.add_user("anna").await;
            let told = match &levels {
                Some(levels) => levels.first().map(String::as_str),
                None => Some("urn:grantd:acr:password"),
            };
            let given = server.device("tv").made_for(&product).authorize("openid").await;
            let mut browser = server.browser();
            let login = product.type_code(&mut browser, &given.user_code).await;
            assert!(login.path == "/login" && login.says("name=\"password\""), "the usual login: {login:?}");
            let decision = browser.log_in("anna").await;
            browser.approve(&decision).await;
            let tokens = given.redeem().await;
            for token in ["id_token", "access_token"] {
                let claims: Value = insecure_decode_claims(tokens[token].as_str().unwrap()).unwrap();
                assert_eq!(claims.get("acr").and_then(Value::as_str), told, "{token} with {levels:?}");
            }
        }
    }
}

//! A thief of the database gets nothing that can be used: requirements L-02, D-10 and D-11.

use std::collections::HashSet;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::{Digest, GrantType, SigningAlgorithm};
use settings::Settings;

use testkit::{Database, PASSWORD, Secrets, Server, unknown_code};

const WRONG_PASSWORD: &str = "marble orchard in winter";

/// Devices stay signed in.
fn refreshing(settings: &mut Settings) {
    let set_top_box = settings.client.iter_mut().find(|client| client.id == "box").unwrap();
    set_top_box.grant_types.push(GrantType::RefreshToken);
}

/// Leaves one grant in each state, and a code and a decision that wait for a login.
async fn full_run(server: &Server) -> Secrets {
    let mut secrets = Secrets::default();
    secrets.add("a password", PASSWORD);
    secrets.add("a wrong password", WRONG_PASSWORD);
    secrets.add("a client secret", "box-secret");
    secrets.add_bytes("the root secret", vec![7; 32]);

    let mut anna = server.browser();
    secrets.add_page(&anna.open("/login").await);
    anna.log_in_with("anna", WRONG_PASSWORD).await;
    let set_top_box = server.device("box").with_secret("box-secret");
    for state in ["pending", "claimed", "approved", "denied", "redeemed"] {
        let device = set_top_box.authorize_with(&[("scope", "openid read")]).await;
        secrets.add("a device code", &device.device_code);
        secrets.add_code(&device.user_code);
        assert_eq!(device.poll().await, "authorization_pending");
        if state == "pending" {
            continue;
        }
        let page = anna.reach_decision(&device.user_code, "anna").await;
        assert!(page.is_decision(), "{page:?}");
        secrets.add_page(&page);
        match state {
            "denied" => drop(anna.deny(&page).await),
            "approved" => drop(anna.approve(&page).await),
            "redeemed" => {
                anna.approve(&page).await;
                let tokens = device.redeem().await;
                for name in ["access_token", "id_token", "refresh_token"] {
                    secrets.add_token(name, tokens[name].as_str().unwrap());
                }
                let token = tokens["refresh_token"].as_str().unwrap();
                let refresh = [("grant_type", "refresh_token"), ("refresh_token", token)];
                let renewed = set_top_box.post("/token", &refresh).await.json();
                secrets.add_token("the next refresh token", renewed["refresh_token"].as_str().unwrap());
                let claims = tokens["access_token"].as_str().unwrap().split('.').nth(1).unwrap();
                let claims: serde_json::Value =
                    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
                secrets.add("a jti", claims["jti"].as_str().unwrap());
            }
            _ => {}
        }
    }
    anna.enter_code(&unknown_code(77)).await;
    secrets.add_code(&unknown_code(77));

    // A typed code, a link and a decision page that wait for a login; a wrong code that waits to be mended.
    for waits in ["typed", "link", "decision", "refused"] {
        let mut browser = server.browser();
        let device = set_top_box.authorize("read").await;
        secrets.add("a device code", &device.device_code);
        secrets.add_code(&device.user_code);
        let page = match waits {
            "typed" => browser.enter_code(&device.user_code).await,
            "link" => browser.open(&format!("/device?user_code={}", device.user_code)).await,
            "decision" => {
                let page = anna.enter_code(&device.user_code).await;
                secrets.add_page(&page);
                browser.open(&page.path).await
            }
            _ => {
                secrets.add_code(&unknown_code(78));
                browser.reach_decision(&unknown_code(78), "anna").await
            }
        };
        secrets.add_page(&page);
        secrets.add_cookies(browser.set_cookies);
    }
    secrets.add_cookies(anna.set_cookies);
    server.browser().log_in_with("anna", WRONG_PASSWORD).await;
    secrets
}

/// Proves: N62 L-02 D-08 D-10 D-11: every column of every table after a full run.
#[tokio::test]
async fn no_column_holds_a_live_secret() {
    let server = Server::with(refreshing).await;
    server.add_user("anna").await;
    let secrets = full_run(&server).await;
    let cells = server.database.cells().await;
    for table in [
        "users",
        "browser_sessions",
        "budgets",
        "login_throttles",
        "token_families",
        "access_tokens",
        "signing_keys",
        "audit_events",
    ] {
        assert!(cells.iter().any(|cell| cell.table == table), "the run left nothing in {table}");
    }
    let states: Vec<String> = cells
        .iter()
        .filter(|cell| cell.table == "device_grants" && cell.column == "state")
        .map(testkit::Cell::text)
        .collect();
    for state in ["pending", "claimed", "approved", "denied", "redeemed"] {
        assert!(states.iter().any(|has| has == state), "{state} is not in {states:?}");
    }
    for cell in &cells {
        let found = secrets.found_in(&cell.bytes);
        assert!(found.is_empty(), "{}.{} holds {found:?}: {}", cell.table, cell.column, cell.text());
    }
    assert!(cells.iter().any(|cell| cell.text() == "anna"), "the search finds what is there");
}

/// Proves: N62 L-02, on SQLite: the files themselves, the write-ahead log and freed pages included.
#[tokio::test]
async fn no_file_holds_a_live_secret() {
    let server = Server::on(Arc::new(Database::in_files()), Server::noon(), refreshing).await;
    server.add_user("anna").await;
    let secrets = full_run(&server).await;
    let mut read = Vec::new();
    for file in std::fs::read_dir(server.database.folder.path()).unwrap() {
        let file = file.unwrap();
        let name = file.file_name().into_string().unwrap();
        if name != "root.key" {
            let bytes = std::fs::read(file.path()).unwrap();
            let found = secrets.found_in(&bytes);
            assert!(found.is_empty(), "{name} holds {found:?}");
            read.push((name, bytes));
        }
    }
    assert!(read.iter().any(|(name, _)| name == "grantd.db-wal"), "the log was read");
    let holds = |word: &[u8]| read.iter().any(|(_, bytes)| bytes.windows(word.len()).any(|window| window == word));
    assert!(holds(b"anna@example.test"), "the search finds what is there");
}

/// Proves: K-05 L-02: each refresh token has 256 random bits of its own behind a prefix that scanners know, and is kept
/// as its only as SHA-256, even while its successor is kept for a client that lost the answer.
#[tokio::test]
async fn a_refresh_token_is_a_long_secret_and_no_row_holds_it() {
    let server = Server::with(refreshing).await;
    server.add_user("anna").await;
    let set_top_box = server.device("box").with_secret("box-secret");
    let (mut seen, mut secrets) = (HashSet::new(), Secrets::default());
    for _ in 0..2 {
        let mut tokens = server.sign_in(&set_top_box, "openid", "anna").await;
        for link in 0..3 {
            let token = tokens["refresh_token"].as_str().unwrap().to_owned();
            let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix("grt_").unwrap()).unwrap();
            let random = bytes.last_chunk::<32>().unwrap().to_vec();
            secrets.add("a refresh token", &token);
            secrets.add_bytes("its secret half", random.clone());
            assert!(seen.insert(random), "link {link} is drawn anew");
            let cells = server.database.cells().await;
            for cell in &cells {
                let found = secrets.found_in(&cell.bytes);
                assert!(found.is_empty(), "{}.{} holds {found:?}", cell.table, cell.column);
            }
            let digest = Digest::sha256(token.as_bytes());
            assert!(cells.iter().any(|cell| cell.bytes == digest.as_bytes()), "its digest is there");
            let refresh = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
            tokens = set_top_box.post("/token", &refresh).await.json();
        }
    }
}

/// Proves: K-15 L-02: private keys are sealed at rest. Who has the private half of an EC or RSA key also has the public
/// half written into it (PKCS #8), so that half must be found in the published part alone.
#[tokio::test]
async fn signing_keys_are_sealed_at_rest() {
    let server = Server::with(|settings| {
        settings.keys.algorithms = vec![SigningAlgorithm::ES256, SigningAlgorithm::RS256];
    })
    .await;
    let mut halves = Secrets::default();
    for key in server.get("/jwks.json").await.json()["keys"].as_array().unwrap() {
        let member = if key["kty"] == "RSA" { "n" } else { "x" };
        halves.add_bytes(member, URL_SAFE_NO_PAD.decode(key[member].as_str().unwrap()).unwrap());
    }
    let cells = server.database.cells().await;
    let mut public: Vec<&str> = Vec::new();
    for cell in &cells {
        let found = halves.found_in(&cell.bytes);
        if cell.column == "public_jwk" {
            public.extend(found);
            assert!(!cell.text().contains("\"d\""), "{}", cell.text());
        } else {
            assert!(found.is_empty(), "{}.{} holds {found:?}", cell.table, cell.column);
        }
    }
    public.sort_unstable();
    assert_eq!(public, ["n", "x"], "the search finds what is there");
}

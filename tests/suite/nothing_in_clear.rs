//! What does a thief of the database get? Requirements L-02, D-10 and D-11: nothing that can be used.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use base64::engine::general_purpose::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::Database;
use crate::support::PASSWORD;
use crate::support::Page;
use crate::support::Server;
use crate::support::unknown_code;

const WRONG_PASSWORD: &str = "marble orchard in winter";

/// The spellings in which a secret could have been written down.
fn spellings(secret: &[u8]) -> Vec<Vec<u8>> {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    let hex: String = secret.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
    vec![
        secret.to_vec(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
        STANDARD.encode(secret).into_bytes(),
        STANDARD_NO_PAD.encode(secret).into_bytes(),
        URL_SAFE.encode(secret).into_bytes(),
        URL_SAFE_NO_PAD.encode(secret).into_bytes(),
    ]
}

/// Everything secret that was seen on the way, by what it is.
#[derive(Default)]
struct Secrets(Vec<(String, Vec<u8>)>);

impl Secrets {
    fn add(&mut self, what: &str, text: &str) {
        assert!(text.len() >= 8, "{what}: {text:?} is too short to be looked for");
        self.0.push((what.to_owned(), text.as_bytes().to_vec()));
        // A secret that is itself an encoding must not be there decoded either.
        if let Ok(bytes) = URL_SAFE_NO_PAD.decode(text) {
            self.0.push((format!("{what}, decoded"), bytes));
        }
    }

    fn add_code(&mut self, grouped: &str) {
        self.add("a user code", grouped);
        self.add("a bare user code", &grouped.replace('-', ""));
        self.add("a user code in small letters", &grouped.to_lowercase());
    }

    fn add_page(&mut self, page: &Page) {
        self.add("a csrf token", &page.csrf());
        if let Some(handle) = page.path.strip_prefix("/device/request/") {
            self.add("a handle", handle);
        }
    }

    /// The secrets that stand in some bytes.
    fn found_in(&self, haystack: &[u8]) -> Vec<&str> {
        let stands = |needle: &Vec<u8>| haystack.windows(needle.len()).any(|window| window == needle.as_slice());
        self.0
            .iter()
            .filter(|(_, secret)| spellings(secret).iter().any(stands))
            .map(|(what, _)| what.as_str())
            .collect()
    }
}

/// Leaves one grant in each state, and a code and a decision that wait for a login.
async fn full_run(server: &Server) -> Secrets {
    let mut secrets = Secrets::default();
    secrets.add("a password", PASSWORD);
    secrets.add("a wrong password", WRONG_PASSWORD);
    secrets.add("a client secret", "box-secret");
    secrets.0.push(("the root secret".to_owned(), vec![7; 32]));

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
                for name in ["access_token", "id_token"] {
                    let token = tokens[name].as_str().unwrap();
                    secrets.add(name, token);
                    secrets.add(&format!("the signature of the {name}"), token.rsplit('.').next().unwrap());
                }
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
        cookies(&mut secrets, browser.set_cookies);
    }
    cookies(&mut secrets, anna.set_cookies);
    server.browser().log_in_with("anna", WRONG_PASSWORD).await;
    secrets
}

fn cookies(secrets: &mut Secrets, set: Vec<String>) {
    assert!(!set.is_empty());
    for cookie in set {
        secrets.add("a cookie", cookie.split_once(';').unwrap().0.split_once('=').unwrap().1);
    }
}

/// Proves: N62 L-02 D-10 D-11: every column of every table after a full run.
#[tokio::test]
async fn no_column_holds_a_live_secret() {
    let server = Server::spawn().await;
    server.add_user("anna").await;
    let secrets = full_run(&server).await;
    let cells = server.database.cells().await;
    for table in ["users", "browser_sessions", "budgets", "login_throttles", "token_families", "access_tokens"] {
        assert!(cells.iter().any(|cell| cell.table == table), "the run left nothing in {table}");
    }
    let states: Vec<String> = cells
        .iter()
        .filter(|cell| cell.table == "device_grants" && cell.column == "state")
        .map(crate::support::Cell::text)
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
    let server = Server::on(Arc::new(Database::in_files()), Server::noon(), |_| {}).await;
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

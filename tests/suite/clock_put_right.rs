//! A clock that was a year ahead is set right: nobody waits for a year, and no token stays unsigned.

use protocol::GrantType;
use std::net::TcpListener;
use std::sync::Arc;

use grantd::clock::{Clock, SystemClock};
use serde_json::Value;
use settings::Settings;

use testkit::{Answer, Database, Device, PASSWORD, Program, Server, eventually, request, secs};

const YEAR: u64 = 365 * 86_400;

/// A client with refresh tokens, few requests that may wait, and a short patience with guessers.
fn settings(settings: &mut Settings) {
    let tv = settings.client.iter_mut().find(|client| client.id == "tv").unwrap();
    tv.grant_types.push(GrantType::RefreshToken);
    settings.limits.pending_network = 3;
}

/// Tries a password in a way that names the wait.
async fn log_in(server: &Server, username: &str, password: &str) -> Answer {
    let credentials = serde_json::json!({"username": username, "password": password});
    let request = server.request("POST", "/login").header("content-type", "application/json");
    Answer::of(request.body(credentials.to_string()).send().await.unwrap()).await
}

async fn refreshed(device: &Device, tokens: &Value) -> Answer {
    let token = tokens["refresh_token"].as_str().unwrap();
    device.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

/// What people and devices do in a year that has not come, with all that makes somebody wait.
async fn live_in_the_future(server: &Server) -> Value {
    for person in ["anna", "bert"] {
        server.add_user(person).await;
    }
    let device = server.device("tv").on_network("192.0.2.7");
    let tokens = server.sign_in(&device, "openid", "anna").await;
    for _ in 0..12 {
        log_in(server, "bert", "not this one, surely").await;
    }
    let mut guesser = server.browser();
    guesser.log_in("anna").await;
    for _ in 0..12 {
        guesser.enter_code("BCDF-GHJK").await;
    }
    let crowded = server.device("radio").on_network("192.0.2.9");
    for _ in 0..3 {
        crowded.authorize("openid").await;
    }
    assert_eq!(crowded.post("/device_authorization", &[("scope", "openid")]).await.status, 429, "no more may wait");
    tokens
}

/// That everything goes on at the right time, for old and new.
async fn assert_all_is_well(server: &Server, tokens: &Value) {
    let bert = log_in(server, "bert", PASSWORD).await;
    assert_eq!(bert.status, 200, "{} {}", bert.body, bert.header("retry-after"));
    let mut anna = server.browser();
    assert!(anna.log_in("anna").await.is_signed_in_as("anna"));
    let crowded = server.device("radio").on_network("192.0.2.9");
    let authorization = crowded.authorize("openid").await;
    let decision = anna.reach_decision(&authorization.user_code, "anna").await;
    assert!(anna.approve(&decision).await.says("Go back to your device"), "{decision:?}");
    let redeemed = authorization.redeem().await;
    let userinfo = server.userinfo(redeemed["access_token"].as_str().unwrap()).await;
    assert_eq!(userinfo.status, 200, "{}", userinfo.body);
    let refreshed = refreshed(&server.device("tv"), tokens).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
}

/// Proves: FE-07.
#[tokio::test]
async fn a_first_start_with_a_clock_a_year_ahead_makes_nobody_wait_afterwards() {
    let clock = Server::noon();
    clock.advance(secs(YEAR));
    let early = Server::on(Arc::new(Database::fresh().await), clock, settings).await;
    let tokens = live_in_the_future(&early).await;
    let database = Arc::clone(&early.database);
    drop(early);
    let server = Server::on(database, Server::noon(), settings).await;
    assert_all_is_well(&server, &tokens).await;
    server.clock.advance(secs(14 * 86_400));
    server.app.keys.signing.tend(&server.app.settings.keys).await.unwrap();
    assert_eq!(server.database.rows("signing_keys").await, 2, "the next key did not wait for a year");
}

/// Proves: FE-07.
#[tokio::test]
async fn a_clock_that_is_put_right_under_a_server_that_runs_makes_nobody_wait() {
    let server = Server::with(settings).await;
    let noon = server.clock.now();
    server.clock.advance(secs(YEAR));
    assert_eq!(server.get("/livez").await.status, 200);
    server.clock.advance(secs(61));
    let tokens = live_in_the_future(&server).await;
    server.clock.set(noon);
    server.clock.advance(secs(61));
    // Seen within a minute.
    let crowded = server.device("radio").on_network("192.0.2.9");
    eventually(async || {
        server.clock.advance(secs(60));
        crowded.post("/device_authorization", &[("scope", "openid")]).await.status == 200
    })
    .await;
    assert_all_is_well(&server, &tokens).await;
}

/// Proves: FE-07. The clock of the machine is what a server goes by, and says so.
#[test]
fn only_the_machines_clock_is_compared_with_others() {
    assert!(SystemClock.is_of_machine() && !Server::noon().is_of_machine());
}

/// Proves: FE-18.
#[tokio::test]
async fn a_node_whose_clock_differs_from_the_databases_says_so_and_is_not_ready() {
    let database = Database::fresh().await;
    if !database.is_postgres() {
        return;
    }
    // The first node to look at the database's clock sees it 45 s ahead.
    let ahead = "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql \
                 AS 'SELECT pg_catalog.clock_timestamp() + interval ''45 seconds'''";
    database.execute(ahead).await.unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mark = if database.url.contains('?') { '&' } else { '?' };
    let config = format!(
        "listen.address = '{address}'\nsecrets.root_file = 'root.key'\nkeys.algorithms = ['ES256']\nlog.format = 'json'\n\
         issuer = 'https://login.example.test'\nproxies.trusted = ['127.0.0.1/32']\n\
         database.url = '{}{mark}options[search_path]=public,pg_catalog'\n",
        database.url
    );
    std::fs::write(database.folder.path().join("g.toml"), config).unwrap();
    let node = Program::start(database.folder.path(), &["serve", "--config", "g.toml"], &[]);
    let said = node.err.find("this node's clock differs from the database's");
    assert!(said.contains("\"WARN\"") && said.contains("\"ahead_ms\":-4"), "{said}");
    node.err.find("listening");
    let ready = Answer::of(request(address, "GET", "/readyz").send().await.unwrap()).await;
    assert_eq!(ready.status, 503, "{}", ready.body);
}

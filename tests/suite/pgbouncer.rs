//! PgBouncer in front of Postgres works in session mode, as the manual has it; any other mode is detected at the start.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Child;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgDatabaseError;
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use tokio::net::TcpStream;
use url::Url;

use testkit::cluster::{Cluster, is_here, postgres_programs, unprivileged};
use testkit::{Database, ProofKey, Server, eventually, secs};

/// A real one, in front of the database of a test.
struct PgBouncer {
    _folder: TempDir,
    process: Child,
    url: String,
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The configuration that the manual shows.
fn recipe() -> String {
    let manual = fs::read_to_string("docs/operating.md").unwrap();
    let (_, behind) = manual.split_once("### PgBouncer").expect("the manual has a section about it");
    let (_, behind) = behind.split_once("```ini\n").unwrap();
    behind.split_once("```").unwrap().0.to_owned()
}

fn program() -> Option<PathBuf> {
    let places = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"].map(PathBuf::from);
    is_here("PgBouncer", places.into_iter().find(|place| place.exists()))
}

/// Starts it by the recipe, of which only what belongs to this machine is changed; and the mode.
async fn before(database: &Database, mode: &str) -> Option<PgBouncer> {
    let program = program()?;
    let behind = Url::parse(&database.url).unwrap();
    let socket = behind.query_pairs().find(|(name, _)| name == "host").map(|(_, folder)| folder.into_owned());
    let host = socket.unwrap_or_else(|| behind.host_str().unwrap().to_owned());
    let (name, port) = (behind.path().trim_matches('/'), behind.port().unwrap_or(5432));
    let own = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
    let users = folder.path().join("users");
    fs::write(&users, format!("\"{}\" \"{}\"\n", behind.username(), behind.password().unwrap_or_default())).unwrap();
    let recipe = recipe();
    let lines = recipe.lines().map(|line| match line.split_once(" = ").map_or("", |(key, _)| key) {
        "grantd" => format!("{name} = host={host} port={port} dbname={name}"),
        "listen_port" => format!("listen_port = {own}"),
        "auth_type" => "auth_type = trust".to_owned(),
        "auth_file" => format!("auth_file = {}", users.display()),
        "pool_mode" => format!("pool_mode = {mode}"),
        _ => line.to_owned(),
    } + "\n");
    let config = lines.collect::<String>() + "unix_socket_dir =\n";
    fs::write(folder.path().join("pgbouncer.ini"), config).unwrap();
    let process = unprivileged(&program, folder.path()).arg("pgbouncer.ini").spawn().unwrap();
    eventually(async || TcpStream::connect(("127.0.0.1", own)).await.is_ok()).await;
    let url = format!("postgres://{}@127.0.0.1:{own}/{name}", behind.username());
    Some(PgBouncer { _folder: folder, process, url })
}

/// Proves: FE-04.
#[tokio::test]
async fn behind_pgbouncer_in_session_mode_everything_works() {
    let database = Arc::new(Database::fresh().await);
    if !database.is_postgres() {
        return;
    }
    let Some(pooler) = before(&database, "session").await else { return };
    let url = pooler.url.clone();
    let server = Server::on(database, Server::noon(), |settings| settings.database.url = url).await;
    server.add_user("anna").await;
    assert_eq!(server.get("/readyz").await.status, 200);
    let device = server.device("tv").authorize("openid").await;
    assert_eq!(device.poll().await, "authorization_pending");
    server.clock.advance(secs(2));
    assert_eq!(device.poll().await, "slow_down", "a note that is not flushed to disk is kept");
    server.approve(&device, "anna").await;
    server.clock.advance(secs(11));
    device.redeem().await;
    let key = ProofKey::new(&server.clock);
    let bound = server.device("radio").proving(&key).authorize("openid").await;
    server.approve(&bound, "anna").await;
    bound.redeem().await;
}

/// Proves: FE-04.
#[tokio::test]
async fn behind_pgbouncer_in_another_mode_a_server_does_not_start_and_says_why() {
    let database = Database::fresh().await;
    if !database.is_postgres() {
        return;
    }
    for mode in ["transaction", "statement"] {
        let Some(pooler) = before(&database, mode).await else { return };
        for auto_migrate in [false, true] {
            let opened = Server::open(&database, |settings| {
                settings.database.url.clone_from(&pooler.url);
                settings.database.auto_migrate = Some(auto_migrate);
            })
            .await;
            let said = opened.err().unwrap_or_else(|| panic!("{mode}: it starts")).to_string();
            assert!(said.ends_with("it needs pool_mode = session"), "{mode}: {said}");
        }
    }
}

/// Proves: FE-04.
#[tokio::test]
async fn a_postgres_that_is_away_behind_pgbouncer_is_told_and_found_again() {
    if !Database::fresh().await.is_postgres() {
        return;
    }
    let Some(programs) = postgres_programs() else { return };
    let mut cluster = Cluster::start(&programs).await;
    let database = Arc::new(Database { url: cluster.url(), ..Database::in_files() });
    let Some(pooler) = before(&database, "session").await else { return };
    let node = async |wait| {
        Server::on(Arc::clone(&database), Server::noon(), |settings| {
            settings.database.url.clone_from(&pooler.url);
            settings.database.auto_migrate = Some(true);
            settings.database.wait = wait;
        })
        .await
    };
    let patient = node(secs(30)).await;
    let server = node(Duration::from_millis(300)).await;
    let device = server.device("tv").authorize("openid").await;
    assert_eq!(patient.device("tv").authorize("openid").await.poll().await, "authorization_pending");

    cluster.stop();
    // Its own refusal, of which Postgres knows nothing.
    eventually(async || match PgConnection::connect(&pooler.url).await {
        Err(sqlx::Error::Database(refusal)) => {
            let refusal = refusal.downcast_ref::<PgDatabaseError>();
            refusal.code() == "08P01" && refusal.routine().is_none()
        }
        _ => false,
    })
    .await;
    for _ in 0..3 {
        for answer in [server.device("tv").authorize_answer().await, device.poll_answer().await] {
            answer.assert_error(503, "temporarily_unavailable");
            assert_eq!(answer.header("retry-after"), "5");
        }
        let unready = server.get("/readyz").await;
        assert_eq!((unready.status, unready.body.as_str()), (503, "not ready: unreachable\n"));
    }

    let radio = patient.device("radio");
    let asks = tokio::spawn(async move { radio.authorize("openid").await });
    cluster.start_again(&programs).await;
    assert_eq!(asks.await.unwrap().poll().await, "authorization_pending", "who waited heard nothing of it");
    eventually(async || server.get("/readyz").await.body == "ready\n").await;
    server.device("tv").authorize("openid").await;
    assert_eq!(device.poll().await, "authorization_pending");
}

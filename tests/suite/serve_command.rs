//! `grantd serve` and what belongs to it: the first start, the end, refusals, `health` and `migrate`.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use testkit::{Answer, Database, Program, direct_request, lacks_all_migrations, run, secs};

/// A working folder of an operator, and the address of the server.
struct Workplace {
    folder: TempDir,
    address: SocketAddr,
}

impl Workplace {
    fn new() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        Self { folder: tempfile::tempdir().unwrap(), address: free.local_addr().unwrap() }
    }

    fn variables(&self) -> [(&'static str, String); 2] {
        let issuer = format!("http://localhost:{}", self.address.port());
        [("GRANTD__LISTEN__ADDRESS", self.address.to_string()), ("GRANTD__ISSUER", issuer)]
    }

    /// Starts a server and waits until it listens.
    fn serve(&self, more: &[(&str, &str)]) -> Program {
        let own = self.variables();
        let own: Vec<_> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let program = Program::start(self.folder.path(), &["serve"], &[own.as_slice(), more].concat());
        program.err.find("listening");
        program
    }

    /// Runs a command to its end, beside the server.
    fn run(&self, arguments: &[&str], more: &[(&str, &str)]) -> testkit::Ended {
        let own = self.variables();
        let own: Vec<_> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
        run(self.folder.path(), arguments, &[own.as_slice(), more].concat(), "")
    }

    async fn get(&self, path: &str) -> Answer {
        let request = direct_request(self.address, "GET", path);
        Answer::of(request.header("host", format!("localhost:{}", self.address.port())).send().await.unwrap()).await
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Proves: decision 13.
#[tokio::test]
async fn serve_makes_all_that_is_missing_on_its_first_start() {
    let workplace = Workplace::new();
    let program = workplace.serve(&[]);
    assert_eq!(workplace.get("/readyz").await.body, "ready\n");
    let metadata: Value = workplace.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["issuer"], format!("http://localhost:{}", workplace.address.port()));
    let data = workplace.folder.path().join("grantd-data");
    assert_eq!(mode(&data), 0o700);
    assert_eq!((mode(&data.join("root.key")), mode(&data.join("grantd.db"))), (0o600, 0o600));
    let secret = fs::read(data.join("root.key")).unwrap();
    assert!(secret.len() == 32 && secret != [0; 32]);

    let keys = workplace.get("/jwks.json").await.body;
    program.signal("TERM");
    assert_eq!(program.ended().code, Some(0));
    let _again = workplace.serve(&[]);
    assert_eq!(workplace.get("/jwks.json").await.body, keys, "a restart keeps the keys");
    assert_eq!(fs::read(data.join("root.key")).unwrap(), secret);
}

/// Proves: N40 (one daemon on SQLite).
#[tokio::test]
async fn a_second_server_in_the_same_folder_is_refused() {
    let workplace = Workplace::new();
    let _first = workplace.serve(&[]);
    let second = workplace.run(&["serve"], &[("GRANTD__LISTEN__ADDRESS", "127.0.0.1:0")]);
    assert_eq!(second.code, Some(1));
    assert_eq!(
        second.err.lines().last(),
        Some("grantd: another grantd serves from grantd-data: SQLite is for one daemon; several share a Postgres")
    );
    assert_eq!(workplace.get("/readyz").await.status, 200, "the first is not disturbed");
}

#[test]
fn a_taken_port_is_named() {
    let workplace = Workplace::new();
    let _taken = TcpListener::bind(workplace.address).unwrap();
    let ended = workplace.run(&["serve"], &[]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains(&format!("grantd: cannot listen on {}: ", workplace.address)), "{ended:?}");
}

/// Proves: L-07.
#[tokio::test]
async fn sigterm_lets_a_request_finish_and_ends_with_0() {
    let workplace = Workplace::new();
    let program = workplace.serve(&[]);
    let mut connection = TcpStream::connect(workplace.address).unwrap();
    connection.set_read_timeout(Some(secs(30))).unwrap();
    let body = "client_id=nobody";
    let head = format!(
        "POST /device_authorization HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\nExpect: 100-continue\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        workplace.address.port(),
        body.len()
    );
    connection.write_all(head.as_bytes()).unwrap();
    // The handler asks for the body: from here on the request is under way.
    let mut proceed = [0; 25];
    connection.read_exact(&mut proceed).unwrap();
    assert_eq!(&proceed, b"HTTP/1.1 100 Continue\r\n\r\n");
    program.signal("TERM");
    program.err.find("stopping");
    connection.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("invalid_client"), "{answer}");
    let ended = program.ended();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(TcpStream::connect(workplace.address).is_err(), "nobody listens any more");
}

/// Proves: L-06 FE-05: a secret that its group can read, as Kubernetes mounts one, is taken.
#[tokio::test]
async fn a_root_secret_that_others_can_read_is_refused() {
    let workplace = Workplace::new();
    drop(workplace.serve(&[]));
    let secret = workplace.folder.path().join("grantd-data/root.key");
    for exposed in [0o644, 0o602] {
        fs::set_permissions(&secret, fs::Permissions::from_mode(exposed)).unwrap();
        let ended = workplace.run(&["serve"], &[]);
        assert_eq!(ended.code, Some(1));
        let said = format!(
            "grantd: the root secret grantd-data/root.key can be read or changed by others (its mode is {exposed:04o}): type \
             `chmod o= grantd-data/root.key`, or mount it with mode 0440, and replace the secret if somebody did read it"
        );
        assert_eq!(ended.err.lines().last(), Some(said.as_str()), "{ended:?}");
    }
    for private in [0o440, 0o640, 0o600] {
        fs::set_permissions(&secret, fs::Permissions::from_mode(private)).unwrap();
        drop(workplace.serve(&[]));
    }
}

/// Proves: L-06 D-17.
#[test]
fn an_issuer_without_tls_off_loopback_is_refused() {
    let workplace = Workplace::new();
    let ended = workplace.run(&["serve"], &[("GRANTD__ISSUER", "http://login.example.com")]);
    assert_eq!(ended.code, Some(2));
    assert_eq!(
        ended.err,
        "GRANTD__ISSUER: must be https; http is for loopback hosts only (localhost, 127.0.0.0/8, [::1])\n"
    );
    assert!(!workplace.folder.path().join("grantd-data").exists(), "nothing is made for a refused configuration");
}

#[test]
fn health_tells_a_ready_server_from_a_dead_one() {
    let workplace = Workplace::new();
    let dead = workplace.run(&["health"], &[]);
    let said = format!("nobody answers at http://{}/readyz\n", workplace.address);
    assert_eq!((dead.code, dead.out), (Some(1), said));
    let _program = workplace.serve(&[]);
    let ready = workplace.run(&["health"], &[]);
    assert_eq!((ready.code, ready.out.as_str()), (Some(0), "ready\n"));
}

#[tokio::test]
async fn migrate_makes_an_empty_database_fit_for_a_server() {
    let workplace = Workplace::new();
    let database = Database::empty().await;
    let secret = database.folder.path().join("root.key");
    let variables = [
        ("GRANTD__DATABASE__URL", database.url.as_str()),
        ("GRANTD__SECRETS__ROOT_FILE", secret.to_str().unwrap()),
        ("GRANTD__DATABASE__AUTO_MIGRATE", "false"),
    ];
    for command in [&["serve"][..], &["user", "list"]] {
        let unfit = workplace.run(command, &variables);
        assert_eq!(unfit.code, Some(1));
        let said = format!("grantd: {}", lacks_all_migrations());
        assert_eq!(unfit.err.lines().last(), Some(said.as_str()), "{unfit:?}");
    }
    for _ in 0..2 {
        let migrated = workplace.run(&["migrate"], &variables);
        assert_eq!((migrated.code, migrated.out.as_str()), (Some(0), "the schema is up to date\n"));
    }
    let _program = workplace.serve(&variables);
    assert_eq!(workplace.get("/readyz").await.status, 200);
}

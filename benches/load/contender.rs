//! The servers that are measured, each a process of its own, and what they cost.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Limits are raised, because one address asks for everything. The interval is that of the sweeps.
const CONFIG: &str = r#"
log.filter = "off"
keys.algorithms = ["ES256"]
[device]
expires_in = "30m"
interval = "1s"
tolerance = "0s"
[limits]
device_authorizations = 1000000
device_authorizations_burst = 1000000
device_authorizations_server = 1000000
pending_client = 10000000
pending_network = 10000000
pending_server = 10000000
unknown_device_codes = 1000000
[[scope]]
name = "read"
words = "Read"
[[client]]
id = "tv"
name = "Television"
type = "public"
grant_types = ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]
scopes = ["read"]
"#;

/// Which server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An answer to a form, and nothing else.
    Empty,
    /// The least that could store what is answered.
    Ceiling,
    Grantd,
}

/// A server that runs.
pub struct Contender {
    pub name: String,
    pub kind: Kind,
    pub address: SocketAddr,
    /// The database of the server.
    pub database: Option<String>,
    /// The process of its Postgres.
    postgres: Option<u32>,
    process: Child,
    /// From the start of the process to its first answer.
    pub started: Duration,
    _folder: TempDir,
}

/// The processor time of a server, and of its Postgres.
#[derive(Clone, Copy, Default)]
pub struct Cost {
    pub server: Duration,
    pub postgres: Duration,
}

impl Contender {
    /// Starts a server, with this database or a file of its own.
    pub fn start(name: &str, kind: Kind, program: &Path, postgres: Option<(String, u32)>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let (url, server) = postgres.unzip();
        let url = url.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("data/bench.db").display()));
        let process = if kind == Kind::Grantd {
            let config = folder.path().join("grantd.toml");
            let head = format!(
                "issuer = \"http://localhost:{port}\"\nlisten.address = \"{address}\"\ndatabase.url = \"{url}\"\n\
                 database.auto_migrate = true\nsecrets.root_file = \"{}\"\n",
                folder.path().join("root.key").display()
            );
            let api = format!(
                "[[client]]\nid = \"api\"\nname = \"API\"\ntype = \"confidential\"\n\
                 secret_digests = [\"sha256:{}\"]\nintrospect = true\ntoken_endpoint_auth_method = \"client_secret_post\"\n",
                protocol::Digest::sha256(b"api-secret").hex()
            );
            std::fs::write(&config, format!("{head}{CONFIG}{api}")).unwrap();
            let key = folder.path().join("root.key");
            std::fs::write(&key, [7; 32]).unwrap();
            std::fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).unwrap();
            let mut add = Command::new(program);
            add.args(["user", "add", "anna", "--config"]).arg(&config).stdin(Stdio::piped()).stdout(Stdio::null());
            let mut adding = add.spawn().unwrap();
            adding.stdin.take().unwrap().write_all(b"brittle comet under glass\n").unwrap();
            assert!(adding.wait().unwrap().success());
            Command::new(program).args(["serve", "--config"]).arg(&config).spawn().unwrap()
        } else {
            std::fs::create_dir(folder.path().join("data")).unwrap();
            Command::new(std::env::current_exe().unwrap()).args(["ceiling", &port.to_string(), &url]).spawn().unwrap()
        };
        let began = Instant::now();
        while !is_ready(address) {
            assert!(began.elapsed() < Duration::from_secs(30), "{name} did not start");
            std::thread::sleep(Duration::from_millis(1));
        }
        let started = began.elapsed();
        let database = Some(url);
        Self { name: name.to_owned(), kind, address, database, postgres: server, process, started, _folder: folder }
    }

    pub fn cost(&self) -> Cost {
        let postgres = self.postgres.map(|server| family(server).iter().map(|process| busy(*process)).sum());
        Cost { server: busy(self.process.id()), postgres: postgres.unwrap_or_default() }
    }

    /// Its resident memory in MiB.
    pub fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
    }
}

impl Drop for Contender {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl std::ops::Sub for Cost {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            server: self.server.saturating_sub(before.server),
            postgres: self.postgres.saturating_sub(before.postgres),
        }
    }
}

/// Whether the server answers requests. It listens before its database is open.
fn is_ready(address: SocketAddr) -> bool {
    let Ok(mut connection) = TcpStream::connect(address) else { return false };
    let asked = format!("GET /readyz HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\r\n", address.port());
    let mut answer = String::new();
    let heard = connection.write_all(asked.as_bytes()).and_then(|()| connection.read_to_string(&mut answer));
    heard.is_ok() && answer.contains(" 200 ")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A process and its children.
fn family(parent: u32) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let all = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    all.filter(|process| *process == parent || field(*process, 1) == Some(u64::from(parent))).collect()
}

/// The processor time of a process and of its children that have ended. A tick is 10 ms on Linux.
fn busy(process: u32) -> Duration {
    let ticks: u64 = [11, 12, 13, 14].iter().filter_map(|number| field(process, *number)).sum();
    Duration::from_millis(ticks * 10)
}

/// A field of `/proc/PID/stat`, counted from the one after the name of the program.
fn field(process: u32, number: usize) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(number)?.parse().ok()
}

//! What the database stores for a stranger: every route, requested without credentials.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on stops where it stands")]
#![expect(clippy::disallowed_methods, reason = "what is measured is real time")]

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};

const CONFIG: &str = r#"
issuer = "https://login.example.test"
proxies.trusted = ["127.0.0.1/32"]
log.filter = "off"
database.url = "sqlite:grantd.db"
[[client]]
id = "tv"
name = "Television"
type = "public"
grant_types = ["urn:ietf:params:oauth:grant-type:device_code"]
scopes = ["openid"]
"#;
const PASSWORD: &str = "brittle comet under glass";
/// How often a time is measured; the median counts.
const TAKEN: usize = 9;

/// The program, with one account.
struct Daemon {
    process: Child,
    folder: tempfile::TempDir,
    port: u16,
    http: reqwest::Client,
}

impl Daemon {
    async fn start(variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = format!("listen.address = \"127.0.0.1:{port}\"\n{CONFIG}");
        fs::write(folder.path().join("grantd.toml"), config).unwrap();
        let command = |arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_grantd"));
            command.args(arguments).args(["--config", "grantd.toml"]).current_dir(folder.path()).env_clear();
            command
        };
        let mut adding = command(&["user", "add", "anna"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        writeln!(adding.stdin.take().unwrap(), "{PASSWORD}").unwrap();
        assert!(adding.wait().unwrap().success());
        let process = command(&["serve"]).envs(variables.iter().copied()).spawn().unwrap();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let daemon = Self { process, folder, port, http };
        // It listens before its database is open.
        while TcpStream::connect(("127.0.0.1", port)).is_err()
            || daemon.ask("GET", "/readyz", "127.0.0.1", None).await.0 != 200
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        daemon
    }

    /// A request from a network: its status and body.
    async fn ask(&self, method: &str, path: &str, from: &str, body: Option<(&str, String)>) -> (u16, String) {
        let request = self.http.request(method.parse().unwrap(), format!("http://127.0.0.1:{}{path}", self.port));
        let request = request.header("host", "login.example.test").header("x-forwarded-proto", "https");
        let request = request.header("x-forwarded-for", from);
        let request = match body {
            Some((kind, body)) => request.header("content-type", kind).body(body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn log_in(&self, username: &str, password: &str, from: &str) -> u16 {
        let body = format!(r#"{{"username": "{username}", "password": "{password}"}}"#);
        self.ask("POST", "/login", from, Some(("application/json", body))).await.0
    }

    async fn authorize(&self, from: &str) -> String {
        let form = ("application/x-www-form-urlencoded", "client_id=tv&scope=openid".to_owned());
        let (status, body) = self.ask("POST", "/device_authorization", from, Some(form)).await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_str::<serde_json::Value>(&body).unwrap()["device_code"].as_str().unwrap().to_owned()
    }

    async fn poll(&self, code: &str, from: &str) -> u16 {
        let grant = "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=tv&device_code=";
        self.ask("POST", "/token", from, Some(("application/x-www-form-urlencoded", format!("{grant}{code}")))).await.0
    }

    fn resident_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    fn database_bytes(&self) -> u64 {
        let files = ["grantd.db", "grantd.db-wal"].map(|name| self.folder.path().join(name));
        files.iter().filter_map(|path| fs::metadata(path).ok()).map(|file| file.len()).sum()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The median time of repeated work.
async fn median(mut work: impl AsyncFnMut(usize)) -> Duration {
    let mut times = Vec::new();
    for turn in 0..TAKEN {
        let began = Instant::now();
        work(turn).await;
        times.push(began.elapsed());
    }
    times.sort();
    times[TAKEN / 2]
}

fn say(what: &str, alone: Duration, beside: Duration) {
    let ratio = beside.as_secs_f64() / alone.as_secs_f64();
    println!("{what}: {alone:.1?} alone, {beside:.1?} beside them, {ratio:.1} x");
}

#[tokio::main]
async fn main() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let profile = if cfg!(debug_assertions) { "dev profile: for ratios only" } else { "optimised" };
    println!("\nWhat strangers cost on SQLite ({profile})");
    memory_of_logins().await;
    a_site_that_guesses().await;
    one_code_polled_a_thousand_times().await;
    pages_on_a_slow_disk().await;
}

/// 200 logins of unknown names by a hundred connections from eight networks.
async fn memory_of_logins() {
    let daemon = Daemon::start(&[]).await;
    let at_start = daemon.resident_kib();
    let logins = stream::iter(0..200).map(|login| {
        let (daemon, from) = (&daemon, format!("203.0.{}.7", 113 + login % 8));
        async move { daemon.log_in(&format!("nobody-{login}"), "wrong", &from).await }
    });
    logins.buffer_unordered(100).for_each(|_| async {}).await;
    let after = daemon.resident_kib();
    tokio::time::sleep(Duration::from_secs(12)).await;
    let later = daemon.resident_kib();
    let permits = std::thread::available_parallelism().unwrap().get();
    println!("memory: {at_start} KiB at the start, {after} after 200 logins, {later} twelve seconds later");
    let more = after.saturating_sub(at_start);
    println!("memory: {more} KiB more; {permits} hashes of 19456 KiB are computed at once");
}

/// A right login elsewhere, while every /64 of one /48 tries passwords.
async fn a_site_that_guesses() {
    let daemon = Daemon::start(&[]).await;
    let elsewhere = async |turn: usize| {
        assert_eq!(daemon.log_in("anna", PASSWORD, &format!("198.51.100.{turn}")).await, 200, "a right login");
    };
    let alone = median(elsewhere).await;
    let guess = |guess: usize| {
        let (daemon, from) = (&daemon, format!("2001:db8:7:{guess:x}::1"));
        async move { daemon.log_in(&format!("nobody-{guess}"), "wrong", &from).await }
    };
    let spent: Vec<u16> = stream::iter(0..400).map(guess).buffer_unordered(16).collect().await;
    let looked_at = spent.iter().filter(|status| **status == 401).count();
    println!("a /48 guesses: {looked_at} of 400 passwords are looked at");
    let going_on = stream::iter(400..100_000).map(guess).buffer_unordered(16).for_each(|_| async {});
    let beside = tokio::select! {
        beside = median(elsewhere) => beside,
        () = going_on => unreachable!("a hundred thousand guesses take longer"),
    };
    say("a right login beside a /48 that guesses", alone, beside);
}

/// The polls of others, while one known code is polled by a hundred connections.
async fn one_code_polled_a_thousand_times() {
    let daemon = Daemon::start(&[]).await;
    let (one, other) = (daemon.authorize("203.0.113.7").await, daemon.authorize("198.51.100.7").await);
    let others = async |_: usize| assert_eq!(daemon.poll(&other, "198.51.100.7").await, 400);
    let alone = median(others).await;
    let one = one.as_str();
    let poll = |_| {
        let daemon = &daemon;
        async move { daemon.poll(one, "203.0.113.7").await }
    };
    let began = Instant::now();
    stream::iter(0..1_000).map(poll).buffer_unordered(100).for_each(|_| async {}).await;
    println!("1000 polls of one code: {:.1?} each, {:.2} x a poll alone", began.elapsed() / 1_000, {
        began.elapsed().as_secs_f64() / 1_000.0 / alone.as_secs_f64()
    });
    let going_on = stream::iter(0..1_000_000).map(poll).buffer_unordered(100).for_each(|_| async {});
    let beside = tokio::select! {
        beside = median(others) => beside,
        () = going_on => unreachable!("a million polls take longer"),
    };
    say("the poll of another code beside them", alone, beside);
}

/// Others' requests for a code, which are written, while pages are opened without a cookie and each fsync takes 100 ms.
async fn pages_on_a_slow_disk() {
    let shims = tempfile::tempdir().unwrap();
    let Some(shim) = slow_disk(shims.path()) else { return println!("a slow disk: not tried, there is no C compiler") };
    let slow = [("LD_PRELOAD", shim.to_str().unwrap()), ("SLOW_DISK_MILLIS", "100")];
    let daemon = Daemon::start(&slow).await;
    let flushed = median(async |_| assert_eq!(daemon.log_in("anna", PASSWORD, "192.0.2.7").await, 200)).await;
    assert!(flushed >= Duration::from_millis(100), "the disk is not slow: {flushed:?}");
    println!("a login, which is flushed to a disk whose fsync takes 100 ms: {flushed:.1?}");
    let others = async |turn: usize| drop(daemon.authorize(&format!("198.51.100.{turn}")).await);
    let alone = median(others).await;
    let before = daemon.database_bytes();
    assert!(before > 0, "the database is elsewhere");
    let open = |page: usize| {
        let (daemon, path) = (&daemon, ["/account", "/device?user_code=WDJB-MJHT", "/login"][page % 3]);
        async move { daemon.ask("GET", path, "203.0.113.7", None).await.0 }
    };
    let began = Instant::now();
    stream::iter(0..1_000).map(open).buffer_unordered(16).for_each(|_| async {}).await;
    let (each, grown) = (began.elapsed() / 1_000, daemon.database_bytes() - before);
    println!("1000 pages without a cookie on that disk: {each:.1?} each, {grown} bytes written");
    let going_on = stream::iter(0..1_000_000).map(open).buffer_unordered(16).for_each(|_| async {});
    let beside = tokio::select! {
        beside = median(others) => beside,
        () = going_on => unreachable!("a million pages take longer"),
    };
    say("a code for a device beside them", alone, beside);
}

/// The library that makes the disk slow, if it can be compiled here.
fn slow_disk(folder: &Path) -> Option<PathBuf> {
    let library = folder.join("slow_disk.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/slow_disk.c");
    let compiled =
        Command::new("cc").args(["-shared", "-fPIC", "-O2", "-o"]).arg(&library).args([source, "-ldl"]).status();
    compiled.ok()?.success().then_some(library)
}

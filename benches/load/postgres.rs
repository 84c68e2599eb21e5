//! A Postgres server for this run alone, which waits for the disk as one in production does.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

pub struct Postgres {
    server: Child,
    folder: TempDir,
}

impl Postgres {
    /// `None` where Postgres is not installed.
    pub async fn start() -> Option<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("grantd-bench-").tempdir_in("/tmp").unwrap();
        let user = unprivileged();
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(folder.path(), Some(uid), Some(gid)).unwrap();
        }
        let as_user = |program: &str| {
            let mut command = Command::new(programs.join(program));
            let log = File::options().create(true).append(true).open(folder.path().join("log")).unwrap();
            command.current_dir(folder.path()).stdout(Stdio::null()).stderr(log);
            if let Some((uid, gid)) = user {
                command.uid(uid).gid(gid);
            }
            command
        };
        let made = as_user("initdb").args(["-D", "data", "-U", "postgres", "-A", "trust", "--locale=C.UTF-8"]).status();
        let log = || std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        assert!(made.unwrap().success(), "initdb failed: {}", log());
        let socket = folder.path().display().to_string();
        let server = as_user("postgres")
            .args(["-D", "data", "-k", &socket, "-c", "listen_addresses=", "-c", "max_connections=100"])
            .process_group(0)
            .spawn()
            .unwrap();
        let postgres = Self { server, folder };
        let until = Instant::now() + Duration::from_secs(30);
        while PgConnection::connect(&postgres.url("postgres")).await.is_err() {
            assert!(Instant::now() < until, "Postgres did not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some(postgres)
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost:5432/{database}?host={}", self.folder.path().display())
    }

    pub async fn create(&self, database: &str) -> String {
        let mut connection = PgConnection::connect(&self.url("postgres")).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {database}"))).execute(&mut connection).await.unwrap();
        self.url(database)
    }

    pub fn process(&self) -> u32 {
        self.server.id()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT: a fast shutdown.
        let server = rustix::process::Pid::from_child(&self.server);
        let _ = rustix::process::kill_process(server, rustix::process::Signal::INT);
        drop(self.server.wait());
    }
}

fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    found.retain(|programs| programs.join("initdb").exists());
    found.sort();
    found.pop().or_else(|| Path::new("/usr/bin/initdb").exists().then(|| PathBuf::from("/usr/bin")))
}

/// Whom Postgres runs as: it refuses to run as root.
fn unprivileged() -> Option<(u32, u32)> {
    if !rustix::process::getuid().is_root() {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let of = |name: &str| {
        let line = users.lines().find(|line| line.starts_with(&format!("{name}:")))?;
        let mut numbers = line.split(':').skip(2);
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    };
    of("postgres").or_else(|| of("nobody"))
}

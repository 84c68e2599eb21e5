//! A Postgres server of the test, which it may stop, turn into a standby, or put behind another program.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

use crate::eventually;

/// A server that listens on a socket in its own folder. It ends with the test.
pub struct Cluster {
    folder: TempDir,
    process: Child,
}

/// A command of a program that refuses to run as root: as another user if need be. It dies with the test.
pub fn unprivileged(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    if is_root() {
        let (user, group) = ids("postgres").or_else(|| ids("nobody")).expect("somebody who is not root");
        command.args(["--reuid", &user, "--regid", &group, "--clear-groups"]);
        assert!(Command::new("chown").arg("-R").arg(format!("{user}:{group}")).arg(folder).status().unwrap().success());
    }
    command.arg(program).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn is_root() -> bool {
    id(&["-u"]).as_deref() == Some("0")
}

fn ids(user: &str) -> Option<(String, String)> {
    Some((id(&["-u", user])?, id(&["-g", user])?))
}

fn id(arguments: &[&str]) -> Option<String> {
    let said = Command::new("id").args(arguments).output().ok().filter(|said| said.status.success())?;
    Some(String::from_utf8(said.stdout).ok()?.trim().to_owned())
}

/// Whether the machine has what a test needs. A required test fails without it; another says that it did not run.
pub fn is_here(what: &str, found: Option<PathBuf>) -> Option<PathBuf> {
    if found.is_none() {
        let required = std::env::var("GRANTD_TEST_REQUIRE_ALL").is_ok_and(|all| all == "1");
        assert!(!required, "{what} is missing");
        eprintln!("NOT RUN: {what} is missing");
    }
    found
}

/// The folder of the programs of the newest Postgres.
pub fn postgres_programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let folders = versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("initdb").exists());
    is_here("Postgres", folders.max())
}

fn open_folder() -> TempDir {
    let folder = tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o755)).tempdir();
    folder.unwrap()
}

impl Cluster {
    /// A new, empty server.
    pub async fn start(programs: &Path) -> Self {
        let folder = open_folder();
        let mut made = unprivileged(&programs.join("initdb"), folder.path());
        made.args(["-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        assert!(made.status().unwrap().success());
        Self::run(programs, folder).await
    }

    /// A new server whose data are on a small disk. Its log has segments of a megabyte, and keeps sixteen of them.
    pub async fn on_disk(programs: &Path, disk: &Path) -> Self {
        let mut made = unprivileged(&programs.join("initdb"), disk);
        made.args(["-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        assert!(made.arg("--wal-segsize=1").status().unwrap().success());
        let settings = "min_wal_size = 16MB\nmax_wal_size = 32MB\n";
        std::fs::write(disk.join("data/postgresql.auto.conf"), settings).unwrap();
        let folder = open_folder();
        std::os::unix::fs::symlink(disk.join("data"), folder.path().join("data")).unwrap();
        Self::run(programs, folder).await
    }

    /// A standby that follows this server.
    pub async fn standby(&self, programs: &Path) -> Self {
        let folder = open_folder();
        let mut copied = unprivileged(&programs.join("pg_basebackup"), folder.path());
        copied.args(["-D", "data", "-R", "-U", "postgres", "-h"]).arg(self.folder.path());
        assert!(copied.args(["-c", "fast", "--no-sync", "-X", "stream"]).status().unwrap().success());
        Self::run(programs, folder).await
    }

    async fn run(programs: &Path, folder: TempDir) -> Self {
        let process = Self::spawn(programs, folder.path());
        let cluster = Self { folder, process };
        cluster.answers().await;
        cluster
    }

    fn spawn(programs: &Path, folder: &Path) -> Child {
        let mut server = unprivileged(&programs.join("postgres"), folder);
        server.args(["-D", "data", "-p", "5432", "-c", "listen_addresses=", "-c", "fsync=off", "-k"]).arg(folder);
        server.spawn().unwrap()
    }

    async fn answers(&self) {
        let url = self.url();
        eventually(async || PgConnection::connect(&url).await.is_ok()).await;
    }

    /// Starts it again with the data that it kept.
    pub async fn start_again(&mut self, programs: &Path) {
        self.process = Self::spawn(programs, self.folder.path());
        self.answers().await;
    }

    /// The folder of its socket.
    pub fn socket(&self) -> &Path {
        self.folder.path()
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.folder.path().display())
    }

    pub async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url()).await.unwrap()
    }

    /// Runs a statement as its owner.
    pub async fn execute(&self, sql: &str) {
        sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut self.connect().await).await.unwrap();
    }

    /// Makes a role that has to show this password; others need none. The rule counts a moment later.
    pub async fn demand_password(&self, role: &str, password: &str) {
        self.execute(&format!("CREATE ROLE {role} LOGIN PASSWORD '{password}'")).await;
        let rules = format!("local all {role} scram-sha-256\nlocal all all trust\n");
        std::fs::write(self.folder.path().join("data/pg_hba.conf"), rules).unwrap();
        self.execute("SELECT pg_reload_conf()").await;
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        self.end("-QUIT");
    }

    /// Ends it as an operator does: its clients lose their connections, and committed data stay.
    pub fn stop(&mut self) {
        self.end("-INT");
    }

    /// Waits until it answers after a crash, whether it recovered or was started again.
    pub async fn goes_on(&mut self, programs: &Path) {
        let url = self.url();
        eventually(async || {
            if self.has_ended() {
                self.process = Self::spawn(programs, self.folder.path());
            }
            PgConnection::connect(&url).await.is_ok()
        })
        .await;
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.process.try_wait(), Ok(None))
    }

    fn end(&mut self, signal: &str) {
        if !self.has_ended() {
            let _ = Command::new("kill").args([signal, &self.process.id().to_string()]).status();
            let _ = self.process.wait();
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
    }
}

//! A Postgres server of the test, for changes to a whole server: it becomes read-only, or its network is cut.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

use crate::{Network, eventually, root};

/// The server, which ends with the test.
pub struct OwnServer {
    process: Child,
    folder: TempDir,
    /// Its URL for a server under test.
    pub url: String,
}

impl OwnServer {
    /// Starts one, on a Unix socket and, if given, in a network.
    pub async fn start(network: Option<&Network>) -> Self {
        // Not in TMPDIR, which the user of Postgres may not be allowed to enter.
        let near = std::env::var("GRANTD_TEST_RUN").unwrap_or_else(|_| "/tmp".to_owned());
        let folder = tempfile::Builder::new().prefix("pg").tempdir_in(near).unwrap();
        let path = folder.path().to_str().unwrap().to_owned();
        let mut before: Vec<&str> = network.map_or(Vec::new(), |of| vec!["ip", "netns", "exec", &of.name]);
        let user = if Command::new("id").args(["-u", "postgres"]).output().is_ok_and(|ended| ended.status.success()) {
            "postgres"
        } else {
            "nobody"
        };
        // Postgres refuses to run as root, and must end with the test.
        let as_user = ["setpriv", "--pdeathsig", "QUIT", "--reuid", user, "--regid", user, "--clear-groups"];
        if network.is_some() || root::is_root() {
            root::run(&["chown", user, &path]);
            before.extend(as_user);
        }
        let initdb = format!("{}/initdb", programs().display());
        let (data, postgres) = (format!("{path}/data"), format!("{}/postgres", programs().display()));
        let made = [initdb.as_str(), "-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"];
        let made = Self::command(&before, &path, &made).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let hba = "local all all trust\nhost all all 10.0.0.0/8 trust\n";
        root::program(&["sh", "-c", &format!("printf '{hba}' > {data}/pg_hba.conf")]).status().unwrap();
        let listen = format!("listen_addresses={}", network.map_or(String::new(), |of| of.address.to_string()));
        let run = [postgres.as_str(), "-D", &data, "-k", &path, "-p", "5432", "-c", &listen, "-c", "fsync=off"];
        let process = Self::command(&before, &path, &run).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let host = network.map_or_else(
            || format!("localhost:5432/postgres?host={path}"),
            |of| format!("{}:5432/postgres?sslmode=disable", of.address),
        );
        let cluster = Self { process, folder, url: format!("postgres://postgres@{host}") };
        eventually(async || cluster.connect().await.is_ok()).await;
        cluster
    }

    fn command(before: &[&str], folder: &str, program: &[&str]) -> Command {
        let words = [before, program].concat();
        let mut command = if before.is_empty() { Command::new(words[0]) } else { root::program(&words) };
        if before.is_empty() {
            command.args(&words[1..]);
        }
        command.current_dir(folder).stdin(Stdio::null());
        command
    }

    async fn connect(&self) -> sqlx::Result<PgConnection> {
        let url = format!("postgres://postgres@localhost:5432/postgres?host={}", self.folder.path().display());
        PgConnection::connect(&url).await
    }

    /// Runs a statement on the server through its socket, whatever the network does.
    pub async fn execute(&self, sql: &str) {
        let mut connection = self.connect().await.unwrap();
        sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        // By the id that it wrote down: under sudo the child is another process.
        let file = fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap_or_default();
        let process = file.lines().next().map_or_else(|| self.process.id().to_string(), str::to_owned);
        drop(root::program(&["kill", "-QUIT", &process]).output());
        drop(self.process.wait());
        drop(root::program(&["rm", "-rf", self.folder.path().to_str().unwrap()]).output());
    }
}

/// The folder of its programs, which Debian keeps out of PATH. The newest version is taken.
fn programs() -> PathBuf {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map_or_else(|_| Vec::new(), |versions| versions.flatten().map(|version| version.path().join("bin")).collect());
    found.retain(|folder| folder.join("initdb").exists());
    found.sort();
    found.pop().unwrap_or_else(|| Path::new("/usr/bin").to_owned())
}

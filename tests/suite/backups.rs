//! The commands of docs/operating.md that back up and restore, run as they stand. What differs on the machine of a test is
//! put in their place: the folders, the owner of the files, the names of databases, and the supervisor.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;
use url::Url;

use testkit::cluster::postgres_programs;
use testkit::{Daemon, Database, PASSWORD, command, direct_request, installed};

/// Where the page keeps the copies.
const COPIES: &str = "/var/backups/grantd";
/// The day of the copy that the page restores.
const THAT_DAY: &str = "grantd-2026-11-20";

/// The commands of a section, a block each, up to these words.
fn blocks(heading: &str, end: &str) -> Vec<String> {
    let page = include_str!("../../docs/operating.md");
    let section = page.split_once(heading).unwrap().1.split(end).next().unwrap();
    let fenced = section.split("```").skip(1).step_by(2);
    fenced.map(|block| block.strip_prefix("sh\n").expect("commands").to_owned()).collect()
}

/// The machine of an operator.
struct Machine {
    folder: TempDir,
    /// What stands for the texts of the page.
    instead: Vec<(String, String)>,
    /// Where its programs are, in their order.
    path: String,
}

impl Machine {
    fn new(instead: &[(&str, &str)], programs: Option<&Path>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        // The test starts and stops the server.
        fs::write(bin.join("systemctl"), "#!/bin/sh\n").unwrap();
        fs::set_permissions(bin.join("systemctl"), fs::Permissions::from_mode(0o755)).unwrap();
        let mut instead: Vec<(String, String)> =
            instead.iter().map(|(page, here)| ((*page).to_owned(), (*here).to_owned())).collect();
        instead.push((COPIES.to_owned(), folder.path().join("copies").display().to_string()));
        instead.push((" -o grantd -g grantd".to_owned(), String::new()));
        let programs = programs.map_or(String::new(), |programs| format!("{}:", programs.display()));
        let path = format!("{}:{programs}{}", bin.display(), std::env::var("PATH").unwrap());
        Self { folder, instead, path }
    }

    fn copies(&self) -> PathBuf {
        self.folder.path().join("copies")
    }

    /// Runs the commands of a block.
    fn run(&self, block: &str) -> String {
        let mut text = block.to_owned();
        for (page, here) in &self.instead {
            text = text.replace(page, here);
        }
        let mut shell = Command::new("sh");
        shell.env_clear().env("PATH", &self.path).current_dir(&self.folder).args(["-euc", &text]);
        let ended = shell.output().unwrap();
        assert!(ended.status.success(), "{text}\n{}", String::from_utf8_lossy(&ended.stderr));
        String::from_utf8(ended.stdout).unwrap()
    }

    /// The copy that was made today stands for the one that the page restores.
    fn made(&mut self, ending: &str) {
        let made = fs::read_dir(self.copies()).unwrap().map(|copy| copy.unwrap().file_name().into_string().unwrap());
        let made = made.filter(|copy| copy.ends_with(ending)).collect::<Vec<_>>();
        assert_eq!(made.len(), 1, "{made:?}");
        let mode = fs::metadata(self.copies().join(&made[0])).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "others cannot read the copy");
        self.instead.push((format!("{THAT_DAY}{ending}"), made[0].clone()));
    }
}

/// What a restored server has to show as before: its people and its keys.
async fn shown(daemon: &Daemon) -> (String, String) {
    let listed = daemon.beside(&["user", "list"], "").await;
    let keys = direct_request(daemon.address, "GET", "/jwks.json").header("host", "login.example.test");
    (listed.out, keys.send().await.unwrap().text().await.unwrap())
}

async fn add(daemon: &Daemon, name: &str) {
    let added = daemon.beside(&["user", "add", name], &format!("{PASSWORD}\n")).await;
    assert_eq!(added.code, Some(0), "{added:?}");
}

/// Proves: FD-12
#[tokio::test]
async fn the_copies_of_sqlite_work_as_the_page_has_them() {
    let database = Arc::new(Database::in_files());
    if installed("sqlite3").is_none() {
        return;
    }
    let page = blocks("### SQLite\n", "In a container");
    let [folder, copy, restore] = page.as_slice() else { panic!("{page:#?}") };
    let here = database.folder.path().display().to_string();
    let mut machine = Machine::new(&[("/var/lib/grantd", &here)], None);
    let mut daemon = Daemon::start_on(Arc::clone(&database), "", |config| command("serve", config)).await;
    add(&daemon, "anna").await;
    let before = shown(&daemon).await;

    machine.run(folder);
    assert_eq!(machine.run(copy), "ok\n");
    machine.made(".db");
    add(&daemon, "bob").await;
    assert_ne!(shown(&daemon).await, before);
    // Once after a clean end, and once after a crash, which leaves the log behind.
    assert!(daemon.stop());
    machine.run(restore);
    let daemon = Daemon::start_on(Arc::clone(&database), "", |config| command("serve", config)).await;
    assert_eq!(shown(&daemon).await, before);
    add(&daemon, "carl").await;
    daemon.kill();
    fs::rename(database.folder.path().join("before"), database.folder.path().join("earlier")).unwrap();
    machine.run(restore);
    let daemon = Daemon::start_on(database, "", |config| command("serve", config)).await;
    assert_eq!(shown(&daemon).await, before);
}

/// Proves: FD-12
#[tokio::test]
async fn the_dumps_of_postgres_work_as_the_page_has_them() {
    let database = Arc::new(Database::fresh().await);
    let Some(programs) = database.is_postgres().then(postgres_programs).flatten() else { return };
    let url = Url::parse(&database.url).unwrap();
    let (name, restored) = (url.path().trim_start_matches('/'), format!("{}_restored", url.path()));
    let restored = restored.trim_start_matches('/');
    let host = url.query_pairs().find(|(key, _)| key == "host").map(|(_, folder)| folder.into_owned());
    let host = host.unwrap_or_else(|| url.host_str().unwrap().to_owned());
    let to = format!("--host={host} --port={} --username={}", url.port().unwrap_or(5432), url.username());
    let instead = [
        ("pg_dump ", &*format!("pg_dump {to} ")),
        ("createdb ", &format!("createdb {to} ")),
        ("pg_restore ", &format!("pg_restore {to} ")),
        ("=grantd_restored", &format!("={restored}")),
        (" grantd_restored", &format!(" {restored}")),
        ("=grantd ", &format!("={} ", url.username())),
        (".dump\" grantd\n", &format!(".dump\" {name}\n")),
    ];
    let mut machine = Machine::new(&instead, Some(&programs));
    fs::create_dir(machine.copies()).unwrap();
    let page = blocks("### Postgres\n", "Name it in");
    let [dump, restore] = page.as_slice() else { panic!("{page:#?}") };
    let mut daemon = Daemon::start_on(Arc::clone(&database), "", |config| command("serve", config)).await;
    add(&daemon, "anna").await;
    let before = shown(&daemon).await;

    machine.run(dump);
    machine.made(".dump");
    add(&daemon, "bob").await;
    assert!(daemon.stop());
    machine.run(restore);
    let at_restored = |config: &Path| {
        let text = fs::read_to_string(config).unwrap();
        fs::write(config, text.replace(&format!("/{name}"), &format!("/{restored}"))).unwrap();
        command("serve", config)
    };
    let daemon = Daemon::start_on(database, "", at_restored).await;
    assert_eq!(shown(&daemon).await, before);
}

//! Only codes, tokens and decisions wait for a slow disk, and nobody waits because of a stranger who opens pages (requirement FA-04).

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use futures_util::future::join_all;

use testkit::{Browser, Daemon, Database, PASSWORD, Program, command};

const CONFIG: &str = "keys.algorithms = ['ES256']\n[[client]]\nid = 'tv'\nname = 'Television'\ntype = 'public'\n\
    scopes = ['openid']\ngrant_types = ['urn:ietf:params:oauth:grant-type:device_code']\n";

/// The pages that a stranger opens.
const OPENED: [&str; 4] = ["/account", "/device", "/device?user_code=BBBB-BBBB", "/login"];

/// A daemon on a disk that takes its time.
struct SlowDisk {
    daemon: Daemon,
    syncs: PathBuf,
}

/// What makes a disk slow, compiled in this folder.
fn library(folder: &Path) -> PathBuf {
    let library = folder.join("slow_disk.so");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).args(["tests/suite/slow_disk.c", "-ldl"]);
    assert!(compiler.status().unwrap().success(), "the slow disk is a C file");
    library
}

impl SlowDisk {
    async fn start(millis: u32) -> Self {
        let database = Arc::new(Database::in_files());
        let (library, syncs) = (library(database.folder.path()), database.folder.path().join("syncs"));
        let log = syncs.clone();
        let daemon = Daemon::start_on(database, CONFIG, |config| {
            let mut slow = command("serve", config);
            slow.env("LD_PRELOAD", library).env("SLOW_DISK_SYNCS", log).env("SLOW_DISK_MILLIS", millis.to_string());
            slow
        })
        .await;
        let added = daemon.beside(&["user", "add", "anna"], PASSWORD).await;
        assert_eq!(added.code, Some(0), "{added:?}");
        Self { daemon, syncs }
    }

    /// How often somebody has waited for the disk.
    fn syncs(&self) -> usize {
        fs::read_to_string(&self.syncs).unwrap_or_default().lines().count()
    }

    /// A device signs in, as somebody who logs in for it; how often they waited for the disk.
    async fn walk(&self) -> usize {
        let before = self.syncs();
        let asked = self.daemon.device("tv").authorize("openid").await;
        assert_eq!(self.syncs(), before + 1, "codes that a device was given last");
        let mut anna = Browser::new(self.daemon.address, "198.51.100.7");
        let decision = anna.reach_decision(&asked.user_code, "anna").await;
        assert!(anna.approve(&decision).await.says("Go back to your device"), "{decision:?}");
        asked.redeem().await;
        self.syncs() - before
    }
}

/// So many strangers, each with a browser that keeps its cookies and one page after the other.
async fn strangers(address: SocketAddr, count: usize, pages: usize) {
    let strangers = (0..count).map(|number| async move {
        let mut stranger = Browser::new(address, &format!("203.0.113.{}", number % 250));
        for page in 0..pages {
            let answer = stranger.send("GET", OPENED[(number + page) % OPENED.len()], None).await;
            assert!([200, 303].contains(&answer.status), "{answer:?}");
            if page % 5 == 4 {
                stranger.cookies.clear();
            }
        }
    });
    join_all(strangers).await;
}

/// So many wrong logins, one after the other.
async fn guess(address: SocketAddr, username: &str, tries: usize) {
    let mut stranger = Browser::new(address, "192.0.2.9");
    for _ in 0..tries {
        let answer = stranger.log_in_with(username, "not the password").await;
        assert_eq!(answer.path, "/login", "{answer:?}");
    }
}

/// Strangers open pages without end while a device signs in, on a disk on which every wait takes so many milliseconds.
pub async fn open_pages_beside_a_sign_in(count: usize, pages: usize, millis: u32) {
    let disk = SlowDisk::start(millis).await;
    // The first walk includes work that is done once.
    disk.walk().await;
    let alone = disk.walk().await;
    assert!(alone > 0, "a sign-in has to last, so the disk is waited for");
    let before = disk.syncs();
    strangers(disk.daemon.address, count, pages).await;
    assert_eq!(disk.syncs(), before, "a stranger's page waits for no disk");
    // More than are verified, so that the last ones are refused with an event.
    for (username, tries) in [("anna", 6), ("nobody", 6)] {
        guess(disk.daemon.address, username, tries).await;
        assert_eq!(disk.syncs(), before, "nor does a wrong login as {username}");
    }
    let forgiven = disk.daemon.beside(&["user", "unlock", "anna"], "").await;
    assert_eq!(forgiven.code, Some(0), "{forgiven:?}");
    let crowd = tokio::spawn(strangers(disk.daemon.address, count, pages));
    let beside = disk.walk().await;
    crowd.await.unwrap();
    assert_eq!(beside, alone, "and makes nobody else wait for it");
}

/// Proves: FA-04.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn strangers_make_nobody_wait_for_a_slow_disk() {
    open_pages_beside_a_sign_in(10, 8, 20).await;
}

/// Proves: FE-05: a power cut after the first start leaves the root secret under its name.
#[test]
fn a_root_secret_and_its_name_are_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let (library, syncs) = (library(folder.path()), folder.path().join("syncs"));
    fs::write(folder.path().join("g.toml"), "listen.address = '127.0.0.1:0'\nkeys.algorithms = ['ES256']\n").unwrap();
    let variables = [("LD_PRELOAD", library.to_str().unwrap()), ("SLOW_DISK_SYNCS", syncs.to_str().unwrap())];
    let server = Program::start(folder.path(), &["serve", "--config", "g.toml"], &variables);
    server.err.find("listening");
    let syncs = fs::read_to_string(&syncs).unwrap();
    let mut synced = syncs.lines().skip_while(|path| !path.contains("/root.draft-"));
    assert!(synced.next().is_some(), "{syncs}");
    assert!(synced.next().is_some_and(|path| path.ends_with("/grantd-data")), "{syncs}");
}

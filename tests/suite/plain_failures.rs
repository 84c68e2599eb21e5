//! A database that cannot be used is told in plain words: what is wrong, where, and what to do, never with its password.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

use testkit::cluster::{Cluster, postgres_programs};
use testkit::{Ended, PASSWORD, Program, eventually, run};

/// The password of every URL here.
const SECRET: &str = "hunter2";

/// Each opens the database.
const COMMANDS: [&[&str]; 4] = [&["serve"], &["migrate"], &["user", "add", "anna"], &["key", "list"]];

/// A folder with a configuration that names this database, which is waited for shortly.
fn folder(url: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.key");
    fs::write(&root, [7; 32]).unwrap();
    fs::set_permissions(root, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let config = format!(
        "secrets.root_file = 'root.key'\nlisten.address = '127.0.0.1:0'\n[database]\nurl = {url:?}\nwait = '500ms'\n"
    );
    fs::write(folder.path().join("g.toml"), config).unwrap();
    folder
}

fn ran(folder: &Path, command: &[&str]) -> Ended {
    run(folder, &[command, &["--config", "g.toml"]].concat(), &[], PASSWORD)
}

/// What a command says at its end, which has to be a failure.
#[track_caller]
fn complaint(folder: &Path, command: &[&str]) -> String {
    let ended = ran(folder, command);
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{command:?}: {ended:?}");
    assert!(!ended.err.contains(SECRET), "{command:?}: {ended:?}");
    let last = ended.err.lines().last().unwrap_or_default().to_owned();
    last.strip_prefix("grantd: ").unwrap_or_else(|| panic!("{command:?}: {ended:?}")).to_owned()
}

#[track_caller]
fn assert_told(folder: &Path, told: &str) {
    for command in COMMANDS {
        let complaint = complaint(folder, command);
        assert!(complaint.starts_with(told), "{command:?}: {complaint}\ninstead of {told}");
    }
}

/// Proves: FD-11
#[tokio::test]
async fn a_postgres_that_refuses_is_named_with_what_it_refuses() {
    let Some(programs) = postgres_programs() else { return };
    let cluster = Cluster::start(&programs).await;
    cluster.demand_password("keeper", "another").await;
    let socket = cluster.socket().display().to_string();
    let (host, place) = (format!("localhost/postgres?host={socket}"), format!("Postgres at {socket}/.s.PGSQL.5432"));
    let wrong = folder(&format!("postgres://keeper:{SECRET}@{host}"));
    // The server reads its rules again a moment after it was told to.
    eventually(async || ran(wrong.path(), &["migrate"]).err.contains("password")).await;
    assert_told(
        wrong.path(),
        &format!(
            "{place} refuses the password of the user \"keeper\": correct it in database.url, or in the file that \
             PGPASSFILE names: password authentication failed for user \"keeper\" (28P01)"
        ),
    );
    let stranger = folder(&format!("postgres://nobody:{SECRET}@{host}"));
    assert_told(stranger.path(), &format!("{place} does not let the user \"nobody\" in: make the user"));
    let nowhere = folder(&format!("postgres://postgres:{SECRET}@{}", host.replace("/postgres?", "/nowhere?")));
    assert_told(nowhere.path(), &format!("{place} has no database \"nowhere\": make it, or correct its name"));
    cluster.execute("CREATE DATABASE owned").await;
    let guest = folder(&format!("postgres://keeper:another@{}", host.replace("/postgres?", "/owned?")));
    let denied = complaint(guest.path(), &["migrate"]);
    let told =
        format!("{place} does not let the user \"keeper\" do this in the database \"owned\": make the user its owner");
    assert!(denied.starts_with(&told) && denied.ends_with("permission denied for schema public (42501)"), "{denied}");
}

/// Proves: FD-11
#[test]
fn a_postgres_that_is_not_there_is_named_with_its_host() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = silent.local_addr().unwrap();
    for (host, told) in [
        (
            format!("{closed}/db"),
            format!(
                "Postgres at {closed} refuses connections: start Postgres there, or correct the host and the port in \
                 database.url: Connection refused (os error 111)"
            ),
        ),
        (
            format!("{at}/db"),
            format!(
                "Postgres at {at} did not answer within 500ms: see whether it runs, and whether a firewall stands \
                 between; database.url names it"
            ),
        ),
        (
            "localhost/db?host=/nowhere".to_owned(),
            "there is no socket of Postgres at /nowhere/.s.PGSQL.5432: start it, or correct the host in database.url: No \
             such file or directory (os error 2)"
                .to_owned(),
        ),
    ] {
        let folder = folder(&format!("postgres://me:{SECRET}@{host}"));
        for command in &COMMANDS[1..] {
            assert_eq!(complaint(folder.path(), command), told, "{command:?}");
        }
        // A server waits for it, and says at once for what.
        let server = Program::start(folder.path(), &["serve", "--config", "g.toml"], &[]);
        let opening = server.err.find("opening the database");
        assert!(opening.contains(&format!("postgres://me:redacted@{host}")), "{opening}");
        let waiting = server.err.find("waiting for the database");
        assert!(waiting.contains(&told) && !waiting.contains(SECRET), "{waiting}");
    }
}

/// Proves: FD-11
#[tokio::test]
async fn a_sqlite_file_that_another_program_holds_is_named_with_its_path() {
    let folder = folder("sqlite:data/grantd.db");
    assert_eq!(ran(folder.path(), &["migrate"]).code, Some(0));
    let file = fs::canonicalize(folder.path().join("data/grantd.db")).unwrap();
    let url = format!("sqlite:{}", file.display());
    let told = |complaint: &str| {
        assert!(complaint.contains(&format!("the SQLite file {}", file.display())), "{complaint}");
        assert!(complaint.contains("another program holds"), "{complaint}");
        assert!(complaint.contains(&format!("`fuser {}`", file.display())), "{complaint}");
    };
    // Writers are kept out.
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
    assert_eq!(ran(folder.path(), &["user", "list"]).code, Some(0), "readers are not kept out");
    told(&complaint(folder.path(), &["user", "add", "anna"]));
    other.close().await.unwrap();
    // Readers are, too.
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    for held in ["PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE"] {
        sqlx::query(held).execute(&mut other).await.unwrap();
    }
    for command in COMMANDS {
        told(&complaint(folder.path(), command));
    }
    other.close().await.unwrap();
    assert_eq!(ran(folder.path(), &["user", "add", "anna"]).code, Some(0));
}

/// Proves: FD-11
#[test]
fn a_file_that_is_no_database_is_named_with_its_path() {
    let folder = folder("sqlite:data/grantd.db");
    fs::create_dir(folder.path().join("data")).unwrap();
    let file = fs::canonicalize(folder.path().join("data")).unwrap().join("grantd.db");
    let text = "a letter to a friend, which is no database and never was one\n".repeat(100);
    fs::write(&file, &text).unwrap();
    assert_told(
        folder.path(),
        &format!(
            "the SQLite file {} holds no SQLite database: name another file in database.url, or restore this one from a \
             backup: file is not a database (26)",
            file.display()
        ),
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), text, "it is left alone");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    // Of the commands that would make it.
    for command in &COMMANDS[..3] {
        let complaint = complaint(folder.path(), command);
        let told = format!("the SQLite file {} is a folder: name a file in it", file.display());
        assert!(complaint.starts_with(&told), "{command:?}: {complaint}");
    }
}

//! Every part of `database.url` is understood or refused, and no secret of it is ever written anywhere.

use std::fs;
use std::path::Path;

use testkit::{Ended, Program, run};

/// The secret that every URL and file of these tests holds somewhere.
const SECRET: &str = "hunter2";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.key");
    fs::write(&root, [7; 32]).unwrap();
    fs::set_permissions(root, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    folder
}

/// Runs a command with this URL, which logs all that there is to log.
fn ran(folder: &Path, command: &[&str], url: &str, variables: &[(&str, &str)]) -> Ended {
    let config = format!(
        "log.filter = 'trace'\nsecrets.root_file = 'root.key'\n[database]\nurl = {url:?}\nwait = '100ms'\nauto_migrate = false\n[listen]\naddress = '127.0.0.1:0'\n"
    );
    fs::write(folder.join("g.toml"), config).unwrap();
    run(folder, &[command, &["--config", "g.toml"]].concat(), variables, "")
}

/// The log of a server until it waits for a database that is not there.
fn waited(folder: &Path, url: &str, variables: &[(&str, &str)]) -> String {
    assert_eq!(ran(folder, &["config", "check"], url, variables).code, Some(0), "{url}");
    let server = Program::start(folder, &["serve", "--config", "g.toml"], variables);
    server.err.up_to("waiting for the database").join("\n")
}

fn assert_silent(ended: &Ended, of: &str) {
    assert!(!ended.out.contains(SECRET) && !ended.err.contains(SECRET), "{of}: {ended:?}");
}

/// Proves: FB-08.
#[test]
fn a_database_url_that_cannot_be_understood_is_refused_without_a_word_of_its_values() {
    let folder = folder();
    for (url, complaint) in [
        (
            "postgres://me@localhost/db?sslpassword=hunter2",
            "has the parameter \"sslpassword\", which grantd does not know",
        ),
        ("postgres://me@localhost/db?sslmode=require&gss=hunter2", "has the parameter \"gss\""),
        (
            "postgres://me@localhost/db?target_session_attrs=any",
            "the parameter target_session_attrs must be read-write",
        ),
        ("postgres://me:hunter2@localhost:x/db", "the port of the host number 1"),
        ("postgres://me:a/hunter2@localhost/db", "cannot be read"),
        ("postgres://me:1?a=hunter2@localhost/db", "cannot be read"),
        ("postgres://me:hunter2%@localhost/db", "has a %"),
        ("sqlite:grantd.db?key=hunter2", "has the parameter \"key\""),
        ("sqlite:grantd.db?mode=ro", "the parameter mode must be"),
    ] {
        for command in [&["config", "check"][..], &["config", "show"], &["serve"], &["migrate"]] {
            let ended = ran(folder.path(), command, url, &[]);
            assert_eq!(ended.code, Some(2), "{command:?} {url}: {ended:?}");
            assert!(ended.err.starts_with(&format!("g.toml:4: database.url: {complaint}")), "{command:?}: {ended:?}");
            assert_silent(&ended, url);
        }
    }
}

/// Proves: FB-08 L-01.
#[test]
fn no_command_shows_or_logs_a_password_of_the_database() {
    let folder = folder();
    let pass_file = folder.path().join("pass");
    // Two lines that are none, of which one is a password alone.
    fs::write(&pass_file, "hunter2\nlocalhost:1:hunter2\n").unwrap();
    fs::set_permissions(&pass_file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let variables = [("PGPASSFILE", pass_file.to_str().unwrap())];
    for url in [
        "postgres://me:hunter2@localhost:1/db",
        "postgres://me:%40%2F%3Fhunter2@localhost:1/db",
        "postgres://localhost:1/db?user=me&password=hunter2&sslkey=/nowhere",
        "postgres://me@localhost:1/db?options[a.b]=hunter2",
        "postgres://me@localhost:1/db?options=-c%20a.b=hunter2",
        "postgres://me@localhost:1/db",
    ] {
        let shown = ran(folder.path(), &["config", "show"], url, &variables);
        assert_eq!(shown.code, Some(0), "{url}: {shown:?}");
        assert_silent(&shown, url);
        let told = waited(folder.path(), url, &variables);
        assert!(!told.contains(SECRET), "{url}: {told}");
    }
    let told = waited(folder.path(), "postgres://me@localhost:1/db", &variables);
    assert!(told.contains("a line is not HOST:PORT:DATABASE:USER:PASSWORD"), "{told}");
}

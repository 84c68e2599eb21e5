//! Standard output of the commands: its reader goes, the disk is full, or a program reads it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::process::Stdio;

use serde_json::{Value, json};

use testkit::{Daemon, Ended, PASSWORD, run_onto};

/// The page that lists the members of the JSON.
const MANUAL: &str = include_str!("../../docs/scripts.md");
/// Commands that read, each with something to say.
const READING: [&[&str]; 17] = [
    &["user", "list"],
    &["user", "list", "--json"],
    &["user", "show", "anna"],
    &["client", "list"],
    &["client", "show", "tv"],
    &["key", "list"],
    &["audit-log"],
    &["incident", "revoke", "--since", "1h", "--client", "tv"],
    &["incident", "suspected"],
    &["webhook", "list"],
    &["webhook", "undelivered"],
    &["webhook", "secret", "mailer"],
    &["config", "check"],
    &["config", "show"],
    &["migrate"],
    &["health"],
    &["key", "rotate", "--algorithm", "ES256"],
];
/// Commands without a configuration.
const ALONE: [&[&str]; 2] = [&["client", "new-secret"], &["audit", "--list"]];

/// A server with one account, one client, one webhook that nobody answers at, one notice for it and one campaign.
async fn scene() -> Daemon {
    let tv = "[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\nscopes = ['openid']\n\
              grant_types = ['urn:ietf:params:oauth:grant-type:device_code']\n";
    let mailer = "[[webhook]]\nname = 'mailer'\nurl = 'http://127.0.0.1:9/'\n";
    let daemon = Daemon::start(&format!("{tv}{mailer}")).await;
    for command in ["add", "disable"] {
        assert_eq!(daemon.beside(&["user", command, "anna"], PASSWORD).await.code, Some(0));
    }
    let campaign = "INSERT INTO campaigns (client_id, origin, seen_at, suspected_at, held) \
                    VALUES ('tv', '203.0.113.0/24', 1, 1, true)";
    daemon.database.execute(campaign).await.unwrap();
    daemon.device("tv").authorize("openid").await;
    daemon
}

async fn ran(daemon: &Daemon, arguments: &[&str], out: Stdio, err: Stdio) -> Ended {
    let (folder, config) = (daemon.database.folder.path().to_owned(), daemon.config.display().to_string());
    let mut arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    if !ALONE.contains(&&*arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        arguments.extend(["--config".to_owned(), config]);
    }
    let command = move || run_onto(&folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>(), out, err);
    tokio::task::spawn_blocking(command).await.unwrap()
}

/// A pipe whose reader has gone, as `head` goes when it has enough.
fn closed() -> Stdio {
    io::pipe().unwrap().1.into()
}

/// A file on a disk that is full.
fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

/// Proves: FD-02: the output of each command may be cut off by its reader.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_pipe_ends_every_command_quietly() {
    let daemon = scene().await;
    for command in READING.into_iter().chain(ALONE) {
        let ended = ran(&daemon, command, closed(), Stdio::piped()).await;
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{command:?}");
    }
}

/// Proves: FD-02: what was not written is told, on standard error if that can be written.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_ends_every_command_with_1() {
    let daemon = scene().await;
    for command in READING.into_iter().chain(ALONE) {
        let ended = ran(&daemon, command, full(), Stdio::piped()).await;
        let said = "grantd: cannot write to standard output: No space left on device (os error 28)\n";
        assert_eq!((ended.code, ended.err.as_str()), (Some(1), said), "{command:?}");
    }
    for (command, code) in [(&["user", "list"][..], 1), (&["user", "show", "nobody"], 1), (&["incident", "revoke"], 2)]
    {
        assert_eq!(ran(&daemon, command, full(), full()).await.code, Some(code), "{command:?}");
        assert_eq!(ran(&daemon, command, full(), closed()).await.code, Some(code), "{command:?}");
    }
}

/// Proves: FD-02: a health check fails whether or not somebody reads why.
#[test]
fn an_exit_code_that_is_an_answer_stays_without_a_reader() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("g.toml"), "listen.address = '127.0.0.1:9'\n").unwrap();
    let ended = run_onto(folder.path(), &["health", "--config", "g.toml"], closed(), Stdio::piped());
    assert_eq!((ended.code, ended.err.as_str()), (Some(1), ""));
}

/// The rows of the manual: a command, and the members of its objects.
fn listed() -> Vec<(Vec<&'static str>, BTreeSet<String>)> {
    let quoted = |cell: &'static str| cell.split('`').skip(1).step_by(2);
    let rows = MANUAL.lines().filter(|line| line.starts_with("| `"));
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split('|').collect();
        (quoted(cells[1]).next().unwrap().split(' ').collect(), quoted(cells[2]).map(ToOwned::to_owned).collect())
    };
    rows.map(row).collect()
}

/// Proves: FD-10: what a command prints for people, it also prints for a program, with members that the manual lists.
#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_also_json_with_the_members_of_the_manual() {
    let daemon = scene().await;
    let mut rows = listed();
    assert_eq!(rows.len(), 13, "{rows:?}");
    for (command, members) in &mut rows {
        let object = command.iter().position(|word| *word == "NAME");
        if let Some(place) = object {
            command[place] = "anna";
        }
        let json = [command.as_slice(), &["--json"]].concat();
        let ended = if *command == ["client", "new-secret"] {
            run_onto(daemon.database.folder.path(), &json, Stdio::piped(), Stdio::piped())
        } else {
            ran(&daemon, &json, Stdio::piped(), Stdio::piped()).await
        };
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{command:?}");
        assert!(!ended.out.is_empty(), "{command:?} has something to say");
        for line in ended.out.lines() {
            let object: Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{command:?}: {error}: {line}"));
            let told: BTreeSet<String> = object.as_object().unwrap().keys().cloned().collect();
            assert_eq!(&told, members, "{command:?}");
        }
    }
}

/// Proves: FD-10: the values are those of the text, and a time is an instant of RFC 3339.
#[tokio::test(flavor = "multi_thread")]
async fn the_values_in_json_are_those_that_people_read() {
    let daemon = scene().await;
    let first = async |command: &[&str]| -> Value {
        let ended = daemon.beside(command, "").await;
        serde_json::from_str(ended.out.lines().next().unwrap_or_else(|| panic!("{ended:?}"))).unwrap()
    };
    let anna = first(&["user", "list", "--json"]).await;
    assert_eq!((&anna["username"], &anna["state"], &anna["name"]), (&"anna".into(), &"disabled".into(), &Value::Null));
    for member in ["created", "disabled_since"] {
        assert!(anna[member].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{anna}");
    }
    let shown = first(&["user", "show", "anna", "--json"]).await;
    assert_eq!((&shown["sub"], &shown["wrong_passwords"]), (&anna["sub"], &0.into()));
    let tv = first(&["client", "list", "--json"]).await;
    assert_eq!((&tv["id"], &tv["type"], &tv["authentication"]), (&"tv".into(), &"public".into(), &"none".into()));
    let tv = first(&["client", "show", "tv", "--json"]).await;
    assert_eq!((&tv["scopes"], &tv["access_token_lifetime"]), (&json!(["openid"]), &600.into()));
    assert_eq!((&tv["refresh_token_policy"], &tv["consent"]), (&Value::Null, &"explicit".into()));
    let key = first(&["key", "list", "--json"]).await;
    assert_eq!(key["signs"], true);
    let rotated = daemon.beside(&["key", "rotate", "--algorithm", "ES256", "--json"], "").await;
    let rotated: Vec<Value> = rotated.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rotated.iter().filter(|key| key["signs"] == false).count(), 1, "{rotated:?}");
    let added = daemon.beside(&["user", "add", "ben", "--name", "Ben", "--json"], PASSWORD).await;
    let ben: Value = serde_json::from_str(&added.out).unwrap_or_else(|error| panic!("{error}: {added:?}"));
    assert_eq!((&ben["username"], &ben["name"], &ben["state"]), (&"ben".into(), &"Ben".into(), &"enabled".into()));
    assert_eq!(first(&["config", "check", "--json"]).await["warnings"], json!([]));
    let campaign = first(&["incident", "suspected", "--json"]).await;
    assert_eq!((&campaign["state"], &campaign["since"]), (&"held".into(), &"1970-01-01T00:00:00.001Z".into()));
    let notice = first(&["webhook", "undelivered", "--json"]).await;
    assert_eq!((&notice["webhook"], &notice["given_up"]), (&"mailer".into(), &Value::Null));
}

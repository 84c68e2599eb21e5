//! `grantd audit`: the real program audits the real program, and its exit code gives the result.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::faulty_server::{Fault, FaultyServer};
use testkit::{DEVICE_CODE, Database, Ended, PASSWORD, Program, run};

/// Every row is answered, but for this one: no code of a daemon lives for less than a minute.
const TOO_LONG: &str = "poll-expired";

/// A daemon, somebody who may sign in, and the files that an auditor needs.
struct Audited {
    issuer: String,
    database: Database,
    _serving: Program,
}

impl Audited {
    async fn start() -> Self {
        let limits = "device_authorizations = 6000\ndevice_authorizations_burst = 1000\npending_network = 1000\n\
            unknown_device_codes = 6000\nwrong_client_credentials = 6000\n";
        Self::limited(limits).await
    }

    /// The same with other limits.
    async fn limited(limits: &str) -> Self {
        let database = Database::fresh().await;
        let folder = database.folder.path();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let issuer = format!("http://localhost:{}", address.port());
        let digest = protocol::Digest::sha256(b"box-secret").hex();
        let root = folder.join("root.key");
        let config = format!(
            r#"
issuer = "{issuer}"
listen.address = "{address}"
database.url = "{}"
secrets.root_file = "{}"
device = {{ interval = "2s", tolerance = "100ms" }}
[limits]
{limits}
[[client]]
id = "tv"
name = "Television"
type = "public"
grant_types = ["{DEVICE_CODE}", "refresh_token"]
scopes = ["openid", "profile"]
[[client]]
id = "box"
name = "Set-top box"
type = "confidential"
grant_types = ["{DEVICE_CODE}", "refresh_token"]
scopes = ["openid", "profile"]
secret_digests = ["sha256:{digest}"]
[[client]]
id = "lamp"
name = "Lamp"
type = "public"
scopes = ["openid"]
"#,
            database.url,
            root.display()
        );
        fs::write(folder.join("grantd.toml"), config).unwrap();
        secret_file(folder, "password", PASSWORD);
        secret_file(folder, "secret", "box-secret");
        let serving = Program::start(folder, &["serve", "--config", "grantd.toml"], &[]);
        serving.err.find("listening");
        let added = run(folder, &["user", "add", "anna", "--config", "grantd.toml"], &[], &format!("{PASSWORD}\n"));
        assert_eq!(added.code, Some(0), "{added:?}");
        Self { issuer, database, _serving: serving }
    }

    fn audit(&self, more: &[&str]) -> Ended {
        audit(self.database.folder.path(), &self.issuer, "openid", more, "")
    }
}

fn secret_file(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// `grantd audit` with all that it can be given. The folder has the files.
fn audit(folder: &Path, issuer: &str, scope: &str, more: &[&str], input: &str) -> Ended {
    let server = ["audit", "--issuer", issuer, "--scope", scope, "--patience", "5"];
    let clients = ["--client-id", "tv", "--other-client-id", "box", "--other-client-secret-file", "secret"];
    let person = ["--bare-client-id", "lamp", "--user", "anna", "--password-file", "password"];
    run(folder, &[&server[..], &clients, &person, more].concat(), &[], input)
}

fn rows<'a>(report: &'a Value, verdict: &str) -> Vec<&'a str> {
    let rows = report["rows"].as_array().unwrap().iter().filter(|row| row["verdict"] == verdict);
    rows.map(|row| row["row"].as_str().unwrap()).collect()
}

/// Proves: FD-03: what the server's limits hide is no failure.
#[tokio::test(flavor = "multi_thread")]
async fn rows_that_meet_a_limit_are_not_tried() {
    let server = Audited::limited("device_authorizations = 1\ndevice_authorizations_burst = 1").await;
    let folder = server.database.folder.path();
    let ended = server.audit(&["--json", "report.json", "--junit", "report.xml", "--jobs", "4"]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    let report: Value = serde_json::from_str(&fs::read_to_string(folder.join("report.json")).unwrap()).unwrap();
    let not_tried = rows(&report, "not tried");
    assert_eq!((&report["failed"], report["not_tried"].as_u64()), (&Value::from(0), Some(not_tried.len() as u64)));
    assert!(not_tried.len() > 10 && rows(&report, "pass").len() > 3, "{}", ended.out);
    assert!(ended.out.contains("seen: 429: /device_authorization takes no more requests for"), "{}", ended.out);
    let junit = fs::read_to_string(folder.join("report.xml")).unwrap();
    assert!(junit.contains("failures=\"0\"") && junit.contains("<skipped message=\"not tried: 429: "), "{junit}");
}

/// Proves: B-01.
#[tokio::test(flavor = "multi_thread")]
async fn grantd_passes_its_own_audit_to_the_letter() {
    let server = Audited::start().await;
    let folder = server.database.folder.path();
    let ended = server.audit(&["--strict", "--json", "report.json", "--junit", "report.xml", "--markdown", "ours.md"]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    let report: Value = serde_json::from_str(&fs::read_to_string(folder.join("report.json")).unwrap()).unwrap();
    assert_eq!(rows(&report, "skipped"), [TOO_LONG], "{}", ended.out);
    // FD-03: nothing of it waits for anybody, and no device stays signed in for it.
    assert_eq!(report["left_waiting"], 0, "{}", ended.out);
    let waiting = "UPDATE device_grants SET id = id WHERE state IN ('pending', 'claimed')";
    let signed_in = "UPDATE token_families SET id = id WHERE revoked_at IS NULL";
    let left = [server.database.execute(waiting).await.unwrap(), server.database.execute(signed_in).await.unwrap()];
    // What wins a race with itself, beside the walk, lives on.
    assert!(left[0] == 0 && left[1] <= 3, "{left:?}");
    assert_eq!((rows(&report, "not supported"), rows(&report, "note")), (Vec::new(), Vec::new()), "{}", ended.out);
    assert!(rows(&report, "pass").len() > 60 && report["failed"] == 0, "{report}");
    let junit = fs::read_to_string(folder.join("report.xml")).unwrap();
    assert!(junit.contains(" failures=\"0\" skipped=\"1\"") && junit.contains("name=\"redeem-race\""), "{junit}");
    assert!(fs::read_to_string(folder.join("ours.md")).unwrap().starts_with("# Audit of ours\n"));
    assert!(
        !ended.out.contains("box-secret") && !ended.out.contains(PASSWORD) && !ended.out.contains("gdc_"),
        "{ended:?}"
    );
}

/// Proves: B-01.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_can_decide_and_read_what_came_of_it() {
    let server = Audited::start().await;
    let folder = server.database.folder.path();
    fs::write(folder.join("decide"), "#!/bin/sh\necho \"$1 $3\" >>decided\nexit 3\n").unwrap();
    fs::set_permissions(folder.join("decide"), fs::Permissions::from_mode(0o755)).unwrap();
    let asked =
        ["--approve", "command", "--approve-command", "./decide", "--only", "denied,codes-members", "--json", "-"];
    let ended = server.audit(&asked);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((rows(&report, "pass"), rows(&report, "skipped")), (vec!["codes-members"], vec!["denied"]));
    // Once for the row, and once for the request that the other row left.
    let asked = format!("{}/device deny\n", server.issuer).repeat(2);
    assert_eq!(fs::read_to_string(folder.join("decided")).unwrap(), asked);
    assert_eq!(report["left_waiting"], 2, "the program denied neither");
}

/// Proves: B-01.
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_row_ends_with_1_and_says_what_was_expected() {
    let server = FaultyServer::start(Some(Fault::RedeemsACodeTwice), 120).await;
    let folder = tempfile::tempdir().unwrap();
    secret_file(folder.path(), "password", PASSWORD);
    secret_file(folder.path(), "secret", "box-secret");
    let (path, issuer) = (folder.path().to_owned(), server.issuer.clone());
    let only = ["--only", "redeem-once,denied"];
    // On a thread of its own: the server has to answer meanwhile.
    let ended = tokio::task::spawn_blocking(move || audit(&path, &issuer, "watch", &only, "")).await.unwrap();
    assert_eq!((ended.code, ended.err.as_str()), (Some(1), ""), "{ended:?}");
    for line in ["FAIL           redeem-once  ", "seen: the code was redeemed twice", "1 pass, 1 FAIL"] {
        assert!(ended.out.contains(line), "{line:?} is not in {}", ended.out);
    }
}

/// Proves: B-01.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_at_the_terminal_is_told_what_to_do() {
    let server = Audited::start().await;
    for (pressed, code, seen) in [("\n", 1, "after the denial: 400 authorization_pending"), ("", 0, "nobody did")] {
        let asked = ["--approve", "browser", "--only", "denied"];
        let ended = audit(server.database.folder.path(), &server.issuer, "openid", &asked, pressed);
        assert_eq!(ended.code, Some(code), "{ended:?}");
        assert!(ended.err.starts_with(&format!("\nOpen {}/device\nType ", server.issuer)), "{ended:?}");
        assert!(ended.err.ends_with(", and DENY. Then press Enter here.\n"), "{ended:?}");
        assert!(ended.out.contains(seen), "{ended:?}");
    }
}

#[test]
fn without_a_server_nothing_is_tried_and_it_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    secret_file(folder.path(), "password", PASSWORD);
    secret_file(folder.path(), "secret", "box-secret");
    let nobody = format!("http://127.0.0.1:{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port());
    for (issuer, more, said) in [
        ("localhost", &[][..], "\"localhost\" is not an issuer"),
        (&nobody, &[], "the server http://127.0.0.1:"),
        (&nobody, &[], " cannot be reached: no answer from /.well-known/"),
        (&nobody, &["--only", "no-such-row"], "there is no row \"no-such-row\""),
        (&nobody, &["--approve", "command"], "--approve command needs --approve-command PROGRAM"),
    ] {
        let ended = audit(folder.path(), issuer, "openid", more, "");
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{ended:?}");
        assert!(ended.err.starts_with("grantd: ") && ended.err.contains(said), "{said}: {ended:?}");
    }
}

#[test]
fn the_list_says_what_each_row_expects() {
    let folder = tempfile::tempdir().unwrap();
    let ended = run(folder.path(), &["audit", "--list"], &[], "");
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    assert!(ended.out.contains("redeem-race  (RFC 6749 section 4.1.2"), "{}", ended.out);
    assert!(ended.out.contains("    must: thirty polls at once for an approved code: exactly one gets tokens\n"));
}

//! The commands of the image, the compose file and the unit of systemd run here unchanged; only their paths are those
//! of the test.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use testkit::{Daemon, Database};

const DOCKERFILE: &str = include_str!("../../Dockerfile");
const COMPOSE: &str = include_str!("../../compose.yaml");
const UNIT: &str = include_str!("../../docs/grantd.service");
const PROGRAM: &str = env!("CARGO_BIN_EXE_grantd");
/// The file that the image and the unit name.
const FILE: &str = "/etc/grantd/grantd.toml";

/// What follows on the line that begins with a word.
fn after<'a>(text: &'a str, word: &str) -> &'a str {
    let mut lines = text.lines().filter_map(|line| line.trim().strip_prefix(word));
    lines.next().unwrap_or_else(|| panic!("no line begins with {word:?}"))
}

/// A command that is written as a list, with the program of this test and with no environment but the file's name.
fn listed(list: &str, config: &Path) -> Command {
    let words: Vec<String> = serde_json::from_str(list).unwrap();
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| *word != "CMD").collect();
    let [program, arguments @ ..] = words.as_slice() else { panic!("{list}") };
    assert_eq!(*program, "/usr/bin/grantd");
    with_file(arguments, config)
}

fn with_file(arguments: &[&str], config: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear().env("GRANTD_CONFIG", config);
    command
}

async fn ran(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A certificate for the issuer of a [`Daemon`], and the lines that name it.
fn tls(folder: &Path) -> String {
    let made = rcgen::generate_simple_self_signed(["login.example.test".to_owned()]).unwrap();
    let (cert, key) = (folder.join("tls.crt"), folder.join("tls.key"));
    fs::write(&cert, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o440)).unwrap();
    format!("tls.cert = '{}'\ntls.key = '{}'\n", cert.display(), key.display())
}

/// The layer of the dependencies knows every crate, or Cargo would download when it builds.
#[test]
fn the_image_downloads_the_dependencies_of_every_crate_first() {
    for folder in fs::read_dir("crates").unwrap() {
        let name = folder.unwrap().file_name().into_string().unwrap();
        assert!(DOCKERFILE.contains(&format!("\nCOPY crates/{name}/Cargo.toml crates/{name}/\n")), "{name}");
    }
    assert!(DOCKERFILE.contains("cargo build --locked --offline"));
}

/// Proves: FE-09: the health check of the image knows what the mounted file says of TLS and of the root secret.
#[tokio::test]
async fn every_command_in_a_container_reads_the_file_that_is_mounted() {
    let folder = tempfile::tempdir().unwrap();
    let database = Arc::new(Database::fresh().await);
    assert_eq!(after(DOCKERFILE, "ENTRYPOINT "), "[\"/usr/bin/grantd\"]");
    assert_eq!(after(DOCKERFILE, "CMD "), "[\"serve\"]");
    assert_eq!(after(DOCKERFILE, "ENV GRANTD_CONFIG="), FILE);
    assert!(!COMPOSE.contains("--config"), "no command names another file than the image");
    let daemon = Daemon::start_on(database, &tls(folder.path()), |config| with_file(&["serve"], config)).await;

    let of_image = after(DOCKERFILE, "HEALTHCHECK ").split_once("CMD ").unwrap().1;
    let of_compose = after(COMPOSE, "test: [\"CMD\", \"/usr/bin/grantd\"");
    for check in [of_image, &format!("[\"CMD\", \"/usr/bin/grantd\"{of_compose}")] {
        let healthy = ran(listed(check, &daemon.config)).await;
        assert!(healthy.status.success() && said(&healthy) == "ready\n", "{check}: {healthy:?}");
    }
    for command in [
        &["user", "list"][..],
        &["client", "list"],
        &["key", "list"],
        &["audit-log"],
        &["incident", "list"],
        &["incident", "suspected"],
        &["webhook", "list"],
        &["webhook", "undelivered"],
        &["migrate"],
        &["config", "check"],
        &["config", "show"],
    ] {
        let done = ran(with_file(command, &daemon.config)).await;
        assert!(done.status.success(), "{command:?}: {done:?}");
    }
    // The command line has priority.
    let other = folder.path().join("other.toml");
    fs::write(&other, "issuer = 'nowhere'\n").unwrap();
    let mut check = with_file(&["config", "check", "--config"], &daemon.config);
    check.arg(&other);
    let refused = ran(check).await;
    assert!(refused.status.code() == Some(2) && said(&refused).contains("other.toml:1:10: issuer"), "{refused:?}");
    let missing = ran(with_file(&["health"], Path::new("/nonexistent/grantd.toml"))).await;
    assert!(missing.status.code() == Some(2) && said(&missing).contains("/nonexistent/grantd.toml"), "{missing:?}");
}

/// Does what systemd does at `systemctl reload`: each line after the other, until one fails.
async fn reload(daemon: &Daemon) -> bool {
    let config = daemon.config.display().to_string();
    for line in UNIT.lines().filter_map(|line| line.strip_prefix("ExecReload=")) {
        let line = line.replace("/usr/local/bin/grantd", PROGRAM).replace(FILE, &config);
        let line = line.replace("$MAINPID", &daemon.id().to_string());
        let mut words = line.split(' ');
        let mut command = Command::new(words.next().unwrap());
        command.args(words).env_clear();
        if !ran(command).await.status.success() {
            return false;
        }
    }
    true
}

/// Proves: FE-17: `systemctl reload` fails at a broken file, and the server is left alone.
#[tokio::test]
async fn a_reload_of_the_unit_checks_the_file_first() {
    let mut daemon = Daemon::start("device.interval = '6s'\n").await;
    let sound = fs::read_to_string(&daemon.config).unwrap();
    for broken in ["device.intervall = '7s'\n", "[[client", "tls.cert = '/nonexistent'\ntls.key = '/nonexistent'\n"] {
        fs::write(&daemon.config, format!("{sound}{broken}")).unwrap();
        assert!(!reload(&daemon).await, "{broken}");
    }
    fs::write(&daemon.config, sound.replace("'6s'", "'7s'")).unwrap();
    assert!(reload(&daemon).await);
    let lines = daemon.says_all_until("configuration reloaded").await;
    assert_eq!(lines.iter().filter(|line| line.contains("SIGHUP")).count(), 1, "{lines:#?}");
}

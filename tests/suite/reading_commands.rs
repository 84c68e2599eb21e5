//! Commands that read leave everything as it is: they make no database, no root secret and no key, and do not migrate.

use std::fs;

use testkit::{Database, Ended, PASSWORD, lacks_all_migrations, run};

/// Commands for a database that exists. Those at the end change it, if it exists.
const COMMANDS: [&[&str]; 19] = [
    &["user", "list"],
    &["user", "show", "anna"],
    &["key", "list"],
    &["audit-log"],
    &["incident", "list"],
    &["incident", "show"],
    &["incident", "suspected"],
    &["incident", "revoke", "--since", "1h", "--client", "tv"],
    &["webhook", "list"],
    &["webhook", "undelivered"],
    &["user", "set-password", "anna"],
    &["user", "sign-out-everywhere", "anna"],
    &["user", "disable", "anna"],
    &["user", "enable", "anna"],
    &["user", "unlock", "anna"],
    &["user", "delete", "anna", "--yes"],
    &["key", "rotate"],
    &["incident", "release", "--client", "tv", "--network", "203.0.113.0/24"],
    &["incident", "revoke", "--since", "1h", "--client", "tv", "--yes"],
];

/// Proves: FD-01: the wrong folder, or no `--config`.
#[test]
fn no_command_makes_a_database_that_it_only_wants_to_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("g.toml"), "database.url = 'sqlite:data/own.db'\n").unwrap();
    let at = folder.path().canonicalize().unwrap();
    for command in COMMANDS {
        for (named, file) in [(&[][..], "grantd-data/grantd.db"), (&["--config", "g.toml"], "data/own.db")] {
            let ended = run(folder.path(), &[command, named].concat(), &[], PASSWORD);
            let said = format!(
                "grantd: there is no database at {}: name the configuration of the server with --config FILE or \
                 GRANTD_CONFIG; only `grantd serve`, `grantd migrate` and `grantd user add` make a database\n",
                at.join(file).display()
            );
            assert_eq!((ended.code, ended.out.as_str(), ended.err), (Some(1), "", said), "{command:?}");
        }
    }
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["g.toml"]);
}

/// Proves: FD-01: the commands that make a database make one.
#[test]
fn an_account_may_be_added_before_the_first_start() {
    for (command, made) in [(&["user", "add", "anna"][..], 1), (&["migrate"], 0)] {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(run(folder.path(), command, &[], PASSWORD).code, Some(0), "{command:?}");
        let data = folder.path().join("grantd-data");
        assert!(data.join("grantd.db").exists() && !data.join("root.key").exists(), "{command:?} makes no root secret");
        let listed = run(folder.path(), &["user", "list"], &[], "");
        assert_eq!((listed.code, listed.out.lines().count()), (Some(0), made), "{listed:?}");
    }
}

/// Proves: FD-01: before the first start there is a database without a root secret and without signing keys.
#[test]
fn no_command_but_a_start_makes_a_root_secret() {
    let folder = tempfile::tempdir().unwrap();
    let mailer = "[[webhook]]\nname = 'mailer'\nurl = 'http://127.0.0.1:9/'\n";
    fs::write(folder.path().join("g.toml"), mailer).unwrap();
    let ran =
        |command: &[&str]| -> Ended { run(folder.path(), &[command, &["--config", "g.toml"]].concat(), &[], PASSWORD) };
    assert_eq!(ran(&["user", "add", "anna"]).code, Some(0));
    for command in
        COMMANDS.iter().filter(|command| !matches!(**command, ["key", "rotate"] | ["incident", "release", ..]))
    {
        let ended = ran(command);
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{command:?}");
    }
    for command in ["secret", "test"] {
        let refused = ran(&["webhook", command, "mailer"]);
        let said = "grantd: mailer has no secret yet: it is derived from the root secret, which the first start of the \
                    server makes beside the database\n";
        assert_eq!((refused.code, refused.err.as_str()), (Some(1), said), "{command}");
    }
    assert!(!folder.path().join("grantd-data/root.key").exists());
    assert_eq!(ran(&["key", "list"]).out, "", "no key was made");
}

/// Proves: FD-01: a command says what the database lacks, and leaves it to the operator.
#[tokio::test]
async fn no_command_migrates_a_database_that_it_only_wants_to_read() {
    let database = Database::empty().await;
    let root = database.folder.path().join("root.key");
    let variables = [
        ("GRANTD__DATABASE__URL", database.url.as_str()),
        ("GRANTD__SECRETS__ROOT_FILE", root.to_str().unwrap()),
        ("GRANTD__DATABASE__AUTO_MIGRATE", "true"),
    ];
    if !database.is_postgres() {
        // As a server leaves it that is killed before its first migration.
        fs::write(database.folder.path().join("grantd.db"), "").unwrap();
    }
    for command in COMMANDS {
        let ended = run(database.folder.path(), command, &variables, PASSWORD);
        assert_eq!(ended.code, Some(1), "{command:?}");
        let said = format!("grantd: {}\n", lacks_all_migrations());
        assert_eq!((ended.out.as_str(), ended.err), ("", said), "{command:?}");
    }
    let added = run(database.folder.path(), &["user", "add", "anna"], &variables, PASSWORD);
    assert_eq!(added.code, Some(0), "{added:?}");
}

//! `[database]` and `[secrets]`: the database, and the secret that is kept outside of it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};

use super::findings::Findings;
use super::{Settings, span};
use database_url::DatabaseUrl;

/// `[database]`
#[derive(Clone, Deserialize, Serialize)]
pub struct Database {
    /// Shown without its password, by `config show` and in logs.
    #[serde(serialize_with = "without_password")]
    pub url: String,
    pub auto_migrate: Option<bool>,
    pub max_connections: u32,
    #[serde(with = "span")]
    pub wait: Duration,
}

/// `[secrets]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Secrets {
    pub root_file: Option<PathBuf>,
    pub former_root_files: Vec<PathBuf>,
}

fn without_password<S: Serializer>(url: &str, to: S) -> Result<S::Ok, S::Error> {
    database_url::shown(url).serialize(to)
}

impl fmt::Debug for Database {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, auto_migrate, max_connections, wait } = self;
        to.debug_struct("Database")
            .field("url", &database_url::shown(url))
            .field("auto_migrate", auto_migrate)
            .field("max_connections", max_connections)
            .field("wait", wait)
            .finish()
    }
}

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let (database, root_file) = (&settings.database, &settings.secrets.root_file);
    // The URL may contain a password: a finding repeats only the names of its parameters.
    match DatabaseUrl::parse(&database.url) {
        Ok(DatabaseUrl::Sqlite) => {}
        Ok(DatabaseUrl::Postgres(_)) => findings.require_of(
            root_file.is_some(),
            ["secrets.root_file", "database.url"],
            "Postgres needs one, the same for every server: make it with \
             `(umask 077; head -c 32 /dev/urandom > root.key)` and name that file",
        ),
        Err(unfit) => findings.add("database.url", format!("{unfit}{}", instead(&database.url))),
    }
    findings.require(database.max_connections >= 2, "database.max_connections", "must be at least 2");
    findings.positive("database.wait", database.wait);
    findings.file("secrets.root_file", root_file.as_ref(), "it out for root.key beside the database");
}

/// What to write instead of the path of a file. Nothing that may hold a password is repeated.
fn instead(url: &str) -> String {
    let is_path = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    let is_file = !url.is_empty() && url.bytes().all(is_path);
    if is_file { format!("; write \"sqlite:{url}\"") } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, said, table};

    #[test]
    fn a_database_is_sqlite_or_postgres() {
        table(&[
            ("database.url = 'sqlite:/var/lib/grantd/grantd.db'", ""),
            ("database.url = 'sqlite:///var/lib/grantd/grantd.db?mode=rwc'", ""),
            ("database.url = 'sqlite://data/grantd.db'", ""),
            ("database.url = 'sqlite::memory:'", ""),
            ("database.url = 'sqlite:'", "g.toml:1: database.url: names no file: write \"sqlite:FOLDER/FILE\""),
            ("database.url = 'mysql://host/db'", "g.toml:1: database.url: must begin with sqlite: or postgres://"),
            (
                "database.url = 'data/grantd.db'",
                "g.toml:1: database.url: must begin with sqlite: or postgres://; write \"sqlite:data/grantd.db\"",
            ),
            ("database.max_connections = 1", "g.toml:1: database.max_connections: must be at least 2"),
            ("database.wait = '0s'", "g.toml:1: database.wait: must be longer than zero"),
            (
                "secrets.root_file = ''",
                "g.toml:1: secrets.root_file: must not be empty; leave it out for root.key beside the database",
            ),
        ]);
        let refused = said("database.url = 'postgres://me:hunter2@host:port/db'");
        assert_eq!(refused, "g.toml:1: database.url: the port of the host number 1 is not from 1 to 65535");
        let refused = said("database.url = 'postgres://me@host/db?sslpassword=hunter2'");
        let unknown = "g.toml:1: database.url: has the parameter \"sslpassword\", which grantd does not know";
        assert!(refused.starts_with(unknown) && !refused.contains("hunter2"), "{refused}");
    }

    #[test]
    fn postgres_needs_a_root_secret_that_every_server_shares() {
        for scheme in ["postgres", "postgresql"] {
            let url = format!("[database]\nurl = '{scheme}://me:hunter2@host/db'\n");
            let refused = said(&url);
            assert!(refused.starts_with("g.toml:2: secrets.root_file: Postgres needs one"), "{refused}");
            assert!(refused.contains("head -c 32 /dev/urandom") && !refused.contains("hunter2"), "{refused}");
            let whole = format!("{url}[secrets]\nroot_file = '/etc/grantd/root.key'");
            let settings = read(&whole);
            assert!(!format!("{settings:?}").contains("hunter2"), "settings may be logged");
        }
    }
}

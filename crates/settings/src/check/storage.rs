//! Is there a place to remember, and a secret to seal with?

use super::{Findings, Settings};
use database_url::DatabaseUrl;

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let database = &settings.database;
    // The URL may hold a password: a finding repeats nothing of it but the names of parameters.
    match DatabaseUrl::parse(&database.url) {
        Ok(DatabaseUrl::Sqlite) => {}
        Ok(DatabaseUrl::Postgres(_)) => {
            if settings.secrets.root_file.is_none() {
                findings.add_about(
                    &["secrets.root_file", "database.url"],
                    "Postgres needs one, the same for every server: make it with \
                     `(umask 077; head -c 32 /dev/urandom > root.key)` and name that file",
                );
            }
        }
        Err(unfit) => findings.add("database.url", unfit.to_string()),
    }
    if database.max_connections < 2 {
        findings.add("database.max_connections", "must be at least 2");
    }
    findings.positive("database.wait", database.wait);
    if settings.secrets.root_file.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
        findings.add("secrets.root_file", "must not be empty; leave it out for root.key beside the database");
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{said, table};
    use crate::load_from;
    use std::path::Path;

    #[test]
    fn a_database_is_sqlite_or_postgres() {
        table(&[
            ("database.url = 'sqlite:/var/lib/grantd/grantd.db'", ""),
            ("database.url = 'sqlite:///var/lib/grantd/grantd.db?mode=rwc'", ""),
            ("database.url = 'sqlite://data/grantd.db'", ""),
            ("database.url = 'sqlite::memory:'", ""),
            ("database.url = 'sqlite:'", "g.toml:1: database.url: names no file: write \"sqlite:FOLDER/FILE\""),
            ("database.url = 'mysql://host/db'", "g.toml:1: database.url: must begin with sqlite: or postgres://"),
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
            let settings = load_from(Some((Path::new("g.toml"), &whole)), []).unwrap();
            assert!(!format!("{settings:?}").contains("hunter2"), "settings may be logged");
        }
    }
}

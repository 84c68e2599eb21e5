//! Which database this is, as an operator knows it, and what helps when it does not do its work. No text holds a password.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, absolute};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;

use crate::faults;

/// The database of a [`Db`](crate::Db).
#[derive(Debug)]
pub(super) struct DatabasePlace {
    engine: PlaceOf,
    /// How long it is waited for.
    wait: Duration,
}

#[derive(Debug)]
enum PlaceOf {
    Postgres {
        /// Each server as `HOST:PORT`, or the path of its socket.
        servers: String,
        user: String,
        database: String,
    },
    Sqlite {
        /// Absolute, because nobody remembers in which folder a command ran.
        file: String,
    },
}

impl DatabasePlace {
    /// The servers that one of these options leads to.
    pub(super) fn of_servers(each: &[PgConnectOptions], wait: Duration) -> Self {
        let servers = each.iter().map(server).collect::<Vec<_>>().join(", ");
        let user = each.first().map_or_else(String::new, |options| options.get_username().to_owned());
        let database = each.first().and_then(PgConnectOptions::get_database).map(str::to_owned);
        let database = database.unwrap_or_else(|| user.clone());
        Self { engine: PlaceOf::Postgres { servers, user, database }, wait }
    }

    /// A file of SQLite.
    pub(super) fn of_file(file: &Path, wait: Duration) -> Self {
        let file = absolute(file).unwrap_or_else(|_| file.to_owned()).display().to_string();
        Self { engine: PlaceOf::Sqlite { file }, wait }
    }

    /// What is wrong, where, and what to do.
    pub(super) fn tell(&self, error: &sqlx::Error) -> String {
        match &self.engine {
            PlaceOf::Postgres { user, database, .. } => self.tell_of_server(error, user, database),
            PlaceOf::Sqlite { file } => self.tell_of_file(error, file),
        }
    }

    fn tell_of_server(&self, error: &sqlx::Error, user: &str, database: &str) -> String {
        let wait = self.wait;
        match error {
            sqlx::Error::Io(error) => self.tell_of_connection(error),
            sqlx::Error::PoolTimedOut => format!(
                "{self} did not answer within {wait:?}: see whether it runs, and whether a firewall stands between; \
                 database.url names it"
            ),
            sqlx::Error::PoolClosed => format!("the connections to {self} are closed, because this process ends"),
            sqlx::Error::Tls(_) => {
                format!("{self} and grantd cannot agree on TLS: correct sslmode and sslrootcert in database.url")
            }
            sqlx::Error::Database(refusal) => match refusal.code().as_deref().unwrap_or_default() {
                "28P01" => format!(
                    "{self} refuses the password of the user {user:?}: correct it in database.url, or in the file that \
                     PGPASSFILE names"
                ),
                code if code.starts_with("28") => format!(
                    "{self} does not let the user {user:?} in: make the user, and allow it in pg_hba.conf, or correct \
                     it in database.url"
                ),
                "3D000" => format!(
                    "{self} has no database {database:?}: make it, or correct its name at the end of database.url"
                ),
                "42501" => format!(
                    "{self} does not let the user {user:?} do this in the database {database:?}: make the user its \
                     owner"
                ),
                "53300" => format!(
                    "{self} has no connection left: raise its max_connections, or lower database.max_connections"
                ),
                "53100" => format!("the disk of {self} is full: make room there"),
                "57P03" => format!("{self} is starting or stopping: wait for it"),
                "25006" => format!("{self} takes no writes: name the primary in database.url"),
                _ => format!("{self} refused a statement"),
            },
            _ => format!("{self} gave an answer that is not understood"),
        }
    }

    fn tell_of_connection(&self, error: &io::Error) -> String {
        match error.kind() {
            ErrorKind::ConnectionRefused => format!(
                "{self} refuses connections: start Postgres there, or correct the host and the port in database.url"
            ),
            ErrorKind::ReadOnlyFilesystem => format!(
                "{self} takes no writes: it is a standby, or its default_transaction_read_only is on; name the primary in \
                 database.url"
            ),
            ErrorKind::NotFound => {
                format!("there is no socket of {self}: start it, or correct the host in database.url")
            }
            ErrorKind::PermissionDenied => {
                format!("this user may not open the socket of {self}: correct the rights of its folder")
            }
            ErrorKind::TimedOut | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
                format!("{self} cannot be reached from here: correct the host in database.url, or see to the network")
            }
            // It has no kind of its own.
            _ if error.to_string().starts_with("failed to lookup address") => format!(
                "the host of {self} has no address: correct its name in database.url, or see to the name server"
            ),
            _ => format!("the connection to {self} broke off"),
        }
    }

    fn tell_of_file(&self, error: &sqlx::Error, file: &str) -> String {
        let wait = self.wait;
        match error {
            sqlx::Error::PoolTimedOut => format!(
                "{self} was not free within {wait:?}: another program holds its lock, or the disk is slow; `fuser \
                 {file}` says which programs have it open"
            ),
            sqlx::Error::PoolClosed => format!("{self} is closed, because this process ends"),
            sqlx::Error::Io(error) => match error.kind() {
                ErrorKind::PermissionDenied => {
                    format!("this user may not write {self}: correct the owner of the file and of its folder")
                }
                ErrorKind::ReadOnlyFilesystem => {
                    format!("{self} takes no writes: its file system is read-only")
                }
                ErrorKind::IsADirectory => format!("{self} is a folder: name a file in it in database.url"),
                ErrorKind::NotADirectory => {
                    format!("the folder of {self} is a file: correct the path in database.url")
                }
                _ => format!("{self} cannot be made or opened: correct the path in database.url"),
            },
            sqlx::Error::Database(refusal) => match faults::sqlite_code(refusal.as_ref()).unwrap_or_default() {
                5 | 6 => format!(
                    "another program holds the lock of {self}, for longer than database.wait, which is {wait:?}: stop \
                     it, or wait for it; `fuser {file}` says which programs have the file open"
                ),
                8 => format!("{self} takes no writes: correct the owner of the file, or see to its file system"),
                10 => format!("the disk of {self} fails"),
                11 => format!("{self} is damaged: restore it from a backup"),
                13 => format!("no room is left for {self}: make some on its disk"),
                14 => format!("{self} cannot be opened: see whether it is a file, and who owns it and its folder"),
                26 => format!(
                    "{self} holds no SQLite database: name another file in database.url, or restore this one from a \
                     backup"
                ),
                _ => format!("{self} refused a statement"),
            },
            _ => format!("{self} gave an answer that is not understood"),
        }
    }
}

impl fmt::Display for DatabasePlace {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.engine {
            PlaceOf::Postgres { servers, .. } => write!(to, "Postgres at {servers}"),
            PlaceOf::Sqlite { file } => write!(to, "the SQLite file {file}"),
        }
    }
}

fn server(options: &PgConnectOptions) -> String {
    let (host, port) = (options.get_host(), options.get_port());
    let folder = options.get_socket().map(|folder| folder.to_string_lossy());
    match folder.or_else(|| host.starts_with('/').then_some(Cow::Borrowed(host))) {
        Some(folder) => format!("{folder}/.s.PGSQL.{port}"),
        None if host.contains(':') => format!("[{host}]:{port}"),
        None => format!("{host}:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;
    use std::time::Duration;

    use super::DatabasePlace;
    use crate::postgres_options;
    use database_url::DatabaseUrl;

    fn at(url: &str) -> DatabasePlace {
        match DatabaseUrl::parse(url) {
            Ok(DatabaseUrl::Postgres(url)) => {
                DatabasePlace::of_servers(&postgres_options::of_each(&url), Duration::from_secs(15))
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_place_has_each_host_and_no_password() {
        for (url, place) in [
            ("postgres://me:hunter2@db.example:7/x", "Postgres at db.example:7"),
            ("postgres://me:hunter2@[::1]:7,b:8/x", "Postgres at [::1]:7, b:8"),
            ("postgres://me@localhost/x?host=/run/pg&password=hunter2", "Postgres at /run/pg/.s.PGSQL.5432"),
        ] {
            assert_eq!(at(url).to_string(), place);
            assert!(!format!("{:?}", at(url)).contains("hunter2"));
        }
    }

    /// Proves: FD-11
    #[test]
    fn a_host_without_an_address_is_told_as_that() {
        let unknown = io::Error::other("failed to lookup address information: Name or service not known");
        let told = at("postgres://me@db.example/x").tell(&sqlx::Error::Io(unknown));
        assert!(told.starts_with("the host of Postgres at db.example:5432 has no address: correct its name"), "{told}");
    }

    #[test]
    fn a_file_has_its_absolute_path() {
        let place = DatabasePlace::of_file(Path::new("data/grantd.db"), Duration::from_secs(15)).to_string();
        assert!(place.starts_with("the SQLite file /") && place.ends_with("/data/grantd.db"), "{place}");
    }

    /// Proves: FD-11
    #[test]
    fn silence_is_told_with_its_length_and_never_as_a_pool() {
        let told = at("postgres://me@db.example:7/x").tell(&sqlx::Error::PoolTimedOut);
        assert!(told.starts_with("Postgres at db.example:7 did not answer within 15s: see whether it runs"), "{told}");
        let told =
            DatabasePlace::of_file(Path::new("/x/g.db"), Duration::from_millis(300)).tell(&sqlx::Error::PoolTimedOut);
        assert!(told.starts_with("the SQLite file /x/g.db was not free within 300ms: another program"), "{told}");
    }
}

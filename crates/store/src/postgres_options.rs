//! The options of the driver for each server of Postgres, and the statements that begin a session.
//!
//! Neither the URL nor the file of passwords is left to the driver, which would log what it cannot read of them.

use std::env;
use std::path::{Path, PathBuf};

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use zeroize::Zeroizing;

use database_url::{PostgresServer, PostgresUrl};
use private_file::PrivateFileError;

/// More than a thousand lines.
const LONGEST_PASS_FILE: u64 = 1 << 20;

/// For each server what the driver has to know.
pub(super) fn of_each(url: &PostgresUrl) -> Vec<PgConnectOptions> {
    url.servers.iter().map(|server| of(url, server)).collect()
}

fn of(url: &PostgresUrl, server: &PostgresServer) -> PgConnectOptions {
    // No floats are read here, so no parameter is sent at the start that a pooler would have to be told to ignore.
    let mut options = PgConnectOptions::new_without_pgpass().extra_float_digits(None);
    options = options.application_name(url.application_name.as_deref().unwrap_or("grantd"));
    if let Some(host) = &server.host {
        options = if host.starts_with('/') { options.socket(host) } else { options.host(host) };
    }
    let mode = url.ssl_mode.as_ref().and_then(|mode| mode.parse::<PgSslMode>().ok());
    options = set(options, server.port, PgConnectOptions::port);
    options = set(options, url.user.as_deref(), PgConnectOptions::username);
    options = set(options, url.database.as_deref(), PgConnectOptions::database);
    options = set(options, mode, PgConnectOptions::ssl_mode);
    options = set(options, url.ssl_root_cert.as_ref(), PgConnectOptions::ssl_root_cert);
    options = set(options, url.ssl_cert.as_ref(), PgConnectOptions::ssl_client_cert);
    options = set(options, url.ssl_key.as_ref(), PgConnectOptions::ssl_client_key);
    options = set(options, url.statement_cache, PgConnectOptions::statement_cache_capacity);
    let kept = || env::var_os("PGPASSWORD").is_none().then(|| kept_password(&options)).flatten();
    set(options.clone(), url.password.clone().or_else(kept).as_deref(), PgConnectOptions::password)
}

fn set<T>(
    options: PgConnectOptions,
    value: Option<T>,
    to: impl FnOnce(PgConnectOptions, T) -> PgConnectOptions,
) -> PgConnectOptions {
    match value {
        Some(value) => to(options, value),
        None => options,
    }
}

/// The statements that begin a session. They are no start-up parameters, because PgBouncer refuses the parameter `options`.
pub(super) fn session(url: &PostgresUrl, is_lax: bool) -> String {
    let option = |(name, value): &(String, String)| {
        format!("SELECT set_config('{name}', '{}', FALSE);", value.replace('\'', "''"))
    };
    let mut told: String = url.options.iter().map(option).collect();
    if is_lax {
        told += "SET synchronous_commit TO off;";
    }
    told
}

/// The password that `PGPASSFILE` or `~/.pgpass` holds for this server.
fn kept_password(options: &PgConnectOptions) -> Option<String> {
    let named = env::var_os("PGPASSFILE").map(PathBuf::from);
    let file = named.or_else(|| env::home_dir().map(|home| home.join(".pgpass")))?;
    let text = match read_private(&file) {
        Ok(text) => text?,
        Err(error) => {
            tracing::warn!(%error, "no password for Postgres is read from a file");
            return None;
        }
    };
    let socket = options.get_socket().map(|folder| folder.display().to_string());
    let hosts = match &socket {
        Some(folder) => vec![folder.as_str(), "localhost"],
        None => vec![options.get_host()],
    };
    let (port, database) = (options.get_port().to_string(), options.get_database().unwrap_or(options.get_username()));
    for (place, line) in text.lines().enumerate() {
        if line.trim_start().is_empty() || line.starts_with('#') {
            continue;
        }
        let [host, at, of, user, password] = fields(line).try_into().unwrap_or_else(|_| {
            let line = place + 1;
            tracing::warn!(file = %file.display(), line, "a line is not HOST:PORT:DATABASE:USER:PASSWORD");
            Default::default()
        });
        let fits = |field: &str, value: &str| field == "*" || field == value;
        if hosts.iter().any(|name| fits(&host, name))
            && fits(&at, &port)
            && fits(&of, database)
            && fits(&user, options.get_username())
        {
            return Some(password);
        }
    }
    None
}

/// The text of a file that its group may read and nobody else, unlike libpq, which mounted secrets cannot please; `None` where
/// there is no file.
fn read_private(file: &Path) -> Result<Option<Zeroizing<String>>, PrivateFileError> {
    match private_file::read("the file of passwords for Postgres", file, LONGEST_PASS_FILE) {
        Ok(bytes) => Ok(Some(Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()))),
        Err(PrivateFileError::Unreadable { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The five fields of a line; a colon or a backslash of a field is written behind a backslash. The last one is all the rest.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let is_last = fields.len() == 5;
        match (character, fields.last_mut()) {
            ('\\', Some(field)) => field.extend(characters.next()),
            (':', _) if !is_last => fields.push(String::new()),
            (_, Some(field)) => field.push(character),
            (_, None) => {}
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::{PostgresUrl, fields, of_each, session};
    use database_url::DatabaseUrl;

    fn url(url: &str) -> PostgresUrl {
        match DatabaseUrl::parse(url) {
            Ok(DatabaseUrl::Postgres(url)) => *url,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_server_has_its_place() {
        let each = of_each(&url("postgres://me@[::1]:7,h,%2Frun%2Fx:8/db"));
        let places: Vec<_> = each.iter().map(|of| (of.get_host(), of.get_socket().cloned(), of.get_port())).collect();
        assert_eq!((places[0].0, places[0].2, places[1].0), ("::1", 7, "h"));
        assert_eq!((places[2].1.as_deref(), places[2].2), (Some(std::path::Path::new("/run/x")), 8));
        assert!(each.iter().all(|of| of.get_username() == "me" && of.get_database() == Some("db")));
    }

    #[test]
    fn a_session_is_told_the_options_of_the_url() {
        let url = url("postgres://h/db?options[a.b]=x'%20;--");
        assert_eq!(session(&url, false), "SELECT set_config('a.b', 'x'' ;--', FALSE);");
        assert!(session(&url, true).ends_with("SET synchronous_commit TO off;"));
    }

    #[test]
    fn a_line_of_the_file_of_passwords_has_five_fields() {
        assert_eq!(fields(r"h:5432:db:me:p:w\\\:"), ["h", "5432", "db", "me", r"p:w\:"]);
        assert_eq!(fields("hunter2").len(), 1);
    }
}

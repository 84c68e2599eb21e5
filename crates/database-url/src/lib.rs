//! Parses `database.url`, here and nowhere else, so that no part of it reaches a log.
//!
//! The drivers would read it, too, but they log what they do not know with its value, which may be a password, and know one
//! host alone. A complaint names parameters and never repeats a value; a name is repeated only where it cannot be a piece of
//! a password that was not escaped.

mod escape;
mod postgres;
mod shown;
mod sqlite;

pub use postgres::{PostgresServer, PostgresUrl};
pub use shown::shown;

/// Where the server remembers.
#[derive(Debug)]
pub enum DatabaseUrl {
    /// `sqlite:FOLDER/FILE`, which the driver may read as it is.
    Sqlite,
    /// `postgres://…`
    Postgres(Box<PostgresUrl>),
}

/// Why a URL is refused. Holds nothing of it but names of parameters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitUrl {
    /// Of another kind.
    #[error("must begin with sqlite: or postgres://")]
    Scheme,
    /// SQLite without a file.
    #[error("names no file: write \"sqlite:FOLDER/FILE\"")]
    NoFile,
    /// A character that has a meaning of its own stands where it cannot have it.
    #[error(
        "cannot be read: write each of % / ? # @ : [ ] in a user's name or a password as %25 %2F %3F %23 %40 %3A %5B %5D"
    )]
    Unescaped,
    /// An escape gives no text.
    #[error(
        "has a % that is followed by no two hexadecimal digits, or that stands for no character of UTF-8: write %25"
    )]
    Escape,
    /// A host cannot be one.
    #[error("the host number {0} is none: write host:port, with an IPv6 address in brackets")]
    Host(usize),
    /// A port is none.
    #[error("the port of the host number {0} is not from 1 to 65535")]
    Port(usize),
    /// Lists that do not fit each other.
    #[error("names {ports} ports for {hosts} hosts: one for all, or one for each")]
    Ports {
        /// How many ports.
        ports: usize,
        /// How many hosts.
        hosts: usize,
    },
    /// A parameter that nobody here understands.
    #[error("has the parameter {name:?}, which grantd does not know; it knows {known}")]
    Unknown {
        /// Its name.
        name: String,
        /// Those that it could have been.
        known: &'static str,
    },
    /// The same, where even the name may be a part of a password.
    #[error("has a parameter that grantd does not know; it knows {0}")]
    Unnameable(&'static str),
    /// A parameter that is understood, with a value that is not.
    #[error("the parameter {name} must be {expected}")]
    Value {
        /// Its name.
        name: &'static str,
        /// What it may be.
        expected: &'static str,
    },
}

impl DatabaseUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`UnfitUrl`], which may be shown to anybody.
    pub fn parse(url: &str) -> Result<Self, UnfitUrl> {
        if let Some(rest) = url.strip_prefix("sqlite:") {
            return sqlite::check(rest).map(|()| Self::Sqlite);
        }
        let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"));
        Ok(Self::Postgres(Box::new(PostgresUrl::parse(rest.ok_or(UnfitUrl::Scheme)?)?)))
    }
}

/// The complaint about a parameter that is not in a list.
fn unknown(name: &str, known: &'static str) -> UnfitUrl {
    // Longer, or with other characters, it may well be a piece of a password.
    if name.len() <= 32
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_-".contains(&byte))
    {
        UnfitUrl::Unknown { name: name.to_owned(), known }
    } else {
        UnfitUrl::Unnameable(known)
    }
}

#[cfg(test)]
mod tests {
    use super::{DatabaseUrl, UnfitUrl, shown};

    fn refused(url: &str) -> UnfitUrl {
        DatabaseUrl::parse(url).map(|_| ()).expect_err(url)
    }

    /// Proves: FB-08
    #[test]
    fn no_complaint_repeats_a_value() {
        for url in [
            "postgres://me@host/db?sslpassword=hunter2",
            "postgres://me@host/db?hunter2",
            "postgres://me@host/db?Hunter2=x",
            "postgres://me@host/db?sslmode=hunter2",
            "postgres://me@host/db?port=hunter2",
            "postgres://me@host/db?host=a&port=1,hunter2",
            "postgres://me@host/db?sslkey=-----BEGIN%20PRIVATE%20KEY-----hunter2",
            "postgres://me@host/db?target_session_attrs=hunter2",
            "postgres://me@host/db?statement-cache-capacity=hunter2",
            "postgres://me@host/db?options[hunter2=x",
            "postgres://me:hunter2@host:port/db",
            "postgres://me:hunter2@host:0/db",
            "postgres://me:hunter2@[::1/db",
            "postgres://me:hunter2/x@host/db",
            "postgres://me:7/hunter2@host/db",
            "postgres://me:hunter2?x@host/db",
            "postgres://me:7?hunter=x@host/db",
            "postgres://me:hunter2#x@host/db",
            "postgres://me:hunter2%zz@host/db",
            "postgres://me:hunter2%ff@host/db",
            "postgres://me:hunter2%00@host/db",
            "postgres:me:hunter2@host/db",
            "mysql://me:hunter2@host/db",
            "sqlite:file?hunter2=x",
            "sqlite:file?mode=hunter2",
            "sqlite:file?key=hunter2",
        ] {
            let told = format!("{0} {0:?}", refused(url));
            assert!(!told.contains("hunter") && !told.contains("Hunter"), "{url}: {told}");
            assert_eq!(shown(url), "redacted");
        }
    }

    /// Proves: FB-08
    #[test]
    fn an_unknown_parameter_is_named() {
        for (url, name) in [
            ("postgres://me@host/db?sslpassword=hunter2", "sslpassword"),
            ("postgres://me@host/db?sslmode=require&channel_binding=require", "channel_binding"),
            ("sqlite:file?key=hunter2", "key"),
        ] {
            let said = refused(url).to_string();
            assert!(said.starts_with(&format!("has the parameter {name:?}, which grantd does not know")), "{said}");
        }
    }
}

//! Parses a `postgres:` URL as libpq does ("Connection URIs"): its servers and the options of the connection.

use std::fmt;

use super::{UnfitUrl, escape, unknown};

const KNOWN: &str = "sslmode, sslrootcert, sslcert, sslkey, host, hostaddr, port, dbname, user, password, \
    application_name, options, options[NAME], target_session_attrs, statement-cache-capacity";

/// What a `postgres:` URL says. What it leaves out is the driver's to know, from `PGHOST` and its like.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PostgresUrl {
    /// The servers, to be tried in turn; one at least.
    pub servers: Vec<PostgresServer>,
    /// Who connects.
    pub user: Option<String>,
    /// With which password.
    pub password: Option<String>,
    /// To which database.
    pub database: Option<String>,
    /// How the connection is encrypted; a name that libpq knows.
    pub ssl_mode: Option<String>,
    /// The file of the certificates that are trusted.
    pub ssl_root_cert: Option<String>,
    /// The file of the certificate that is shown.
    pub ssl_cert: Option<String>,
    /// The file of its private key.
    pub ssl_key: Option<String>,
    /// How the connections are called where the server lists them.
    pub application_name: Option<String>,
    /// Settings of the server for each session.
    pub options: Vec<(String, String)>,
    /// How many statements a connection keeps prepared.
    pub statement_cache: Option<usize>,
}

/// One of the servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostgresServer {
    /// Its name or address, or the folder of its socket, which begins with a slash; an IPv6 address without brackets.
    pub host: Option<String>,
    /// Where it listens.
    pub port: Option<u16>,
}

impl PostgresUrl {
    /// Reads what follows `postgres://`.
    pub(super) fn parse(rest: &str) -> Result<Self, UnfitUrl> {
        if rest.contains('#') {
            return Err(UnfitUrl::Unescaped);
        }
        let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = before.split_once('/').unwrap_or((before, ""));
        // A password that holds one of / and ? ends before its @.
        if path.contains('@') {
            return Err(UnfitUrl::Unescaped);
        }
        let mut read = Self::default();
        let hosts = match authority.rsplit_once('@') {
            Some((who, hosts)) => {
                let (user, password) = who.split_once(':').map_or((who, None), |(user, word)| (user, Some(word)));
                read.user = Some(escape::read(user)?).filter(|user| !user.is_empty());
                read.password = password.map(escape::read).transpose()?;
                hosts
            }
            None => authority,
        };
        read.servers = servers(hosts)?;
        read.database = Some(escape::read(path)?).filter(|name| !name.is_empty());
        let known = read.parameters(query);
        // What follows a ? of a password is a parameter that nobody knows.
        if matches!(known, Err(UnfitUrl::Unknown { .. } | UnfitUrl::Unnameable(_))) && query.contains('@') {
            return Err(UnfitUrl::Unescaped);
        }
        known.map(|()| read)
    }

    fn parameters(&mut self, query: &str) -> Result<(), UnfitUrl> {
        let (mut hosts, mut addresses, mut ports) = (None, None, None);
        for (name, value) in escape::pairs(query) {
            let (name, value) = (escape::read(name)?, escape::read(value)?);
            match name.as_str() {
                "sslmode" | "ssl-mode" => self.ssl_mode = Some(ssl_mode(value)?),
                "sslrootcert" | "ssl-root-cert" | "ssl-ca" => self.ssl_root_cert = Some(value),
                "sslcert" | "ssl-cert" => self.ssl_cert = Some(value),
                "sslkey" | "ssl-key" => self.ssl_key = Some(file_name(value)?),
                "host" => hosts = Some(value),
                "hostaddr" => addresses = Some(value),
                "port" => ports = Some(value),
                "dbname" => self.database = Some(value),
                "user" => self.user = Some(value),
                "password" => self.password = Some(value),
                "application_name" => self.application_name = Some(value),
                "options" => self.options.extend(command_line(&value)?),
                "target_session_attrs" => session_attributes(&value)?,
                "statement-cache-capacity" => self.statement_cache = Some(cache_size(&value)?),
                _ => {
                    let option = name.strip_prefix("options[").and_then(|name| name.strip_suffix(']'));
                    let option = option.filter(|name| is_setting(name)).ok_or_else(|| unknown(&name, KNOWN))?;
                    self.options.push((option.to_owned(), value));
                }
            }
        }
        if let Some(named) = addresses.or(hosts) {
            let named = named.split(',').map(|host| PostgresServer { host: some(host.trim()), port: None });
            self.servers = named.collect();
        }
        ports.map_or(Ok(()), |ports| self.listen_on(&ports))
    }

    /// One port for all servers, or one for each.
    fn listen_on(&mut self, ports: &str) -> Result<(), UnfitUrl> {
        let ports: Vec<&str> = ports.split(',').map(str::trim).collect();
        if ports.len() != 1 && ports.len() != self.servers.len() {
            return Err(UnfitUrl::Ports { ports: ports.len(), hosts: self.servers.len() });
        }
        for (place, (server, written)) in self.servers.iter_mut().zip(ports.iter().cycle()).enumerate() {
            server.port = port(written, place + 1)?;
        }
        Ok(())
    }
}

/// What stands between `@` and `/`.
fn servers(written: &str) -> Result<Vec<PostgresServer>, UnfitUrl> {
    written.split(',').enumerate().map(|(place, server)| read_server(server, place + 1)).collect()
}

fn read_server(written: &str, number: usize) -> Result<PostgresServer, UnfitUrl> {
    let (host, behind) = if let Some(bracketed) = written.strip_prefix('[') {
        let (address, behind) = bracketed.split_once(']').ok_or(UnfitUrl::Host(number))?;
        address.parse::<std::net::Ipv6Addr>().map_err(|_| UnfitUrl::Host(number))?;
        (address.to_owned(), behind)
    } else {
        let (host, behind) = written.split_at(written.find(':').unwrap_or(written.len()));
        (escape::read(host)?, behind)
    };
    let port = match behind.strip_prefix(':') {
        Some(written) => port(written, number)?,
        None if behind.is_empty() => None,
        None => return Err(UnfitUrl::Host(number)),
    };
    Ok(PostgresServer { host: some(&host), port })
}

/// An empty port is the usual one.
fn port(written: &str, number: usize) -> Result<Option<u16>, UnfitUrl> {
    if written.is_empty() {
        return Ok(None);
    }
    let port = written.parse().ok().filter(|port| *port != 0 && written.bytes().all(|byte| byte.is_ascii_digit()));
    port.map(Some).ok_or(UnfitUrl::Port(number))
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn ssl_mode(value: String) -> Result<String, UnfitUrl> {
    if ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"].contains(&value.as_str()) {
        return Ok(value);
    }
    Err(UnfitUrl::Value { name: "sslmode", expected: "disable, allow, prefer, require, verify-ca or verify-full" })
}

/// The driver would take a whole key, too, which would then be shown with the rest of the URL.
fn file_name(value: String) -> Result<String, UnfitUrl> {
    if value.contains("-----BEGIN") {
        return Err(UnfitUrl::Value { name: "sslkey", expected: "the name of a file" });
    }
    Ok(value)
}

/// What a server would be started with: `-c NAME=VALUE` or `--NAME=VALUE`. A space in a value is written behind a backslash.
pub(super) fn command_line(value: &str) -> Result<Vec<(String, String)>, UnfitUrl> {
    let mut words = vec![String::new()];
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => words.last_mut().into_iter().for_each(|word| word.extend(characters.next())),
            ' ' | '\t' | '\n' => words.push(String::new()),
            _ => words.last_mut().into_iter().for_each(|word| word.push(character)),
        }
    }
    let mut words = words.into_iter().filter(|word| !word.is_empty());
    let mut options = Vec::new();
    while let Some(word) = words.next() {
        let option = match (word.strip_prefix("--"), word.strip_prefix("-c")) {
            (Some(long), _) => long.split_once('=').map(|(name, value)| (name.replace('-', "_"), value.to_owned())),
            (None, Some("")) => words.next().as_deref().and_then(assigned),
            (None, Some(short)) => assigned(short),
            (None, None) => None,
        };
        let option = option.filter(|(name, _)| is_setting(name));
        let expected = "-c NAME=VALUE or --NAME=VALUE, or several of them";
        options.push(option.ok_or(UnfitUrl::Value { name: "options", expected })?);
    }
    Ok(options)
}

/// Whether a setting of Postgres may be called that.
fn is_setting(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte))
}

fn assigned(word: &str) -> Option<(String, String)> {
    word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))
}

fn session_attributes(value: &str) -> Result<(), UnfitUrl> {
    let expected = "read-write, or left out: grantd writes in every session, and passes over servers that do not";
    if value == "read-write" { Ok(()) } else { Err(UnfitUrl::Value { name: "target_session_attrs", expected }) }
}

fn cache_size(value: &str) -> Result<usize, UnfitUrl> {
    value.parse().map_err(|_| UnfitUrl::Value { name: "statement-cache-capacity", expected: "a number" })
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("PostgresUrl").field("servers", &self.servers).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{PostgresServer, PostgresUrl, UnfitUrl};

    fn read(rest: &str) -> PostgresUrl {
        PostgresUrl::parse(rest).expect(rest)
    }

    fn server(host: &str, port: Option<u16>) -> PostgresServer {
        PostgresServer { host: super::some(host), port }
    }

    /// Proves: OH-03
    #[test]
    fn several_hosts_are_written_as_libpq_writes_them() {
        let both = [server("a", Some(5432)), server("b", Some(5433))];
        for written in
            ["a:5432,b:5433/db", "me@a:5432,b:5433/db", "/db?host=a,b&port=5432,5433", "x:1/db?host=a,b&port=5432,5433"]
        {
            assert_eq!(read(written).servers, both, "{written}");
        }
        assert_eq!(read("a,b/db").servers, [server("a", None), server("b", None)]);
        assert_eq!(read("a:1,b:2/db?port=7").servers, [server("a", Some(7)), server("b", Some(7))]);
        let six = [server("::1", Some(5432)), server("2001:db8::1", None)];
        assert_eq!(read("[::1]:5432,[2001:db8::1]/db").servers, six);
        assert_eq!(read("/db?host=::1,2001:db8::1&port=5432,").servers, six);
        let sockets = [server("/run/a", None), server("/run/b", Some(7))];
        assert_eq!(read("%2Frun%2Fa,%2Frun%2Fb:7/db").servers, sockets);
        assert_eq!(read("/db?host=/run/a,/run/b&port=,7").servers, sockets);
        assert_eq!(read("/db").servers, [server("", None)]);
        assert_eq!(
            read("a/db?hostaddr=10.0.0.1,10.0.0.2").servers,
            [server("10.0.0.1", None), server("10.0.0.2", None)]
        );
        for (wrong, complaint) in [
            ("a,b/db?port=1,2,3", UnfitUrl::Ports { ports: 3, hosts: 2 }),
            ("a:1,b:x/db", UnfitUrl::Port(2)),
            ("a:1,b:70000/db", UnfitUrl::Port(2)),
            ("a:+1/db", UnfitUrl::Port(1)),
            ("a,[::1/db", UnfitUrl::Host(2)),
            ("[fe80::x]/db", UnfitUrl::Host(1)),
            ("[::1]x/db", UnfitUrl::Host(1)),
            ("::1/db", UnfitUrl::Port(1)),
        ] {
            assert_eq!(PostgresUrl::parse(wrong), Err(complaint), "{wrong}");
        }
    }

    /// Proves: OH-03
    #[test]
    fn a_session_that_may_not_write_is_refused() {
        assert_eq!(read("a,b/db?target_session_attrs=read-write").servers.len(), 2);
        for other in ["any", "read-only", "primary", "standby", "prefer-standby", ""] {
            let refused = PostgresUrl::parse(&format!("a/db?target_session_attrs={other}")).unwrap_err().to_string();
            assert!(refused.starts_with("the parameter target_session_attrs must be read-write"), "{refused}");
        }
    }

    /// Proves: FB-08
    #[test]
    fn a_password_may_have_any_character_that_is_escaped() {
        for (written, password) in [
            ("me:p%40s%2Fs%3F%23%25%3A@host/db", "p@s/s?#%:"),
            ("me:p@ss@host/db", "p@ss"),
            ("me:p:s+s=&@host/db", "p:s+s=&"),
            ("me@host/db?password=a+b%26c", "a+b&c"),
            ("me:one@host/db?password=two", "two"),
            ("me:@host/db", ""),
        ] {
            let url = read(written);
            assert_eq!((url.user.as_deref(), url.password.as_deref()), (Some("me"), Some(password)), "{written}");
            assert!(password.is_empty() || !format!("{url:?}").contains(password), "it may be logged");
        }
    }

    #[test]
    fn parameters_are_those_of_libpq() {
        let url = read("a/db?sslmode=verify-full&sslrootcert=/ca&ssl-key=/key&dbname=x");
        assert_eq!((url.ssl_mode.as_deref(), url.ssl_root_cert.as_deref()), (Some("verify-full"), Some("/ca")));
        assert_eq!((url.ssl_key.as_deref(), url.database.as_deref()), (Some("/key"), Some("x")));
        let url = read("a/db?options=-c%20a=1%20-cb=x\\%20y%20--c-d=2&options[e.f]=3%204");
        let options: Vec<_> = url.options.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        assert_eq!(options, ["a:1", "b:x y", "c_d:2", "e.f:3 4"]);
        for wrong in ["redacted", "-c", "-c%20a", "--a", "-B%204"] {
            assert!(PostgresUrl::parse(&format!("a/db?options={wrong}")).is_err(), "{wrong}");
        }
    }
}

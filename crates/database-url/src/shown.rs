//! Shows the URL to an operator, without its password and without what may hold one.

use super::{DatabaseUrl, escape, postgres};

const SHOWN: &str = "redacted";

/// The value of a parameter, unless it is a secret or may hold one: Postgres and its extensions can be told anything.
fn shown_value(name: &str, value: &str) -> String {
    match escape::read(name).unwrap_or_default().as_str() {
        "options" => postgres::command_line(&escape::read(value).unwrap_or_default())
            .unwrap_or_default()
            .iter()
            .map(|(name, _)| format!("-c%20{name}={SHOWN}"))
            .collect::<Vec<_>>()
            .join("%20"),
        name if name == "password" || name.starts_with("options[") => SHOWN.to_owned(),
        _ => value.to_owned(),
    }
}

/// The URL with "redacted" for what may be secret. One that cannot be read is not shown at all.
pub fn shown(url: &str) -> String {
    match DatabaseUrl::parse(url) {
        Ok(DatabaseUrl::Sqlite) => url.to_owned(),
        Ok(DatabaseUrl::Postgres(_)) => without_secrets(url),
        Err(_) => SHOWN.to_owned(),
    }
}

fn without_secrets(url: &str) -> String {
    let (before, query) = url.split_once('?').map_or((url, None), |(before, query)| (before, Some(query)));
    let mut shown = before.to_owned();
    if let Some((scheme, behind)) = before.split_once("://") {
        let (authority, path) = behind.split_at(behind.find('/').unwrap_or(behind.len()));
        if let Some((who, hosts)) = authority.rsplit_once('@')
            && let Some((user, _)) = who.split_once(':')
        {
            shown = format!("{scheme}://{user}:{SHOWN}@{hosts}{path}");
        }
    }
    let Some(query) = query else { return shown };
    let pairs = escape::pairs(query).map(|(name, value)| format!("{name}={}", shown_value(name, value)));
    format!("{shown}?{}", pairs.collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::shown;

    /// Proves: L-01 FB-08
    #[test]
    fn a_database_url_is_shown_without_its_password() {
        for (url, is_shown) in [
            ("sqlite:grantd-data/grantd.db", "sqlite:grantd-data/grantd.db"),
            ("postgres://me@host/db", "postgres://me@host/db"),
            ("postgres://me:hunter2@host/db?sslmode=require", "postgres://me:redacted@host/db?sslmode=require"),
            ("postgres://me:hunter@2@a:1,[::1]:2/db", "postgres://me:redacted@a:1,[::1]:2/db"),
            ("postgres://host/db?user=me&password=hunter2", "postgres://host/db?user=me&password=redacted"),
            ("postgres://host/db?user=me&pass%77ord=hunter2", "postgres://host/db?user=me&pass%77ord=redacted"),
            (
                "postgres://host/db?options=-c%20a.b=hunter2%20--c-d=hunter2",
                "postgres://host/db?options=-c%20a.b=redacted%20-c%20c_d=redacted",
            ),
            ("postgres://host/db?options[a.b]=hunter2", "postgres://host/db?options[a.b]=redacted"),
            ("postgres://me:hunter2@host:port/db", "redacted"),
        ] {
            assert_eq!(shown(url), is_shown);
            assert_eq!(shown(is_shown), is_shown, "it can be loaded again");
        }
    }
}

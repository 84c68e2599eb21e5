//! Compare two configurations: the names of keys and the ids of clients that differ, never a value.

use std::collections::BTreeMap;

use serde_json::Value;

use settings::Settings;

/// The differences.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// Keys, such as `device.interval`; a list of tables is one key.
    pub(super) keys: Vec<String>,
    /// The ids of new clients.
    pub(super) clients_added: Vec<String>,
    /// The ids of removed clients.
    pub(super) clients_removed: Vec<String>,
    /// The ids of clients whose tables differ.
    pub(super) clients_changed: Vec<String>,
}

impl Changes {
    pub(super) fn between(old: &Settings, new: &Settings) -> Self {
        let (before, after) = (flat(old), flat(new));
        let mut keys: Vec<String> =
            before.iter().filter(|(key, value)| after.get(*key) != Some(*value)).map(name).collect();
        // The serialised URL has no password, so a new password alone would not be found.
        let url = "database.url".to_owned();
        if old.database.url != new.database.url && !keys.contains(&url) {
            keys.push(url);
        }
        let (before, after) = (clients(old), clients(new));
        let absent = |from: &BTreeMap<String, Value>, id: &String| !from.contains_key(id);
        let differs = |id: &String| after.get(id).is_some_and(|now| before.get(id).is_some_and(|then| then != now));
        Self {
            keys,
            clients_added: after.keys().filter(|id| absent(&before, id)).cloned().collect(),
            clients_removed: before.keys().filter(|id| absent(&after, id)).cloned().collect(),
            clients_changed: before.keys().filter(|id| differs(id)).cloned().collect(),
        }
    }

    /// The changed keys that are read only when the process starts.
    pub(super) fn needing_a_restart(&self) -> Vec<String> {
        let fixed = |key: &&String| {
            ["listen.", "database.", "secrets."].iter().any(|section| key.starts_with(section))
                || key.as_str() == "log.format"
        };
        self.keys.iter().filter(fixed).cloned().collect()
    }
}

fn name((key, _): (&String, &Value)) -> String {
    key.clone()
}

/// The settings by the paths of their keys. Both configurations have the same paths: unset keys are null.
fn flat(settings: &Settings) -> BTreeMap<String, Value> {
    let tree = serde_json::to_value(settings).expect("settings are text, numbers, lists and tables with text keys");
    let mut flat = BTreeMap::new();
    for (name, value) in tree.as_object().into_iter().flatten() {
        match value {
            Value::Object(section) => {
                flat.extend(section.iter().map(|(inner, value)| (format!("{name}.{inner}"), value.clone())));
            }
            _ => drop(flat.insert(name.clone(), value.clone())),
        }
    }
    flat
}

fn clients(settings: &Settings) -> BTreeMap<String, Value> {
    let client = settings.client.iter();
    client.map(|client| (client.id.clone(), serde_json::json!(client))).collect()
}

#[cfg(test)]
mod tests {
    use super::Changes;
    use settings::{Settings, load_from};
    use std::path::Path;

    fn read(toml: &str) -> Settings {
        load_from(Some((Path::new("g.toml"), toml)), []).unwrap()
    }

    fn client(id: &str, more: &str) -> String {
        format!("[[client]]\nid = '{id}'\nname = 'N'\ntype = 'public'\n{more}\n")
    }

    #[test]
    fn what_differs_is_named_without_its_value() {
        let old = read(&format!("device.interval = '6s'\n{}{}{}", client("a", ""), client("b", ""), client("c", "")));
        let new =
            format!("log.filter = 'debug'\n{}{}{}", client("d", ""), client("c", ""), client("b", "enabled = false"));
        let changes = Changes::between(&old, &read(&new));
        assert_eq!(changes.keys, ["client", "device.interval", "log.filter"]);
        assert_eq!(
            (changes.clients_added.join(","), changes.clients_removed.join(","), changes.clients_changed.join(",")),
            ("d".to_owned(), "a".to_owned(), "b".to_owned())
        );
        assert!(changes.needing_a_restart().is_empty());
        assert_eq!(Changes::between(&old, &old.clone()), Changes::default());
    }

    #[test]
    fn what_is_read_once_needs_a_restart() {
        let postgres = |password: &str| {
            read(&format!(
                "database.url = 'postgres://me:{password}@host/db'\nsecrets.root_file = '/etc/grantd/root.key'"
            ))
        };
        let changes = Changes::between(&postgres("old"), &postgres("new"));
        assert_eq!(changes.needing_a_restart(), ["database.url"], "a password too");
        let new = read(
            "listen.address = '127.0.0.1:1'\nlisten.max_connections = 1\nlog.format = 'json'\nissuer = 'https://h'",
        );
        let changes = Changes::between(&read(""), &new);
        assert_eq!(changes.needing_a_restart(), ["listen.address", "listen.max_connections", "log.format"]);
    }
}

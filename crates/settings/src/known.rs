//! Which keys are there? Learned from the types, so that no list of names can fall behind them.

use serde_json::{Value, json};

use super::key::{Key, Step};
use super::{ClientSettings, ResourceSettings, ScopeSettings, Settings, WebhookSettings};

/// Lists by nature, though unset by default.
const UNSET_LISTS: [&str; 2] = ["device.scopes", "pages.languages"];
/// Switches by nature, though unset by default.
const UNSET_SWITCHES: [&str; 2] = ["database.auto_migrate", "user_code.case_sensitive"];

/// The keys of a configuration, as a tree: tables are objects, unset keys are null, and lists of tables hold one example.
pub(super) struct KnownKeys(Value);

/// What a key takes, as far as a variable needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Switch,
    List,
}

impl KnownKeys {
    pub(super) fn of(defaults: &Settings) -> Self {
        // Any client, any scope, any resource and any webhook show the names of their keys.
        let client: Result<ClientSettings, _> =
            serde_json::from_value(json!({"id": "", "name": "", "type": "public", "user_code": {}}));
        let scope: Result<ScopeSettings, _> = serde_json::from_value(json!({"name": "", "words": ""}));
        let resource: Result<ResourceSettings, _> = serde_json::from_value(json!({"uri": "", "name": ""}));
        let webhook: Result<WebhookSettings, _> = serde_json::from_value(json!({"name": "", "url": ""}));
        let mut settings = defaults.clone();
        settings.webhook = webhook.into_iter().collect();
        settings.resource = resource.into_iter().collect();
        settings.client = client.into_iter().collect();
        settings.scope = scope.into_iter().collect();
        Self(serde_json::to_value(settings).expect("settings are text, numbers, lists and tables with text keys"))
    }

    /// Every key that a variable can set: those outside the lists of tables.
    pub(super) fn settable(&self) -> Vec<(Key, Kind)> {
        let mut found = Vec::new();
        for (name, value) in self.0.as_object().into_iter().flatten() {
            match value {
                Value::Array(_) => {}
                Value::Object(section) => {
                    let section = section.iter();
                    found.extend(section.map(|(inner, value)| described(Key::from(name.as_str()).of(inner), value)));
                }
                _ => found.push(described(Key::from(name.as_str()), value)),
            }
        }
        found
    }

    /// What the operator may have meant by an unknown key: a like name beside it, else the same name in another section.
    pub(super) fn nearest(&self, unknown: &Key) -> Option<Key> {
        let (Step::Name(wrong), parents) = unknown.steps().split_last()? else { return None };
        let beside = self.table(parents).and_then(|table| nearest_name(wrong, table.keys().map(String::as_str)));
        if let Some(right) = beside {
            return Some(Key::from(parents.to_vec()).of(right));
        }
        let ends_like_it = |key: &Key| matches!(key.steps().last(), Some(Step::Name(name)) if name == wrong);
        self.settable().into_iter().map(|(key, _)| key).find(ends_like_it)
    }

    fn table(&self, steps: &[Step]) -> Option<&serde_json::Map<String, Value>> {
        let into = |value, step: &Step| match step {
            Step::Name(name) => Value::get(value, name),
            Step::Index(_) => Value::get(value, 0),
        };
        steps.iter().try_fold(&self.0, into)?.as_object()
    }
}

/// The most similar of the names, if one is similar enough to be a slip of the hand.
pub(super) fn nearest_name<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let judged = names.map(|name| (strsim::normalized_damerau_levenshtein(wrong, name), name));
    judged.filter(|(likeness, _)| *likeness >= 0.7).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

fn described(key: Key, value: &Value) -> (Key, Kind) {
    let name = key.to_string();
    let kind = match value {
        Value::Number(_) => Kind::Number,
        Value::Bool(_) => Kind::Switch,
        Value::Array(_) => Kind::List,
        _ if UNSET_LISTS.contains(&name.as_str()) => Kind::List,
        _ if UNSET_SWITCHES.contains(&name.as_str()) => Kind::Switch,
        _ => Kind::Text,
    };
    (key, kind)
}

#[cfg(test)]
mod tests {
    use super::{Key, Kind, KnownKeys, UNSET_LISTS, UNSET_SWITCHES};
    use crate::load_from;

    fn known() -> KnownKeys {
        KnownKeys::of(&load_from(None, []).unwrap())
    }

    #[test]
    fn every_key_outside_scopes_and_clients_can_be_set() {
        let settable = known().settable();
        for (key, kind) in [
            ("issuer", Kind::Text),
            ("database.auto_migrate", Kind::Switch),
            ("database.max_connections", Kind::Number),
            ("proxies.trusted", Kind::List),
            ("device.enabled", Kind::Switch),
            ("device.interval", Kind::Text),
            ("device.scopes", Kind::List),
            ("tokens.audience", Kind::Text),
            ("client_assertions.require_typ", Kind::Switch),
            ("client_assertions.private_networks", Kind::List),
        ] {
            assert!(settable.contains(&(Key::from(key), kind)), "{key}");
        }
        for key in UNSET_LISTS.iter().chain(&UNSET_SWITCHES) {
            assert!(settable.iter().any(|(known, _)| known == &Key::from(*key)), "{key} is no key any more");
        }
        assert!(!settable.iter().any(|(key, _)| key.begins_with(&Key::from("client"))));
    }

    #[test]
    fn a_slip_finds_the_key_that_was_meant() {
        let known = known();
        let client = Key::from("client").at(3);
        for (unknown, meant) in [
            (Key::from("isuer"), Some("issuer")),
            (Key::from("clients"), Some("client")),
            (Key::from("device.intervall"), Some("device.interval")),
            (Key::from("interval"), Some("device.interval")),
            (Key::from("log.alphabet"), Some("user_code.alphabet")),
            (client.of("scope"), Some("client[3].scopes")),
            (client.of("secret_digest"), Some("client[3].secret_digests")),
            (client.of("user_code").of("lenght"), Some("client[3].user_code.length")),
            (Key::from("device.colour"), None),
            (Key::from("colour.red"), None),
        ] {
            assert_eq!(known.nearest(&unknown).map(|key| key.to_string()).as_deref(), meant, "{unknown}");
        }
    }
}

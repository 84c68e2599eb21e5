//! The manual of all keys, `config/default.toml`: the text of each key with its default or an example, part of the binary.

use serde_json::Value;

use super::key::{KeyPath, KeyStep};

/// Every key with its reason and its default: the manual for people, and the lowest layer of [`super::load()`].
pub const DEFAULTS: &str = include_str!("../../../config/default.toml");

/// The manual with its examples uncommented: each key that exists, with a sound value. Each list of tables has one table.
pub(super) struct Manual(pub(super) Value);

/// What other programs call a key of ours, and the name here: of the same table, or with its table.
const HABITS: [(&str, &str); 19] = [
    ("bind", "listen.address"),
    ("host", "listen.address"),
    ("port", "listen.address"),
    ("base_url", "issuer"),
    ("public_url", "issuer"),
    ("url", "issuer"),
    ("listen.bind", "address"),
    ("listen.host", "address"),
    ("listen.port", "address"),
    ("database.file", "url"),
    ("database.host", "url"),
    ("database.path", "url"),
    ("tls.certificate", "cert"),
    ("tls.private_key", "key"),
    ("log.level", "filter"),
    ("client.client_id", "id"),
    ("client.client_name", "name"),
    ("client.client_secret", "secret_digests"),
    ("client.secret", "secret_digests"),
];

/// The kind of value that a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Switch,
    List,
}

impl Manual {
    pub(super) fn read() -> Self {
        Self(toml_edit::de::from_str(&with_examples()).expect("the manual with its examples is TOML"))
    }

    /// Every key that a variable can set: those outside the lists of tables.
    pub(super) fn settable(&self) -> Vec<(KeyPath, Kind)> {
        let mut found = Vec::new();
        for (name, value) in self.0.as_object().into_iter().flatten() {
            let key = KeyPath::from(name.as_str());
            match value {
                Value::Object(table) => {
                    found.extend(table.iter().map(|(name, value)| (key.of(name), Kind::of(value))));
                }
                _ if self.is_list_of_tables(name) => {}
                _ => found.push((key, Kind::of(value))),
            }
        }
        found
    }

    /// Whether a key of the root is a list of tables, which the file alone can set.
    pub(super) fn is_list_of_tables(&self, name: &str) -> bool {
        self.0[name].is_array()
    }

    /// A sound value of a key.
    pub(super) fn sound(&self, key: &KeyPath) -> Option<&Value> {
        key.steps().iter().try_fold(&self.0, |value, step| match step {
            KeyStep::Name(name) => value.get(name),
            KeyStep::Index(_) => value.get(0),
        })
    }

    /// The key that the operator may have meant by an unknown one: a similar name in the same table, or else the same name in
    /// another table.
    pub(super) fn nearest(&self, unknown: &KeyPath) -> Option<KeyPath> {
        let (KeyStep::Name(wrong), parents) = unknown.steps().split_last()? else { return None };
        let table = KeyPath::from(parents.to_vec());
        let written = table.family().of(wrong).to_string();
        if let Some((_, right)) = HABITS.iter().find(|(other, _)| *other == written) {
            return Some(if right.contains('.') { KeyPath::from(*right) } else { table.of(right) });
        }
        let names = self.sound(&table).and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.as_str());
        if let Some(right) = nearest_name(wrong, names) {
            return Some(table.of(right));
        }
        let ends_like_it = |key: &KeyPath| matches!(key.steps().last(), Some(KeyStep::Name(name)) if name == wrong);
        self.settable().into_iter().map(|(key, _)| key).find(ends_like_it)
    }
}

impl Kind {
    fn of(example: &Value) -> Self {
        match example {
            Value::Number(_) => Self::Number,
            Value::Bool(_) => Self::Switch,
            Value::Array(_) => Self::List,
            _ => Self::Text,
        }
    }
}

/// The text of the manual with each `#key` uncommented. Prose begins with `# `.
fn with_examples() -> String {
    let in_force =
        |line: &'static str| line.strip_prefix('#').filter(|key| !key.starts_with([' ', '\n'])).unwrap_or(line);
    DEFAULTS.split_inclusive('\n').map(in_force).collect()
}

/// The most similar of the names, if it is similar enough for a typing mistake.
pub(super) fn nearest_name<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let judged = names.map(|name| (strsim::normalized_damerau_levenshtein(wrong, name), name));
    judged.filter(|(likeness, _)| *likeness >= 0.7).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::{DEFAULTS, KeyPath, Kind, Manual};
    use crate::{Settings, load_from};
    use serde_json::{Value, json};
    use std::path::Path;

    /// The line that sets the key, or sets it once its `#` is taken away, somewhere below the header.
    fn has_reason(header: Option<&str>, key: &str) -> Result<(), String> {
        let lines: Vec<&str> = DEFAULTS.lines().collect();
        let uncommented = |line: &str| line.strip_prefix('#').unwrap_or(line).to_owned();
        let start = match header {
            None => 0,
            Some(header) => 1 + lines.iter().position(|line| uncommented(line) == header).ok_or("no such table")?,
        };
        let section = lines[start..].iter().take_while(|line| !uncommented(line).starts_with('['));
        let place = section.into_iter().position(|line| uncommented(line).starts_with(&format!("{key} = ")));
        let above = start + place.ok_or("does not stand there")?;
        // Prose begins with "# ", a commented key with "#key".
        let reasoned = above > 0 && lines[above - 1].starts_with("# ");
        reasoned.then_some(()).ok_or_else(|| "has no reason above it".to_owned())
    }

    fn with_examples() -> Settings {
        // The examples of [tls] need an issuer that is https.
        let issuer = ("GRANTD__ISSUER".to_owned(), "https://localhost:8080".to_owned());
        load_from(Some((Path::new("examples.toml"), &super::with_examples())), [issuer]).unwrap()
    }

    #[test]
    fn the_commented_examples_are_sound() {
        let settings = with_examples();
        assert_eq!(settings.client.len(), 1);
        assert_eq!(settings.database.auto_migrate, Some(true));
        assert!(settings.warnings().is_empty());
    }

    #[test]
    fn every_setting_stands_in_default_toml_with_its_reason() {
        let settings = serde_json::to_value(with_examples()).unwrap();
        let mut missing = Vec::new();
        let mut demand = |header: Option<&str>, key: &str| {
            if let Err(why) = has_reason(header, key) {
                missing.push(format!("{}.{key} {why}", header.unwrap_or_default()));
            }
        };
        for (name, value) in settings.as_object().unwrap() {
            let (header, table) = match value {
                Value::Object(table) => (format!("[{name}]"), table),
                Value::Array(tables) => (format!("[[{name}]]"), tables[0].as_object().unwrap()),
                _ => {
                    demand(None, name);
                    continue;
                }
            };
            for key in table.keys() {
                demand(Some(&header), key);
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn every_table_says_what_it_is_for() {
        let lines: Vec<&str> = DEFAULTS.lines().collect();
        for pair in lines.windows(2).filter(|pair| pair[1].starts_with('[') || pair[1].starts_with("#[")) {
            assert!(pair[0].starts_with("# "), "{}", pair[1]);
        }
    }

    /// Changing a default is a decision: it is made here too.
    #[test]
    fn the_defaults_are_those_of_the_requirements() {
        let mut settings = serde_json::to_value(load_from(None, []).unwrap()).unwrap();
        let scopes = settings["scope"].take();
        let names: Vec<_> =
            scopes.as_array().unwrap().iter().map(|scope| (&scope["name"], &scope["default"])).collect();
        assert_eq!(
            json!(names),
            json!([["openid", true], ["profile", false], ["email", false], ["offline_access", false]])
        );
        // Apart: the macro is read step by step, and so many are allowed.
        let limits = json!({
            "wrong_codes_session": 5, "wrong_codes_account": 5, "wrong_codes_account_day": 20,
            "wrong_codes_network": 10, "wrong_codes_window": "10m", "wrong_codes_server": 100,
            "wrong_codes_server_least": 20,
            "login_free_failures": 5, "login_ceiling": 100, "login_max_delay": "15m", "login_failures_network": 30,
            "login_failures_server": 1000, "login_window": "10m",
            "new_passwords_account": 10,
            "device_authorizations": 30, "device_authorizations_burst": 30,
            "device_authorizations_server": 2000, "pending_client": 100_000, "pending_network": 50,
            "pending_server": 1_000_000, "unknown_device_codes": 30, "wrong_client_credentials": 20,
            "remembered_senders": 100_000
        });
        assert_eq!(
            settings,
            json!({
                "issuer": "http://localhost:8080", "service_documentation": null,
                "listen": {
                    "address": "127.0.0.1:8080", "max_connections": 10000, "max_connections_per_address": 1000,
                    "read_timeout": "10s", "idle_timeout": "16m"
                },
                "tls": {"cert": null, "key": null},
                "database": {
                    "url": "sqlite:grantd-data/grantd.db", "auto_migrate": null, "max_connections": 10, "wait": "15s"
                },
                "secrets": {"root_file": null, "former_root_files": []},
                "proxies": {"trusted": [], "header": "x-forwarded-for", "protocol": "none"},
                "device": {
                    "enabled": true, "verification_path": "/device", "prefilled_code": true,
                    "consent": "explicit", "network_mismatch": "warn", "allowed_networks": [],
                    "confidential_only": false,
                    "expires_in": "10m", "interval": "5s", "tolerance": "1s", "tombstone_for": "24h",
                    "max_auth_age": "15m", "number_match": false, "initiation_pin": false, "scopes": null
                },
                "user_code": {
                    "alphabet": "letters", "case_sensitive": null, "length": 8, "max_length": 12, "group": 4,
                    "separator": "-", "mask": null
                },
                "compatibility": {
                    "profile": "none", "realm": "alpha", "device_authorization_paths": [], "token_paths": [],
                    "verification_paths": [], "authenticate_paths": [], "session_cookie": "grantd_program",
                    "bad_csrf_status": 403, "device_code": "prefixed", "verification_url": false,
                    "message": false,
                    "pending_status": 400, "error_descriptions": "grantd"
                },
                "tokens": {
                    "access_token_lifetime": "10m", "id_token_lifetime": "10m",
                    "refresh_token_policy": "registered", "refresh_token_absolute": "30d", "refresh_token_idle": "14d",
                    "rotation_grace": "10s", "audience": null
                },
                "keys": {
                    "algorithms": ["ES256", "RS256", "EdDSA"], "rotate_every": "90d", "announce": "14d", "keep": "14d"
                },
                "client_assertions": {"require_typ": false, "fetch_timeout": "5s", "private_networks": []},
                "dpop": {"window": "1m", "nonce": false},
                "passwords": {
                    "memory_kib": 19456, "iterations": 2, "parallelism": 1, "concurrency": 0, "min_length": 15,
                    "blocklist_file": null
                },
                "pages": {"default_language": "en", "languages": null},
                "sessions": {
                    "idle": "30m", "absolute": "12h", "password_acr_values": ["urn:grantd:acr:password"]
                },
                "limits": limits,
                "audit": {"keep_for": "400d"},
                "notices": {"keep_for": "3d", "timeout": "10s"},
                "detector": {"enabled": false, "people": 5, "within": "1h", "hold": false},
                "purge": {"every": "1m", "batch": 500},
                "branding": {
                    "name": "grantd", "logo": null, "accent": null, "accent_dark": null, "terms_url": null,
                    "privacy_url": null, "support": null, "stylesheet": null
                },
                "log": {"format": "text", "filter": "info"},
                "scope": null,
                "resource": [],
                "client": [],
                "webhook": []
            })
        );
    }

    #[test]
    fn every_key_outside_scopes_and_clients_can_be_set() {
        let settable = Manual::read().settable();
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
            assert!(settable.contains(&(KeyPath::from(key), kind)), "{key}");
        }
        assert!(!settable.iter().any(|(key, _)| key.begins_with(&KeyPath::from("client"))));
    }

    #[test]
    fn what_other_programs_call_a_key_is_no_key_here() {
        let manual = Manual::read();
        for (other, right) in super::HABITS {
            let other = match other.strip_prefix("client.") {
                Some(name) => KeyPath::from("client").at(0).of(name),
                None => KeyPath::from(other),
            };
            assert_eq!(manual.sound(&other), None, "{other}");
            let meant = manual.nearest(&other).unwrap();
            assert!(manual.sound(&meant).is_some() && meant.to_string().ends_with(right), "{other}: {meant}");
        }
    }

    #[test]
    fn a_slip_finds_the_key_that_was_meant() {
        let manual = Manual::read();
        let client = KeyPath::from("client").at(3);
        for (unknown, meant) in [
            (KeyPath::from("isuer"), Some("issuer")),
            (KeyPath::from("clients"), Some("client")),
            (KeyPath::from("device.intervall"), Some("device.interval")),
            (KeyPath::from("interval"), Some("device.interval")),
            (KeyPath::from("log.alphabet"), Some("user_code.alphabet")),
            (client.of("scope"), Some("client[3].scopes")),
            (client.of("secret_digest"), Some("client[3].secret_digests")),
            (client.of("user_code").of("lenght"), Some("client[3].user_code.length")),
            (client.of("client_secret"), Some("client[3].secret_digests")),
            (KeyPath::from("port"), Some("listen.address")),
            (KeyPath::from("listen.port"), Some("listen.address")),
            (KeyPath::from("log.level"), Some("log.filter")),
            (KeyPath::from("device.colour"), None),
            (KeyPath::from("colour.red"), None),
        ] {
            assert_eq!(manual.nearest(&unknown).map(|key| key.to_string()).as_deref(), meant, "{unknown}");
        }
    }
}

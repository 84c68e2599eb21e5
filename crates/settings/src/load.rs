//! Reads the settings: the defaults, then a file, then variables. All complaints come in one message.

use std::path::Path;

use config::{Config, ConfigError, File, FileFormat};
use serde_json::Value;

use super::complaint::{Complaint, Location};
use super::file::ConfigurationFile;
use super::findings::Finding;
use super::key::{KeyPath, KeyStep};
use super::manual::{DEFAULTS, Manual};
use super::variable::{self, Variable};
use super::{Complaints, Settings, profile};

/// Reads the file, if one is given, and the environment of this process.
pub fn load(file: Option<&Path>) -> Result<Settings, Complaints> {
    let mut environment = Vec::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with("GRANTD_")) else { continue };
        let Some(value) = value.to_str() else {
            let place = Location::Variable(name.to_owned());
            return Err(Complaint::new(place, None, "its value is not UTF-8").into());
        };
        environment.push((name.to_owned(), value.to_owned()));
    }
    let Some(name) = file else { return load_from(None, environment) };
    let text = std::fs::read_to_string(name)
        .map_err(|error| Complaint::of_file(name, None, format!("cannot be read: {error}")))?;
    load_from(Some((name, &text)), environment)
}

/// The same from values: the file's name and text, and the variables.
pub fn load_from(
    file: Option<(&Path, &str)>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Settings, Complaints> {
    let file = file.map(|(name, text)| ConfigurationFile::parse(name, text)).transpose()?;
    let (manual, mut complaints) = (Manual::read(), Complaints::default());
    let variables = variable::read(environment, &manual, &mut complaints);
    // The file is also read by itself: no variable hides its mistakes.
    Layers { file: file.as_ref(), variables: &[] }.typed(&manual, &mut complaints)?;
    let layers = Layers { file: file.as_ref(), variables: &variables };
    let (settings, unfit) = layers.typed(&manual, &mut complaints)?;

    let contradictions = of_profile_alone(&settings).map(|alone| profile::contradictions(&settings, &alone));
    for Finding { keys, sentence } in
        settings.findings().refused.into_iter().chain(contradictions.into_iter().flatten())
    {
        // A finding about a value that was put aside, or about one that depends on it, may be wrong.
        let is_sound = |key: &KeyPath| !unfit.iter().any(|unfit| key.begins_with(unfit) || unfit.begins_with(key));
        if keys.iter().all(is_sound) {
            let place = keys.iter().map(|key| layers.place(key)).find(|place| *place != Location::Default);
            complaints.push(Complaint::new(place.unwrap_or(Location::Default), keys.first(), sentence));
        }
    }
    complaints.or(settings)
}

/// The layers over the defaults.
struct Layers<'a> {
    file: Option<&'a ConfigurationFile<'a>>,
    variables: &'a [Variable],
}

impl Layers<'_> {
    /// Gives each value its type. Adds a complaint about a value that does not fit, and puts it aside so that it hides no
    /// other mistake. Returns the settings and the keys of those values.
    fn typed(&self, manual: &Manual, complaints: &mut Complaints) -> Result<(Settings, Vec<KeyPath>), Complaints> {
        let mut tree = self.tree().map_err(|error| Complaint::new(Location::Default, None, error.to_string()))?;
        let (mut unfit, mut removed) = (Vec::<KeyPath>::new(), Vec::<KeyPath>::new());
        loop {
            let mut unknown = Vec::new();
            let mut note = |path: serde_ignored::Path<'_>| unknown.push(KeyPath::from(&path));
            let typed = serde_path_to_error::deserialize(serde_ignored::Deserializer::new(&tree, &mut note));
            let error = match typed {
                Ok(settings) => {
                    let quoted = self.file.into_iter().flat_map(ConfigurationFile::quoted_roots);
                    for key in unknown.into_iter().chain(quoted) {
                        let meant = manual.nearest(&key).map(|meant| format!("; did you mean {meant}?"));
                        let sentence = format!("unknown key{}", meant.unwrap_or_default());
                        complaints.push(Complaint::new(self.place(&key), Some(&key), sentence));
                    }
                    return Ok((settings, unfit));
                }
                Err(error) => error,
            };
            let key = KeyPath::from(error.path());
            let written = key.before(&removed);
            for sentence in in_plain_words(error.inner()).lines() {
                complaints.push(Complaint::new(self.exact_place(&written), Some(&written), sentence));
            }
            let before = tree.clone();
            if put_aside(&mut tree, &key, manual) {
                unfit.extend(written.parent());
                removed.push(written);
            } else {
                unfit.push(written);
            }
            // The next round would complain of the same.
            if tree == before {
                return Err(std::mem::take(complaints));
            }
        }
    }

    /// The layers as one tree: the defaults, a profile if one is configured, the file, the variables.
    fn tree(&self) -> Result<Value, ConfigError> {
        let tree = self.over(None)?;
        profile::asked(&tree).map_or(Ok(tree), |profile| self.over(Some(profile)))
    }

    fn over(&self, profile: Option<&str>) -> Result<Value, ConfigError> {
        let mut layers = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        for text in profile.into_iter().chain(self.file.map(|file| file.text)) {
            layers = layers.add_source(File::from_str(text, FileFormat::Toml));
        }
        for variable in self.variables {
            layers = layers.set_override(variable.key.to_string(), variable.value.clone())?;
        }
        // JSON values keep "10" and 10 apart; `config` itself would accept either for the other.
        layers.build()?.try_deserialize()
    }

    /// Where the operator set the key: in a variable, or else in the file.
    fn place(&self, key: &KeyPath) -> Location {
        match self.exact_place(key) {
            Location::File(name, line, _) => Location::File(name, line, None),
            // A complaint about a key that a client lacks has the position of the client.
            Location::Default => key.element().map_or(Location::Default, |element| self.place(&element)),
            variable @ Location::Variable(_) => variable,
        }
    }

    /// The same to the column of the value.
    fn exact_place(&self, key: &KeyPath) -> Location {
        if let Some(variable) = self.variables.iter().find(|variable| key.begins_with(&variable.key)) {
            return Location::Variable(variable.name.clone());
        }
        let found = self.file.and_then(|file| Some((file.name, file.position(key)?)));
        found.map_or(Location::Default, |(name, (line, column))| {
            Location::File(name.to_owned(), Some(line), Some(column))
        })
    }
}

/// Replaces a value that does not fit by a sound one, and adds the keys that a table lacks. If there is no sound value for an
/// element of a list, removes the element and returns `true`.
fn put_aside(tree: &mut Value, key: &KeyPath, manual: &Manual) -> bool {
    let sound = manual.sound(key).cloned();
    let mut value = tree;
    for (depth, step) in key.steps().iter().enumerate() {
        let is_last = depth + 1 == key.steps().len();
        value = match step {
            KeyStep::Index(index) => {
                let Some(list) = value.as_array_mut().filter(|list| *index < list.len()) else { return false };
                if is_last && !sound.as_ref().is_some_and(Value::is_object) {
                    list.remove(*index);
                    return true;
                }
                &mut list[*index]
            }
            KeyStep::Name(name) if value.is_object() || value.is_null() => &mut value[name],
            KeyStep::Name(_) => return false,
        };
    }
    match (value, sound.unwrap_or_default()) {
        (Value::Object(table), Value::Object(sound)) if sound.keys().any(|name| !table.contains_key(name)) => {
            for (name, value) in sound {
                table.entry(name).or_insert(value);
            }
        }
        (value, sound) => *value = sound,
    }
    false
}

/// The profile of these settings over the defaults, if they have a profile.
fn of_profile_alone(settings: &Settings) -> Option<Settings> {
    let text = settings.compatibility.profile.text()?;
    let tree = Layers { file: None, variables: &[] }.over(Some(text)).ok()?;
    serde_json::from_value(tree).ok()
}

/// Replaces the names of Rust's types, which an operator need not know.
fn in_plain_words(error: &serde_json::Error) -> String {
    let mut sentence = error.to_string();
    for (rust, plain) in [
        ("expected u32", "expected a whole number from 0 to 4294967295"),
        ("expected usize", "expected a whole number, 0 or more"),
        ("expected a sequence", "expected a list"),
        ("invalid type: map", "invalid type: table"),
        ("invalid type: sequence", "invalid type: list"),
    ] {
        sentence = sentence.replace(rust, plain);
    }
    match sentence.split_once("expected struct") {
        Some((before, _)) => format!("{before}expected a table"),
        None => sentence,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::grant_types;
    use super::{Complaints, ConfigurationFile, Layers, Manual, Settings, load, load_from};
    use serde_json::json;
    use std::path::Path;
    use std::time::Duration;

    fn read(toml: &str, variables: &[(&str, &str)]) -> Result<Settings, String> {
        let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        load_from(Some((Path::new("g.toml"), toml)), environment).map_err(|all| all.to_string())
    }

    fn refusal(toml: &str, variables: &[(&str, &str)]) -> String {
        read(toml, variables).err().unwrap_or_default()
    }

    #[test]
    fn variables_lie_over_the_file_and_the_file_over_the_defaults() {
        let toml = "device.interval = '6s'\ndevice.expires_in = '6m'";
        let settings = read(toml, &[("GRANTD__DEVICE__EXPIRES_IN", "7m"), ("HOME", "/root")]).unwrap();
        assert_eq!(settings.device.tolerance, Duration::from_secs(1));
        assert_eq!(settings.device.interval, Duration::from_secs(6));
        assert_eq!(settings.device.expires_in, Duration::from_mins(7));
    }

    #[test]
    fn a_list_of_tables_in_the_file_replaces_the_default_one() {
        let settings = read("[[scope]]\nname = 'read'\nwords = 'Read'", &[]).unwrap();
        assert_eq!(settings.scope.iter().map(|scope| scope.name.as_str()).collect::<Vec<_>>(), ["read"]);
    }

    #[test]
    fn variables_take_every_kind_of_value() {
        let settings = read(
            "proxies.trusted = ['10.0.0.0/8']\ndevice.scopes = ['email']",
            &[
                ("GRANTD__ISSUER", "https://login.example.com"),
                ("GRANTD__DATABASE__AUTO_MIGRATE", "false"),
                ("GRANTD__DATABASE__MAX_CONNECTIONS", "3"),
                ("GRANTD__DEVICE__SCOPES", " openid, profile ,"),
                ("GRANTD__LOG__FORMAT", "json"),
                ("GRANTD__PROXIES__TRUSTED", ""),
                ("GRANTD__TOKENS__AUDIENCE", "true"),
                ("GRANTD__USER_CODE__ALPHABET", "0123456789"),
            ],
        )
        .unwrap();
        assert_eq!(&*settings.issuer, "https://login.example.com");
        assert_eq!(settings.database.auto_migrate, Some(false));
        assert_eq!(settings.database.max_connections, 3);
        assert_eq!(settings.device.scopes.unwrap(), ["openid", "profile"]);
        assert_eq!(settings.log.format, crate::LogFormat::Json);
        assert_eq!(settings.proxies.trusted, []);
        assert_eq!(settings.tokens.audience.as_deref(), Some("true"));
        assert_eq!(settings.user_code.alphabet, "0123456789");
    }

    #[test]
    fn a_value_that_cannot_be_put_aside_ends_with_the_complaints() {
        let file = ConfigurationFile::parse(Path::new("g.toml"), "device.interval = 5").unwrap();
        for sound in [json!({"device": {"interval": 7}}), json!({"device": "7"})] {
            let mut complaints = Complaints::default();
            let layers = Layers { file: Some(&file), variables: &[] };
            let refused = layers.typed(&Manual(sound), &mut complaints).err().unwrap().to_string();
            assert!(refused.starts_with("g.toml:1:19: device.interval: invalid type: integer `5`"), "{refused}");
        }
        let mut tree = json!({"device": "7"});
        assert!(!super::put_aside(&mut tree, &super::KeyPath::from("device.interval"), &Manual::read()));
    }

    #[test]
    fn every_unknown_key_and_failed_check_is_in_one_message() {
        let toml = "isuer = 'https://a'\n\"device.interval\" = '7s'\n[device]\ncolour = 'red'\nexpires_in = '31m'\n\
                    [[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\nscope = ['openid']\n[odd]\nx = 1\n";
        assert_eq!(
            refusal(toml, &[("GRANTD__DEVICE__INTERVAL", "2m"), ("GRANTD__DEVICE__INTERVALL", "1s")]),
            "g.toml:1: isuer: unknown key; did you mean issuer?\n\
             g.toml:2: \"device.interval\": unknown key\n\
             g.toml:4: device.colour: unknown key\n\
             g.toml:5: device.expires_in: must be from 1m to 30m, not 31m\n\
             g.toml:10: client[0].scope: unknown key; did you mean client[0].scopes?\n\
             g.toml:11: odd: unknown key\n\
             GRANTD__DEVICE__INTERVAL: must be from 1s to 1m, not 2m\n\
             GRANTD__DEVICE__INTERVALL: unknown variable; did you mean GRANTD__DEVICE__INTERVAL?"
        );
    }

    #[test]
    fn a_variable_that_does_not_fit_is_named() {
        for (name, value, sentence) in [
            ("GRANTD__DATABASE__MAX_CONNECTIONS", "ten", "\"ten\" is not a whole number"),
            ("GRANTD__DEVICE__ENABLED", "yes", "\"yes\" is not true or false"),
            ("GRANTD__DATABASE__AUTO_MIGRATE", "", "\"\" is not true or false"),
            ("GRANTD__LISTEN__ADDRESS", "localhost", "invalid socket address syntax"),
            (
                "GRANTD__PROXIES__TRUSTED",
                "10.0.0.0/8,me",
                "\"me\" is not a network such as \"10.0.0.0/8\", nor an address",
            ),
            ("GRANTD__LOG__FORMAT", "xml", "unknown variant `xml`, expected `text` or `json`"),
            ("GRANTD__PURGE__EVERY", "10", "\"10\" is not a duration: write it like \"90s\", \"10m\" or \"24h\""),
            ("GRANTD__PURGE__BATCH", "-1", "invalid value: integer `-1`, expected a whole number from 0 to 4294967295"),
            ("GRANTD__DEVICE", "x", "unknown variable"),
            ("GRANTD__device__interval", "1s", "unknown variable; did you mean GRANTD__DEVICE__INTERVAL?"),
            ("GRANTD_ISSUER", "https://a", "unknown variable; did you mean GRANTD__ISSUER?"),
            ("GRANTD__CLIENT__0__ID", "tv", "clients cannot be set by variables, only in the file"),
            ("GRANTD__RESOURCE__0__URI", "x", "resources cannot be set by variables, only in the file"),
            ("GRANTD__WEBHOOK__0__URL", "x", "webhooks cannot be set by variables, only in the file"),
            ("GRANTD__SCOPE", "openid", "scopes cannot be set by variables, only in the file"),
        ] {
            assert_eq!(refusal("", &[(name, value)]), format!("{name}: {sentence}"));
        }
        let both = refusal("", &[("GRANTD__PURGE__EVERY", "x"), ("GRANTD__LISTEN__ADDRESS", "y")]);
        assert_eq!(both.lines().count(), 2, "one must not hide the other: {both}");
        assert_eq!(refusal("", &[("GRANTD_PORT", "tcp://10.0.0.1:80"), ("GRANTD_PORT_80_TCP", "x")]), "");
    }

    #[test]
    fn a_wrong_type_in_the_file_is_told_with_line_and_column() {
        for (toml, said) in [
            (
                "isuer = 1\n[database]\nmax_connections = \"10\"\n",
                "g.toml:1: isuer: unknown key; did you mean issuer?\n\
                 g.toml:3:19: database.max_connections: invalid type: string \"10\", expected a whole number from 0 to \
                 4294967295",
            ),
            ("issuer = 5", "g.toml:1:10: issuer: invalid type: integer `5`, expected a string"),
            ("[issuer]", "g.toml:1:1: issuer: invalid type: table, expected a string"),
            ("device = 1", "g.toml:1:10: device: invalid type: integer `1`, expected a table"),
            (
                "purge.every = '10 parsecs'",
                "g.toml:1:15: purge.every: \"10 parsecs\" is not a duration: write it like \"90s\", \"10m\" or \"24h\"",
            ),
            ("\n[[client]]\nid = 'tv'\nname = 'TV'\n", "g.toml:2:1: client[0]: missing field `type`"),
            (
                "[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'secret'\n",
                "g.toml:4:8: client[0].type: unknown variant `secret`, expected `public` or `confidential`",
            ),
            ("[client]\nid = 'tv'", "g.toml:1:1: client: invalid type: table, expected a list"),
        ] {
            assert_eq!(refusal(toml, &[]), said, "of\n{toml}");
        }
    }

    #[test]
    fn what_does_not_fit_hides_nothing_else() {
        let toml = "issuer = 'login'\ndevice.interval = 5\ndevice.expires_in = '31m'\n\
                    [[client]]\nid = 'tv'\nname = 'TV'\ntype = 'secret'\n\
                    grant_types = ['password', 'refresh_token', 'implicit']\nscope = ['openid']\n\
                    [[client]]\nid = 'tv'\n[[client]]\nid = 'é'\nname = ' '\ntype = 'public'\n";
        let known = format!("is not supported; there are {}", grant_types());
        assert_eq!(
            refusal(toml, &[("GRANTD__DEVICE__TOLERANCE", "x"), ("GRANTD__ISSUER", "https://login.example.com")]),
            format!(
                "g.toml:1:10: issuer: must be an absolute URL such as \"https://login.example.com\"\n\
                 g.toml:2:19: device.interval: invalid type: integer `5`, expected a string\n\
                 g.toml:3: device.expires_in: must be from 1m to 30m, not 31m\n\
                 g.toml:7:8: client[0].type: unknown variant `secret`, expected `public` or `confidential`\n\
                 g.toml:8:16: client[0].grant_types[0]: \"password\" {known}\n\
                 g.toml:8:45: client[0].grant_types[2]: \"implicit\" {known}\n\
                 g.toml:9: client[0].scope: unknown key; did you mean client[0].scopes?\n\
                 g.toml:10:1: client[1]: missing field `name`\n\
                 g.toml:13: client[2].id: must be printable ASCII of at most 255 characters\n\
                 g.toml:14: client[2].name: must say what people read when they decide\n\
                 GRANTD__DEVICE__TOLERANCE: \"x\" is not a duration: write it like \"90s\", \"10m\" or \"24h\""
            )
        );
    }

    #[test]
    fn a_syntax_error_is_told_alone() {
        let said = refusal("isuer = 1\n[device\n", &[("GRANTD__NONSENSE", "x")]);
        assert!(said.starts_with("g.toml:2:8: ") && said.lines().count() == 1, "{said}");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let said = load(Some(Path::new("/nonexistent/g.toml"))).unwrap_err().to_string();
        assert!(said.starts_with("/nonexistent/g.toml: cannot be read: "), "{said}");
    }

    #[test]
    fn an_address_has_one_slash_between_issuer_and_path() {
        for issuer in ["https://host", "https://host/"] {
            let settings = read(&format!("issuer = '{issuer}'"), &[]).unwrap();
            assert_eq!(&*settings.issuer, issuer);
            assert_eq!(settings.address_of("/token"), "https://host/token");
        }
    }
}

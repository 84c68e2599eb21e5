//! Reads the settings: the defaults, then a file, then variables. All complaints come in one message.

use std::path::Path;

use config::{Config, ConfigError, File, FileFormat};
use serde_json::Value;

use super::advice::{self, Unfit};
use super::complaint::{Complaint, Location};
use super::file::{self, ConfigurationFile};
use super::findings::Finding;
use super::key::KeyPath;
use super::manual::{DEFAULTS, Manual};
use super::variable::{self, Variable, Variables};
use super::{Complaints, Settings, profile};

/// Reads the file, if one is given, and the environment of this process.
pub fn load(file: Option<&Path>) -> Result<Settings, Complaints> {
    let environment =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok())));
    read(file.map(|name| (name, file::read(name))), environment)
}

/// The same from values: the file's name and text, and the variables.
pub fn load_from(
    file: Option<(&Path, &str)>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Settings, Complaints> {
    let environment = environment.into_iter().map(|(name, value)| (name, Some(value)));
    read(file.map(|(name, text)| (name, Ok(text.to_owned()))), environment)
}

/// A variable has no value if its value is not UTF-8.
fn read(
    file: Option<(&Path, Result<String, Complaint>)>,
    environment: impl Iterator<Item = (String, Option<String>)>,
) -> Result<Settings, Complaints> {
    let (manual, mut complaints) = (Manual::read(), Complaints::default());
    let Variables { set: variables, unfit: unfit_variables, strange } =
        variable::read(environment, &manual, &mut complaints);
    let file = match file {
        None => None,
        Some((name, text)) => {
            let text = text.map_err(|unreadable| complaints.push(unreadable)).ok();
            let parsed = text.and_then(|text| ConfigurationFile::parse(name, &text, &mut complaints));
            Some(parsed.ok_or_else(|| std::mem::take(&mut complaints).sorted())?)
        }
    };
    // The file is also read by itself: no variable hides its mistakes.
    Layers { file: file.as_ref(), variables: &[] }.typed(&manual, &mut complaints)?;
    let layers = Layers { file: file.as_ref(), variables: &variables };
    let (mut settings, mut unfit) = layers.typed(&manual, &mut complaints)?;
    unfit.extend(unfit_variables);
    settings.strange_variables = strange;

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
            let Unfit { key, sentences, meant, is_bracketed } = match advice::typed(&tree, manual, &mut unknown) {
                Ok(settings) => {
                    let quoted = self.file.into_iter().flat_map(ConfigurationFile::quoted_roots);
                    for key in unknown.into_iter().chain(quoted) {
                        let meant = manual.nearest(&key).map(|meant| format!("; did you mean {meant}?"));
                        let sentence = format!("unknown key{}", meant.unwrap_or_default());
                        complaints.push(Complaint::new(self.place(&key), Some(&key), sentence));
                    }
                    return Ok((settings, unfit));
                }
                Err(unfit) => unfit,
            };
            let written = key.before(&removed);
            for sentence in sentences {
                complaints.push(Complaint::new(self.exact_place(&written), Some(&written), sentence));
            }
            let before = tree.clone();
            if let (Some(meant), Some(place)) = (meant, key.found_mut(&mut tree)) {
                *place = meant;
                unfit.extend(Some(written).filter(|_| !is_bracketed));
            } else if advice::put_aside(&mut tree, &key, manual) {
                unfit.extend(written.parent());
                removed.push(written);
            } else {
                unfit.push(written);
            }
            // The next round would find the same.
            if tree == before {
                return Err(std::mem::take(complaints).sorted());
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
        for text in profile.into_iter().chain(self.file.map(|file| file.text.as_str())) {
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

/// The profile of these settings over the defaults, if they have a profile.
fn of_profile_alone(settings: &Settings) -> Option<Settings> {
    let text = settings.compatibility.profile.text()?;
    let tree = Layers { file: None, variables: &[] }.over(Some(text)).ok()?;
    serde_json::from_value(tree).ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::grant_types;
    use super::{Complaints, ConfigurationFile, Layers, Manual, Settings, load_from};
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
        for sound in [json!({"device": {"interval": 7}}), json!({"device": 7})] {
            let mut complaints = Complaints::default();
            let file = ConfigurationFile::parse(Path::new("g.toml"), "device.interval = 5", &mut complaints);
            let layers = Layers { file: file.as_ref(), variables: &[] };
            let refused = layers.typed(&Manual(sound), &mut complaints).err().unwrap().to_string();
            let told = "g.toml:1:19: device.interval: is the number 5, and must be a text";
            assert!(refused.lines().any(|line| line.starts_with(told)), "{refused}");
        }
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
            ("GRANTD__DEVICE__ENABLED", "yes", "\"yes\" is not true or false: write true"),
            ("GRANTD__DATABASE__AUTO_MIGRATE", "", "\"\" is not true or false"),
            (
                "GRANTD__LISTEN__ADDRESS",
                "localhost",
                "\"localhost\" is not an IP address and a port: write \"127.0.0.1:8080\" or \"[::1]:8080\"",
            ),
            (
                "GRANTD__PROXIES__TRUSTED",
                "10.0.0.0/8,me",
                "\"me\" is not a network such as \"10.0.0.0/8\", nor an address",
            ),
            (
                "GRANTD__LOG__FORMAT",
                "xml",
                "is the text \"xml\", which has no meaning here: write \"text\" or \"json\"",
            ),
            ("GRANTD__PURGE__EVERY", "10", "\"10\" has no unit: write \"10s\""),
            (
                "GRANTD__PURGE__BATCH",
                "-1",
                "is the number -1, and must be a whole number from 0 to 4294967295: write it like 500",
            ),
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
                 g.toml:3:19: database.max_connections: is the text \"10\", and must be a whole number from 0 to \
                 4294967295: write 10",
            ),
            (
                "issuer = 5",
                "g.toml:1:10: issuer: is the number 5, and must be a text: write it like \"http://localhost:8080\"",
            ),
            ("[issuer]", "g.toml:1:1: issuer: is a table, and must be a text: write it like \"http://localhost:8080\""),
            ("device = 1", "g.toml:1:10: device: is the number 1, and must be a table: write [device] above its keys"),
            (
                "purge.every = '10 parsecs'",
                "g.toml:1:15: purge.every: \"10 parsecs\" is not a duration: write it like \"90s\", \"10m\" or \"24h\"",
            ),
            (
                "\n[[client]]\nid = 'tv'\nname = 'TV'\n",
                "g.toml:2:1: client[0]: type is missing: write it like type = \"public\"",
            ),
            (
                "[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'secret'\n",
                "g.toml:4:8: client[0].type: is the text \"secret\", which has no meaning here: write \"public\" or \"confidential\"",
            ),
            (
                "[client]\nid = 'tv'\nname = 'TV'\nscope = 'x'",
                "g.toml:1:1: client: is one table, and must be a list of tables: write [[client]]\n\
                 g.toml:1:1: client[0]: type is missing: write it like type = \"public\"\n\
                 g.toml:4: client[0].scope: unknown key; did you mean client[0].scopes?",
            ),
            (
                "[[device]]\ninterval = 9\nenable = true",
                "g.toml:1:1: device: is a list, and must be one table: write [device]\n\
                 g.toml:2:12: device.interval: is the number 9, and must be a duration: write \"9s\"\n\
                 g.toml:3: device.enable: unknown key; did you mean device.enabled?",
            ),
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
        let known = format!("is not supported: write {}", grant_types());
        assert_eq!(
            refusal(toml, &[("GRANTD__DEVICE__TOLERANCE", "x"), ("GRANTD__ISSUER", "https://login.example.com")]),
            format!(
                "g.toml:1:10: issuer: must be an absolute URL such as \"https://login.example.com\"\n\
                 g.toml:2:19: device.interval: is the number 5, and must be a duration: write \"5s\"\n\
                 g.toml:3: device.expires_in: must be from 1m to 30m, not 31m\n\
                 g.toml:7:8: client[0].type: is the text \"secret\", which has no meaning here: write \"public\" or \"confidential\"\n\
                 g.toml:8:16: client[0].grant_types[0]: \"password\" {known}\n\
                 g.toml:8:45: client[0].grant_types[2]: \"implicit\" {known}\n\
                 g.toml:9: client[0].scope: unknown key; did you mean client[0].scopes?\n\
                 g.toml:10:1: client[1]: name is missing: write it like name = \"Living room television\"\n\
                 g.toml:10:1: client[1]: type is missing: write it like type = \"public\"\n\
                 g.toml:13: client[2].id: must be printable ASCII of at most 255 characters\n\
                 g.toml:14: client[2].name: is empty: write the name that people read when they decide\n\
                 GRANTD__DEVICE__TOLERANCE: \"x\" is not a duration: write it like \"90s\", \"10m\" or \"24h\""
            )
        );
    }

    #[test]
    fn what_cannot_be_parsed_hides_as_little_as_it_can() {
        let variables = [("GRANTD__NONSENSE", "x")];
        assert_eq!(
            refusal("isuer = 1\n[device\ninterval = 5s\nexpires_in = 600\n", &variables),
            "g.toml:1: isuer: unknown key; did you mean issuer?\n\
             g.toml:2:8: a bracket is missing: write [device]\n\
             g.toml:3:12: a text needs quotes: write interval = \"5s\"\n\
             g.toml:4:14: device.expires_in: is the number 600, and must be a duration: write \"600s\"\n\
             GRANTD__NONSENSE: unknown variable"
        );
        let hopeless = refusal("isuer = 1\n[device\n}\n[odd\n", &variables);
        assert!(hopeless.starts_with("g.toml:2:8: a bracket is missing: write [device]\ng.toml:3:1: "), "{hopeless}");
        assert!(
            hopeless.ends_with("\nGRANTD__NONSENSE: unknown variable") && hopeless.lines().count() == 3,
            "{hopeless}"
        );
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

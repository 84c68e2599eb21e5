//! `[[scope]]` and `[[resource]]`: what clients can request (RFC 6749 section 3.3, RFC 8707 section 2).

use serde::{Deserialize, Serialize};
use url::Url;

use super::Settings;
use super::findings::{Findings, is_word};
use super::key::KeyPath;
use super::scope_words::{self, ScopeWords};

/// `[[scope]]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ScopeSettings {
    pub name: String,
    /// `None`: the words of the pages, which have some for the scopes of OpenID Connect.
    pub words: Option<ScopeWords>,
    #[serde(default)]
    pub default: bool,
}

/// `[[resource]]`
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ResourceSettings {
    pub uri: String,
    pub name: String,
}

/// The bytes of a list of scopes that fit into a form of 16 KiB in any escaping, and into a token in a header.
const LONG: usize = 4096;

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let names: Vec<&str> = settings.scope.iter().map(|scope| scope.name.as_str()).collect();
    findings.unique("scope", "name", &names);
    for (place, scope) in settings.scope.iter().enumerate() {
        let key = KeyPath::from("scope").at(place);
        let grammar = "must be printable ASCII without spaces, quotes and backslashes (RFC 6749 section 3.3)";
        findings.require(is_word(&scope.name) && !scope.name.contains(['"', '\\']), key.of("name"), grammar);
        scope_words::check(settings, scope, &key, findings);
    }
    let uris: Vec<&str> = settings.resource.iter().map(|resource| resource.uri.as_str()).collect();
    findings.unique("resource", "uri", &uris);
    for (place, resource) in settings.resource.iter().enumerate() {
        let key = KeyPath::from("resource").at(place);
        if !is_word(&resource.uri) || Url::parse(&resource.uri).is_err() {
            findings.add(key.of("uri"), "must be an absolute URI such as \"https://api.example.com\"");
        } else if resource.uri.contains('#') {
            findings.add(key.of("uri"), "must not have a fragment (RFC 8707 section 2)");
        }
        let named = !resource.name.trim().is_empty();
        findings.require(named, key.of("name"), "must say what it is, in the words that people see");
    }
    for client in &settings.client {
        let bytes = client.scopes.join(" ").len();
        let sentence = format!(
            "client {:?} has scopes of {bytes} bytes together, and {LONG} can be asked for safely: a form that names all of \
             them may be larger than the 16 KiB that are read, and a token that holds them longer than servers take in a \
             header. Ask for fewer at once, or give them shorter names",
            client.id
        );
        findings.warn(bytes > LONG, sentence);
    }
}

/// Each of the names under the key is one of the scopes.
pub(super) fn exist(settings: &Settings, key: &KeyPath, names: &[String], findings: &mut Findings) {
    for (place, name) in names.iter().enumerate() {
        let known = settings.scope.iter().any(|scope| scope.name == *name);
        findings.require(known, key.at(place), format!("there is no [[scope]] {name:?}"));
    }
}

/// Each of the URIs under the key is one of the resources.
pub(super) fn resources_exist(settings: &Settings, key: &KeyPath, uris: &[String], findings: &mut Findings) {
    for (place, uri) in uris.iter().enumerate() {
        let known = settings.resource.iter().any(|resource| resource.uri == *uri);
        findings.require(known, key.at(place), format!("there is no [[resource]] {uri:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, table};

    /// Proves: FE-15: who has more scopes than can be asked for at once hears of it from `config check`.
    #[test]
    fn a_list_of_scopes_that_is_too_long_for_a_request_is_warned_about() {
        let with = |count: usize| {
            let names: Vec<String> =
                (0..count).map(|number| format!("https://api.example.test/{number:015}")).collect();
            let scopes = names.iter().map(|name| format!("[[scope]]\nname = '{name}'\nwords = 'Do it'\n"));
            let client = format!("[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\nscopes = {names:?}\n");
            let toml = client + &scopes.collect::<String>();
            read(&toml).warnings()
        };
        assert!(with(99).iter().all(|warning| !warning.contains("scopes of")), "4 058 bytes");
        let warned = with(100);
        assert!(warned.iter().any(|warning| warning.contains("\"tv\" has scopes of 4099 bytes")), "{warned:?}");
    }

    /// Proves: D-13
    #[test]
    fn a_scope_follows_the_grammar() {
        let odd = "g.toml:2: scope[0].name: must be printable ASCII without spaces, quotes and backslashes (RFC 6749 section \
                   3.3)";
        table(&[
            ("[[scope]]\nname = '!#[]~urn:x/y'\nwords = 'Do it'", ""),
            ("[[scope]]\nname = ''\nwords = 'Do it'", odd),
            ("[[scope]]\nname = 'a b'\nwords = 'Do it'", odd),
            ("[[scope]]\nname = 'a\"b'\nwords = 'Do it'", odd),
            ("[[scope]]\nname = 'a\\b'\nwords = 'Do it'", odd),
            ("[[scope]]\nname = 'é'\nwords = 'Do it'", odd),
            (
                "[[scope]]\nname = 'a'\nwords = ' '",
                "g.toml:3: scope[0].words: must say what the scope allows, in the words that people see",
            ),
            (
                "[[scope]]\nname = 'a'\nwords = 'x'\n[[scope]]\nname = 'a'\nwords = 'y'",
                "g.toml:5: scope[1].name: there is a scope \"a\" already",
            ),
        ]);
    }

    #[test]
    fn scopes_of_devices_exist() {
        table(&[
            ("device.scopes = ['openid']", ""),
            (
                "[device]\nscopes = [\n'openid',\n'opneid',\n]",
                "g.toml:4: device.scopes[1]: there is no [[scope]] \"opneid\"",
            ),
        ]);
    }

    /// Proves: S-04, in the configuration.
    #[test]
    fn a_resource_is_an_absolute_uri_without_a_fragment() {
        let row = |uri: &str| format!("[[resource]]\nuri = '{uri}'\nname = 'Films'");
        let no_uri = "g.toml:2: resource[0].uri: must be an absolute URI such as \"https://api.example.com\"";
        for (uri, said) in [
            ("https://films.example", ""),
            ("https://films.example/a?b=c", ""),
            ("urn:example:films", ""),
            ("/films", no_uri),
            ("films.example", no_uri),
            ("", no_uri),
            ("https://films.example/a b", no_uri),
            ("https://films.example/#a", "g.toml:2: resource[0].uri: must not have a fragment (RFC 8707 section 2)"),
        ] {
            table(&[(&row(uri), said)]);
        }
    }

    #[test]
    fn a_resource_has_a_name_and_stands_once_and_clients_name_no_other() {
        let films = "[[resource]]\nuri = 'https://films.example'\nname = 'Films'\n";
        let client = "[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\n";
        table(&[
            (
                &films.replace("Films", " "),
                "g.toml:3: resource[0].name: must say what it is, in the words that people see",
            ),
            (&films.repeat(2), "g.toml:5: resource[1].uri: there is a resource \"https://films.example\" already"),
            (&format!("{films}{client}resources = ['https://films.example']"), ""),
            (
                &format!("{films}{client}resources = ['https://films.example/']"),
                "g.toml:8: client[0].resources[0]: there is no [[resource]] \"https://films.example/\"",
            ),
        ]);
    }
}

//! Is each resource one that a client can name, with words for people? (RFC 8707 section 2)

use url::Url;

use super::{Findings, Key, Settings};

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    for (place, resource) in settings.resource.iter().enumerate() {
        let key = Key::from("resource").at(place);
        if let Some(sentence) = not_a_resource(&resource.uri) {
            findings.add(key.of("uri"), sentence);
        }
        if settings.resource[..place].iter().any(|earlier| earlier.uri == resource.uri) {
            findings.add(key.of("uri"), format!("there is a resource {:?} already", resource.uri));
        }
        if resource.name.trim().is_empty() {
            findings.add(key.of("name"), "must say what it is, in the words that people see");
        }
    }
}

/// Each of the URIs under the key is one of the resources.
pub(super) fn exist(settings: &Settings, key: &Key, uris: &[String], findings: &mut Findings) {
    for (place, uri) in uris.iter().enumerate() {
        if !settings.resource.iter().any(|resource| resource.uri == *uri) {
            findings.add(key.at(place), format!("there is no [[resource]] {uri:?}"));
        }
    }
}

fn not_a_resource(uri: &str) -> Option<&'static str> {
    if !uri.bytes().all(|byte| (0x21..=0x7e).contains(&byte)) || Url::parse(uri).is_err() {
        Some("must be an absolute URI such as \"https://api.example.com\"")
    } else if uri.contains('#') {
        Some("must not have a fragment (RFC 8707 section 2)")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;

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

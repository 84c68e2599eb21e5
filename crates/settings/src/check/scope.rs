//! Is each scope a token that clients can ask for, with words for people? (RFC 6749 section 3.3)

use super::{Findings, Key, Settings};

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    for (place, scope) in settings.scope.iter().enumerate() {
        let key = Key::from("scope").at(place);
        if !is_scope_token(&scope.name) {
            findings.add(
                key.of("name"),
                "must be printable ASCII without spaces, quotes and backslashes (RFC 6749 section 3.3)",
            );
        }
        if settings.scope[..place].iter().any(|earlier| earlier.name == scope.name) {
            findings.add(key.of("name"), format!("there is a scope {:?} already", scope.name));
        }
        if scope.words.trim().is_empty() {
            findings.add(key.of("words"), "must say what the scope allows, in the words that people see");
        }
    }
    exist(settings, &Key::from("device.scopes"), settings.device.scopes.as_deref().unwrap_or_default(), findings);
}

/// Bytes of a list of scopes that fit into a form of 16 KiB, however they are escaped, and into a token that fits into a header.
const LONG: usize = 4096;

/// Which client has more scopes than can be asked for at once.
pub(super) fn warnings(settings: &Settings) -> Vec<String> {
    let lists = settings.client.iter().map(|client| (client, client.scopes.join(" ").len()));
    lists
        .filter(|(_, bytes)| *bytes > LONG)
        .map(|(client, bytes)| {
            format!(
                "client {:?} has scopes of {bytes} bytes together, and {LONG} can be asked for safely: a form that names all of \
                 them may be larger than the 16 KiB that are read, and a token that holds them longer than servers take in a \
                 header. Ask for fewer at once, or give them shorter names",
                client.id
            )
        })
        .collect()
}

/// Each of the names under the key is one of the scopes.
pub(super) fn exist(settings: &Settings, key: &Key, names: &[String], findings: &mut Findings) {
    for (place, name) in names.iter().enumerate() {
        if !settings.scope.iter().any(|scope| scope.name == *name) {
            findings.add(key.at(place), format!("there is no [[scope]] {name:?}"));
        }
    }
}

/// `scope-token` of RFC 6749 section 3.3.
fn is_scope_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use crate::load_from;
    use std::path::Path;

    /// Proves: FE-15: who has more scopes than can be asked for at once hears of it from `config check`.
    #[test]
    fn a_list_of_scopes_that_is_too_long_for_a_request_is_warned_about() {
        let with = |count: usize| {
            let names: Vec<String> =
                (0..count).map(|number| format!("https://api.example.test/{number:015}")).collect();
            let scopes = names.iter().map(|name| format!("[[scope]]\nname = '{name}'\nwords = 'Do it'\n"));
            let client = format!("[[client]]\nid = 'tv'\nname = 'TV'\ntype = 'public'\nscopes = {names:?}\n");
            let toml = client + &scopes.collect::<String>();
            load_from(Some((Path::new("g.toml"), &toml)), []).unwrap().warnings()
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
}

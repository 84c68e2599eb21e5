//! Is each scope a token that clients can ask for, with words for people? (RFC 6749 section 3.3)

use super::Findings;
use super::Key;
use super::Settings;

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

//! Messages as plain text: for answers in JSON, and for texts that a template escapes itself.

use fluent_bundle::FluentArgs;

use super::Language;
use super::shelf::plain_message;

/// The scopes of OpenID Connect Core sections 3.1.2.1, 5.4 and 11, each with its message.
const SCOPES: [(&str, &str); 4] = [
    ("openid", "scope-openid"),
    ("profile", "scope-profile"),
    ("email", "scope-email"),
    ("offline_access", "scope-offline-access"),
];

/// What a scope allows, if it is one of those that mean the same at every server.
pub fn of_scope(language: Language, token: &str) -> Option<String> {
    let (_, id) = SCOPES.iter().find(|(name, _)| *name == token)?;
    Some(plain_message(language, id, &FluentArgs::new()))
}

/// Where to go and what to type there, for a device to print. `number` is what the person picks on the page, if it asks.
pub fn of_device(language: Language, uri: &str, code: &str, number: Option<&str>) -> String {
    let mut values = FluentArgs::from_iter([("uri", uri), ("code", code)]);
    let Some(number) = number else { return plain_message(language, "device-message", &values) };
    values.set("number", number);
    plain_message(language, "device-message-number", &values)
}

#[cfg(test)]
mod tests {
    use super::{Language, SCOPES, of_device, of_scope};

    /// Proves: FD-15: the text can be printed as it is, in every language.
    #[test]
    fn a_device_is_told_where_to_go_and_what_to_type_in_every_language() {
        let (uri, code) = ("https://login.example.test/device", "BCDF-GHJK");
        for language in Language::ALL {
            let said = of_device(*language, uri, code, None);
            assert!(said.contains(&format!("{uri} ")) && said.contains(code), "{said}");
            assert!(!said.contains(['<', '&', '\u{2068}', '\n']), "{said}");
            let numbered = of_device(*language, uri, code, Some("07"));
            assert!(numbered.starts_with(&said) && numbered.contains("07"), "{numbered}");
        }
    }

    /// Proves: FC-04: each language has words of its own for the scopes that it knows, as they are written.
    #[test]
    fn the_scopes_of_openid_connect_have_words_in_every_language() {
        for (token, _) in SCOPES {
            let mut said: Vec<String> =
                Language::ALL.iter().filter_map(|language| of_scope(*language, token)).collect();
            assert!(said.iter().all(|words| !words.contains('&')), "nothing is escaped: {said:?}");
            said.sort_unstable();
            said.dedup();
            assert_eq!(said.len(), Language::ALL.len(), "{token}: {said:?}");
        }
        assert_eq!(of_scope(Language::French, "profile").as_deref(), Some("Voir votre nom et votre nom d’utilisateur"));
        assert_eq!(of_scope(Language::English, "read"), None);
        assert_eq!(of_scope(Language::English, "OpenID"), None, "scopes are compared letter for letter");
    }
}

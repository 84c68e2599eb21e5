//! What a device asks for besides its scope: hints and demands of OpenID Connect Core section 3.1.2.1, by analogy
//! because that section is about `/authorize` (requirement S-02), and the resources of RFC 8707.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::wire::language_range::is_range;
use crate::wire::{Form, OAuthError, display_text};

/// The checked parameters of a request. None of them proves anything about a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Wishes {
    /// The user name that the login page shows first. It has no other effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
    /// The languages of the pages, best first: well-formed tags of RFC 5646, known to this server or not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ui_locales: Vec<String>,
    /// The accepted levels of authentication, the best first (RFC 9470 section 5).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acr_values: Vec<String>,
    /// The greatest age of the authentication, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
    /// The resources that the access token is for. Empty: the default audience.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
}

impl Wishes {
    /// The greatest number of bytes of a `login_hint`, as of a user name.
    pub const LONGEST_HINT: usize = 255;
    const LONGEST_LIST: usize = 1024;

    /// Reads a request of this client.
    ///
    /// # Errors
    /// `invalid_request` for what is malformed or too long, `invalid_target` for a resource that the client may not
    /// have (RFC 8707 section 2). An unknown locale is not an error, and an unknown `acr` becomes one only at the first
    /// poll.
    pub fn read(form: &Form, client: &Client) -> Result<Self, OAuthError> {
        let read = |name| form.at_most(name, Self::LONGEST_LIST);
        Ok(Self {
            login_hint: form.at_most("login_hint", Self::LONGEST_HINT)?.and_then(Self::hint),
            ui_locales: read("ui_locales")?.map(language_tags).transpose()?.unwrap_or_default(),
            acr_values: words(read("acr_values")?.unwrap_or_default()),
            max_age: read("max_age")?.map(seconds).transpose()?,
            resources: client.resources_for(form.all("resource"))?,
        })
    }

    /// Whether the request had none of these parameters.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// A hint as a page may show it: one line without deceptive characters. `None` when nothing is left.
    pub fn hint(raw: &str) -> Option<String> {
        Some(display_text(raw, Self::LONGEST_HINT)).filter(|hint| !hint.is_empty())
    }

    /// The languages in a link; empty when they are malformed.
    pub fn locales(raw: &str) -> Vec<String> {
        language_tags(raw).unwrap_or_default()
    }

    /// The `acr` of a login that reaches the levels `met`: the first one that was asked for, or the first of all if
    /// none was. `None` when `met` is empty, or has none that was asked for.
    pub fn acr<'a>(&self, met: &'a [String]) -> Option<&'a str> {
        let wished = self.acr_values.iter().find_map(|wish| met.iter().find(|has| *has == wish));
        if self.acr_values.is_empty() { met.first() } else { wished }.map(String::as_str)
    }

    /// Whether this server cannot authenticate anybody as demanded. `acr_values` is voluntary in OpenID Connect, but a
    /// device that asks for more than a password must not get less (RFC 9470 section 5).
    pub fn demand_unmet(&self, met: &[String]) -> bool {
        !self.acr_values.is_empty() && self.acr(met).is_none()
    }

    /// The greatest age of a login: what the device asked for, but never more than the server allows.
    pub fn longest_login_age(&self, allowed: Duration) -> Duration {
        self.max_age.map_or(allowed, |wished| allowed.min(Duration::from_secs(wished.into())))
    }
}

fn words(list: &str) -> Vec<String> {
    list.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Reads digits only. A sign, a fraction or a unit is refused.
fn seconds(written: &str) -> Result<u32, OAuthError> {
    let digits = written.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = written.parse().ok().filter(|_| digits);
    seconds.ok_or(OAuthError::invalid_request("max_age is not a whole number of seconds"))
}

fn language_tags(list: &str) -> Result<Vec<String>, OAuthError> {
    let tags = words(list);
    if tags.iter().all(|tag| is_range(tag)) {
        Ok(tags)
    } else {
        Err(OAuthError::invalid_request("ui_locales is not a list of language tags"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acr_values(list: &str) -> Wishes {
        Wishes { acr_values: words(list), ..Wishes::default() }
    }

    #[test]
    fn max_age_is_digits_and_nothing_else() {
        assert_eq!((seconds("0"), seconds("0090"), seconds("4294967295")), (Ok(0), Ok(90), Ok(u32::MAX)));
        for wrong in ["-1", "+1", "1.5", "1e3", "ten", "60s", " 1", "4294967296", "\u{661}"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_locale_has_the_form_of_a_language_tag() {
        assert_eq!(language_tags("de-CH  fr tlh-Latn-x-y"), Ok(words("de-CH fr tlh-Latn-x-y")));
        for wrong in ["de_CH", "de-", "-de", "d--e", "<b>", "française", "abcdefghi", "419", "../en", "*"] {
            assert!(language_tags(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_first_wish_that_is_met_is_the_acr() {
        let met = words("pwd loa1");
        assert_eq!(acr_values("").acr(&met), Some("pwd"));
        assert_eq!(acr_values("mfa loa1 pwd").acr(&met), Some("loa1"));
        assert!(!acr_values("mfa pwd").demand_unmet(&met) && !acr_values("").demand_unmet(&[]));
        assert!(acr_values("mfa").demand_unmet(&met) && acr_values("pwd").demand_unmet(&[]));
    }

    #[test]
    fn a_wish_shortens_what_the_server_allows_and_never_widens_it() {
        let wish = |max_age| Wishes { max_age, ..Wishes::default() }.longest_login_age(Duration::from_secs(900));
        let spans = [wish(None), wish(Some(0)), wish(Some(60)), wish(Some(901))].map(|span| span.as_secs());
        assert_eq!(spans, [900, 0, 60, 900]);
    }

    #[test]
    fn what_is_kept_is_read_back() {
        let wishes = Wishes { login_hint: Some("anna".into()), max_age: Some(0), ..acr_values("a b") };
        let kept = serde_json::to_string(&wishes).unwrap();
        assert_eq!(kept, r#"{"login_hint":"anna","acr_values":["a","b"],"max_age":0}"#);
        assert_eq!(serde_json::from_str::<Wishes>(&kept).unwrap(), wishes);
    }
}

//! What do people type? The keys of `[user_code]`, and those that a client has of its own (RFC 8628 section 6.1).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Settings;
use protocol::{UnfitFormat, UserCodeFormat, UserCodeFormats, WrittenFormat};

/// `[user_code]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct UserCodeSettings {
    /// The characters that codes are drawn from, or the name of a set of them.
    pub alphabet: String,
    /// Whether case matters when a code is typed; unset: where the alphabet has both cases.
    pub case_sensitive: Option<bool>,
    /// The least number of characters.
    pub length: usize,
    /// The most, when codes have to grow.
    pub max_length: usize,
    /// Characters between two separators; 0: none.
    pub group: usize,
    /// What stands between groups.
    pub separator: String,
    /// The shape of a code, instead of the two above: an X for each character.
    pub mask: Option<String>,
}

/// `user_code` of a client: what its codes have of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct ClientUserCode {
    /// Its own alphabet; case matters in it where it has both cases, unless `case_sensitive` stands beside it.
    #[serde(default)]
    pub alphabet: Option<String>,
    /// Whether case matters.
    #[serde(default)]
    pub case_sensitive: Option<bool>,
    /// Its own least length; unset with a mask: that of the mask.
    #[serde(default)]
    pub length: Option<usize>,
    /// Its own greatest length.
    #[serde(default)]
    pub max_length: Option<usize>,
    /// Its own groups, which put aside a mask of the server.
    #[serde(default)]
    pub group: Option<usize>,
    /// Its own separator, which does so too.
    #[serde(default)]
    pub separator: Option<String>,
    /// Its own mask.
    #[serde(default)]
    pub mask: Option<String>,
}

impl UserCodeSettings {
    /// What holds for a client that has some of it of its own.
    #[must_use]
    pub fn of_client(&self, own: &ClientUserCode) -> Self {
        let case_sensitive = if own.alphabet.is_some() { None } else { self.case_sensitive };
        let in_groups = own.group.is_some() || own.separator.is_some();
        // A mask has a length, so the server's is put aside by another length as well.
        let keeps_mask = !in_groups && own.length.is_none_or(|length| length == self.length);
        let of_mask = own.mask.as_ref().map(|mask| mask.matches('X').count());
        let length = own.length.or(of_mask).unwrap_or(self.length);
        Self {
            alphabet: own.alphabet.clone().unwrap_or_else(|| self.alphabet.clone()),
            case_sensitive: own.case_sensitive.or(case_sensitive),
            length,
            max_length: own.max_length.unwrap_or(self.max_length.max(length)),
            group: own.group.unwrap_or(self.group),
            separator: own.separator.clone().unwrap_or_else(|| self.separator.clone()),
            mask: own.mask.clone().or_else(|| self.mask.clone().filter(|_| keeps_mask)),
        }
    }

    /// The format that this describes.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn format(&self) -> Result<UserCodeFormat, Vec<UnfitFormat>> {
        UserCodeFormat::new(&WrittenFormat {
            alphabet: &self.alphabet,
            case_sensitive: self.case_sensitive,
            length: self.length,
            max_length: self.max_length,
            group: self.group,
            separator: &self.separator,
            mask: self.mask.as_deref(),
        })
    }
}

impl Settings {
    /// How codes look: the server's, and those of its clients.
    ///
    /// # Errors
    /// What is wrong with the first that is unfit. Settings that were checked have none.
    pub fn user_code_formats(&self) -> Result<UserCodeFormats, UnfitFormat> {
        let fit = |codes: &UserCodeSettings| codes.format().map_err(|mut flaws| flaws.swap_remove(0));
        let mut of_clients = BTreeMap::new();
        for client in &self.client {
            if let Some(own) = &client.user_code {
                of_clients.insert(client.id.clone(), fit(&self.user_code.of_client(own))?);
            }
        }
        Ok(UserCodeFormats::new(fit(&self.user_code)?, of_clients))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> UserCodeSettings {
        UserCodeSettings {
            alphabet: "letters".to_owned(),
            case_sensitive: None,
            length: 8,
            max_length: 12,
            group: 4,
            separator: "-".to_owned(),
            mask: None,
        }
    }

    #[test]
    fn a_client_has_of_its_own_what_it_names_and_the_rest_of_the_server() {
        assert_eq!(server().of_client(&ClientUserCode::default()), server());
        let of_client = |server: UserCodeSettings, own| server.of_client(&own);
        let mask = |mask: &str| Some(mask.to_owned());
        let pin = ClientUserCode { alphabet: mask("digits"), mask: mask("XXX-XXX-XXX"), ..ClientUserCode::default() };
        let pin = of_client(server(), pin);
        assert_eq!((pin.alphabet.as_str(), pin.length, pin.max_length), ("digits", 9, 12));
        let long = of_client(server(), ClientUserCode { length: Some(16), ..ClientUserCode::default() });
        assert_eq!((long.length, long.max_length), (16, 16));
        let masked = UserCodeSettings { mask: mask("XXXX.XXXX"), case_sensitive: Some(true), ..server() };
        for (own, kept) in [
            (ClientUserCode::default(), true),
            (ClientUserCode { length: Some(8), ..ClientUserCode::default() }, true),
            (ClientUserCode { length: Some(9), ..ClientUserCode::default() }, false),
            (ClientUserCode { group: Some(0), ..ClientUserCode::default() }, false),
            (ClientUserCode { separator: mask("_"), ..ClientUserCode::default() }, false),
        ] {
            assert_eq!(masked.of_client(&own).mask.is_some(), kept, "{own:?}");
            assert_eq!(masked.of_client(&own).case_sensitive, Some(true));
        }
        let own_alphabet = ClientUserCode { alphabet: mask("digits"), ..ClientUserCode::default() };
        assert_eq!(of_client(masked, own_alphabet).case_sensitive, None, "it was about another alphabet");
    }
}

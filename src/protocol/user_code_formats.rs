//! Which code was typed, where clients have codes of their own look? RFC 8628 section 6.1.
//!
//! Nobody knows whose code it is before it is looked up, so what was typed is read as each format reads it, and each
//! reading is looked up. That is still one attempt: the bound of requirement E-04 is kept for each format against all
//! live codes, so that readings in several spaces add up to no better chance than one space with all of the codes.

use std::collections::BTreeMap;

use crate::protocol::MalformedUserCode;
use crate::protocol::TypedCode;
use crate::protocol::UserCodeFormat;
use crate::protocol::user_code_format::Spelling;

/// How this server's codes look, and those of the clients that have a look of their own.
#[derive(Clone, Debug)]
pub struct UserCodeFormats {
    of_server: UserCodeFormat,
    of_clients: BTreeMap<String, UserCodeFormat>,
    /// Each look once, the server's first.
    pub(super) looks: Vec<UserCodeFormat>,
    /// Each way of spelling once, those first that tell more codes apart.
    spellings: Vec<Spelling>,
}

impl UserCodeFormats {
    /// Ways of spelling that one server can have: each code that is typed is looked up once for each.
    pub const MOST_SPELLINGS: usize = 8;

    /// The server's format, and those of some clients by their ids.
    pub fn new(of_server: UserCodeFormat, of_clients: BTreeMap<String, UserCodeFormat>) -> Self {
        let mut looks: Vec<UserCodeFormat> = Vec::new();
        let mut spellings: Vec<Spelling> = Vec::new();
        for format in std::iter::once(&of_server).chain(of_clients.values()) {
            if !looks.contains(format) {
                looks.push(format.clone());
            }
            if !spellings.contains(&format.spelling) {
                spellings.push(format.spelling.clone());
            }
        }
        spellings.sort_by_key(|spelling| spelling.folds_case);
        Self { of_server, of_clients, looks, spellings }
    }

    /// How codes look of clients that have no look of their own.
    pub fn of_server(&self) -> &UserCodeFormat {
        &self.of_server
    }

    /// How the codes of a client look.
    pub fn of(&self, client_id: &str) -> &UserCodeFormat {
        self.of_clients.get(client_id).unwrap_or(&self.of_server)
    }

    /// Whether case tells codes apart, of the server's look or of any client's.
    pub fn tell_cases_apart(&self) -> bool {
        self.spellings.iter().any(|spelling| !spelling.folds_case)
    }

    /// How many readings everything has that is typed.
    pub fn spellings(&self) -> usize {
        self.spellings.len()
    }

    /// Reads what a person typed in every way in which it could be a code of this server.
    ///
    /// # Errors
    /// [`MalformedUserCode`] when no format reads it.
    pub fn parse(&self, typed: &str) -> Result<TypedCode, MalformedUserCode> {
        let readings: Vec<_> = self.spellings.iter().map(|spelling| spelling.parse(typed).ok()).collect();
        let first = readings.iter().flatten().next().cloned().ok_or(MalformedUserCode)?;
        let readings = readings.into_iter().map(|reading| reading.unwrap_or_else(|| first.clone())).collect();
        let shown: Vec<String> =
            self.looks.iter().filter_map(|look| Some(look.show(&look.parse(typed).ok()?))).collect();
        let as_typed = shown.iter().position(|shown| shown == typed.trim()).unwrap_or(0);
        let shown = shown.into_iter().nth(as_typed).ok_or(MalformedUserCode)?;
        Ok(TypedCode { readings, shown })
    }

    /// The wrong codes that may be borne while so many are alive: as many as the weakest format bears, at most `wanted`.
    pub fn guesses(&self, live: u64, wanted: u32) -> u32 {
        self.looks.iter().map(|look| look.bound(live, wanted).guesses).min().unwrap_or(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::HmacKey;
    use crate::protocol::WrittenFormat;

    fn format(alphabet: &str, length: usize, max_length: usize, mask: Option<&str>, group: usize) -> UserCodeFormat {
        let written = WrittenFormat { alphabet, case_sensitive: None, length, max_length, group, separator: "-", mask };
        UserCodeFormat::new(&written).unwrap()
    }

    fn formats() -> UserCodeFormats {
        let of_clients = [
            ("pin", format("digits", 9, 12, Some("XXX-XXX-XXX"), 4)),
            ("plain", format("letters", 8, 12, None, 0)),
            ("mixed", format("234567ABCDEFGHJKLMNPQRSTVWXZabcdefghjkmnpqrstvwxyz", 8, 8, None, 0)),
        ];
        let of_clients = of_clients.into_iter().map(|(id, format)| (id.to_owned(), format)).collect();
        UserCodeFormats::new(format("letters", 8, 12, None, 4), of_clients)
    }

    /// Proves: E-02 D-11: a code is looked up as often whatever was typed, and found in every format that has it.
    #[test]
    fn what_was_typed_has_one_reading_for_each_way_of_spelling() {
        let formats = formats();
        assert_eq!(formats.spellings(), 3, "two clients spell as the server does");
        let key = HmacKey::new(&[7; 32]);
        for (client, typed, same) in [
            ("tv", "WDJB-MJHT", "wdjb mjht"),
            ("plain", "WDJBMJHT", "w d j b m j h t"),
            ("pin", "123-456-789", "123456789"),
            ("mixed", "wdjBmjhT", "wdjB mjhT"),
        ] {
            let own = formats.of(client);
            let digest = own.parse(typed).unwrap().digest(&key);
            for spelling in [typed, same] {
                let read = formats.parse(spelling).unwrap();
                assert_eq!(read.readings().len(), 3, "{spelling}");
                assert!(read.readings().iter().any(|reading| reading.digest(&key) == digest), "{client}: {spelling}");
            }
            assert_eq!(formats.parse(typed).unwrap().shown(), typed, "as the device shows it");
        }
        assert_eq!(formats.parse("wdjb mjht").unwrap().shown(), "WDJB-MJHT", "else as the server's own");
        assert!(formats.parse("WDJB-MJHT").unwrap().is_same_as(&formats.parse("wdjb mjht").unwrap()));
        assert!(!formats.parse("WDJB-MJHT").unwrap().is_same_as(&formats.parse("WDJB-MJHX").unwrap()));
        for wrong in ["", "1234567", "WDJB-MJH!", "123-456-78"] {
            assert!(formats.parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_weakest_format_says_how_many_guesses_are_borne() {
        assert_eq!(formats().guesses(1, 100), 100);
        let weak = UserCodeFormats::new(
            format("letters", 8, 12, None, 4),
            [("pin".to_owned(), format("digits", 9, 9, None, 3))].into_iter().collect(),
        );
        assert_eq!([weak.guesses(9, 100), weak.guesses(10, 100), weak.guesses(100, 100)], [100, 95, 9]);
    }
}

//! The formats of user codes of one server, some of whose clients have their own (RFC 8628 section 6.1).
//!
//! The client of a code is unknown before the lookup, so an input is read in each format, and each reading is looked
//! up. That is still one attempt: the chances of its readings add up, so the bound of requirement E-04 is divided among
//! the spaces. Formats that grow are one space, in which all live codes count. Each format that cannot grow is a space
//! of its own, in which the codes of its clients count, so that a flood at other clients does not fill it.

use std::collections::BTreeMap;

use crate::code::guess_bound::GuessBound;
use crate::code::user_code::{MalformedUserCode, TypedCode};
use crate::code::user_code_format::{Spelling, UserCodeFormat};

/// The demands on codes: the keys of `[limits]` that their length depends on.
#[derive(Clone, Copy, Debug)]
pub struct CodeDemand {
    /// The number of requests that may wait at once.
    pub most: u32,
    /// The number of wrong codes to accept in the life of a code.
    pub wanted: u32,
    /// The least such number where codes cannot grow. No more requests may wait than leave that many.
    pub least: u32,
}

/// The clients whose codes are in the space of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Crowd<'a> {
    /// All clients but these.
    AllBut(Vec<&'a str>),
    /// These clients.
    Of(Vec<&'a str>),
}

/// The format of the server, and those of the clients that have one of their own.
#[derive(Clone, Debug)]
pub struct UserCodeFormats {
    of_server: UserCodeFormat,
    of_clients: BTreeMap<String, UserCodeFormat>,
    /// Each format once, the server's first.
    pub(super) looks: Vec<UserCodeFormat>,
    /// Each spelling once. Those that distinguish more codes come first.
    spellings: Vec<Spelling>,
}

impl UserCodeFormats {
    /// The greatest number of spellings of one server. Each typed code is looked up once for each.
    pub const MOST_SPELLINGS: usize = 8;

    /// The format of the server, and those of some clients by their ids.
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

    /// The format of clients that have none of their own.
    pub fn of_server(&self) -> &UserCodeFormat {
        &self.of_server
    }

    /// The format of a client.
    pub fn of(&self, client_id: &str) -> &UserCodeFormat {
        self.of_clients.get(client_id).unwrap_or(&self.of_server)
    }

    /// Whether case distinguishes codes, in the format of the server or of any client.
    pub fn tell_cases_apart(&self) -> bool {
        self.spellings.iter().any(|spelling| !spelling.folds_case)
    }

    /// The number of readings of every input.
    pub fn spellings(&self) -> usize {
        self.spellings.len()
    }

    /// Reads what a person typed, in every format of this server.
    ///
    /// # Errors
    /// When no format reads it.
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

    /// The formats whose codes reach their greatest length before as many requests wait as may.
    pub fn that_cannot_grow(&self, demand: CodeDemand) -> impl Iterator<Item = &UserCodeFormat> {
        self.looks.iter().filter(move |look| cannot_grow(look, demand))
    }

    /// The bound of a format while `live` codes are in its space.
    pub fn bound(&self, look: &UserCodeFormat, live: u64, demand: CodeDemand) -> GuessBound {
        look.bound(live.max(1).saturating_mul(self.spaces(demand)), demand.wanted)
    }

    /// How many requests may wait in the space of a format that cannot grow; `None` for one that can.
    pub fn room(&self, look: &UserCodeFormat, demand: CodeDemand) -> Option<u32> {
        if !cannot_grow(look, demand) {
            return None;
        }
        let live = look.most_live(look.size().2, demand.least.min(demand.wanted)) / self.spaces(demand);
        Some(u32::try_from(live).unwrap_or(u32::MAX).clamp(1, demand.most))
    }

    /// How many requests may wait in the space of a format before fewer wrong codes are accepted than are wanted.
    pub fn most_live(&self, look: &UserCodeFormat, demand: CodeDemand) -> u64 {
        look.most_live(look.size().2, demand.wanted) / self.spaces(demand)
    }

    /// The clients whose codes are in the space of a format.
    pub fn crowd(&self, look: &UserCodeFormat, demand: CodeDemand) -> Crowd<'_> {
        let of_clients = |wanted: &dyn Fn(&UserCodeFormat) -> bool| {
            self.of_clients.iter().filter(|(_, own)| wanted(own)).map(|(id, _)| id.as_str()).collect()
        };
        match (cannot_grow(look, demand), *look == self.of_server) {
            (false, _) => Crowd::AllBut(Vec::new()),
            (true, true) => Crowd::AllBut(of_clients(&|own| own != look)),
            (true, false) => Crowd::Of(of_clients(&|own| own == look)),
        }
    }

    /// The number of spaces that a typed code is looked up in.
    fn spaces(&self, demand: CodeDemand) -> u64 {
        let of_their_own = self.that_cannot_grow(demand).count();
        let shared = usize::from(of_their_own < self.looks.len());
        u64::try_from(of_their_own + shared).unwrap_or(u64::MAX).max(1)
    }
}

/// Several servers may exceed the limit of waiting requests a little, so twice as many are assumed.
fn cannot_grow(look: &UserCodeFormat, demand: CodeDemand) -> bool {
    look.bound(u64::from(demand.most) * 2, demand.wanted).guesses < demand.wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::user_code_format::UserCodeSettings;
    use crate::digest::HmacKey;

    fn format(alphabet: &str, length: usize, max_length: usize, mask: Option<&str>, group: usize) -> UserCodeFormat {
        let (alphabet, separator, mask) = (alphabet.to_owned(), "-".to_owned(), mask.map(str::to_owned));
        let written = UserCodeSettings { alphabet, case_sensitive: None, length, max_length, group, separator, mask };
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

    const DEMAND: CodeDemand = CodeDemand { most: 1_000_000, wanted: 100, least: 20 };

    /// Proves: FA-03 E-04: a format that cannot grow has a space of its own, and every other format pays for looking there.
    #[test]
    fn a_format_that_cannot_grow_has_a_space_of_its_own() {
        let (letters, digits) = (format("letters", 8, 12, None, 4), format("digits", 9, 9, None, 3));
        let own = |id: &str, format: &UserCodeFormat| (id.to_owned(), format.clone());
        let mixed =
            UserCodeFormats::new(letters.clone(), [own("pin", &digits), own("box", &letters)].into_iter().collect());
        assert_eq!(mixed.that_cannot_grow(DEMAND).collect::<Vec<_>>(), [&digits]);
        assert_eq!(mixed.crowd(&digits, DEMAND), Crowd::Of(vec!["pin"]));
        assert_eq!(mixed.crowd(&letters, DEMAND), Crowd::AllBut(Vec::new()));
        // With 10^9 codes and one live code 953 wrong ones are acceptable; half of that chance is for the letters.
        assert_eq!([4, 5, 47].map(|live| mixed.bound(&digits, live, DEMAND).guesses), [100, 95, 10]);
        assert_eq!((mixed.room(&digits, DEMAND), mixed.room(&letters, DEMAND)), (Some(23), None));
        assert_eq!(mixed.bound(&letters, 122, DEMAND).length, 8);
        assert_eq!(mixed.bound(&letters, 123, DEMAND).length, 9, "twice as soon as alone");

        let digits_first = UserCodeFormats::new(digits.clone(), [own("box", &letters)].into_iter().collect());
        assert_eq!(digits_first.crowd(&digits, DEMAND), Crowd::AllBut(vec!["box"]));

        let alone = UserCodeFormats::new(format("letters", 8, 8, None, 4), BTreeMap::new());
        let look = alone.of_server();
        assert_eq!((alone.room(look, DEMAND), alone.crowd(look, DEMAND)), (Some(1_220), Crowd::AllBut(Vec::new())));
        assert_eq!([244, 245, 1_220].map(|live| alone.bound(look, live, DEMAND).guesses), [100, 99, 20]);
        assert_eq!(formats().that_cannot_grow(CodeDemand { most: 10_000, ..DEMAND }).count(), 1, "the digits");
    }
}

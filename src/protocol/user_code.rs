//! What do people type? RFC 8628 section 6.1: an alphabet, what counts as the same code, and how a code is shown.

use std::fmt;

use zeroize::Zeroize;
use zeroize::ZeroizeOnDrop;

use crate::protocol::Digest;
use crate::protocol::HmacKey;

/// A user code in its bare form: no dashes, and in capitals when the alphabet has one case.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct UserCode(String);

/// What was typed cannot be a code of this server, so it is never looked up.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this does not look like a code")]
pub struct MalformedUserCode;

/// How this server's codes look.
#[derive(Clone, Debug)]
pub struct UserCodeFormat {
    alphabet: Vec<char>,
    folds_case: bool,
    length: usize,
    max_length: usize,
    group: usize,
}

impl UserCodeFormat {
    /// A format; the settings have checked that the alphabet is unambiguous. `group` 0 shows no dashes.
    pub fn new(alphabet: &str, length: usize, max_length: usize, group: usize) -> Self {
        let alphabet: Vec<char> = alphabet.chars().collect();
        let both_cases = alphabet.iter().any(char::is_ascii_lowercase) && alphabet.iter().any(char::is_ascii_uppercase);
        Self { alphabet, folds_case: !both_cases, length, max_length, group }
    }

    /// Draws a code of the configured length, each character equally likely: a byte that would favour the front of
    /// the alphabet is thrown away (rejection sampling, requirement D-09). `random` fills a buffer.
    pub fn draw(&self, mut random: impl FnMut(&mut [u8])) -> UserCode {
        let size = self.alphabet.len();
        let fair = 256 - 256 % size;
        let mut bare = String::with_capacity(self.length);
        let mut bytes = [0; 32];
        loop {
            random(&mut bytes);
            for byte in bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair) {
                bare.push(self.alphabet[byte % size]);
                if bare.len() == self.length {
                    bytes.zeroize();
                    return UserCode(bare);
                }
            }
        }
    }

    /// Reads what a person typed: white space and dashes of any script do not count, case only where the alphabet
    /// has two. Letters that merely look alike (full width, Cyrillic) are malformed, not guessed at (D-11).
    ///
    /// # Errors
    /// [`MalformedUserCode`] when a character or the length cannot be one of this server's codes.
    pub fn parse(&self, typed: &str) -> Result<UserCode, MalformedUserCode> {
        let mut bare = String::with_capacity(self.max_length);
        for typed in typed.chars().filter(|c| !c.is_whitespace() && !is_dash(*c)) {
            let character = self.spell(typed).ok_or(MalformedUserCode)?;
            if bare.len() == self.max_length {
                return Err(MalformedUserCode);
            }
            bare.push(character);
        }
        if bare.len() < self.length { Err(MalformedUserCode) } else { Ok(UserCode(bare)) }
    }

    /// The form in which people see a code: groups with dashes between them; the last group may be shorter.
    pub fn show(&self, code: &UserCode) -> String {
        if self.group == 0 {
            return code.0.clone();
        }
        let characters: Vec<char> = code.0.chars().collect();
        characters.chunks(self.group).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }

    fn spell(&self, typed: char) -> Option<char> {
        self.alphabet.iter().copied().find(|c| *c == typed || (self.folds_case && c.eq_ignore_ascii_case(&typed)))
    }
}

impl UserCode {
    /// What the row keeps: keyed, because a bare digest of 34 bits is reversed in seconds (requirement D-10).
    pub fn digest(&self, key: &HmacKey) -> Digest {
        key.digest(self.0.as_bytes())
    }
}

impl fmt::Debug for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserCode([redacted])")
    }
}

/// Unicode general category Pd, the minus sign and the soft hyphen: what keyboards and text fields make of a dash.
fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{ad}' | '\u{58a}' | '\u{5be}' | '\u{1400}' | '\u{1806}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2212}'
                | '\u{2e17}'
                | '\u{2e1a}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{2e40}'
                | '\u{301c}'
                | '\u{3030}'
                | '\u{30a0}'
                | '\u{fe31}'
                | '\u{fe32}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::collections::HashSet;

    use super::*;

    const CONSONANTS: &str = "BCDFGHJKLMNPQRSTVWXZ";

    fn format() -> UserCodeFormat {
        UserCodeFormat::new(CONSONANTS, 8, 12, 4)
    }

    #[test]
    fn the_same_code_in_many_spellings() {
        let format = format();
        let code = format.parse("WDJB-MJHT").unwrap();
        for spelling in
            ["wdjbmjht", " wdjb mjht ", "WDJB\u{2013}MJHT", "w d\tj b\nm-j-h-t", "WDJB\u{a0}MJHT", "--WDJBMJHT"]
        {
            assert_eq!(format.parse(spelling).as_ref(), Ok(&code), "{spelling:?}");
        }
        assert_eq!(format.show(&code), "WDJB-MJHT");
    }

    #[test]
    fn what_cannot_be_a_code_is_never_looked_up() {
        let format = format();
        for wrong in
            ["", "WDJB-MJH", "WDJB-MJHT-WDJBX", "WDJB-MJHA", "ＷＤＪＢＭＪＨＴ", "<script>", "WDJB\0MJHT", "1DJB-MJHT"]
        {
            assert_eq!(format.parse(wrong), Err(MalformedUserCode), "{wrong:?}");
        }
        assert_eq!(format.parse(&"B".repeat(10_000)), Err(MalformedUserCode));
    }

    #[test]
    fn an_alphabet_of_two_cases_tells_them_apart() {
        let format = UserCodeFormat::new("abcdefghABCDEFGH", 8, 8, 0);
        assert_ne!(format.parse("abcdefgh"), format.parse("ABCDEFGH"));
    }

    #[test]
    fn longer_codes_are_grouped_with_a_shorter_last_group() {
        let format = format();
        let code = format.parse("BCDFGHJKLM").unwrap();
        assert_eq!(format.show(&code), "BCDF-GHJK-LM");
    }

    /// Proves: N01 D-09, on the generator: 100 000 codes do not repeat (the birthday bound allows 0.2 on average,
    /// so one repeat is let pass) and every character comes equally often.
    #[test]
    fn codes_are_drawn_evenly() {
        let format = format();

        let mut seen = HashSet::new();
        let mut count: HashMap<char, u32> = HashMap::new();
        let mut repeats = 0;
        for _ in 0..100_000 {
            let code = format.draw(|bytes| aws_lc_rs::rand::fill(bytes).unwrap());
            for c in code.0.chars() {
                *count.entry(c).or_default() += 1;
            }
            repeats += u32::from(!seen.insert(code.0.clone()));
        }
        assert!(repeats <= 2, "{repeats} repeats");
        let expected = 800_000.0 / 20.0;
        let chi_square: f64 = CONSONANTS.chars().map(|c| (f64::from(count[&c]) - expected).powi(2) / expected).sum();
        assert!(chi_square < 75.0, "19 degrees of freedom: above 75 once in 60 million runs, got {chi_square}");
    }
}

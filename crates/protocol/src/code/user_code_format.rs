//! The format of user codes, and which inputs count as the same code: RFC 8628 section 6.1, requirements D-09 and D-11.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroize;

use crate::code::user_code::{MalformedUserCode, UserCode};
use crate::wire::is_unseen;

/// Alphabets that have a name. No name can be an alphabet itself, because each has some letter twice.
const PRESETS: &[(&str, &str)] = &[
    // Upper-case consonants: none looks like a digit, and there are no vowels to spell a word.
    ("letters", "BCDFGHJKLMNPQRSTVWXZ"),
    ("digits", "0123456789"),
    // Digits and consonants, without any two that look alike: 0 O D Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V.
    ("no_look_alikes", "3479CFHJKMNPRTWXY"),
];

const LENGTHS: std::ops::RangeInclusive<usize> = 6..=32;
/// The characters that may separate groups. A URL contains them unescaped (RFC 3986 section 2.3), so that the code in a
/// link is the code on the device, byte by byte.
const SEPARATORS: [char; 3] = ['-', '.', '_'];

/// The format of codes, as an operator configures it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct UserCodeSettings {
    /// The characters, or the name of a preset.
    pub alphabet: String,
    /// Whether case matters. `None`: it matters where the alphabet has both cases.
    pub case_sensitive: Option<bool>,
    /// The least number of characters.
    pub length: usize,
    /// The greatest number of characters. If it equals the least, codes never grow.
    pub max_length: usize,
    /// The number of characters of a group; 0: no groups.
    pub group: usize,
    /// The separator between groups.
    pub separator: String,
    /// The shape of a code of the least length, instead of the two keys above: an X for each character.
    pub mask: Option<String>,
}

/// Why a format is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{about} {sentence}")]
pub struct UnfitFormat {
    /// The field of [`UserCodeSettings`] that it is about.
    pub about: &'static str,
    /// What is wrong with it.
    pub sentence: String,
}

/// The format of codes. No two different codes read the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCodeFormat {
    pub(super) spelling: Spelling,
    pub(super) shape: Shape,
}

/// The rules that decide whether two inputs are the same code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spelling {
    pub(super) alphabet: Vec<char>,
    pub(super) folds_case: bool,
    pub(super) length: usize,
    pub(super) max_length: usize,
    /// The separators that are ignored besides white space and dashes. Empty where dashes are the only ones.
    separators: Vec<char>,
}

/// The separators between the characters, for reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// The separators, each with the index of the character after it.
    breaks: Vec<(usize, char)>,
    /// From this character on, groups of this size with this separator follow.
    then: Option<(usize, usize, char)>,
}

impl UserCodeFormat {
    /// Checks a configured format.
    ///
    /// # Errors
    /// Everything that makes it unusable: characters that nobody could type, or that count as the same in its own
    /// comparison.
    pub fn new(written: &UserCodeSettings) -> Result<Self, Vec<UnfitFormat>> {
        let mut flaws = Vec::new();
        let mut flaw = |about, sentence| flaws.push(UnfitFormat { about, sentence });
        let alphabet = characters_of(&written.alphabet);
        let both_cases =
            alphabet.chars().any(|c| c.is_ascii_lowercase()) && alphabet.chars().any(|c| c.is_ascii_uppercase());
        let folds_case = !written.case_sensitive.unwrap_or(both_cases);
        if let Some(sentence) = unfit_alphabet(alphabet, folds_case) {
            flaw("alphabet", sentence);
        }
        for (about, length) in [("length", written.length), ("max_length", written.max_length)] {
            if !LENGTHS.contains(&length) {
                flaw(about, format!("must be from 6 to 32, not {length}"));
            }
        }
        if LENGTHS.contains(&written.max_length) && written.max_length < written.length {
            flaw("max_length", format!("must not be less than user_code.length, {}", written.length));
        }
        let shape = match &written.mask {
            Some(mask) => masked(mask, written.length).map_err(|sentence| flaw("mask", sentence)),
            None => grouped(written.group, &written.separator).map_err(|sentence| flaw("separator", sentence)),
        };
        match shape {
            Ok(shape) if flaws.is_empty() => {
                let (length, max_length) = (written.length, written.max_length);
                let alphabet = alphabet.chars().collect();
                let separators = shape.separators();
                let spelling = Spelling { alphabet, folds_case, length, max_length, separators };
                Ok(Self { spelling, shape })
            }
            _ => Err(flaws),
        }
    }

    /// Draws a code of `length` characters, or the nearest length that this format allows. Every code is equally
    /// likely: a byte that would favour the first characters of the alphabet is discarded (rejection sampling,
    /// requirement D-09). `random` fills a buffer.
    pub fn draw(&self, length: usize, mut random: impl FnMut(&mut [u8])) -> UserCode {
        let Spelling { alphabet, length: least, max_length, .. } = &self.spelling;
        let length = length.clamp(*least, *max_length);
        let fair = 256 - 256 % alphabet.len();
        let mut bare = String::with_capacity(length);
        let mut bytes = [0; 32];
        loop {
            random(&mut bytes);
            for byte in bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair) {
                bare.push(alphabet[byte % alphabet.len()]);
                if bare.len() == length {
                    bytes.zeroize();
                    return UserCode(bare);
                }
            }
        }
    }

    /// Reads what a person typed or pasted. White space, dashes of any script, characters that nobody sees and the
    /// separators of this format are ignored; case counts only where it matters. Other forms of a letter (full width) are
    /// that letter, by Unicode's NFKC, and digits of every script are digits. Letters that merely look alike (Cyrillic)
    /// are refused and not guessed (D-11).
    ///
    /// # Errors
    /// When a character or the length does not fit this format.
    pub fn parse(&self, typed: &str) -> Result<UserCode, MalformedUserCode> {
        self.spelling.parse(typed)
    }

    /// The form in which people see a code, on the device and on every page. The last group may be shorter.
    pub fn show(&self, code: &UserCode) -> String {
        let mut shown = String::with_capacity(2 * code.0.len());
        for (place, character) in code.0.chars().enumerate() {
            shown.extend(self.shape.before(place));
            shown.push(character);
        }
        shown
    }

    /// The size of the alphabet, and the least and the greatest length: what a guesser has to get right.
    pub fn size(&self) -> (usize, usize, usize) {
        (self.spelling.alphabet.len(), self.spelling.length, self.spelling.max_length)
    }
}

impl Spelling {
    pub(super) fn parse(&self, typed: &str) -> Result<UserCode, MalformedUserCode> {
        let mut bare = String::with_capacity(self.max_length);
        let is_passed_over = |c: &char| {
            c.is_whitespace() || is_dash(*c) || (is_unseen(*c) && !c.is_control()) || self.separators.contains(c)
        };
        for typed in typed.chars().filter(|c| !is_passed_over(c)).nfkc() {
            let character = self.spell(ascii_digit(typed)).ok_or(MalformedUserCode)?;
            if bare.len() == self.max_length {
                return Err(MalformedUserCode);
            }
            bare.push(character);
        }
        if bare.len() < self.length { Err(MalformedUserCode) } else { Ok(UserCode(bare)) }
    }

    fn spell(&self, typed: char) -> Option<char> {
        self.alphabet.iter().copied().find(|c| *c == typed || (self.folds_case && c.eq_ignore_ascii_case(&typed)))
    }
}

impl Shape {
    /// The separator before this character.
    pub(super) fn before(&self, place: usize) -> Option<char> {
        let broken = self.breaks.iter().find(|(at, _)| *at == place).map(|(_, separator)| *separator);
        let grown =
            self.then.filter(|(from, every, _)| place > 0 && place >= *from && (place - from).is_multiple_of(*every));
        broken.or(grown.map(|(_, _, separator)| separator))
    }

    fn separators(&self) -> Vec<char> {
        let mut separators: Vec<char> = self.breaks.iter().map(|(_, separator)| *separator).collect();
        separators.extend(self.then.map(|(_, _, separator)| separator));
        separators.retain(|separator| !is_dash(*separator));
        separators.sort_unstable();
        separators.dedup();
        separators
    }
}

/// The zeros of the scripts whose digits people type; each is followed by its other nine digits. NFKC unites full width
/// and mathematical ones, and no others.
const ZEROS: [char; 20] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}', '\u{c66}',
    '\u{ce6}', '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{17e0}', '\u{1810}', '\u{1946}',
];

/// A digit of another script as an ASCII one; anything else as it is.
fn ascii_digit(c: char) -> char {
    let value = ZEROS.iter().filter_map(|zero| u32::from(c).checked_sub(u32::from(*zero))).find(|value| *value < 10);
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
}

/// The characters of a preset, or those that were configured.
fn characters_of(written: &str) -> &str {
    PRESETS.iter().find(|(name, _)| *name == written).map_or(written, |(_, characters)| characters)
}

/// Why people could not read or type codes of these characters, or not tell two codes apart.
fn unfit_alphabet(alphabet: &str, folds_case: bool) -> Option<String> {
    if alphabet.contains('-') {
        return Some("must not hold a dash: dashes only group a code, and are passed over when it is typed".to_owned());
    }
    if let Some(odd) = alphabet.chars().find(|letter| !letter.is_ascii_alphanumeric()) {
        return Some(format!("must be made of the letters A to Z, a to z and the digits, not {odd:?}"));
    }
    for (place, letter) in alphabet.char_indices() {
        let before = &alphabet[..place];
        if before.contains(letter) {
            return Some(format!("holds {letter:?} twice, so that it would be drawn more often"));
        }
        if folds_case && let Some(other) = before.chars().find(|other| other.eq_ignore_ascii_case(&letter)) {
            return Some(format!(
                "holds {other:?} and {letter:?}, which are one where case does not matter: two codes would be the same"
            ));
        }
    }
    (alphabet.len() < 8).then(|| format!("must have at least 8 characters, not {}", alphabet.len()))
}

fn grouped(group: usize, separator: &str) -> Result<Shape, String> {
    let Some(separator) = one_separator(separator) else {
        return Err(format!("must be one of - . and _, not {separator:?}; for codes without groups set group = 0"));
    };
    Ok(Shape { breaks: Vec::new(), then: (group > 0).then_some((0, group, separator)) })
}

fn one_separator(written: &str) -> Option<char> {
    let mut characters = written.chars();
    characters.next().filter(|c| SEPARATORS.contains(c) && characters.next().is_none())
}

/// Reads a mask such as `XXXX-XXXX`. Codes that grow continue in groups of the size of the last one.
fn masked(mask: &str, length: usize) -> Result<Shape, String> {
    let mut breaks = Vec::new();
    let mut characters = 0;
    for mark in mask.chars() {
        match mark {
            'X' => characters += 1,
            _ if !SEPARATORS.contains(&mark) => {
                return Err(format!("must be made of X and - . or _, such as \"XXXX-XXXX\", and not hold {mark:?}"));
            }
            _ if characters == breaks.last().map_or(0, |(at, _)| *at) => {
                return Err("must have an X before and after each separator".to_owned());
            }
            separator => breaks.push((characters, separator)),
        }
    }
    if breaks.last().is_some_and(|(at, _)| *at == characters) {
        return Err("must have an X before and after each separator".to_owned());
    }
    if characters != length {
        return Err(format!("has {characters} X for the {length} characters of user_code.length"));
    }
    let then = breaks.last().map(|(at, separator)| (characters, characters - at, *separator));
    Ok(Shape { breaks, then })
}

/// Whether it is a dash: Unicode general category Pd, the minus sign and the soft hyphen, as keyboards and text fields
/// make them.
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
#[path = "user_code_format_tests.rs"]
mod tests;

//! The outline of a user code, for the page where codes are typed (RFC 8628 section 6.1). It has no characters, because
//! people would try an example that could be a code.

use crate::code::user_code_format::UserCodeFormat;
use crate::code::user_code_formats::UserCodeFormats;

/// The groups of a code, without its characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeOutline {
    /// The kind of characters in it.
    pub characters: CodeCharacters,
    /// For each place `None` for a character, or the separator between groups.
    pub places: Vec<Option<char>>,
}

/// The kinds of characters in codes, as far as people who look for one need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeCharacters {
    /// Letters only, of one case or of both.
    Letters,
    /// Digits only.
    Digits,
    /// Letters and digits together.
    Both,
}

impl CodeOutline {
    /// The number of characters in each group.
    pub fn groups(&self) -> Vec<usize> {
        self.places.split(Option::is_some).map(<[_]>::len).collect()
    }
}

impl UserCodeFormat {
    /// The outline of the shortest codes. Longer codes may exist.
    pub fn outline(&self) -> CodeOutline {
        let alphabet = &self.spelling.alphabet;
        let characters = match (alphabet.iter().any(char::is_ascii_digit), alphabet.iter().all(char::is_ascii_digit)) {
            (false, _) => CodeCharacters::Letters,
            (true, true) => CodeCharacters::Digits,
            (true, false) => CodeCharacters::Both,
        };
        let places = (0..self.spelling.length)
            .flat_map(|place| self.shape.before(place).map(Some).into_iter().chain([None]))
            .collect();
        CodeOutline { characters, places }
    }
}

impl UserCodeFormats {
    /// The outline of each format that is in use, the first that of the server.
    pub fn outlines(&self) -> Vec<CodeOutline> {
        let mut outlines = Vec::new();
        for outline in self.looks.iter().map(UserCodeFormat::outline) {
            if !outlines.contains(&outline) {
                outlines.push(outline);
            }
        }
        outlines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::user_code_format::UserCodeSettings;

    fn format(alphabet: &str, length: usize, group: usize, separator: &str, mask: Option<&str>) -> UserCodeFormat {
        let (alphabet, separator, mask) = (alphabet.to_owned(), separator.to_owned(), mask.map(str::to_owned));
        let written =
            UserCodeSettings { alphabet, case_sensitive: None, length, max_length: 12, group, separator, mask };
        UserCodeFormat::new(&written).unwrap()
    }

    fn drawn(outline: &CodeOutline) -> String {
        outline.places.iter().map(|place| place.unwrap_or('*')).collect()
    }

    #[test]
    fn an_outline_has_the_shape_of_a_code_and_none_of_its_characters() {
        for (format, characters, shape, groups) in [
            (format("letters", 8, 4, "-", None), CodeCharacters::Letters, "****-****", vec![4, 4]),
            (format("abcdEFGH", 9, 4, ".", None), CodeCharacters::Letters, "****.****.*", vec![4, 4, 1]),
            (format("digits", 9, 0, "-", Some("XXX-XXX-XXX")), CodeCharacters::Digits, "***-***-***", vec![3, 3, 3]),
            (format("no_look_alikes", 6, 0, "-", None), CodeCharacters::Both, "******", vec![6]),
        ] {
            let outline = format.outline();
            assert_eq!((outline.characters, drawn(&outline), outline.groups()), (characters, shape.to_owned(), groups));
            let code = format.show(&format.draw(0, |bytes| bytes.fill(1)));
            let same: String = code.chars().map(|c| if c.is_ascii_alphanumeric() { '*' } else { c }).collect();
            assert_eq!(same, shape, "as codes are shown");
        }
    }

    #[test]
    fn each_look_has_one_outline() {
        let of_clients = [
            ("same", format("letters", 8, 4, "-", None)),
            ("longer", format("BCDFGHJK", 8, 4, "-", None)),
            ("pin", format("digits", 9, 3, "-", None)),
        ];
        let of_clients = of_clients.into_iter().map(|(id, format)| (id.to_owned(), format)).collect();
        let formats = UserCodeFormats::new(format("letters", 8, 4, "-", None), of_clients);
        let drawn: Vec<String> = formats.outlines().iter().map(drawn).collect();
        assert_eq!(drawn, ["****-****", "***-***-***"], "other letters look the same from afar");
    }
}

//! What does a code look like, without being one? What a page may show beside the field where codes are typed (RFC 8628
//! section 6.1): an example that could be somebody's code would be tried.

use crate::protocol::{UserCodeFormat, UserCodeFormats};

/// The look of a code with nothing in place of its characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeOutline {
    /// What it is made of.
    pub characters: CodeCharacters,
    /// `None` for a character, and what stands between groups.
    pub places: Vec<Option<char>>,
}

/// What codes are made of, as far as people who look for one need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeCharacters {
    /// Letters alone, of one case or of two.
    Letters,
    /// Digits alone.
    Digits,
    /// Letters and digits.
    Both,
}

impl CodeOutline {
    /// The characters of each group.
    pub fn groups(&self) -> Vec<usize> {
        self.places.split(Option::is_some).map(<[_]>::len).collect()
    }
}

impl UserCodeFormat {
    /// The outline of the shortest codes. Codes may grow, so it is an example.
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
    /// The outline of each look that codes of this server have, the server's own first.
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
    use crate::protocol::WrittenFormat;

    fn format(alphabet: &str, length: usize, group: usize, separator: &str, mask: Option<&str>) -> UserCodeFormat {
        let written = WrittenFormat { alphabet, case_sensitive: None, length, max_length: 12, group, separator, mask };
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

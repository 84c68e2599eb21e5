//! Makes text that strangers wrote fit to be shown. Names and user agents come from clients (RFC 7591 section 5). The
//! templates escape them for HTML.
//!
//! Every foreign text that people see goes through [`display_text`], on a page, on a terminal or in the log. The result
//! is visible, stays in its line and shows no more than its letters (Unicode Technical Report 36).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// The greatest number of marks that are drawn one above the other. More would cover the lines around. Even two are
/// rare, because a letter and its first mark are mostly one character.
const MOST_STACKED: usize = 2;
/// The greatest number of marks of one letter. Scripts of South-East Asia write so many beside each other.
const MOST_MARKS: usize = 6;

/// `raw` as one line of at most `max` characters: without control characters and without characters that turn the
/// direction of reading or cannot be seen, each run of blanks as one space, each letter with no more marks than writing
/// needs. A text that was cut ends in an ellipsis.
pub fn display_text(raw: &str, max: usize) -> String {
    let line = visible(raw);
    if line.chars().count() <= max {
        return line;
    }
    let kept: String = line.chars().take(max.saturating_sub(1)).collect();
    if max == 0 { kept } else { format!("{}…", kept.trim_end_matches(|c| c == ' ' || is_joiner(c))) }
}

/// Whether a reader does not see the character: it moves the cursor, turns the text around, or is blank without being a
/// space.
pub fn is_unseen(c: char) -> bool {
    c.is_control() || is_hidden(c) || is_joiner(c) || is_filler(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

fn visible(raw: &str) -> String {
    let mut line = String::new();
    let mut marks = Marks::default();
    // Composed characters (NFC) leave no marks on ordinary letters.
    for c in raw.nfc() {
        let before = line.chars().next_back();
        if c.is_whitespace() || is_filler(c) {
            end_word(&mut line);
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
            marks = Marks::default();
        } else if is_joiner(c) {
            // Joiners matter between letters of a script that joins; elsewhere the difference is not visible.
            if before.is_some_and(|before| !before.is_ascii() && !is_joiner(before)) {
                line.push(c);
            }
        } else if is_combining_mark(c) {
            // A mark without a letter would be drawn over the text before it.
            if before.is_some_and(|before| before != ' ') && !is_hidden(c) && marks.admit(c) {
                line.push(c);
            }
        } else if !c.is_control() && !is_hidden(c) {
            line.push(c);
            marks = Marks::default();
        }
    }
    end_word(&mut line);
    line.truncate(line.trim_end().len());
    line
}

fn end_word(line: &mut String) {
    line.truncate(line.trim_end_matches(is_joiner).len());
}

/// The marks of the current letter.
#[derive(Default)]
struct Marks(Vec<char>);

impl Marks {
    /// Whether one more mark is plausible in writing.
    fn admit(&mut self, mark: char) -> bool {
        let alike = |other: &&char| place(**other) == place(mark);
        let fits = match place(mark) {
            _ if is_enclosing(mark) || self.0.contains(&mark) => false,
            MarkPosition::Own => true,
            MarkPosition::Fixed(_) => self.0.iter().find(alike).is_none(),
            MarkPosition::Stacked => self.0.iter().filter(alike).count() < MOST_STACKED,
        } && self.0.len() < MOST_MARKS;
        if fits {
            self.0.push(mark);
        }
        fits
    }
}

/// The position in which a mark is drawn.
#[derive(PartialEq, Eq)]
enum MarkPosition {
    /// Beside the letter or within it.
    Own,
    /// In a position that one mark of a kind has, such as a vowel point of Hebrew or a tone of Thai.
    Fixed(u8),
    /// Above or below everything that is there.
    Stacked,
}

/// The position by the canonical combining class (Unicode Standard, section 4.3).
fn place(mark: char) -> MarkPosition {
    match (mark, canonical_combining_class(mark)) {
        // The upper vowels of Thai and Lao have no class.
        ('\u{E31}' | '\u{E34}'..='\u{E37}' | '\u{E47}' | '\u{EB1}' | '\u{EB4}'..='\u{EB7}' | '\u{EBB}', _) => {
            MarkPosition::Fixed(0)
        }
        // Nuktas (7) and viramas (9) are parts of letters.
        (_, 0 | 7 | 9) => MarkPosition::Own,
        (_, class @ 2..200) => MarkPosition::Fixed(class),
        (_, _) => MarkPosition::Stacked,
    }
}

/// U+200C and U+200D, which Persian, Hindi and emoji need.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Letters and symbols that look blank: Hangul fillers, the empty pattern of Braille, a note without a head.
fn is_filler(c: char) -> bool {
    matches!(c, '\u{115F}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}' | '\u{1D159}')
}

/// Marks that are drawn around the character before them, such as a sign of prohibition.
fn is_enclosing(c: char) -> bool {
    matches!(c, '\u{488}' | '\u{489}' | '\u{1ABE}' | '\u{20DD}'..='\u{20E0}' | '\u{20E2}'..='\u{20E4}' | '\u{A670}'..='\u{A672}')
}

/// The `Default_Ignorable_Code_Point` of Unicode (without joiners and fillers), format characters without a shape, and
/// characters for private use.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'   // embeddings, overrides, isolates
        | '\u{61C}' | '\u{200E}' | '\u{200F}'               // marks of direction
        | '\u{AD}' | '\u{34F}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' // variation selectors
        | '\u{FFF0}'..='\u{FFFC}'                           // ruby, and what stands for an object
        | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}' // tags: text that no one sees
        | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}') // private use
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::display_text;

    #[test]
    fn plain_text_stays_as_it_is() {
        for text in [
            "Aurora TV",
            "Café Zürich",
            "テレビ",
            "تلفاز",
            "می‌خواهم",
            "क्ष\u{200D}त्रिय",
            "กี่น้ำ",
            "שָּׁלוֹם",
            "ကျွန်ုပ်",
            "👩\u{200D}💻",
            "Ở nhà",
        ] {
            let composed: String = text.nfc().collect();
            assert_eq!(display_text(text, 64), composed, "{text:?}");
        }
    }

    /// Proves: W-08.
    #[test]
    fn characters_that_deceive_are_gone() {
        let hostile = "\u{202E}safe\u{2066} \u{0}ap\u{7}p\u{2069}\u{200B}\u{FEFF}\u{E0041}";
        assert_eq!(display_text(hostile, 64), "safe app");
        for code in (0x202A..=0x202E).chain(0x2066..=0x2069) {
            let c = char::from_u32(code).unwrap();
            assert_eq!(display_text(&format!("a{c}b"), 64), "ab");
        }
    }

    /// Proves: FB-05
    #[test]
    fn blanks_that_are_letters_are_blanks() {
        assert_eq!(display_text("Bank\u{3164}\u{3164}\u{2800}\u{1160}says", 64), "Bank says");
        assert_eq!(display_text("\u{2800}\u{3164}\u{FFA0}\u{115F}", 64), "");
        assert_eq!(display_text("\u{3164}\u{301}x", 64), "x", "a mark stays on no blank");
    }

    /// Proves: FB-05
    #[test]
    fn marks_do_not_reach_the_lines_around() {
        let piled: String = ('\u{300}'..='\u{323}').collect();
        assert_eq!(display_text(&format!("x{piled}y"), 64).chars().count(), 4, "two of all of them are left");
        assert_eq!(display_text(&format!("ก{}", "\u{E34}\u{E35}\u{E36}".repeat(20)), 64), "ก\u{E34}");
        assert_eq!(display_text(&format!("ก{}", "\u{E48}\u{E49}\u{E4A}".repeat(20)), 64), "ก\u{E48}");
        assert_eq!(display_text(&format!("e{}", "\u{301}".repeat(36)), 64), "é\u{301}");
        assert_eq!(display_text("\u{301}\u{302}safe", 64), "safe");
        assert_eq!(display_text("a\u{20E0}\u{489}b", 64), "ab");
    }

    /// Proves: FB-05
    #[test]
    fn what_is_written_apart_and_seen_alike_is_alike() {
        for alike in
            ["a\u{200D}pp", "app\u{FE0F}", "a\u{E0101}pp", "app\u{200C}", "\u{200D}app", "a\u{34F}pp", "a\u{E000}pp"]
        {
            assert_eq!(display_text(alike, 64), "app", "{alike:?}");
        }
        assert_eq!(display_text("cafe\u{301}", 64), display_text("café", 64));
        assert_eq!(display_text("\u{200D}\u{200C}\u{200D}", 64), "");
    }

    #[test]
    fn lines_and_blanks_become_one_space() {
        assert_eq!(display_text("  a\r\n\tb\u{2028}c\u{A0} d  ", 64), "a b c d");
        assert_eq!(display_text("\n\t ", 64), "");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(display_text("abcdef", 6), "abcdef");
        assert_eq!(display_text("abcdefg", 6), "abcde…");
        assert_eq!(display_text("abcd efg", 6), "abcd…");
        assert_eq!(display_text("äöüäöüä", 3), "äö…");
        assert_eq!(display_text("abc", 0), "");
        assert_eq!(display_text("abc", 1), "…");
    }
}

//! How is a text that a stranger wrote made fit to be shown? Names and user agents come from clients
//! (RFC 7591 section 5); escaping them for HTML is the template's part.

/// `raw` in one line of at most `max` characters: without control characters, without characters that turn the
/// direction of reading or cannot be seen, each run of blanks one space. A text that was cut ends in an ellipsis.
pub fn display_text(raw: &str, max: usize) -> String {
    let visible: String = raw.chars().map(blank_or_itself).filter(|c| !is_deceptive(*c)).collect();
    let line = visible.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if line.chars().count() <= max {
        return line;
    }
    let kept: String = line.chars().take(max.saturating_sub(1)).collect();
    if max == 0 { kept } else { format!("{}…", kept.trim_end()) }
}

fn blank_or_itself(c: char) -> char {
    if c.is_whitespace() { ' ' } else { c }
}

/// The joiners U+200C and U+200D stay: Persian, Hindi and emoji are not written right without them.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'   // embeddings, overrides, isolates
            | '\u{061C}' | '\u{200E}' | '\u{200F}'              // marks of direction
            | '\u{00AD}' | '\u{180E}' | '\u{200B}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'                           // ruby
            | '\u{E0000}'..='\u{E007F}') // tags: text that no one sees
}

#[cfg(test)]
mod tests {
    use super::display_text;

    #[test]
    fn plain_text_stays_as_it_is() {
        for text in ["Aurora TV", "Café Zürich", "テレビ", "تلفاز", "می‌خواهم"] {
            assert_eq!(display_text(text, 64), text);
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

//! Draws the code in large letters: eight by eight dots a character, two dots a cell. Nine characters fit 80 columns.

use font8x8::legacy::BASIC_LEGACY;

/// Columns of one character.
const GLYPH_WIDTH: usize = 8;

/// The four lines of `text` in large letters, or `None` if it does not fit `columns` or has characters without a glyph.
pub(super) fn large_letters(text: &str, columns: usize) -> Option<Vec<String>> {
    let glyph = |c: char| if c.is_ascii_graphic() { Some(BASIC_LEGACY[c as usize]) } else { None };
    let glyphs: Vec<[u8; 8]> = text.chars().map(glyph).collect::<Option<_>>()?;
    if glyphs.is_empty() || glyphs.len() * GLYPH_WIDTH > columns {
        return None;
    }
    let line = |row: usize| {
        // The lowest bit of a row is its leftmost dot.
        let dot = |row: u8, bit: usize| row >> bit & 1 == 1;
        let cell = |glyph: &[u8; 8], bit| half_block(dot(glyph[row], bit), dot(glyph[row + 1], bit));
        let cells = glyphs.iter().flat_map(|glyph| (0..GLYPH_WIDTH).map(move |bit| cell(glyph, bit)));
        cells.collect::<String>().trim_end().to_owned()
    };
    Some((0..8).step_by(2).map(line).collect())
}

/// A cell of two dots, one above the other.
pub(super) fn half_block(upper: bool, lower: bool) -> char {
    match (upper, lower) {
        (false, false) => ' ',
        (true, false) => '▀',
        (false, true) => '▄',
        (true, true) => '█',
    }
}

#[cfg(test)]
mod tests {
    use super::large_letters;

    #[test]
    fn nine_characters_fit_eighty_columns() {
        let lines = large_letters("WDJB-MJHT", 80).unwrap();
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|line| line.chars().count() <= 72));
    }

    #[test]
    fn a_letter_looks_like_itself() {
        let lines = large_letters("L", 8).unwrap();
        assert_eq!(lines, ["▀██▀", " ██", " ██  ▄█", "▀▀▀▀▀▀▀"]);
    }

    #[test]
    fn what_does_not_fit_or_has_no_glyph_is_left_to_plain_text() {
        for (text, columns) in [("WDJB-MJHT", 71), ("", 80), ("WÄJB", 80), ("W JB", 80), ("W\u{1b}B", 80)] {
            assert_eq!(large_letters(text, columns), None, "{text}");
        }
    }
}

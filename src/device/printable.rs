//! What of a server's words may reach a terminal? Nothing that moves the cursor or turns the text around.

/// `text` without control characters, so without escape sequences, and without the invisible characters that make a
/// URL read differently from what it is (zero-width and bidirectional ones).
pub fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect()
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn escape_sequences_lose_their_power() {
        assert_eq!(printable("WDJB\u{1b}[2J\u{7}-\r\n\u{9b}31mMJHT\u{7f}"), "WDJB[2J-31mMJHT");
    }

    #[test]
    fn text_cannot_be_turned_around() {
        assert_eq!(printable("https://good\u{202e}live\u{200b}.example"), "https://goodlive.example");
        assert_eq!(printable("Zoë"), "Zoë");
    }
}

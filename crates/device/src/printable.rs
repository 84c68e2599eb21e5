//! Makes the words of a server safe for a terminal: nothing in them moves the cursor or reverses the text.

use std::fmt::Write;

use serde_json::Value;

use protocol::is_unseen;

/// `text` without control characters, and so without escape sequences, and without the invisible characters that change how a
/// URL reads (zero-width and bidirectional ones).
pub fn printable(text: &str) -> String {
    text.chars().filter(|c| !is_unseen(*c)).collect()
}

/// `value` as JSON on one line, with the same characters as escapes, so that a program loses nothing.
pub fn printable_json(value: &Value) -> String {
    let mut escaped = String::new();
    for c in value.to_string().chars() {
        if is_unseen(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{printable, printable_json};

    #[test]
    fn escape_sequences_lose_their_power() {
        assert_eq!(printable("WDJB\u{1b}[2J\u{7}-\r\n\u{9b}31mMJHT\u{7f}"), "WDJB[2J-31mMJHT");
    }

    #[test]
    fn text_cannot_be_turned_around() {
        assert_eq!(printable("https://good\u{202e}live\u{200b}.example"), "https://goodlive.example");
        assert_eq!(printable("Zoë"), "Zoë");
    }

    #[test]
    fn json_keeps_every_character_and_shows_none_of_these() {
        let told = json!({"name": "Zoë\u{9b}2J\u{202e}\u{e0041}\n\u{7f}"});
        let shown = printable_json(&told);
        assert_eq!(shown, printable(&shown));
        assert!(shown.contains("Zoë\\u009b2J\\u202e\\udb40\\udc41\\n\\u007f"), "{shown}");
        assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), told);
    }
}

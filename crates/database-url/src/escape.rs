//! Decodes escapes of the URL as libpq does: `%` and two digits, and `+` is a plus.

use super::UnfitUrl;

/// Reads `%40` and its like; no piece may hold U+0000, which no setting of a connection can.
pub(super) fn read(piece: &str) -> Result<String, UnfitUrl> {
    let mut bytes = Vec::with_capacity(piece.len());
    let mut rest = piece.as_bytes();
    while let [first, behind @ ..] = rest {
        if *first != b'%' {
            bytes.push(*first);
            rest = behind;
            continue;
        }
        let [high, low, behind @ ..] = behind else { return Err(UnfitUrl::Escape) };
        bytes.push(digit(*high)? * 16 + digit(*low)?);
        rest = behind;
    }
    let text = String::from_utf8(bytes).map_err(|_| UnfitUrl::Escape)?;
    if text.contains('\0') { Err(UnfitUrl::Escape) } else { Ok(text) }
}

fn digit(byte: u8) -> Result<u8, UnfitUrl> {
    let value = char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    value.ok_or(UnfitUrl::Escape)
}

/// The pairs of a query, each with its name and its value as they are written.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

#[cfg(test)]
mod tests {
    use super::{UnfitUrl, read};

    #[test]
    fn an_escape_stands_for_a_byte_of_utf_8() {
        assert_eq!(read("p%40ss+%C3%bc").as_deref(), Ok("p@ss+ü"));
        for wrong in ["%", "%4", "%4x", "%ff", "a%00"] {
            assert_eq!(read(wrong), Err(UnfitUrl::Escape), "{wrong}");
        }
    }
}

//! Are user codes easy to read and hard to guess? (RFC 8628 sections 5.1 and 6.1)

use super::Findings;
use super::Settings;

/// Wrong codes that the whole server accepts per code lifetime.
const WRONG_CODES_PER_LIFETIME: f64 = 100.0;
/// Bits that must remain beyond those guesses.
const MARGIN: f64 = 20.0;
const LENGTHS: std::ops::RangeInclusive<usize> = 6..=32;

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let code = &settings.user_code;
    let before = findings.0.len();
    if let Some(sentence) = unfit(&code.alphabet) {
        findings.add("user_code.alphabet", sentence);
    }
    if !LENGTHS.contains(&code.length) {
        findings.add("user_code.length", format!("must be from 6 to 32, not {}", code.length));
    }
    if !LENGTHS.contains(&code.max_length) {
        findings.add("user_code.max_length", format!("must be from 6 to 32, not {}", code.max_length));
    } else if code.max_length < code.length {
        findings.add_about(
            &["user_code.max_length", "user_code.length"],
            format!("must not be less than user_code.length, {}", code.length),
        );
    }
    if findings.0.len() == before {
        bound(code.alphabet.len(), code.max_length, findings);
    }
}

/// Why people could not read or type codes of these letters. With one case only, what they type is folded to it; with both,
/// a code is what it is. Either way distinct letters stay distinct.
fn unfit(alphabet: &str) -> Option<String> {
    if alphabet.contains('-') {
        return Some("must not hold a dash: dashes only group a code, and are passed over when it is typed".to_owned());
    }
    if let Some(odd) = alphabet.chars().find(|letter| !letter.is_ascii_alphanumeric()) {
        return Some(format!("must be made of the letters A to Z, a to z and the digits, not {odd:?}"));
    }
    if let Some((_, twice)) = alphabet.char_indices().find(|&(place, letter)| alphabet[..place].contains(letter)) {
        return Some(format!("holds {twice:?} twice, so that it would be drawn more often"));
    }
    (alphabet.len() < 8).then(|| format!("must have at least 8 characters, not {}", alphabet.len()))
}

/// E-04: log2(alphabet^max_length) - log2(1 * G) >= 20, with one live code; with more of them codes grow up to `max_length`.
fn bound(letters: usize, length: usize, findings: &mut Findings) {
    let (Ok(letters), Ok(length)) = (u32::try_from(letters), u32::try_from(length)) else { return };
    let bits = f64::from(length) * f64::from(letters).log2();
    let needed = MARGIN + WRONG_CODES_PER_LIFETIME.log2();
    if bits < needed {
        findings.add_about(
            &["user_code.max_length", "user_code.alphabet"],
            format!(
                "{length} characters out of {letters} give {bits:.1} bits, and {needed:.1} are needed ({MARGIN} beyond \
                 {WRONG_CODES_PER_LIFETIME} wrong codes in a code's life): raise it, or widen user_code.alphabet"
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;

    #[test]
    fn an_alphabet_can_be_read_and_typed() {
        table(&[
            ("user_code.alphabet = '0123456789'", ""),
            ("user_code.alphabet = 'abcdefgh'", ""),
            ("user_code.alphabet = 'abcdefGHIJ'", ""),
            ("user_code.alphabet = 'abcdefAB'", ""),
            (
                "user_code.alphabet = 'ABCDEF-GH'",
                "g.toml:1: user_code.alphabet: must not hold a dash: dashes only group a code, and are passed over when it \
                 is typed",
            ),
            (
                "user_code.alphabet = 'ABCDEFGÄ'",
                "g.toml:1: user_code.alphabet: must be made of the letters A to Z, a to z and the digits, not 'Ä'",
            ),
            (
                "user_code.alphabet = 'ABCDEFGHA'",
                "g.toml:1: user_code.alphabet: holds 'A' twice, so that it would be drawn more often",
            ),
            ("user_code.alphabet = 'ABCDEFG'", "g.toml:1: user_code.alphabet: must have at least 8 characters, not 7"),
        ]);
    }

    #[test]
    fn a_length_can_be_typed() {
        table(&[
            ("[user_code]\nlength = 6\nmax_length = 32\ngroup = 0", ""),
            ("user_code.length = 5", "g.toml:1: user_code.length: must be from 6 to 32, not 5"),
            ("user_code.max_length = 33", "g.toml:1: user_code.max_length: must be from 6 to 32, not 33"),
            ("user_code.length = 13", "g.toml:1: user_code.max_length: must not be less than user_code.length, 13"),
        ]);
    }

    /// Proves: E-04 L-06
    #[test]
    fn codes_that_are_too_easy_to_guess_are_refused_with_the_figures() {
        table(&[
            ("[user_code]\nalphabet = 'ABCDEFGH'\nmax_length = 9", ""),
            (
                "[user_code]\nalphabet = 'ABCDEFGH'\nmax_length = 8",
                "g.toml:3: user_code.max_length: 8 characters out of 8 give 24.0 bits, and 26.6 are needed (20 beyond 100 \
                 wrong codes in a code's life): raise it, or widen user_code.alphabet",
            ),
            (
                "[user_code]\nlength = 6\nmax_length = 6",
                "g.toml:3: user_code.max_length: 6 characters out of 20 give 25.9 bits, and 26.6 are needed (20 beyond 100 \
                 wrong codes in a code's life): raise it, or widen user_code.alphabet",
            ),
        ]);
    }
}

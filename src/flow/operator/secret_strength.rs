//! Estimate how hard a client secret is to guess.

use std::collections::HashSet;

use zxcvbn::matching::Match;
use zxcvbn::matching::patterns::MatchPattern;

/// The entropy that a client secret should have. The digest is a fast hash, so a reader of the configuration can try
/// secrets as fast as a machine hashes (RFC 6749 section 10.10).
pub(crate) const ENOUGH_BITS: f64 = 128.0;

/// A secret is judged in pieces of this length: zxcvbn counts up to 2^64 guesses, and a piece of random characters has
/// 10^16.
const PIECE: usize = 16;
/// A random secret can contain a `1234` or a `bad`, so a long piece is random if most of it is. zxcvbn counts ten
/// guesses for a character that no pattern explains. This is the exponent that the characters must reach on average.
const MOSTLY_RANDOM: f64 = 0.7;

/// The estimated entropy of `secret`, in bits. zxcvbn estimates words, dates and other patterns. All other characters
/// count as drawn at random from the alphabet of the secret. Words are judged one by one, because zxcvbn calls many
/// words together random. A repeated piece adds nothing.
pub(super) fn estimated_bits(secret: &str) -> f64 {
    let characters: Vec<char> = secret.chars().collect();
    let words = characters.chunk_by(|one, next| one.is_alphanumeric() && next.is_alphanumeric());
    let pieces: HashSet<&[char]> = words.flat_map(|word| word.chunks(PIECE)).collect();
    let alphabet = alphabet_bits(&characters);
    pieces.into_iter().map(|piece| piece_bits(piece, alphabet)).sum()
}

#[expect(clippy::cast_precision_loss, reason = "a piece is short, and an estimate is an estimate")]
fn piece_bits(piece: &[char], alphabet: f64) -> f64 {
    let random = piece.len() as f64 * alphabet;
    let text: String = piece.iter().collect();
    #[expect(clippy::disallowed_methods, reason = "a command has nobody else to serve")]
    let judged = zxcvbn::zxcvbn(&text, &[]);
    let guesses = |part: &Match| part.guesses.unwrap_or(1).max(1) as f64;
    let exponent: f64 = judged.sequence().iter().map(|part| guesses(part).log10()).sum();
    if piece.len() > PIECE / 2 && exponent >= MOSTLY_RANDOM * piece.len() as f64 {
        return random;
    }
    let bits = |part: &Match| match part.pattern {
        MatchPattern::BruteForce => part.token.chars().count() as f64 * alphabet,
        _ => guesses(part).log2(),
    };
    judged.sequence().iter().map(bits).sum::<f64>().min(random)
}

/// The entropy of one random character.
fn alphabet_bits(characters: &[char]) -> f64 {
    let any = |kind: fn(&char) -> bool| characters.iter().any(kind);
    let lower_hex = |c: &char| matches!(c, '0'..='9' | 'a'..='f' | '-');
    let upper_hex = |c: &char| matches!(c, '0'..='9' | 'A'..='F' | '-');
    if characters.iter().all(char::is_ascii_digit) {
        return 10_f64.log2();
    }
    if characters.iter().all(lower_hex) || characters.iter().all(upper_hex) {
        return 4.0;
    }
    let size: u32 = [
        (any(char::is_ascii_lowercase), 26),
        (any(char::is_ascii_uppercase), 26),
        (any(char::is_ascii_digit), 10),
        (any(|c| matches!(c, '-' | '_' | '+' | '/')), 2),
        (any(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '+' | '/')), 30),
    ]
    .iter()
    .map(|(present, size)| if *present { *size } else { 0 })
    .sum();
    f64::from(size.max(2)).log2()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::{ENOUGH_BITS, estimated_bits};
    use crate::entropy::{Entropy, SystemEntropy};
    use protocol::Secret;

    #[track_caller]
    fn judged(secret: &str, enough: bool) {
        let bits = estimated_bits(secret);
        assert_eq!(bits >= ENOUGH_BITS, enough, "{bits} bits in {secret}");
    }

    #[test]
    fn what_machines_draw_is_enough() {
        for _ in 0..50 {
            let random = SystemEntropy.secret();
            judged(Secret::from_random("gcs_", random).reveal(), true);
            judged(&URL_SAFE_NO_PAD.encode(random), true);
            judged(&STANDARD.encode(random), true);
            judged(&format!("{}{}", SystemEntropy.identifier(), SystemEntropy.identifier()), true);
        }
        judged("9f86d081884c7d659a2feaa0c55ad015", true);
    }

    #[test]
    fn what_is_short_is_not() {
        for _ in 0..50 {
            judged(&URL_SAFE_NO_PAD.encode(&SystemEntropy.secret()[..12]), false);
            judged(&SystemEntropy.identifier()[..30], false);
        }
    }

    #[test]
    fn what_people_think_of_is_not() {
        for secret in [
            "hunter2",
            "box-secret",
            "correct horse battery staple",
            "the quick brown fox jumps over the lazy dog",
            "SuperSecretPassword123!SuperSecretPassword123!",
            "my-company-production-client-secret-2026",
            "12345678901234567890123456789012345678901234567890",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "",
        ] {
            judged(secret, false);
        }
    }
}

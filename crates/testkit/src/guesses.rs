//! The codes that a guesser types, and the answers to them.

/// The answer to every code that does not work.
pub const UNKNOWN: &str = "This code does not work.";
/// The answer when no code is looked up any more.
pub const TOO_MANY: &str = "There were too many wrong codes.";
/// The answer to a new browser when the server accepts no more wrong codes.
pub const CLOSED: &str = "Many wrong codes are being typed here";

/// A well-formed code that no device has (but once in 20^5 runs).
pub fn unknown_code(number: usize) -> String {
    const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
    let letter = |power: u32| char::from(ALPHABET[number / 20_usize.pow(power) % 20]);
    format!("BBBB-B{}{}{}", letter(2), letter(1), letter(0))
}

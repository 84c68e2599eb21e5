//! The claims about the parsers, without the server around.

pub mod claims;

/// Puts an input to the claim of this name.
pub fn put(name: &str, input: &[u8]) {
    let (_, claim) = claims::CLAIMS.iter().find(|(known, _)| *known == name).expect("a target is named like its claim");
    claim(input);
}

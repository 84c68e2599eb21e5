//! What is never done with a secret?

use super::Source;
use super::files;
use super::nothing;

/// Proves: L-04: digests compare in constant time by their type, and the text of a secret is not compared at all.
#[test]
fn secrets_are_not_compared_as_text() {
    let mut offences = Vec::new();
    for Source { path, text } in files("src", "rs") {
        for (number, line) in text.lines().enumerate() {
            let compares = line.contains(" == ") || line.contains(" != ");
            if compares && line.contains("reveal()") {
                offences.push(format!("{path}:{} compares a secret: use same_as", number + 1));
            }
            let is_digest = path.ends_with("protocol/digest.rs") && line.contains("struct Digest");
            let derived = text.lines().nth(number.saturating_sub(1)).is_some_and(|above| above.contains("PartialEq"));
            if is_digest && derived {
                offences.push(format!("{path}: a derived PartialEq stops at the first byte that differs"));
            }
        }
    }
    nothing(&offences);
}

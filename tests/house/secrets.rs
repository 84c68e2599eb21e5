//! Every secret is read and compared in the same way.

use super::{Source, code, nothing, sources};

/// Proves: FE-05: all code reads a file with a secret in the same way.
#[test]
fn only_one_reader_judges_permissions() {
    let mut offences = Vec::new();
    for source in code() {
        let judges = ["PermissionsExt::mode(", "permissions().mode()", ".mode() &"];
        if !source.path.starts_with("private_file/") && judges.iter().any(|judged| source.text.contains(judged)) {
            offences.push(format!("{} judges permissions: read the file with private_file::read", source.path));
        }
    }
    nothing(&offences);
}

/// Proves: L-04: digests compare in constant time by their type, and the text of a secret is not compared at all.
#[test]
fn secrets_are_not_compared_as_text() {
    let mut offences = Vec::new();
    for Source { path, text } in sources() {
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

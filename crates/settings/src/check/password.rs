//! Are passwords hashed and chosen strongly enough? (OWASP Password Storage; NIST SP 800-63B-4 section 3.1.1.2)

use super::{Findings, Settings};

/// Pairs of memory and passes that OWASP calls equally strong.
const OWASP: [(u32, u32); 2] = [(19_456, 2), (47_104, 1)];
/// Beyond this there is a slip in the unit, and the first sign-in would take the machine down.
const MOST_MEMORY_KIB: u32 = 4 * 1024 * 1024;
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=64;

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let passwords = &settings.passwords;
    let strong = |(memory, iterations)| passwords.memory_kib >= memory && passwords.iterations >= iterations;
    if !OWASP.into_iter().any(strong) {
        findings.add_about(
            &["passwords.memory_kib", "passwords.iterations"],
            "too weak: OWASP's least is 19456 KiB with 2 iterations, or 47104 KiB with 1",
        );
    }
    if passwords.memory_kib > MOST_MEMORY_KIB {
        findings.add("passwords.memory_kib", format!("must be at most {MOST_MEMORY_KIB} (4 GiB): the unit is KiB"));
    }
    if passwords.parallelism == 0 {
        findings.add("passwords.parallelism", "must be at least 1");
    }
    // RFC 9106 section 3.1.
    if passwords.memory_kib / 8 < passwords.parallelism {
        findings.add_about(
            &["passwords.parallelism", "passwords.memory_kib"],
            "each lane needs 8 KiB of passwords.memory_kib",
        );
    }
    if !LENGTHS.contains(&passwords.min_length) {
        findings.add(
            "passwords.min_length",
            format!(
                "must be from 8 to 64, not {}: 15 is recommended (NIST SP 800-63B-4 section 3.1.1.2)",
                passwords.min_length
            ),
        );
    }
    if passwords.blocklist_file.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
        findings.add("passwords.blocklist_file", "must not be empty; leave it out for the built-in judgement alone");
    }
}

pub(super) fn warning(settings: &Settings) -> Option<String> {
    (settings.passwords.min_length < 15).then(|| {
        "passwords.min_length is below 15, the least where a password is the only factor \
         (NIST SP 800-63B-4 section 3.1.1.2)"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{said, table};
    use crate::load_from;
    use std::path::Path;

    /// Proves: A-01
    #[test]
    fn hashes_are_as_strong_as_owasp_wants() {
        let weak = "too weak: OWASP's least is 19456 KiB with 2 iterations, or 47104 KiB with 1";
        table(&[
            ("[passwords]\nmemory_kib = 47104\niterations = 1", ""),
            ("passwords.memory_kib = 19455", &format!("g.toml:1: passwords.memory_kib: {weak}")),
            ("passwords.iterations = 1", &format!("g.toml:1: passwords.memory_kib: {weak}")),
            ("passwords.parallelism = 0", "g.toml:1: passwords.parallelism: must be at least 1"),
            (
                "passwords.parallelism = 2433",
                "g.toml:1: passwords.parallelism: each lane needs 8 KiB of passwords.memory_kib",
            ),
            (
                "passwords.memory_kib = 19456000",
                "g.toml:1: passwords.memory_kib: must be at most 4194304 (4 GiB): the unit is KiB",
            ),
        ]);
    }

    /// Proves: A-02
    #[test]
    fn short_passwords_are_refused_or_warned_about() {
        for length in [7, 65] {
            let refused = said(&format!("passwords.min_length = {length}"));
            assert!(refused.starts_with("g.toml:1: passwords.min_length: must be from 8 to 64"), "{refused}");
        }
        let warnings = |toml| load_from(Some((Path::new("g.toml"), toml)), []).unwrap().warnings();
        assert_eq!(warnings("passwords.min_length = 15"), [""; 0]);
        let [warning] = <[String; 1]>::try_from(warnings("passwords.min_length = 14")).unwrap();
        assert!(warning.contains("NIST SP 800-63B-4 section 3.1.1.2"), "{warning}");
    }
}

//! `[passwords]`: the hashing of passwords and the rules for new ones (OWASP Password Storage; NIST SP 800-63B-4 section 3.1.1.2).

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Settings;
use super::findings::Findings;

/// `[passwords]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct PasswordSettings {
    pub memory_kib: u32,
    pub iterations: u32,
    pub parallelism: u32,
    pub concurrency: usize,
    pub min_length: usize,
    pub blocklist_file: Option<PathBuf>,
}

/// Pairs of memory and passes that OWASP calls equally strong.
const OWASP: [(u32, u32); 2] = [(19_456, 2), (47_104, 1)];
/// A larger value has the wrong unit, and the first login would use up the memory of the machine.
const MOST_MEMORY_KIB: u32 = 4 * 1024 * 1024;

pub(super) fn check(settings: &Settings, findings: &mut Findings) {
    let PasswordSettings { memory_kib, iterations, parallelism, min_length, .. } = settings.passwords;
    findings.require_of(
        OWASP.into_iter().any(|(memory, passes)| memory_kib >= memory && iterations >= passes),
        ["passwords.memory_kib", "passwords.iterations"],
        "too weak: OWASP's least is 19456 KiB with 2 iterations, or 47104 KiB with 1",
    );
    let most = format!("must be at most {MOST_MEMORY_KIB} (4 GiB): the unit is KiB");
    findings.require(memory_kib <= MOST_MEMORY_KIB, "passwords.memory_kib", most);
    findings.require(parallelism > 0, "passwords.parallelism", "must be at least 1");
    // RFC 9106 section 3.1.
    findings.require_of(
        memory_kib / 8 >= parallelism,
        ["passwords.parallelism", "passwords.memory_kib"],
        "each lane needs 8 KiB of passwords.memory_kib",
    );
    findings.require(
        (8..=64).contains(&min_length),
        "passwords.min_length",
        format!("must be from 8 to 64, not {min_length}: 15 is recommended (NIST SP 800-63B-4 section 3.1.1.2)"),
    );
    let blocklist = settings.passwords.blocklist_file.as_ref();
    findings.file("passwords.blocklist_file", blocklist, "it out for the built-in judgement alone");
    findings.warn(
        min_length < 15,
        "passwords.min_length is below 15, the least where a password is the only factor \
         (NIST SP 800-63B-4 section 3.1.1.2)",
    );
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, said, table};

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
        let warnings = |toml| read(toml).warnings();
        assert_eq!(warnings("passwords.min_length = 15"), [""; 0]);
        let [warning] = <[String; 1]>::try_from(warnings("passwords.min_length = 14")).unwrap();
        assert!(warning.contains("NIST SP 800-63B-4 section 3.1.1.2"), "{warning}");
    }
}

//! Every input that a fuzzer found still fulfils the claims: the corpora of `fuzz`, run again.

#[path = "../../fuzz/claims.rs"]
mod claims;

use std::fs;
use std::path::Path;

/// Proves: T-03 T-20: each parser has its corpus.
#[test]
fn what_a_fuzzer_found_is_met() {
    for (name, claim) in claims::CLAIMS {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
        let mut replayed = 0;
        for entry in fs::read_dir(&corpus).unwrap_or_else(|error| panic!("{}: {error}", corpus.display())) {
            claim(&fs::read(entry.unwrap().path()).unwrap());
            replayed += 1;
        }
        assert!(replayed > 2, "{name} has {replayed} inputs");
    }
}

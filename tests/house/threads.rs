//! Nothing that takes long runs where its number is not bounded.

use crate::{code, nothing};

/// What moves work to threads that nothing bounds, and who may: passwords under their permits, keys and one certificate when the
/// schedule says so, a command that serves nobody else.
const UNBOUNDED: &[(&str, &[&str])] = &[
    ("spawn_blocking", &["passwords.rs", "keys/mod.rs", "renewal.rs", "auditor/"]),
    ("block_in_place", &[]),
    ("thread::spawn", &["cli/"]),
];

/// Proves: FA-09.
#[test]
fn what_takes_long_runs_where_it_is_bounded() {
    let mut offences = Vec::new();
    for source in code() {
        for (work, places) in UNBOUNDED {
            if source.text.contains(work) && !places.iter().any(|place| source.path.starts_with(place)) {
                offences.push(format!("{}: {work} belongs to {places:?}", source.path));
            }
        }
    }
    nothing(&offences);
}

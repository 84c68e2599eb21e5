//! Long work runs only where the number of threads is bounded.

use crate::{code, nothing};

/// What moves work to threads that nothing bounds, and who may: passwords under their permits, keys and one certificate
/// when the schedule says so, a command that serves nobody else.
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

/// Proves: FA-05: what loses to another request is tried again so many times and no more.
#[test]
fn no_request_is_tried_again_without_end() {
    let endless = code()
        .into_iter()
        .filter(|source| ["flow", "web"].contains(&source.module()) && source.text.contains("loop {"))
        // A command that follows the log ends when its operator ends it.
        .filter(|source| source.path != "flow/operator/audit_log.rs");
    nothing(&endless.map(|source| format!("{}: a loop without an end: use 0..TRIES", source.path)).collect::<Vec<_>>());
}

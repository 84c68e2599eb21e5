//! Statements that no test prepares on both engines.

use super::{code, nothing};

/// The files that may have some, because they ask one engine, or a database that may have no tables.
const UNLISTED: &[&str] = &["statement.rs", "schema.rs", "fitness.rs", "server_clock.rs", "changes.rs", "script.rs"];

#[test]
fn every_statement_is_listed_so_that_it_is_prepared() {
    let unlisted = code().into_iter().filter(|source| source.text.contains("Statement::unlisted("));
    let offences = unlisted.filter(|source| !UNLISTED.iter().any(|file| source.path.ends_with(&format!("/{file}"))));
    nothing(&offences.map(|source| format!("{} does not use statements!", source.path)).collect::<Vec<_>>());
}

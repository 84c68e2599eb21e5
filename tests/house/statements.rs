//! Every SQL statement is in the list that a test prepares on both engines.

use std::fs;

use super::{code, nothing};

/// Statements that are not in the list of their own module, and why.
const UNLISTED: &[(&str, &str)] = &[
    ("server_clock.rs: NOW", "asked of Postgres alone"),
    ("fitness.rs: PROCESS", "asked of Postgres alone, in the simple protocol"),
    ("schema.rs: APPLIED", "asked before there may be any table"),
    ("schema.rs: SQLITE_HAS_HISTORY", "asked before there may be any table, of this engine alone"),
    ("schema.rs: POSTGRES_HAS_HISTORY", "asked before there may be any table, of this engine alone"),
];

#[test]
fn every_statement_is_listed_so_that_it_is_prepared() {
    let mut offences = Vec::new();
    let mut statements = 0;
    let store = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/crates/store/src/lib.rs")).unwrap();
    for source in code().into_iter().filter(|source| source.module() == "store") {
        let file = source.path.strip_prefix("store/").unwrap();
        let list =
            source.text.split("STATEMENTS: &[&str] =").nth(1).and_then(|rest| rest.split(';').next()).unwrap_or("");
        let listed: Vec<&str> = list.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        for constant in source.after("const ") {
            let Some((declared, value)) = constant.split_once(": &str =") else { continue };
            let value = value.trim_start().trim_start_matches('"');
            let is_sql =
                ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "select_by!"].iter().any(|verb| value.starts_with(verb));
            if declared.contains(char::is_whitespace) || !is_sql {
                continue;
            }
            statements += 1;
            let excused = UNLISTED.iter().any(|(excused, _)| *excused == format!("{file}: {declared}"));
            if excused == listed.contains(&declared) {
                offences
                    .push(format!("{file}: {declared} is listed {}", if excused { "and excused" } else { "nowhere" }));
            }
        }
        let module = file.trim_end_matches(".rs");
        if !list.is_empty() && !store.contains(&format!("    {module}::STATEMENTS,\n")) {
            offences.push(format!("store/lib.rs does not list the statements of {module}"));
        }
    }
    assert!(statements > 40, "only {statements} statements were found: this test reads them wrongly");
    nothing(&offences);
}

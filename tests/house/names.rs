//! Names and heads: a type name means one thing, and a file's head is a statement.

use std::collections::BTreeMap;

use crate::{code, files, nothing};

/// The crates that speak the wire from the other side: they may use the wire's names for types of their own.
const OTHER_SIDES: &[&str] = &["auditor", "device", "testkit"];

#[test]
fn a_type_name_has_one_meaning() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in code().into_iter().filter(|source| !OTHER_SIDES.contains(&source.module())) {
        for name in source.text.lines().filter_map(type_name) {
            places.entry(name.to_owned()).or_default().push(source.path.clone());
        }
    }
    assert!(places.len() > 200, "only {} types were found", places.len());
    let double = places.iter().filter(|(_, places)| places.len() > 1);
    nothing(&double.map(|(name, places)| format!("{name} is defined in {}", places.join(" and "))).collect::<Vec<_>>());
}

/// The type that a line defines: at the top of a file, or with a visibility inside of a macro. An associated type is
/// not one of these.
fn type_name(line: &str) -> Option<&str> {
    let definition = line.trim_start();
    let public = definition.strip_prefix("pub").and_then(|rest| match rest.strip_prefix('(') {
        Some(scope) => scope.split_once(") ").map(|(_, rest)| rest),
        None => rest.strip_prefix(' '),
    });
    let definition = public.or_else(|| (definition.len() == line.len()).then_some(line))?;
    let (kind, rest) = definition.split_once(' ')?;
    ["struct", "enum", "trait", "type"].contains(&kind).then(|| crate::name(rest))
}

#[test]
fn the_head_of_a_file_is_a_statement() {
    let mut offences = Vec::new();
    for folder in ["src", "crates", "tests", "fuzz/fuzz_targets"] {
        for source in files(folder, ".rs") {
            if source.text.lines().next().is_some_and(|line| line.trim_end().ends_with('?')) {
                offences.push(format!("{folder}/{} opens with a question", source.path));
            }
        }
    }
    nothing(&offences);
}

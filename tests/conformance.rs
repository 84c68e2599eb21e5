//! Which test proves which requirement? `docs/conformance.md` is made of the `Proves:` lines of the tests, and kept true.
//!
//! The requirements stand in `tests/conformance/requirements.txt`. A duty that no test proves has to stand in [`OPEN`],
//! and what is proven may not stand there: so the list can only become shorter. `make conformance` writes the page anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Duties without a proof. All belong to the pages that people meet, which come next.
const OPEN: &[&str] = &["U-15", "E-03", "E-06", "P-01", "P-02", "P-03", "P-04", "P-05", "P-06", "P-07", "N72"];

const PAGE: &str = "docs/conformance.md";

const INTRODUCTION: &str = "# Conformance

Every requirement that grantd has set itself, with the tests that prove it. The page is made of the `Proves:` lines of
the tests by `make conformance`; the build fails when it is stale, when a duty is neither proven nor listed as open, or
when something open has been proven. `make test` runs every test that is named here; all but those below `src` and those
that need no database run twice, on SQLite and on PostgreSQL.

The rows that start with N are black-box tests: they speak HTTP to a running server, and `grantd audit` puts many of the
same questions to any other.
";

/// A line of the register.
struct Requirement {
    id: &'static str,
    is_duty: bool,
    what: &'static str,
    source: &'static str,
}

/// A heading of the register, with its lines.
struct Chapter {
    title: &'static str,
    requirements: Vec<Requirement>,
}

fn register() -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    for line in include_str!("conformance/requirements.txt").lines() {
        if let Some(title) = line.strip_prefix("## ") {
            chapters.push(Chapter { title, requirements: Vec::new() });
        } else if !line.is_empty() && !line.starts_with('#') {
            let [id, duty, what, source] = line.split(" | ").collect::<Vec<_>>().try_into().expect(line);
            assert!(["must", "should"].contains(&duty), "a requirement is a must or a should: {line}");
            let requirement = Requirement { id, is_duty: duty == "must", what, source };
            chapters.last_mut().expect("a heading comes first").requirements.push(requirement);
        }
    }
    chapters
}

/// The tests that claim to prove something: requirement id to test names, in the order of their files.
fn proofs() -> BTreeMap<String, Vec<String>> {
    let mut proofs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for place in ["src", "tests/house.rs", "tests/suite"] {
        for file in rust_files(&root.join(place)) {
            let module = file.strip_prefix(root).unwrap().with_extension("");
            let module = module.to_str().unwrap().replace('/', "::");
            let module = module.trim_start_matches("tests::suite::").trim_end_matches("::mod").to_owned();
            for (test, ids) in claims(&fs::read_to_string(&file).unwrap(), &module) {
                for id in ids {
                    let tests = proofs.entry(id).or_default();
                    if !tests.contains(&test) {
                        tests.push(test.clone());
                    }
                }
            }
        }
    }
    proofs
}

/// The tests of one file that have a `Proves:` line, with the ids in it and in the doc lines below it.
fn claims(text: &str, module: &str) -> Vec<(String, Vec<String>)> {
    let mut claims = Vec::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let Some((_, claim)) = line.split_once("/// Proves:") else { continue };
        let mut ids = ids(claim);
        let mut is_test = false;
        let name = loop {
            let line = lines.next().unwrap_or_else(|| panic!("{module}: a claim at the end of the file"));
            if let Some(more) = line.strip_prefix("///") {
                ids.extend(self::ids(more));
            } else if let Some((_, rest)) = line.split_once("fn ") {
                break rest.split(['(', '<']).next().unwrap();
            } else {
                is_test |= line.starts_with("#[test") || line.starts_with("#[tokio::test");
            }
        };
        assert!(is_test, "{module}::{name} claims to prove {ids:?}, but is not a test");
        claims.push((format!("{module}::{name}"), ids));
    }
    claims
}

fn ids(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.filter(|word| is_id(word)).map(str::to_owned).collect()
}

/// `T-15`, `SM-04`, `N28`.
fn is_id(word: &str) -> bool {
    let (letters, digits) = word.split_at(word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len()));
    let kinds = ["SM-", "D-", "T-", "U-", "K-", "V-", "M-", "W-", "A-", "L-", "E-", "P-", "X-", "S-", "B-", "N"];
    kinds.contains(&letters) && digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The Rust files at or below a place, in the order of their names.
fn rust_files(place: &Path) -> Vec<PathBuf> {
    if !place.is_dir() {
        return place
            .extension()
            .filter(|extension| *extension == "rs")
            .map(|_| place.to_owned())
            .into_iter()
            .collect();
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries.iter().flat_map(|entry| rust_files(entry)).collect()
}

fn page() -> String {
    let (register, proofs) = (register(), proofs());
    let duties = || register.iter().flat_map(|chapter| &chapter.requirements).filter(|line| line.is_duty);
    let proven = duties().filter(|line| proofs.contains_key(line.id)).count();
    let mut page = INTRODUCTION.to_owned();
    writeln!(page, "\n**{proven} of {} duties are proven; {} are open.**", duties().count(), OPEN.len()).unwrap();
    for Chapter { title, requirements } in &register {
        writeln!(page, "\n## {title}\n\n| id | what | source | proven by |\n|---|---|---|---|").unwrap();
        for Requirement { id, is_duty, what, source } in requirements {
            let proof = match proofs.get(*id) {
                Some(tests) => tests.iter().map(|test| format!("`{test}`")).collect::<Vec<_>>().join("<br>"),
                None if *is_duty => "*open*".to_owned(),
                None => "not claimed".to_owned(),
            };
            writeln!(page, "| {id} | {what} | {source} | {proof} |").unwrap();
        }
    }
    page
}

#[test]
fn every_claim_names_a_requirement() {
    let register = register();
    let known: Vec<&str> = register.iter().flat_map(|chapter| &chapter.requirements).map(|line| line.id).collect();
    for (id, tests) in proofs() {
        assert!(known.contains(&id.as_str()), "{tests:?} prove {id}, which is not in the register");
    }
    let mut once = known.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), known.len(), "an id stands twice in the register");
}

#[test]
fn every_duty_is_proven_or_listed_as_open() {
    let (register, proofs) = (register(), proofs());
    let duties = register.iter().flat_map(|chapter| &chapter.requirements).filter(|line| line.is_duty);
    let without: Vec<&str> = duties.map(|line| line.id).filter(|id| !proofs.contains_key(*id)).collect();
    assert_eq!(without, OPEN, "left: duties without a proof; right: those that are known to be open, in their order");
}

#[test]
fn the_page_is_what_the_tests_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    if std::env::var_os("GRANTD_TEST_WRITE_PAGES").is_some() {
        fs::write(&path, page()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page(), "{PAGE} is stale: `make conformance` writes it anew");
}

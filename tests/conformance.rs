//! `docs/conformance.md`, the page of requirements and their proofs, is generated from the `Proves:` lines of the tests.
//!
//! The requirements are in `tests/conformance/requirements.txt`. A requirement that no test proves has to be in
//! [`OPEN`], and a proven one must not be there, so the list can only become shorter. `make conformance` writes the
//! page. `docs/risk-assessment.md` (RFC 10027 section 2) names tests and keys too, and these tests check that they exist.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use settings::{DEFAULTS, load_from};

/// Requirements without a proof: none. A new one may be here until it has its tests.
const OPEN: &[&str] = &[];

const PAGE: &str = "docs/conformance.md";
const RISKS: &str = "docs/risk-assessment.md";

const INTRODUCTION: &str = "# Conformance

Every requirement that grantd has set itself, with the tests that prove it. `make conformance` generates the page from the
`Proves:` lines of the tests. The build fails when the page is stale, when a duty is neither proven nor listed as open, or
when an open one has been proven. `make test` runs every test that is named here. All of them run on SQLite and on
PostgreSQL, except the unit tests and those that need no database.

The rows that start with N are black-box tests: they speak HTTP to a running server. `grantd audit` checks many of the same
rows at any other server.
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

/// Test names by the id of the requirement that they claim to prove, in the order of their files.
fn proofs() -> BTreeMap<String, Vec<String>> {
    let mut proofs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (module, text) in modules() {
        for (test, ids) in claims(&text, &module) {
            for id in ids {
                let tests = proofs.entry(id).or_default();
                if !tests.contains(&test) {
                    tests.push(test.clone());
                }
            }
        }
    }
    proofs
}

/// The name of each module that may hold tests, as the pages write it, and its text.
fn modules() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["src", "crates", "tests/conformance.rs", "tests/house.rs", "tests/house", "tests/suite"];
    let files = places.into_iter().flat_map(|place| rust_files(&root.join(place)));
    let module = |file: &Path| {
        let module = file.strip_prefix(root).unwrap().with_extension("");
        let module = module.to_str().unwrap().replace('/', "::");
        let module = module.trim_start_matches("crates::").replacen("::src::", "::", 1);
        module.trim_start_matches("tests::suite::").trim_end_matches("::mod").to_owned()
    };
    files.map(|file| (module(&file), fs::read_to_string(&file).unwrap())).collect()
}

/// The names of all tests, with a claim or without.
fn tests() -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    for (module, text) in modules() {
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with("#[test") || line.starts_with("#[tokio::test") {
                is_test = true;
            } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| is_test) {
                tests.insert(format!("{module}::{}", rest.split(['(', '<']).next().unwrap()));
                is_test = false;
            }
        }
    }
    tests
}

/// The tests of one file that have a `Proves:` line, with the ids in it and in the doc lines below it.
fn claims(text: &str, module: &str) -> Vec<(String, Vec<String>)> {
    let mut claims = Vec::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let Some(claim) = line.strip_prefix("/// Proves:") else { continue };
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
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)));
    words.filter(|word| is_id(word)).map(str::to_owned).collect()
}

/// `T-15`, `SM-04`, `N28`, `seed_13`.
fn is_id(word: &str) -> bool {
    let (letters, digits) = word.split_at(word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len()));
    let kinds = [
        "SM-", "D-", "T-", "U-", "K-", "V-", "M-", "W-", "A-", "L-", "E-", "P-", "X-", "S-", "B-", "FA-", "FB-", "FC-",
        "FD-", "FE-", "PF-", "OH-", "N", "seed_",
    ];
    kinds.contains(&letters) && digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The Rust files at or below a place, in the order of their names.
fn rust_files(place: &Path) -> Vec<PathBuf> {
    if !place.is_dir() {
        let is_rust = place.extension().is_some_and(|extension| extension == "rs");
        return if is_rust { vec![place.to_owned()] } else { Vec::new() };
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

/// The requirements that no test proves, in the order of the register.
fn without_proof(register: &[Chapter], proofs: &BTreeMap<String, Vec<String>>) -> Vec<&'static str> {
    let duties = register.iter().flat_map(|chapter| &chapter.requirements).filter(|line| line.is_duty);
    duties.map(|line| line.id).filter(|id| !proofs.contains_key(*id)).collect()
}

#[test]
fn every_duty_is_proven_or_listed_as_open() {
    let (register, mut proofs) = (register(), proofs());
    let without = without_proof(&register, &proofs);
    assert_eq!(without, OPEN, "left: duties without a proof; right: those that are known to be open, in their order");
    // The comparison above must be able to fail: a duty that loses its tests is noticed.
    assert!(proofs.remove("SM-04").is_some() && proofs.remove("N31").is_some());
    let without = without_proof(&register, &proofs);
    assert!(["SM-04", "N31"].iter().all(|id| without.contains(id)) && without.len() == OPEN.len() + 2, "{without:?}");
}

#[test]
fn the_page_is_what_the_tests_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    if std::env::var_os("GRANTD_TEST_WRITE_PAGES").is_some() {
        fs::write(&path, page()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page(), "{PAGE} is stale: `make conformance` writes it");
}

/// The words of the risk assessment, and the pieces of TOML in it.
fn risks() -> (String, Vec<String>) {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(RISKS)).unwrap();
    let mut parts = page.split("```");
    let mut words = parts.next().unwrap().to_owned();
    let mut pieces = Vec::new();
    while let (Some(piece), Some(more)) = (parts.next(), parts.next()) {
        pieces.push(piece.strip_prefix("toml\n").expect("what is fenced is TOML").to_owned());
        words.push_str(more);
    }
    (words, pieces)
}

/// The texts between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}

fn test_names(text: &str) -> impl Iterator<Item = &str> {
    quoted(text).filter(|quoted| quoted.contains("::"))
}

/// The keys of `config/default.toml`, those that are commented out included: `section.key`, `client.key`.
fn keys() -> BTreeSet<String> {
    let mut section = "";
    let mut keys = BTreeSet::new();
    for line in DEFAULTS.lines().map(|line| line.strip_prefix('#').unwrap_or(line)) {
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_matches(['[', ']']);
        } else if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| is_name(key)) {
            keys.insert(format!("{section}.{key}"));
        }
    }
    keys
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// Proves: P-01: each mitigation of RFC 10027 section 6.1 has its row, with tests that exist.
#[test]
fn the_risk_assessment_weighs_every_mitigation() {
    let (words, _) = risks();
    let mitigations = (1..=17).map(|number| format!("6.1.{number}"));
    for section in mitigations.chain(["6.2.3".to_owned(), "5:".to_owned()]) {
        let begins = format!("| {section} ");
        let rows: Vec<&str> = words.lines().filter(|line| line.starts_with(&begins)).collect();
        let [row] = rows[..] else { panic!("{} rows for {section}", rows.len()) };
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [_, does, keys, proof, remains] = cells[..] else { panic!("{section}: {} cells", cells.len()) };
        assert!(!does.is_empty() && !remains.is_empty(), "{section} says too little");
        assert!(keys == "none" || quoted(keys).next().is_some(), "{section} names no key, and does not say so");
        assert!(test_names(proof).next().is_some(), "{section} has no proof");
    }
    let tests = tests();
    for name in test_names(&words) {
        assert!(tests.contains(name), "{RISKS} names {name}, which is no test");
    }
}

/// Proves: P-01: the keys that it names exist.
#[test]
fn the_risk_assessment_names_keys_that_there_are() {
    let (words, _) = risks();
    let keys = keys();
    let is_key = |quoted: &&str| quoted.split_once('.').is_some_and(|(table, key)| is_name(table) && is_name(key));
    for name in quoted(&words).filter(is_key) {
        assert!(keys.contains(name), "{RISKS} names {name}, which is no key of config/default.toml");
    }
}

/// Proves: P-01: the sets to choose from are valid, and nothing in them causes a warning.
#[test]
fn the_sets_of_keys_in_the_risk_assessment_can_be_used() {
    let (_, sets) = risks();
    assert_eq!(sets.len(), 3);
    for set in &sets {
        let settings = load_from(Some((Path::new("grantd.toml"), set)), []).unwrap_or_else(|wrong| panic!("{wrong}"));
        assert_eq!(settings.warnings(), [""; 0], "{set}");
        assert_eq!(settings.client.len(), 1, "{set}");
    }
}

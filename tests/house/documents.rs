//! The documents lead somewhere: every relative link has its file and heading, and every path of the code that they or a
//! comment name exists. And a reader need not take their sentences apart.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Source, files, nothing};

/// The most words of a sentence outside of tables and code.
const LONGEST_SENTENCE: usize = 40;

/// The documents, by their paths from the root of the repository.
fn documents() -> Vec<Source> {
    let others =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "fuzz/README.md", "migrations/README.md"];
    let others =
        others.map(|path| Source { path: path.to_owned(), text: fs::read_to_string(root().join(path)).unwrap() });
    let docs =
        files("docs", ".md").into_iter().map(|source| Source { path: format!("docs/{}", source.path), ..source });
    docs.chain(others).collect()
}

/// The comments of the code.
fn comments() -> impl Iterator<Item = Source> {
    ["src", "crates", "tests"].into_iter().flat_map(|folder| {
        files(folder, ".rs").into_iter().map(move |Source { path, text }| {
            let comments =
                text.lines().filter(|line| line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            Source { path: format!("{folder}/{path}"), text: comments }
        })
    })
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The text outside of fenced blocks.
fn words(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

/// The name of a heading in a link: lower case, dashes for spaces, no punctuation.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
    kept.collect::<String>().replace(' ', "-")
}

fn has_heading(path: &Path, wanted: &str) -> bool {
    let text = words(&fs::read_to_string(path).unwrap());
    text.lines().any(|line| line.starts_with('#') && anchor(line) == wanted)
}

#[test]
fn every_link_has_its_file_and_heading() {
    let mut offences = Vec::new();
    for Source { path, text } in documents() {
        for link in words(&text).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") {
                continue;
            }
            let (file, heading) = link.split_once('#').map_or((link, None), |(file, heading)| (file, Some(heading)));
            let here = root().join(&path);
            let target = if file.is_empty() { here } else { here.parent().unwrap().join(file) };
            if !target.exists() || heading.is_some_and(|heading| !has_heading(&target, heading)) {
                offences.push(format!("{path}: {link} leads nowhere"));
            }
        }
    }
    nothing(&offences);
}

#[test]
fn every_path_of_the_code_exists() {
    let mut offences = Vec::new();
    for Source { path, text } in documents().into_iter().chain(comments()) {
        let words = words(&text);
        let quoted = words.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
        let is_path = |quoted: &&str| {
            ["src/", "crates/", "tests/", "templates/"].iter().any(|folder| quoted.starts_with(folder))
                && !quoted.contains(|c: char| c.is_ascii_uppercase() || c == ' ')
        };
        for quoted in quoted.filter(is_path).filter(|quoted| !root().join(quoted).exists()) {
            offences.push(format!("{path}: there is no {quoted}"));
        }
    }
    nothing(&offences);
}

/// The paragraphs and the items of lists, without code, headings and tables.
fn paragraphs(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for line in words(text).lines().map(str::trim) {
        let numbered = line.split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok());
        if line.is_empty() || numbered || line.starts_with("- ") || line.starts_with(['|', '#', '<']) {
            all.push(String::new());
        }
        if !line.starts_with(['|', '#', '<']) {
            all.last_mut().unwrap().extend([line, " "]);
        }
    }
    all
}

/// Proves: FD-18: one thought a sentence, as far as a count of words can tell.
#[test]
fn no_sentence_has_to_be_taken_apart() {
    let mut offences = Vec::new();
    for Source { path, text } in documents() {
        for paragraph in paragraphs(&text) {
            let ends = |word: &&str| word.trim_end_matches(['"', ')', '*', ']', '_']).ends_with(['.', '?', '!']);
            let words: Vec<&str> = paragraph.split_whitespace().collect();
            let long = words.split_inclusive(ends).filter(|sentence| sentence.len() > LONGEST_SENTENCE);
            offences.extend(long.map(|words| format!("{path}: {} words: {}", words.len(), words.join(" "))));
        }
    }
    nothing(&offences);
}

#[test]
fn the_map_names_every_room() {
    let lib = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs")).unwrap();
    let (map, modules): (Vec<&str>, Vec<&str>) = lib.lines().partition(|line| line.starts_with("//!"));
    let map = map.join("\n");
    let words: Vec<&str> = map.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let modules: Vec<&str> = modules
        .iter()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    assert!(modules.len() > 10, "{modules:?}");
    for module in modules {
        assert!(words.contains(&module), "src/lib.rs does not say what {module} is for");
    }
}

//! What the program says on a terminal: the help of every command, and its complaints. Both are kept as files, so that a
//! review reads every change of a word. `make conformance` writes them anew. To keep one more complaint, write its
//! command at the end of `complaints.txt`, and let `make conformance` write the answer.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use testkit::{PASSWORD, run};

/// The same lines on every terminal, and the same configuration for every command.
const WIDTH: (&str, &str) = ("COLUMNS", "100");
const CONFIG: (&str, &str) = ("GRANTD_CONFIG", "grantd.toml");
/// The configuration of a command that shows none: a database in which anna has an account.
const WITH_PEOPLE: &str = "database.url = \"sqlite:data/grantd.db\"\n";

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/snapshots").join(name)
}

/// Compares with the file, or writes it.
fn compare(name: &str, said: &str) {
    if std::env::var_os("GRANTD_TEST_WRITE_PAGES").is_some() {
        fs::write(kept(name), said).unwrap();
    }
    let kept = fs::read_to_string(kept(name)).unwrap_or_default();
    let first = kept.lines().zip(said.lines()).find(|(kept, said)| kept != said);
    assert!(kept == said, "{name} holds something else, first at {first:#?}: `make conformance` writes it anew");
}

/// The help of a command and of those below it. Gives the names of those right below it.
fn help(folder: &Path, command: &[&str], into: &mut String) -> Vec<String> {
    let arguments = [command, &["--help"]].concat();
    let ended = run(folder, &arguments, &[WIDTH], "");
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{arguments:?}");
    writeln!(into, "$ grantd {}\n{}", arguments.join(" "), ended.out).unwrap();
    let below = ended.out.split_once("\nCommands:\n").map_or("", |(_, rest)| rest.split("\n\n").next().unwrap());
    // A name stands two columns in; what continues its text stands further in.
    let lines = below.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect::<Vec<_>>();
    for name in &names {
        help(folder, &[command, &[name]].concat(), into);
    }
    names
}

/// Proves: FD-19
#[test]
fn the_help_of_every_command_is_as_it_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut said = String::new();
    help(folder.path(), &[], &mut said);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "who asks for help makes nothing");
    compare("help.txt", &said);
}

/// What is typed: `$ NAME=value grantd ARGUMENTS`, `|` before each line of its configuration, and `<` before its input.
struct Typed<'a> {
    command: &'a str,
    configuration: Vec<&'a str>,
    input: Vec<&'a str>,
}

impl<'a> Typed<'a> {
    fn all_of(text: &'a str) -> impl Iterator<Item = Self> {
        let mut lines = text.lines();
        std::iter::from_fn(move || {
            let command = lines.find_map(|line| line.strip_prefix("$ "))?;
            let mut rest = lines.clone();
            let mut marked = |mark| {
                std::iter::from_fn(|| {
                    let line = rest.clone().next()?.strip_prefix(mark)?;
                    rest.next();
                    Some(line)
                })
                .collect()
            };
            Some(Self { command, configuration: marked("| "), input: marked("< ") })
        })
    }

    /// Runs it, and writes it with its answer.
    fn answered(&self, folder: &Path, into: &mut String) {
        let lines = |lines: &[&str]| lines.iter().flat_map(|line| [line, "\n"]).collect::<String>();
        let shown = lines(&self.configuration);
        fs::write(folder.join("grantd.toml"), if shown.is_empty() { WITH_PEOPLE } else { &shown }).unwrap();
        let (variables, arguments) = self.command.split_once("grantd").unwrap();
        let own = variables.split_whitespace().map(|variable| variable.split_once('=').unwrap());
        let variables = [WIDTH, CONFIG].into_iter().chain(own).collect::<Vec<_>>();
        let ended = run(folder, &arguments.split_whitespace().collect::<Vec<_>>(), &variables, &lines(&self.input));
        assert!(ended.code.is_some_and(|code| (1..100).contains(&code)), "{} is a mistake: {ended:?}", self.command);
        writeln!(into, "$ {}", self.command).unwrap();
        for (mark, lines) in [("|", &self.configuration), ("<", &self.input)] {
            for line in lines {
                writeln!(into, "{mark} {line}").unwrap();
            }
        }
        let said = format!("{}{}[{}]\n\n", ended.out, ended.err, ended.code.unwrap());
        into.push_str(&said.replace(&fs::canonicalize(folder).unwrap().display().to_string(), "HERE"));
    }
}

/// Proves: FD-19
#[test]
fn what_is_said_about_mistakes_is_as_it_was_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("grantd.toml"), WITH_PEOPLE).unwrap();
    let added = run(folder.path(), &["user", "add", "anna"], &[CONFIG], PASSWORD);
    assert_eq!(added.code, Some(0), "{added:?}");
    let kept = fs::read_to_string(kept("complaints.txt")).unwrap();
    let mut said = String::new();
    Typed::all_of(&kept).for_each(|typed| typed.answered(folder.path(), &mut said));
    for command in help(folder.path(), &[], &mut String::new()) {
        assert!(said.contains(&format!("grantd {command}")), "nobody reads what {command} says about a mistake");
    }
    compare("complaints.txt", &said);
}

//! The rules that the compiler cannot check: which module may use which, where SQL and HTTP are allowed, how large a file
//! may grow.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

#[path = "house/documents.rs"]
mod documents;
#[path = "house/driver.rs"]
mod driver;
#[path = "house/imports.rs"]
mod imports;
#[path = "house/names.rs"]
mod names;
#[path = "house/routes.rs"]
mod routes;
#[path = "house/secrets.rs"]
mod secrets;
#[path = "house/statements.rs"]
mod statements;
#[path = "house/templates.rs"]
mod templates;
#[path = "house/threads.rs"]
mod threads;

use std::fs;
use std::path::{Path, PathBuf};

/// Which modules of the server a module may name. All dependencies point inward, and no module names `cli`. Cargo keeps the
/// crates apart.
const MAY_USE: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("destination", &[]),
    ("entropy", &[]),
    ("telemetry", &[]),
    ("timekeeping", &["clock"]),
    ("observer", &[]),
    ("passwords", &["observer"]),
    ("secret_file", &[]),
    ("clients", &["secret_file"]),
    ("branding", &[]),
    ("client_keys", &["destination", "telemetry"]),
    ("root_secret", &["entropy"]),
    ("keys", &["clock", "root_secret"]),
    ("guessing", &[]),
    ("hashes_in_use", &[]),
    ("live_grants", &[]),
    ("logins", &[]),
    ("rate_limits", &[]),
    ("readiness", &[]),
    (
        "app",
        &[
            "branding",
            "client_keys",
            "clients",
            "clock",
            "entropy",
            "guessing",
            "hashes_in_use",
            "keys",
            "live_grants",
            "logins",
            "observer",
            "passwords",
            "rate_limits",
            "readiness",
            "root_secret",
            "secret_file",
            "timekeeping",
            "webhooks",
        ],
    ),
    (
        "flow",
        &[
            "app",
            "client_keys",
            "clock",
            "entropy",
            "keys",
            "observer",
            "passwords",
            "root_secret",
            "telemetry",
            "webhooks",
        ],
    ),
    ("tls", &[]),
    ("webhooks", &["destination", "root_secret", "secret_file"]),
    ("listener", &["app", "clock", "tls", "web"]),
    ("reload", &["app", "listener", "telemetry", "tls"]),
    ("janitor", &["listener", "timekeeping"]),
    ("renewal", &["listener", "telemetry"]),
    ("notices", &["app", "listener", "telemetry", "webhooks"]),
    ("web", &["app", "flow", "clock", "passwords", "root_secret"]),
    ("serve", &["app", "janitor", "listener", "notices", "renewal", "telemetry", "tls"]),
    (
        "cli",
        &[
            "app",
            "clients",
            "clock",
            "entropy",
            "flow",
            "keys",
            "listener",
            "passwords",
            "reload",
            "serve",
            "telemetry",
            "tls",
        ],
    ),
];

/// The parts of `src` that may name a library.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("sqlx", &["store/"]),
    ("socket2", &["serve.rs"]),
    ("axum", &["web/", "listener/", "serve/"]),
    ("tower_http", &["web/"]),
    ("askama", &["web/pages/", "words/"]),
    ("fluent_bundle", &["words/"]),
    ("unic_langid", &["words/"]),
    ("html5gum", &["auditor/person/"]),
    ("jsonwebtoken", &["keys/", "device/"]),
    ("argon2", &["passwords.rs", "passwords/"]),
    ("zxcvbn", &["flow/operator/secret_strength.rs", "passwords.rs"]),
    ("rand", &["entropy.rs"]),
    // cli has a module of that name.
    ("config", &["settings/", "cli/mod.rs"]),
    ("toml_edit", &["settings/", "cli/config.rs"]),
    (
        "reqwest",
        &["auditor/", "device/", "client_keys/fetch.rs", "cli/health.rs", "destination.rs", "webhooks/send.rs"],
    ),
    ("clap", &["cli/"]),
    ("anyhow", &["cli/"]),
    ("rpassword", &["cli/password_input.rs"]),
    ("tracing_subscriber", &["telemetry", "settings/log.rs"]),
    (
        "tokio",
        &[
            "auditor/",
            "cli/",
            "client_keys/",
            "clock.rs",
            "destination.rs",
            "flow/verify_password.rs",
            "janitor.rs",
            "keys/",
            "listener/",
            "notices/",
            "passwords.rs",
            "reload.rs",
            "renewal.rs",
            "serve.rs",
            "serve/",
            "store/",
            "web/",
            "webhooks/send.rs",
        ],
    ),
];

/// The crates of the workspace.
const CRATES: &[&str] =
    &["auditor", "database_url", "device", "private_file", "protocol", "settings", "store", "words"];

/// What `protocol` must not contain, so that it stays pure.
const NOT_PURE: &[&str] =
    &["async ", ".await", "SystemTime", "Instant::", "std::fs", "std::env", "tokio::", "tracing::"];

/// What `flow` must not contain: its callers speak with clients, people and operators.
const NOT_OF_FLOWS: &[&str] =
    &["axum::", "askama::", "clap::", "fluent_bundle::", "http::", "serde_json::", "HeaderMap", "StatusCode"];

/// The tests of processes and sockets, which need real time.
const REAL_TIME: &[&str] =
    &["suite/auditing.rs", "suite/faulty_server/tokens.rs", "suite/listener.rs", "suite/reload.rs"];

const LONGEST_FILE: usize = 400;
const NO_MODULES: &[&str] =
    &["utils", "util", "helpers", "helper", "managers", "manager", "services", "common", "misc"];

/// A source file, by its path below the folder it was looked for in.
struct Source {
    path: String,
    text: String,
}

fn files(folder: &str, ending: &str) -> Vec<Source> {
    fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, into) } else { into.push(path) }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    let of_kind = paths.iter().filter(|path| path.to_str().unwrap().ends_with(ending));
    let files: Vec<Source> = of_kind
        .map(|path| Source {
            path: path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(),
            text: fs::read_to_string(path).unwrap(),
        })
        .collect();
    assert!(files.len() > 3, "{folder} holds only {} files: this test looks in the wrong place", files.len());
    files
}

/// The server below `src` and the crates beside it: `store/db.rs` is `crates/store/src/db.rs`.
fn sources() -> Vec<Source> {
    let crates = files("crates", ".rs")
        .into_iter()
        .map(|source| Source { path: source.path.replacen("/src/", "/", 1).replace('-', "_"), text: source.text });
    files("src", ".rs").into_iter().chain(crates).collect()
}

/// The code that ships, without tests, comments and doc lines.
fn code() -> Vec<Source> {
    let tests = ["tests.rs", "_tests.rs", "gallery.rs", "scripted_server.rs"];
    let sources = sources()
        .into_iter()
        .filter(|source| !source.path.starts_with("testkit/") && !tests.iter().any(|name| source.path.ends_with(name)));
    let without = |source: Source| {
        // Tests are at the end of a file.
        let text = source.text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        Source { path: source.path, text: lines.collect::<Vec<_>>().join("\n") }
    };
    sources.map(without).collect()
}

impl Source {
    /// The top-level module that the file belongs to.
    fn module(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// What follows each occurrence of a word, where it does not end a longer one.
    fn after<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a str> {
        self.text.match_indices(word).filter_map(move |(at, _)| {
            let before = self.text[..at].chars().next_back();
            let whole = !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
            whole.then(|| &self.text[at + word.len()..])
        })
    }
}

/// The modules that follow `crate::`: one, or those of a group.
fn named(text: &str) -> Vec<&str> {
    match text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((group, _)) => group.split(',').map(|item| name(item.trim())).filter(|item| !item.is_empty()).collect(),
        None => vec![name(text)],
    }
}

fn name(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap()
}

#[track_caller]
fn nothing(offences: &[String]) {
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[test]
fn modules_only_look_inward() {
    let mut offences = Vec::new();
    let mut used = Vec::new();
    for source in code() {
        let module = source.module();
        if ["main", "lib"].contains(&module) || CRATES.contains(&module) {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(row, _)| *row == module) else {
            offences.push(format!("{}: the module {module} has no row in MAY_USE", source.path));
            continue;
        };
        for known in source.after("crate::").flat_map(named) {
            used.push((module.to_owned(), known.to_owned()));
            if known != module && !allowed.contains(&known) {
                offences.push(format!("{}: {module} may not know {known}", source.path));
            }
        }
    }
    for (module, allowed) in MAY_USE {
        for known in *allowed {
            if !used.contains(&((*module).to_owned(), (*known).to_owned())) {
                offences.push(format!("{module} does not use {known}: the row can be stricter"));
            }
        }
    }
    nothing(&offences);
}

#[test]
fn libraries_stay_where_they_belong() {
    let mut offences = Vec::new();
    for source in code() {
        for (library, places) in ONLY_IN {
            let named = source.after(&format!("{library}::")).next().is_some();
            if named && !places.iter().any(|place| source.path.starts_with(place)) {
                offences.push(format!("{}: {library} belongs to {places:?}", source.path));
            }
        }
        if source.module() == "protocol" {
            let found = NOT_PURE.iter().filter(|word| source.text.contains(**word));
            offences.extend(found.map(|word| format!("{}: {word:?} in the pure part", source.path)));
        }
        if source.module() == "flow" {
            let found = NOT_OF_FLOWS.iter().filter(|word| source.after(word).next().is_some());
            offences.extend(found.map(|word| format!("{}: {word:?} in a flow", source.path)));
        }
        // Types may be named: what a flow returns.
        if source.module() == "web" && source.after("store::").any(|named| named.starts_with(char::is_lowercase)) {
            offences.push(format!("{}: web reads and writes through a flow", source.path));
        }
        let sql = ["\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE "].iter().any(|verb| source.text.contains(verb));
        if sql && source.module() != "store" {
            offences.push(format!("{}: SQL outside of store", source.path));
        }
    }
    nothing(&offences);
}

#[test]
fn every_file_says_what_it_answers_and_stays_readable() {
    let mut offences = Vec::new();
    for (folder, source) in
        ["src", "crates", "tests"].iter().flat_map(|folder| files(folder, ".rs").into_iter().map(move |s| (folder, s)))
    {
        let path = format!("{folder}/{}", source.path);
        let lines = source.text.lines().count();
        if !source.text.starts_with("//! ") {
            offences.push(format!("{path} does not open with what it is for"));
        }
        if lines > LONGEST_FILE {
            offences.push(format!("{path} has {lines} lines: more than one thing lives there"));
        }
        let module = source.path.split('/').map(|step| step.trim_end_matches(".rs"));
        offences
            .extend(module.filter(|step| NO_MODULES.contains(step)).map(|step| format!("{path}: {step} says nothing")));
        let sleeps = folder == &"tests" && source.path.starts_with("suite/") && source.text.contains("sleep(");
        if sleeps && !REAL_TIME.contains(&source.path.as_str()) {
            offences.push(format!("{path} sleeps: move the clock instead"));
        }
    }
    nothing(&offences);
}

#[test]
fn nothing_unfinished_and_nothing_printed_by_the_server() {
    let mut offences = Vec::new();
    for source in code() {
        let never = ["todo!", "unimplemented!", "dbg!"];
        let printed = ["println!", "eprintln!", "print!", "eprint!"];
        // The commands write in one place, which does not panic.
        let forbidden = never.iter().chain(&printed);
        let found = forbidden.filter(|word| source.after(word).next().is_some());
        offences.extend(found.map(|word| format!("{}: {word}", source.path)));
    }
    nothing(&offences);
}

/// Proves: FD-02: one file of the commands writes to standard output, besides the screen of a device.
#[test]
fn the_commands_write_in_one_place() {
    let code = code();
    let others = code.iter().filter(|source| source.module() == "cli" && source.path != "cli/output.rs");
    let writes = |source: &&Source| source.text.replace("Screen::on(io::stdout())", "").contains("stdout()");
    nothing(&others.filter(writes).map(|source| format!("{} writes by itself", source.path)).collect::<Vec<_>>());
}

/// Proves: FB-01 FB-03: one odd byte does not drop a header.
#[test]
fn headers_are_read_as_bytes() {
    let code = code();
    let dropped =
        code.iter().filter(|source| source.text.split_whitespace().collect::<String>().contains("to_str().ok()"));
    nothing(&dropped.map(|source| format!("{} drops a header for one odd byte", source.path)).collect::<Vec<_>>());
}

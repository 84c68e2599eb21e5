//! The commands in the documentation do what it says. They are taken from the page and run by a shell, one after the
//! other, against the program in a process of its own.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::Value;

use testkit::{Daemon, Database, PASSWORD, command};

/// The host that the pages name.
const HOST: &str = "https://login.example.com";
/// The placeholder for a value that differs each time.
const ANYTHING: char = '…';

/// Proves: seed_69 seed_52 seed_54 seed_39 seed_40 seed_43 seed_44 seed_59
#[tokio::test]
async fn the_walk_through_for_pingone_works_as_it_is_written() {
    walk(include_str!("../../docs/pingone.md"), &[]).await;
}

/// Proves: seed_69: without any profile.
#[tokio::test]
async fn the_walk_through_for_programs_works_as_it_is_written() {
    walk(include_str!("../../docs/programs.md"), &[]).await;
}

/// Proves: seed_69 seed_10 seed_53 seed_60
#[tokio::test]
async fn the_walk_through_for_janssen_works_as_it_is_written() {
    let secret = "a-secret-of-a-television-that-is-long-enough";
    walk(include_str!("../../docs/janssen.md"), &[("CLIENT_ID", "123-123-123"), ("CLIENT_SECRET", secret)]).await;
}

/// Starts a server with the page's own configuration, adds a person, and runs every command of the page. Members of an
/// answer are variables of the commands that follow: `device_code` is `$DEVICE_CODE`, `tokenId` is `$TOKEN_ID`.
async fn walk(page: &str, given: &[(&str, &str)]) {
    let mut blocks = blocks(page).into_iter().peekable();
    let Some(("toml", configuration)) = blocks.next() else { panic!("the page begins with a configuration") };
    let mut variables: HashMap<String, String> =
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut configuration = configuration.replace(&format!("issuer = \"{HOST}\"\n"), "");
    if let Some(secret) = variables.get("CLIENT_SECRET") {
        let digest = protocol::Digest::sha256(secret.as_bytes()).hex();
        let start = configuration.find("\"sha256:").expect("a digest to put the secret's in the place of");
        configuration.replace_range(start + 8..start + 8 + 64, &digest);
    }
    // curl keeps cookies of https from plain http, so the issuer is the socket itself.
    let on_localhost = |config: &Path| {
        let port = config.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let mut serve = command("serve", config);
        serve.env("GRANTD__ISSUER", format!("http://localhost:{port}"));
        serve
    };
    let daemon = Daemon::start_on(Arc::new(Database::fresh().await), &configuration, on_localhost).await;
    let added = daemon.beside(&["user", "add", "alice"], &format!("{PASSWORD}\n")).await;
    assert_eq!(added.code, Some(0), "{added:?}");
    let folder = tempfile::tempdir().unwrap();
    let server = format!("http://localhost:{}", daemon.address.port());
    for (name, value) in [("USERNAME", "alice"), ("PASSWORD", PASSWORD)] {
        variables.insert(name.to_owned(), value.to_owned());
    }
    variables.insert("COOKIES".to_owned(), folder.path().join("cookies").display().to_string());

    let mut commands = 0;
    while let Some((kind, text)) = blocks.next() {
        assert_eq!(kind, "sh", "a command, then its answer: {text}");
        let command = text.replace(HOST, &server);
        let mut shell = Command::new("sh");
        // Nothing of this machine's: a proxy, or somebody's settings of curl.
        shell.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).envs(&variables);
        shell.arg("-euc").arg(&command).stdin(Stdio::null());
        let output = shell.output().unwrap();
        assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
        let answer = String::from_utf8(output.stdout).unwrap();
        let (kind, expected) = blocks.next().unwrap_or_else(|| panic!("no answer is shown for\n{text}"));
        let expected = expected.replace(HOST, &server);
        commands += 1;
        if kind == "html" {
            assert_eq!(answer, expected, "{text}");
            continue;
        }
        assert_eq!(kind, "json", "{text}");
        let answer: Value =
            serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{text}\nanswers no JSON ({error}): {answer}"));
        let expected: Value = serde_json::from_str(&expected).unwrap();
        assert!(fits(&answer, &expected), "{text}\nanswers\n{answer:#}\nand the page shows\n{expected:#}");
        for (member, value) in answer.as_object().into_iter().flatten() {
            if let Some(value) = value.as_str() {
                variables.insert(shouted(member), value.to_owned());
            }
        }
    }
    assert!(commands >= 5, "the whole flow is walked");
}

/// The fenced blocks of a page: their kind and their text.
fn blocks(page: &str) -> Vec<(&str, String)> {
    let fenced = page.split("```").collect::<Vec<_>>();
    assert!(fenced.len() % 2 == 1, "every block is closed");
    fenced
        .iter()
        .skip(1)
        .step_by(2)
        .filter_map(|block| block.split_once('\n'))
        .map(|(kind, text)| (kind, text.to_owned()))
        .collect()
}

/// Whether an answer has just the members that the page shows, with their values.
fn fits(answer: &Value, expected: &Value) -> bool {
    match (answer, expected) {
        (Value::Object(answer), Value::Object(expected)) => {
            answer.len() == expected.len()
                && expected
                    .iter()
                    .all(|(member, expected)| answer.get(member).is_some_and(|answer| fits(answer, expected)))
        }
        (Value::String(answer), Value::String(expected)) => match expected.split_once(ANYTHING) {
            Some((before, after)) => {
                answer.len() > before.len() + after.len() && answer.starts_with(before) && answer.ends_with(after)
            }
            None => answer == expected,
        },
        // An instant, which differs each time.
        (Value::Number(answer), Value::Number(expected)) if expected.as_u64() == Some(0) => answer.as_u64() > Some(0),
        (answer, expected) => answer == expected,
    }
}

/// `tokenId` and `device_code` as names of variables.
fn shouted(member: &str) -> String {
    let mut name = String::new();
    for letter in member.chars() {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

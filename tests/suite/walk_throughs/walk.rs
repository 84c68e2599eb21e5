//! The reader of a page: saves its files, runs its commands, and compares what they answer with what the page shows.

use std::collections::HashMap;
use std::fs;
use std::future::pending;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use oauth2::http::Response;
use oauth2::{HttpRequest, HttpResponse};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use super::page::{Answer, Step, steps};
use super::sign_in::sign_in;
use testkit::cluster::is_here;
use testkit::{Browser, Daemon, Database, PASSWORD, command, direct_request, grantd, secs};

/// The host that the pages name.
pub const HOST: &str = "https://login.example.com";
/// The placeholder for what differs each time.
const ANYTHING: char = '…';

/// A server with the configuration of a page, and somebody who reads the page.
pub struct Walk {
    daemon: Daemon,
    /// Where the reader works.
    folder: TempDir,
    /// What stands for `HOST`.
    server: String,
    /// What earlier answers hold: `device_code` is `$DEVICE_CODE`, `tokenId` is `$TOKEN_ID`.
    variables: HashMap<String, String>,
}

/// Whether Debian's Python has these libraries.
pub fn have_libraries(names: &str) -> bool {
    let tried = Command::new("/usr/bin/python3").args(["-c", &format!("import {names}")]).output();
    let found = tried.is_ok_and(|ended| ended.status.success()).then(|| "/usr/bin/python3".into());
    is_here(&format!("{names} of Python"), found).is_some()
}

impl Walk {
    /// Does all that a page says, and gives what the answers hold.
    pub async fn along(page: &str, given: &[(&str, &str)]) -> HashMap<String, String> {
        let (configuration, steps) = steps(page);
        let mut walk = Self::begin(&configuration, given).await;
        for step in &steps {
            match step {
                Step::Save { name, text } => fs::write(walk.folder.path().join(name), walk.here(text)).unwrap(),
                Step::Approve => walk.approve(&walk.variables["USER_CODE"].clone()).await,
                Step::SignIn => walk.sign_in().await,
                Step::Run { command, answer } => walk.run(command, answer.as_ref()).await,
            }
        }
        let commands = steps.iter().filter(|step| matches!(step, Step::Run { .. })).count();
        assert!(commands >= 1, "something is walked");
        walk.variables
    }

    async fn begin(configuration: &str, given: &[(&str, &str)]) -> Self {
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
            let server = format!("http://localhost:{port}");
            let text = fs::read_to_string(config).unwrap();
            fs::write(config, text.replace("https://login.example.test", &server).replace(HOST, &server)).unwrap();
            command("serve", config)
        };
        let daemon = Daemon::start_on(Arc::new(Database::fresh().await), &configuration, on_localhost).await;
        let added = daemon.beside(&["user", "add", "alice"], &format!("{PASSWORD}\n")).await;
        assert_eq!(added.code, Some(0), "{added:?}");
        let folder = tempfile::tempdir().unwrap();
        fs::copy(&daemon.config, folder.path().join("grantd.toml")).unwrap();
        // What was installed for the interop step.
        if let Some(installed) = std::env::var_os("GRANTD_TEST_INTEROP") {
            let modules = Path::new(&installed).join("node_modules");
            std::os::unix::fs::symlink(modules, folder.path().join("node_modules")).unwrap();
        }
        for (name, value) in [("USERNAME", "alice"), ("PASSWORD", PASSWORD)] {
            variables.insert(name.to_owned(), value.to_owned());
        }
        variables.insert("COOKIES".to_owned(), folder.path().join("cookies").display().to_string());
        let server = format!("http://localhost:{}", daemon.address.port());
        Self { daemon, folder, server, variables }
    }

    /// The text of a page, for this server.
    fn here(&self, text: &str) -> String {
        text.replace(HOST, &self.server)
    }

    /// Runs a command. A person approves what it asks them to open, and types a password where it asks for one.
    async fn run(&mut self, text: &str, answer: Option<&Answer>) {
        let (told, typed) = (self.folder.path().join("stderr"), self.folder.path().join("stdin"));
        fs::write(&typed, format!("{PASSWORD}\n")).unwrap();
        let mut shell = Command::new("sh");
        // Nothing of this machine's, such as a proxy or somebody's settings of curl. The distribution's programs come
        // first, because its libraries belong to them.
        let (own, others) = (grantd(), std::env::var("PATH").unwrap());
        let path = format!("{}:/usr/bin:{others}", own.parent().unwrap().display());
        shell.env_clear().env("PATH", path).envs(&self.variables).current_dir(&self.folder);
        shell.args(["-euc", &self.here(text)]).stdin(fs::File::open(&typed).unwrap()).stdout(Stdio::piped());
        let mut process = shell.stderr(fs::File::create(&told).unwrap()).spawn().unwrap();
        let (said, mut lines) = unbounded_channel();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        std::thread::spawn(move || {
            let mut line = String::new();
            while out.read_line(&mut line).is_ok_and(|read| read > 0) && said.send(std::mem::take(&mut line)).is_ok() {}
        });
        let mut shown = String::new();
        while let Some(line) = self.next_line(&mut lines, text).await {
            if let Some((_, code)) = line.strip_prefix("Open ").and_then(|link| link.trim().split_once("user_code=")) {
                self.approve(code).await;
            }
            shown += &line;
        }
        assert!(process.wait().unwrap().success(), "{text}\n{shown}{}", fs::read_to_string(&told).unwrap());
        if let Ok(Value::Object(members)) = serde_json::from_str(&shown) {
            let texts =
                members.iter().filter_map(|(member, value)| Some((shouted(member), value.as_str()?.to_owned())));
            self.variables.extend(texts);
        }
        match answer {
            None => {}
            Some(Answer::Text(expected)) => {
                let expected = self.here(expected);
                assert!(looks_like(&shown, &expected), "{text}\nanswers\n{shown}\nand the page shows\n{expected}");
            }
            Some(Answer::Json(expected)) => {
                let (answer, expected): (Value, Value) = (
                    serde_json::from_str(&shown).unwrap_or(Value::String(shown)),
                    serde_json::from_str(&self.here(expected)).unwrap(),
                );
                assert!(fits(&answer, &expected), "{text}\nanswers\n{answer:#}\nand the page shows\n{expected:#}");
            }
        }
    }

    async fn next_line(&self, lines: &mut UnboundedReceiver<String>, command: &str) -> Option<String> {
        timeout(secs(60), lines.recv()).await.unwrap_or_else(|_| panic!("it does not end: {command}"))
    }

    /// Alice opens the page, logs in and approves.
    async fn approve(&self, code: &str) {
        let mut browser = Browser::on_localhost(self.daemon.address.port());
        let decision = browser.reach_decision(code, "alice").await;
        assert!(decision.is_decision(), "{decision:?}");
        browser.approve(&decision).await;
    }

    /// Runs the program that the page shows and the tests compile.
    async fn sign_in(&self) {
        let (shown, mut screen) = unbounded_channel();
        let address = self.daemon.address;
        let http = |request: HttpRequest| async move {
            let (parts, body) = request.into_parts();
            let path = parts.uri.path_and_query().unwrap().as_str();
            let sent = direct_request(address, parts.method.as_str(), path).headers(parts.headers);
            let answer = sent.header("host", format!("localhost:{}", address.port())).body(body).send().await?;
            let mut response: HttpResponse = Response::new(Vec::new());
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            *response.body_mut() = answer.bytes().await?.to_vec();
            Ok::<_, reqwest::Error>(response)
        };
        let show = |_: &str, code: &str| drop(shown.send(code.to_owned()));
        let person = async {
            let code = screen.recv().await.unwrap();
            self.approve(&code).await;
        };
        // The daemon counts real time.
        let pause = |length| async move { drop(timeout(length, pending::<()>()).await) };
        let (token, ()) = tokio::join!(sign_in(&self.server, &http, pause, show), person);
        assert!(token.unwrap().starts_with("eyJ"), "an access token");
    }
}

/// Whether an answer is the text that the page shows, whose placeholders stand for some characters each.
fn looks_like(answer: &str, expected: &str) -> bool {
    let mut parts = expected.split(ANYTHING);
    let Some(mut rest) = answer.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some((before, after)) = rest.split_once(part) else { return false };
        if before.is_empty() {
            return false;
        }
        rest = after;
    }
    rest.len() > last.len() && rest.ends_with(last)
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
        (Value::String(answer), Value::String(expected)) => looks_like(answer, expected),
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

//! Lets a person approve or deny: by filling in the forms over HTTP, by a program, or at the terminal.

mod forms;
mod page;
mod visitor;
mod walk;

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use url::Url;

use crate::observations::Stop;
use crate::wire::Wire;
use protocol::Secret;

pub(super) use page::Page;
pub(super) use visitor::Visitor;

/// What a person decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The device may sign in.
    Approve,
    /// It may not.
    Deny,
}

impl Decision {
    /// The word for programs and people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Deny => "deny",
        }
    }
}

/// A user of the server.
#[derive(Clone, Debug)]
pub struct Account {
    username: String,
    password: Secret,
    /// Rows log in one after the other.
    logging_in: Arc<Mutex<()>>,
}

impl Account {
    /// A user who logs in with a name and a password.
    pub fn new(username: &str, password: Secret) -> Self {
        Self { username: username.to_owned(), password, logging_in: Arc::default() }
    }
}

/// Asks somebody at a terminal to decide.
pub trait Prompt: Send + Sync {
    /// Says what to do, and waits until it is done. `false` means that it cannot be done.
    fn ask(&self, uri: &str, user_code: &str, decision: Decision) -> bool;
}

/// The person who answers on the pages.
#[derive(Clone)]
pub enum Person {
    /// Forms are filled in over HTTP, by the names and labels of their fields.
    Http(Account),
    /// A program is called with the verification URI, the user code and `approve` or `deny`; it exits 0 when that is done.
    Command(PathBuf),
    /// A person at a terminal, one request after the other.
    Interactive(Arc<Mutex<Box<dyn Prompt>>>),
    /// Nobody. Rows that need a decision are skipped.
    Nobody,
}

impl Person {
    /// A person at a terminal.
    pub fn interactive(prompt: impl Prompt + 'static) -> Self {
        Self::Interactive(Arc::new(Mutex::new(Box::new(prompt))))
    }

    pub(super) async fn decide(&self, wire: &Wire, uri: &Url, code: &str, decision: Decision) -> Result<(), Stop> {
        let undone = |why: String| Stop::skipped(format!("the person could not {}: {why}", decision.name()));
        match self {
            Self::Http(account) => {
                let mut visitor = Visitor::new(wire.clone(), account.clone());
                let page = visitor.reach_decision(uri, code).await.map_err(undone)?;
                visitor.decide(&page, decision).await.map(drop).map_err(undone)
            }
            Self::Command(program) => {
                let mut command = Command::new(program);
                // Standard output may be the report.
                command.args([uri.as_str(), code, decision.name()]).stdin(Stdio::null()).stdout(Stdio::null());
                let ended =
                    spawn_blocking(move || command.status()).await.map_err(|error| undone(error.to_string()))?;
                let status = ended.map_err(|error| undone(format!("the program cannot be run: {error}")))?;
                if status.success() { Ok(()) } else { Err(undone(format!("the program ended with {status}"))) }
            }
            Self::Interactive(prompt) => {
                let prompt = Arc::clone(prompt).lock_owned().await;
                let (uri, code) = (uri.to_string(), code.to_owned());
                match spawn_blocking(move || prompt.ask(&uri, &code, decision)).await {
                    Ok(true) => Ok(()),
                    _ => Err(undone("nobody did".to_owned())),
                }
            }
            Self::Nobody => Err(Stop::skipped("needs somebody who decides (--approve)")),
        }
    }

    /// A new browser, for rows that only forms can answer.
    pub(super) fn visitor(&self, wire: &Wire) -> Result<Visitor, Stop> {
        match self {
            Self::Http(account) => Ok(Visitor::new(wire.clone(), account.clone())),
            _ => Err(Stop::skipped("needs a person who walks the forms (--approve http)")),
        }
    }
}

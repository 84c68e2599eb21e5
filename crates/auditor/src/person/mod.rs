//! The person who approves or denies: the forms filled in over HTTP, a program, or somebody at the terminal.

mod forms;
mod page;
mod visitor;
mod walk;

use std::fmt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use url::Url;

use crate::observations::Stop;
use crate::wire::Wire;
use device::Secret;

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

/// Somebody whom the server knows.
#[derive(Clone, Debug)]
pub struct Account {
    username: String,
    password: Secret,
    /// Logins of all rows take turns.
    logging_in: Arc<Mutex<()>>,
}

impl Account {
    /// Somebody who logs in with a name and a password.
    pub fn new(username: &str, password: Secret) -> Self {
        Self { username: username.to_owned(), password, logging_in: Arc::default() }
    }
}

/// Asks somebody at a terminal to decide.
pub trait Prompt: Send + Sync {
    /// Says what to do, and waits until it is done; false: it cannot be done.
    fn ask(&self, uri: &str, user_code: &str, decision: Decision) -> bool;
}

/// Who answers on the pages.
#[derive(Clone)]
pub enum Person {
    /// Forms are filled in over HTTP, by what their fields are called.
    Http(Account),
    /// A program is called with the verification URI, the user code and `approve` or `deny`; it exits 0 when that is done.
    Command(PathBuf),
    /// Somebody at a terminal, one request after the other.
    Interactive(Arc<Mutex<Box<dyn Prompt>>>),
    /// Nobody: rows that take a decision are skipped.
    Nobody,
}

impl Person {
    /// Somebody at a terminal.
    pub fn interactive(prompt: impl Prompt + 'static) -> Self {
        Self::Interactive(Arc::new(Mutex::new(Box::new(prompt))))
    }

    pub(super) async fn decide(&self, wire: &Wire, uri: &Url, code: &str, decision: Decision) -> Result<(), Stop> {
        let undone = |why: String| Stop::Skipped(format!("the person could not {}: {why}", decision.name()));
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
                let ended = spawn_blocking(move || command.status()).await;
                match ended {
                    Ok(Ok(status)) if status.success() => Ok(()),
                    Ok(Ok(status)) => Err(undone(format!("the program ended with {status}"))),
                    Ok(Err(error)) => Err(undone(format!("the program cannot be run: {error}"))),
                    Err(error) => Err(undone(error.to_string())),
                }
            }
            Self::Interactive(prompt) => {
                let prompt = Arc::clone(prompt).lock_owned().await;
                let (uri, code) = (uri.to_string(), code.to_owned());
                match spawn_blocking(move || prompt.ask(&uri, &code, decision)).await {
                    Ok(true) => Ok(()),
                    _ => Err(undone("nobody did".to_owned())),
                }
            }
            Self::Nobody => Err(Stop::Skipped("needs somebody who decides (--approve)".to_owned())),
        }
    }

    /// A browser of its own, for what only the forms can do.
    pub(super) fn visitor(&self, wire: &Wire) -> Result<Visitor, Stop> {
        match self {
            Self::Http(account) => Ok(Visitor::new(wire.clone(), account.clone())),
            _ => Err(Stop::Skipped("needs a person who walks the forms (--approve http)".to_owned())),
        }
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http(_) => "Http",
            Self::Command(_) => "Command",
            Self::Interactive(_) => "Interactive",
            Self::Nobody => "Nobody",
        })
    }
}

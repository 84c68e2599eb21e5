//! A black-box audit of *any* server that speaks the device grant of RFC 8628 (requirement B-01).
//!
//! [`audit`] finds the server by discovery and tries the [`Row`]s on it, several at once. A row has a name, the section that
//! it is about, what the RFCs demand there, what is good beyond that, and a function that asks the server and notes its
//! [`Observations`](observations::Observations). Only a broken MUST fails a row. What is merely better is a note, unless
//! [`Plan::strict`] demands it. A [`Person`] answers on the pages. The [`Report`] has the outcome of each row.
//!
//! **Invariant:** nothing here knows grantd. An answer of the server is read as JSON and never through types of the server,
//! because a mistake in those would hide itself.
//! **Invariant:** no code, token, secret or password gets into a report.

mod client;
mod leftovers;
mod metadata;
mod observations;
mod person;
mod report;
mod rows;
mod run;
mod time;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{StreamExt, stream};

use run::AuditRun;

pub use client::{Client, Clients};
pub use observations::Verdict;
pub use person::{Account, Decision, Person, Prompt};
pub use report::Report;
pub use rows::{Outcome, Row, rows};

/// The server to audit, and how.
pub struct Plan {
    /// The server, letter for letter as it calls itself.
    pub issuer: String,
    /// The clients that ask.
    pub clients: Clients,
    /// The scope that is asked for. `None` leaves it to the server.
    pub scope: Option<String>,
    /// The person who answers on the pages.
    pub person: Person,
    /// The names of the rows to try. All rows if it is empty.
    pub only: Vec<String>,
    /// The names of the rows to leave out.
    pub skip: Vec<String>,
    /// Whether a row also fails where only the better habit is missing.
    pub strict: bool,
    /// The longest that a row may wait for a code to expire, or for a limit on requests to end.
    pub patience: Duration,
    /// How many rows are tried at once.
    pub jobs: usize,
}

/// Why nothing was audited.
#[derive(Debug, thiserror::Error)]
pub enum CannotAudit {
    /// An issuer is an http or https URL without query and fragment (RFC 8414 section 2).
    #[error("{0:?} is not an issuer: it must be an http or https URL without query and fragment")]
    NotAnIssuer(String),
    /// There is no metadata at either place.
    #[error("{0} has no metadata at its well-known places (RFC 8414 section 3)")]
    NotDiscovered(String),
    /// The metadata lacks what the device grant needs.
    #[error("the metadata names no usable {0}, which the device grant needs")]
    NotOffered(&'static str),
    /// There is no answer.
    #[error("the server {server} cannot be reached: {reason}")]
    Unreachable {
        /// Its host and port, as in the URL.
        server: String,
        /// What was asked, and why no answer came.
        reason: String,
    },
    /// The HTTP client could not be set up.
    #[error("no HTTP client can be made on this machine: {0}")]
    NoHttp(String),
    /// A name in `only` or `skip` that no row has.
    #[error("there is no row {0:?}; `grantd audit --list` shows them all")]
    NoSuchRow(String),
}

/// Tries the rows of `plan`. `progress` gets the outcome of each row, and the number of all rows.
///
/// # Errors
/// When no row could be tried.
pub async fn audit(plan: Plan, mut progress: impl FnMut(&Outcome, usize)) -> Result<Report, CannotAudit> {
    if let Some(unknown) = plan.only.iter().chain(&plan.skip).find(|name| !rows().any(|row| row.id == **name)) {
        return Err(CannotAudit::NoSuchRow(unknown.clone()));
    }
    let names = |list: &[String], row: &Row| list.iter().any(|name| name == row.id);
    let is_chosen = |row: &&Row| (plan.only.is_empty() || names(&plan.only, row)) && !names(&plan.skip, row);
    let chosen: Vec<&Row> = rows().filter(is_chosen).collect();
    let began = time::now();
    let run = &AuditRun::begin(plan).await?;
    let mut outcomes = BTreeMap::new();
    // Rows that wait begin first: the others run meanwhile.
    let (waiting, quick): (Vec<_>, Vec<_>) = chosen.iter().enumerate().partition(|(_, row)| row.waits);
    let order = waiting.into_iter().chain(quick);
    let tried = order.map(|(place, row)| async move { (place, row.outcome(run).await) });
    let mut running = stream::iter(tried).buffer_unordered(run.plan.jobs.max(1));
    while let Some((place, outcome)) = running.next().await {
        progress(&outcome, chosen.len());
        outcomes.insert(place, outcome);
    }
    drop(running);
    let rows = outcomes.into_values().collect();
    let left_waiting = run.end().await;
    let took = time::now().since(began);
    Ok(Report { issuer: run.plan.issuer.clone(), strict: run.plan.strict, began, took, rows, left_waiting })
}

//! A black-box audit of *any* server that speaks the device grant of RFC 8628 (requirement B-01).
//!
//! [`audit`] finds the server by discovery and tries the [`Row`]s on it, several at once. A row is one small thing: a
//! name, the section that it is about, what the RFCs demand there, what is good beyond that, and a function that asks the
//! server and notes its [`Observations`](observations::Observations). Only a broken MUST fails a row; the rest is a note,
//! unless [`Plan::strict`] asks for grantd's own, stricter expectations. A [`Person`] answers on the pages. The outcomes
//! are a [`Report`].
//!
//! **Invariant:** nothing here knows the server in this crate. What a server says is read as JSON and never through types
//! of ours, so that a mistake in those cannot hide itself.
//! **Invariant:** no code, token, secret or password gets into a report.

mod client;
mod metadata;
mod observations;
mod person;
mod report;
mod rows;
mod run;
mod time;
mod wire;

use std::time::Duration;

use futures_util::{StreamExt, stream};

use run::AuditRun;

pub use client::{Client, Clients};
pub use observations::Verdict;
pub use person::{Account, Decision, Person, Prompt};
pub use report::Report;
pub use rows::{Outcome, Row, rows};

/// What is audited, and how.
pub struct Plan {
    /// The server, letter for letter as it calls itself.
    pub issuer: String,
    /// Who asks.
    pub clients: Clients,
    /// What is asked for; `None`: what the server gives by default.
    pub scope: Option<String>,
    /// Who answers on the pages.
    pub person: Person,
    /// The rows to try, by name; empty: all.
    pub only: Vec<String>,
    /// The rows to leave out, by name.
    pub skip: Vec<String>,
    /// Whether what is merely good is demanded.
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
    /// Nobody answers.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// The HTTP client could not be set up.
    #[error("no HTTP client can be made on this machine: {0}")]
    NoHttp(String),
    /// A name in `only` or `skip` that no row has.
    #[error("there is no row {0:?}; `grantd audit --list` shows them all")]
    NoSuchRow(String),
}

/// Tries the rows of `plan`. `progress` hears of each that is done, and how many there are.
///
/// # Errors
/// Why there was nothing to try the rows on.
pub async fn audit(plan: Plan, mut progress: impl FnMut(&Outcome, usize)) -> Result<Report, CannotAudit> {
    if let Some(unknown) = plan.only.iter().chain(&plan.skip).find(|name| !rows().any(|row| row.id == **name)) {
        return Err(CannotAudit::NoSuchRow(unknown.clone()));
    }
    let names = |list: &[String], row: &Row| list.iter().any(|name| name == row.id);
    let chosen: Vec<&Row> = rows()
        .filter(|row| plan.only.is_empty() || names(&plan.only, row))
        .filter(|row| !names(&plan.skip, row))
        .collect();
    let began = time::now();
    let (strict, jobs) = (plan.strict, plan.jobs.max(1));
    let run = &AuditRun::begin(plan).await?;
    let mut outcomes = Vec::new();
    // Those that wait begin first, so that the others fill their time.
    let (waiting, quick): (Vec<_>, Vec<_>) = chosen.iter().enumerate().partition(|(_, row)| row.waits);
    let order = waiting.into_iter().chain(quick);
    let tried = order.map(|(place, row)| async move { (place, row.outcome(run, strict).await) });
    let mut running = stream::iter(tried).buffer_unordered(jobs);
    while let Some((place, outcome)) = running.next().await {
        progress(&outcome, chosen.len());
        outcomes.push((place, outcome));
    }
    drop(running);
    outcomes.sort_by_key(|(place, _)| *place);
    let rows = outcomes.into_iter().map(|(_, outcome)| outcome).collect();
    Ok(Report { issuer: run.issuer().to_owned(), strict, began, took: time::now().since(began), rows })
}

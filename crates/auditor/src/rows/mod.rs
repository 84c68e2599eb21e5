//! The rows of the audit, in the order of a walk: discovery, codes, polls, decisions, tokens and their use.

mod authorization;
mod authorization_requests;
mod deciding;
mod discovery;
mod expecting;
mod identity;
mod introspection;
mod ownership;
mod pages;
mod polling;
mod redemption;
mod refreshing;
mod revocation;
mod token_clients;
mod token_requests;

use std::pin::Pin;
use std::time::Duration;

use crate::observations::{Observations, Stop, Verdict};
use crate::run::AuditRun;
use crate::time::now;
use device::printable;

/// The running check of a row.
type Check<'a> = Pin<Box<dyn Future<Output = Result<(), Stop>> + Send + 'a>>;

/// A check of one thing at a server.
#[derive(Debug)]
pub struct Row {
    /// Its name, for `--only` and `--skip`.
    pub id: &'static str,
    /// The section of the RFC that it is about.
    pub section: &'static str,
    /// The ids of the requirements on grantd that it proves.
    pub proves: &'static str,
    /// What the RFCs demand. Empty if the row is only about a better habit.
    pub must: &'static str,
    /// What is good beyond that. If it is missing, the row gets a note, or fails under `--strict`. May be empty.
    pub good: &'static str,
    /// Whether it takes long, because it waits.
    pub(super) waits: bool,
    check: for<'a> fn(&'a AuditRun, &'a mut Observations) -> Check<'a>,
}

/// A row by its name, its section, what it proves, and the function that checks it.
macro_rules! row {
    ($id:literal, $section:literal, $proves:literal, sync $check:path) => {
        Row::new($id, $section, $proves, |run, seen| {
            $check(run, seen);
            Box::pin(std::future::ready(Ok(())))
        })
    };
    ($id:literal, $section:literal, $proves:literal, $check:path) => {
        Row::new($id, $section, $proves, |run, seen| Box::pin($check(run, seen)))
    };
}
use row;

const GROUPS: [&[Row]; 14] = [
    discovery::ROWS,
    authorization::ROWS,
    authorization_requests::ROWS,
    token_requests::ROWS,
    token_clients::ROWS,
    polling::ROWS,
    ownership::ROWS,
    deciding::ROWS,
    redemption::ROWS,
    refreshing::ROWS,
    revocation::ROWS,
    introspection::ROWS,
    identity::ROWS,
    pages::ROWS,
];

/// All rows, in the order of a walk.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    GROUPS.into_iter().flatten()
}

/// The outcome of a row.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The row.
    pub row: &'static Row,
    /// The verdict.
    pub verdict: Verdict,
    /// What was seen, or why the row could not be tried.
    pub seen: String,
    /// How long it took.
    pub took: Duration,
}

impl Row {
    const fn new(
        id: &'static str,
        section: &'static str,
        proves: &'static str,
        check: for<'a> fn(&'a AuditRun, &'a mut Observations) -> Check<'a>,
    ) -> Self {
        Self { id, section, proves, must: "", good: "", waits: false, check }
    }

    const fn must(self, must: &'static str) -> Self {
        Self { must, ..self }
    }

    const fn good(self, good: &'static str) -> Self {
        Self { good, ..self }
    }

    const fn waits(self) -> Self {
        Self { waits: true, ..self }
    }

    /// Tries the row.
    pub(super) async fn outcome(&'static self, run: &AuditRun) -> Outcome {
        let began = now();
        let mut observations = Observations::default();
        let run = &run.of_one_row();
        let (verdict, seen) = match (self.check)(run, &mut observations).await {
            Ok(()) => observations.judged(run.plan.strict),
            Err(stop) => (stop.verdict, printable(&stop.reason)),
        };
        let took = now().since(began);
        run.tidy().await;
        Outcome { row: self, verdict, seen, took }
    }

    /// What is expected, in one sentence.
    pub(super) fn expected(&self) -> String {
        match (self.must, self.good) {
            (must, "") => must.to_owned(),
            ("", good) => format!("better: {good}"),
            (must, good) => format!("{must}; better: {good}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::rows;

    #[test]
    fn every_row_has_a_name_of_its_own_and_says_what_it_expects() {
        let mut names = BTreeSet::new();
        for row in rows() {
            assert!(names.insert(row.id), "two rows are called {}", row.id);
            assert!(row.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", row.id);
            assert!(!row.must.is_empty() || !row.good.is_empty(), "{} expects nothing", row.id);
            assert!(row.section.starts_with("RFC ") || row.section.starts_with("OpenID "), "{}", row.id);
            assert!(!row.proves.is_empty(), "{} proves nothing", row.id);
        }
        assert!(names.len() > 60, "{}", names.len());
    }
}

//! The report of an audit: the outcome of each row, rendered for people and for programs.

mod json;
mod junit;
mod markdown;
mod table;

use std::collections::BTreeSet;
use std::time::Duration;

use crate::observations::Verdict;
use crate::rows::Outcome;
use protocol::Timestamp;

/// The outcomes of all rows that were chosen, in their order.
#[derive(Clone, Debug)]
pub struct Report {
    /// The audited server.
    pub issuer: String,
    /// Whether rows also failed where only the better habit was missing.
    pub strict: bool,
    /// When it began.
    pub began: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// The rows.
    pub rows: Vec<Outcome>,
    /// How many requests of the audit nobody could deny. They wait until their codes expire.
    pub left_waiting: usize,
}

impl Report {
    /// How many rows have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|row| row.verdict == verdict).count()
    }

    /// The counts that are not zero, in words: `70 pass, 2 note`.
    pub fn summary(&self) -> String {
        let verdicts: BTreeSet<Verdict> = self.rows.iter().map(|row| row.verdict).collect();
        let count = |verdict: Verdict| format!("{} {}", self.count(verdict), verdict.name());
        verdicts.into_iter().map(count).collect::<Vec<_>>().join(", ")
    }
}

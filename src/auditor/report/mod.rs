//! What came of the audit? The outcome of each row, and what is made of them for people and for programs.

mod json;
mod junit;
mod markdown;
mod table;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::auditor::seen::Verdict;
use crate::protocol::Timestamp;

/// How one row ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// [`Row::id`](crate::auditor::Row::id)
    pub id: &'static str,
    /// [`Row::section`](crate::auditor::Row::section)
    pub section: &'static str,
    /// [`Row::proves`](crate::auditor::Row::proves)
    pub proves: &'static str,
    /// [`Row::must`](crate::auditor::Row::must)
    pub must: &'static str,
    /// [`Row::good`](crate::auditor::Row::good)
    pub good: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// What was seen, or why nothing could be.
    pub seen: String,
    /// How long it took.
    pub took: Duration,
}

/// The outcomes of all rows that were chosen, in their order.
#[derive(Clone, Debug)]
pub struct Report {
    /// Who was audited.
    pub issuer: String,
    /// Whether what is merely good was demanded.
    pub strict: bool,
    /// When it began.
    pub began: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// The rows.
    pub rows: Vec<Outcome>,
}

impl Report {
    /// How many rows ended so.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|row| row.verdict == verdict).count()
    }

    /// The counts that are not zero, in words: `70 pass, 2 note`.
    pub fn summary(&self) -> String {
        let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
        for row in &self.rows {
            *counts.entry(row.verdict).or_default() += 1;
        }
        counts.iter().map(|(verdict, count)| format!("{count} {}", verdict.name())).collect::<Vec<_>>().join(", ")
    }
}

impl Outcome {
    /// What was expected, in one sentence.
    fn expected(&self) -> String {
        match (self.must, self.good) {
            (must, "") => must.to_owned(),
            ("", good) => format!("better: {good}"),
            (must, good) => format!("{must}; better: {good}"),
        }
    }
}

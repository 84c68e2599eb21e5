//! What is tried? Every row of the audit, in the order of a walk: found, asked, polled, decided, redeemed, used.

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

use crate::auditor::auditing::Auditing;
use crate::auditor::report::Outcome;
use crate::auditor::seen::{Seen, Stop};
use crate::auditor::time::now;

/// What a row is doing.
pub(super) type Checking<'a> = Pin<Box<dyn Future<Output = Result<Seen, Stop>> + Send + 'a>>;

/// One small thing that is tried on a server.
pub struct Row {
    /// Its name, for `--only` and `--skip`.
    pub id: &'static str,
    /// The section that it is about.
    pub section: &'static str,
    /// What it proves of grantd: the ids of its requirements.
    pub proves: &'static str,
    /// What the RFCs demand; empty when the row is all about better habits.
    pub must: &'static str,
    /// What is good beyond that: a note, or a failure under `--strict`. Empty when there is nothing.
    pub good: &'static str,
    /// Whether it mostly waits.
    pub(super) waits: bool,
    pub(super) check: for<'a> fn(&'a Auditing) -> Checking<'a>,
}

/// All rows.
pub const ROWS: &[&[Row]] = &[
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

impl Row {
    /// Tries the row, which stands at `place` in the report.
    pub(super) async fn tried(&self, place: usize, auditing: &Auditing, strict: bool) -> (usize, Outcome) {
        let began = now();
        let (verdict, seen) = match (self.check)(auditing).await {
            Ok(seen) => seen.judged(strict),
            Err(stop) => stop.judged(),
        };
        let took = Duration::from_millis(u64::try_from(now().since(began).as_millis()).unwrap_or(u64::MAX));
        (
            place,
            Outcome {
                id: self.id,
                section: self.section,
                proves: self.proves,
                must: self.must,
                good: self.good,
                verdict,
                seen,
                took,
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ROWS;

    #[test]
    fn every_row_has_a_name_of_its_own_and_says_what_it_expects() {
        let mut names = BTreeSet::new();
        for row in ROWS.iter().flat_map(|rows| rows.iter()) {
            assert!(names.insert(row.id), "two rows are called {}", row.id);
            assert!(row.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", row.id);
            assert!(!row.must.is_empty() || !row.good.is_empty(), "{} expects nothing", row.id);
            assert!(row.section.starts_with("RFC ") || row.section.starts_with("OpenID "), "{}", row.id);
            assert!(!row.proves.is_empty(), "{} proves nothing", row.id);
        }
        assert!(names.len() > 60, "{}", names.len());
    }
}

//! Collects what a row observes, and judges it: a broken MUST of an RFC, or a better habit that is missing.

use device::printable;

/// The verdict of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Everything that is expected was seen.
    Pass,
    /// No RFC forbids what was seen; it could be better.
    Note,
    /// A MUST of an RFC is broken; under `--strict`, also one of the stricter expectations.
    Fail,
    /// The server does not have what the row is about.
    NotSupported,
    /// The row could not be tried; the reason says what was missing.
    Skipped,
    /// The server took no more requests (429), so nothing is known.
    NotTried,
}

impl Verdict {
    /// The word for the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Note => "note",
            Self::Fail => "FAIL",
            Self::NotSupported => "not supported",
            Self::Skipped => "skipped",
            Self::NotTried => "not tried",
        }
    }
}

/// Why a row ends early.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    pub(super) verdict: Verdict,
    pub(super) reason: String,
}

impl Stop {
    /// The audit lacks something that the row needs.
    pub(super) fn skipped(reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::Skipped, reason: reason.into() }
    }

    /// The server does not offer what the row is about.
    pub(super) fn not_supported(reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::NotSupported, reason: reason.into() }
    }

    /// The server took no more requests.
    pub(super) fn not_tried(reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::NotTried, reason: reason.into() }
    }

    /// The server gave no answer, or one on which nothing can follow.
    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fail, reason: reason.into() }
    }
}

/// What a row has observed so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Observations {
    said: Vec<String>,
    broken: Vec<String>,
    worse: Vec<String>,
    lacking: Vec<String>,
}

impl Observations {
    /// A sentence for the report of a row that passes.
    pub(super) fn says(&mut self, text: impl Into<String>) {
        self.said.push(text.into());
    }

    /// Checks what an RFC demands. If it does not hold, the row fails with this sentence.
    pub(super) fn must(&mut self, holds: bool, otherwise: impl Into<String>) {
        unless(holds, &mut self.broken, otherwise.into());
    }

    /// Checks what is good beyond the demand. If it does not hold, the row gets a note, or fails under `--strict`.
    pub(super) fn good(&mut self, holds: bool, otherwise: impl Into<String>) {
        unless(holds, &mut self.worse, otherwise.into());
    }

    /// Notes what the server does not have at all. Under `--strict` the row fails.
    pub(super) fn lacks(&mut self, what: impl Into<String>) {
        self.lacking.push(what.into());
    }

    /// The verdict, and the sentences that explain it.
    pub(super) fn judged(&self, strict: bool) -> (Verdict, String) {
        let strictly = [self.broken.as_slice(), &self.worse, &self.lacking].concat();
        let failures = if strict { &strictly } else { &self.broken };
        let grounds = [(Verdict::Fail, failures), (Verdict::NotSupported, &self.lacking), (Verdict::Note, &self.worse)];
        let found = grounds.into_iter().find(|(_, sentences)| !sentences.is_empty());
        let (verdict, sentences) = found.unwrap_or((Verdict::Pass, &self.said));
        (verdict, printable(&sentences.join("; ")))
    }
}

/// Adds the sentence unless the expectation `holds`. Several pages can have the same fault, which is reported once.
fn unless(holds: bool, sentences: &mut Vec<String>, sentence: String) {
    if !holds && !sentences.contains(&sentence) {
        sentences.push(sentence);
    }
}

#[cfg(test)]
mod tests {
    use super::{Observations, Verdict};

    #[test]
    fn only_a_broken_must_fails_a_stranger() {
        let mut seen = Observations::default();
        seen.says("200");
        assert_eq!(seen.judged(true), (Verdict::Pass, "200".to_owned()));
        seen.good(false, "no Pragma");
        assert_eq!(seen.judged(false), (Verdict::Note, "no Pragma".to_owned()));
        assert_eq!(seen.judged(true), (Verdict::Fail, "no Pragma".to_owned()));
        seen.lacks("no slow_down");
        assert_eq!(seen.judged(false), (Verdict::NotSupported, "no slow_down".to_owned()));
        seen.must(false, "tokens came");
        assert_eq!(seen.judged(false), (Verdict::Fail, "tokens came".to_owned()));
        assert_eq!(seen.judged(true), (Verdict::Fail, "tokens came; no Pragma; no slow_down".to_owned()));
    }
}

//! What a row observed: which MUST of an RFC is broken, and which better habit is missing.

use device::printable;

/// How a row ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// All that is expected was seen.
    Pass,
    /// No RFC forbids what was seen; it could be better.
    Note,
    /// A MUST of an RFC is broken; under `--strict`, also one of the stricter expectations.
    Fail,
    /// The server does not have what the row is about.
    NotSupported,
    /// The row could not be tried; the reason says what was missing.
    Skipped,
}

impl Verdict {
    /// In the words of the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Note => "note",
            Self::Fail => "FAIL",
            Self::NotSupported => "not supported",
            Self::Skipped => "skipped",
        }
    }
}

/// Why a row ends before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It takes something that this audit was not given.
    Skipped(String),
    /// The server does not offer what it is about.
    NotSupported(String),
    /// The server gave no answer, or one on which nothing can follow.
    Failed(String),
}

/// What a row saw so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Observations {
    said: Vec<String>,
    broken: Vec<String>,
    worse: Vec<String>,
    lacking: Vec<String>,
}

impl Observations {
    /// Something to report whatever the verdict.
    pub(super) fn says(&mut self, text: impl Into<String>) {
        self.said.push(text.into());
    }

    /// What an RFC demands: when it does not hold, the row fails with this sentence.
    pub(super) fn must(&mut self, holds: bool, otherwise: impl Into<String>) {
        if !holds {
            once(&mut self.broken, otherwise.into());
        }
    }

    /// What is good beyond the demand: when it does not hold, it is a note, or under `--strict` a failure.
    pub(super) fn good(&mut self, holds: bool, otherwise: impl Into<String>) {
        if !holds {
            once(&mut self.worse, otherwise.into());
        }
    }

    /// What the server does not have at all: told as such, or under `--strict` as a failure.
    pub(super) fn lacks(&mut self, what: impl Into<String>) {
        self.lacking.push(what.into());
    }

    /// The verdict, and the sentences that explain it.
    pub(super) fn judged(&self, strict: bool) -> (Verdict, String) {
        let told = |parts: &[&Vec<String>]| {
            let all: Vec<&str> = parts.iter().flat_map(|part| part.iter().map(String::as_str)).collect();
            printable(&all.join("; "))
        };
        let strictly_broken = strict && !(self.worse.is_empty() && self.lacking.is_empty());
        if !self.broken.is_empty() || strictly_broken {
            let all: &[&Vec<String>] =
                if strict { &[&self.broken, &self.worse, &self.lacking] } else { &[&self.broken] };
            return (Verdict::Fail, told(all));
        }
        if !self.lacking.is_empty() {
            return (Verdict::NotSupported, told(&[&self.lacking]));
        }
        if !self.worse.is_empty() {
            return (Verdict::Note, told(&[&self.worse]));
        }
        (Verdict::Pass, told(&[&self.said]))
    }
}

/// The same of several pages is worth one sentence.
fn once(sentences: &mut Vec<String>, sentence: String) {
    if !sentences.contains(&sentence) {
        sentences.push(sentence);
    }
}

impl Stop {
    /// The verdict, and the sentence that explains it.
    pub(super) fn judged(&self) -> (Verdict, String) {
        match self {
            Self::Skipped(why) => (Verdict::Skipped, printable(why)),
            Self::NotSupported(why) => (Verdict::NotSupported, printable(why)),
            Self::Failed(why) => (Verdict::Fail, printable(why)),
        }
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

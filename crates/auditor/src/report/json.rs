//! The report as one JSON object, for programs.

use serde_json::{Value, json};

use crate::observations::Verdict;
use crate::report::Report;

impl Report {
    /// The report as JSON. Times are seconds.
    pub fn json(&self) -> Value {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|outcome| {
                json!({
                    "row": outcome.row.id,
                    "section": outcome.row.section,
                    "requirements": outcome.row.proves.split(' ').collect::<Vec<_>>(),
                    "must": outcome.row.must,
                    "good": outcome.row.good,
                    "verdict": outcome.verdict.name().to_lowercase(),
                    "seen": outcome.seen,
                    "seconds": outcome.took.as_secs_f64(),
                })
            })
            .collect();
        json!({
            "auditor": concat!("grantd ", env!("CARGO_PKG_VERSION")),
            "issuer": self.issuer,
            "strict": self.strict,
            "began": self.began.seconds(),
            "seconds": self.took.as_secs_f64(),
            "passed": self.count(Verdict::Pass),
            "failed": self.count(Verdict::Fail),
            "notes": self.count(Verdict::Note),
            "not_supported": self.count(Verdict::NotSupported),
            "skipped": self.count(Verdict::Skipped),
            "not_tried": self.count(Verdict::NotTried),
            "left_waiting": self.left_waiting,
            "rows": rows,
        })
    }
}

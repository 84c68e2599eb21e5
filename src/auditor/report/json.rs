//! What does a program read? One JSON object.

use serde_json::{Value, json};

use crate::auditor::report::Report;
use crate::auditor::seen::Verdict;

impl Report {
    /// The report as JSON. Times are seconds.
    pub fn json(&self) -> Value {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                json!({
                    "row": row.id,
                    "section": row.section,
                    "requirements": row.proves.split(' ').collect::<Vec<_>>(),
                    "must": row.must,
                    "good": row.good,
                    "verdict": row.verdict.name().to_lowercase(),
                    "seen": row.seen,
                    "seconds": row.took.as_secs_f64(),
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
            "rows": rows,
        })
    }
}

//! What is published? A page in Markdown: what passes, and what the server does not support.
//!
//! Failures and notes are counted and not named: a report that is published is no place for somebody's open weakness.

use std::fmt::Write;

use crate::auditor::report::Report;
use crate::auditor::seen::Verdict;

impl Report {
    /// The page. `named` is what the server is called.
    pub fn markdown(&self, named: &str) -> String {
        let mut page = format!("# Audit of {named}\n\n");
        // Writing to a String cannot fail.
        let _ = writeln!(
            page,
            "Made by `grantd audit`{}: a black-box audit of RFC 8628 and what surrounds it. The rows stand in the order of \
             a walk; `grantd audit --list` says what each expects.\n",
            if self.strict { " with `--strict`" } else { "" }
        );
        let _ = writeln!(page, "| row | section | result | what was seen |\n|---|---|---|---|");
        for row in &self.rows {
            let seen = cell(&row.seen.replace(&self.issuer, "ISSUER"));
            match row.verdict {
                Verdict::Pass => {
                    let _ = writeln!(page, "| `{}` | {} | pass | {seen} |", row.id, cell(row.section));
                }
                Verdict::NotSupported => {
                    let _ = writeln!(page, "| `{}` | {} | not supported | {seen} |", row.id, cell(row.section));
                }
                Verdict::Skipped => {
                    let _ = writeln!(page, "| `{}` | {} | not tried | {seen} |", row.id, cell(row.section));
                }
                Verdict::Note | Verdict::Fail => {}
            }
        }
        let _ = writeln!(
            page,
            "\n{} rows pass, {} are about what the server does not support, {} were not tried. Nothing else is listed here.",
            self.count(Verdict::Pass),
            self.count(Verdict::NotSupported),
            self.count(Verdict::Skipped)
        );
        page
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

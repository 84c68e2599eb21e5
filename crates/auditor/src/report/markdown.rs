//! The report as a page in Markdown for publication: the rows that pass, and those that the server does not support.
//!
//! Failures and notes are neither named nor counted: a published report must not show an open weakness.

use std::fmt::Write;

use crate::observations::Verdict;
use crate::report::Report;

impl Report {
    /// The page. `name` is the name of the server in it.
    pub fn markdown(&self, name: &str) -> String {
        let mut page = format!(
            "# Audit of {name}\n\nMade by `grantd audit`{}: a black-box audit of RFC 8628 and what surrounds it. The rows \
             stand in the order of a walk; `grantd audit --list` says what each expects.\n\n\
             | row | section | result | what was seen |\n|---|---|---|---|\n",
            if self.strict { " with `--strict`" } else { "" }
        );
        for outcome in &self.rows {
            let result = match outcome.verdict {
                Verdict::Pass => "pass",
                Verdict::NotSupported => "not supported",
                Verdict::Skipped | Verdict::NotTried => "not tried",
                Verdict::Note | Verdict::Fail => continue,
            };
            let seen = cell(&outcome.seen.replace(&self.issuer, "ISSUER"));
            // Writing to a String cannot fail.
            let _ = writeln!(page, "| `{}` | {} | {result} | {seen} |", outcome.row.id, cell(outcome.row.section));
        }
        let _ = writeln!(
            page,
            "\n{} rows pass, {} are about what the server does not support, {} were not tried. Nothing else is listed here.",
            self.count(Verdict::Pass),
            self.count(Verdict::NotSupported),
            self.count(Verdict::Skipped) + self.count(Verdict::NotTried)
        );
        page
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

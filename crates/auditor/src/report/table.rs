//! The report as a table for people: a line for each row. Below a row that did not pass is what was expected and seen.

use std::fmt::Write;

use crate::observations::Verdict;
use crate::report::Report;
use crate::rows::Row;

impl Report {
    /// The table for a terminal of so many `columns`.
    pub fn table(&self, columns: usize) -> String {
        let width = |of: fn(&Row) -> &str| self.rows.iter().map(|outcome| of(outcome.row).len()).max().unwrap_or(0);
        let (ids, sections) = (width(|row| row.id), width(|row| row.section).min(44));
        let mut text = String::new();
        for outcome in &self.rows {
            let verdict = outcome.verdict.name();
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{verdict:<13}  {:<ids$}  {:<sections$}", outcome.row.id, outcome.row.section);
            if outcome.verdict != Verdict::Pass {
                let indent = " ".repeat(15);
                if !matches!(outcome.verdict, Verdict::Skipped | Verdict::NotTried) {
                    text.push_str(&wrapped("expected: ", &outcome.row.expected(), &indent, columns));
                }
                text.push_str(&wrapped("seen: ", &outcome.seen, &indent, columns));
            }
        }
        let strict = if self.strict { ", strict" } else { "" };
        let _ = writeln!(text, "\n{}{strict}: {} ({:.1} s)", self.issuer, self.summary(), self.took.as_secs_f64());
        if self.left_waiting > 0 {
            let _ = writeln!(text, "requests that still wait, until their codes expire: {}", self.left_waiting);
        }
        text
    }
}

/// `text` in lines that fit, each behind `indent`.
fn wrapped(label: &str, text: &str, indent: &str, columns: usize) -> String {
    let room = columns.saturating_sub(indent.len()).max(30);
    let mut lines = vec![label.trim_end().to_owned()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("  {word}")),
        }
    }
    lines.iter().flat_map(|line| [indent, line.as_str(), "\n"]).collect()
}

//! The report as JUnit XML, for build servers. A row that was not tried is skipped.

use std::fmt::Write;

use crate::observations::Verdict;
use crate::report::Report;

impl Report {
    /// The report as JUnit XML.
    pub fn junit(&self) -> String {
        let aside = [Verdict::Skipped, Verdict::NotTried, Verdict::NotSupported];
        let aside: usize = aside.into_iter().map(|verdict| self.count(verdict)).sum();
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        // Writing to a String cannot fail.
        let _ = writeln!(
            xml,
            "<testsuite name=\"RFC 8628 at {}\" tests=\"{}\" failures=\"{}\" skipped=\"{aside}\" time=\"{:.3}\">",
            escaped(&self.issuer),
            self.rows.len(),
            self.count(Verdict::Fail),
            self.took.as_secs_f64()
        );
        for outcome in &self.rows {
            let head = format!(
                "  <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
                escaped(outcome.row.section),
                outcome.row.id,
                outcome.took.as_secs_f64()
            );
            let seen = escaped(&outcome.seen);
            let _ = match outcome.verdict {
                Verdict::Fail => {
                    let expected = escaped(&outcome.row.expected());
                    writeln!(xml, "{head}><failure message=\"{seen}\">expected: {expected}</failure></testcase>")
                }
                Verdict::Skipped | Verdict::NotTried | Verdict::NotSupported => {
                    writeln!(xml, "{head}><skipped message=\"{}: {seen}\"/></testcase>", outcome.verdict.name())
                }
                Verdict::Pass | Verdict::Note => writeln!(xml, "{head}><system-out>{seen}</system-out></testcase>"),
            };
        }
        xml.push_str("</testsuite>\n");
        xml
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

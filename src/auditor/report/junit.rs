//! What does a build server read? JUnit's XML: a failed row is a failure, one that was not tried is skipped.

use std::fmt::Write;

use crate::auditor::report::Report;
use crate::auditor::seen::Verdict;

impl Report {
    /// The report as JUnit XML.
    pub fn junit(&self) -> String {
        let aside = self.count(Verdict::Skipped) + self.count(Verdict::NotSupported);
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
        for row in &self.rows {
            let head = format!(
                "  <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
                escaped(row.section),
                row.id,
                row.took.as_secs_f64()
            );
            let seen = escaped(&row.seen);
            let _ = match row.verdict {
                Verdict::Fail => {
                    let expected = escaped(&row.expected());
                    writeln!(xml, "{head}><failure message=\"{seen}\">expected: {expected}</failure></testcase>")
                }
                Verdict::Skipped | Verdict::NotSupported => {
                    writeln!(xml, "{head}><skipped message=\"{}: {seen}\"/></testcase>", row.verdict.name())
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

//! A template writes nothing that a browser runs: everything is escaped, and there is nothing inline.

use crate::{files, nothing};

#[test]
fn templates_escape_everything_and_need_nothing_inline() {
    let mut offences = Vec::new();
    for template in files("templates", ".html") {
        let text = template.text.to_lowercase();
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let handler = text.split_whitespace().any(|word| word.starts_with("on") && word.contains("=\""));
        for (found, what) in [
            (bare.contains("|safe"), "|safe"),
            (bare.contains("escape(\"none\""), "escape none"),
            (text.contains(" style=") || text.contains("<style"), "an inline style"),
            (text.contains("<script") || text.contains("javascript:") || handler, "an inline script"),
        ] {
            if found {
                offences.push(format!("templates/{}: {what}", template.path));
            }
        }
    }
    nothing(&offences);
}

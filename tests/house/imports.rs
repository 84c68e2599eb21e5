//! Imports are grouped: one `use` for each module in a block, without groups inside of groups.

use super::{files, nothing};

#[test]
fn imports_are_grouped_by_module() {
    let mut offences = Vec::new();
    for folder in ["src", "crates", "tests"] {
        for source in files(folder, ".rs") {
            let path = format!("{folder}/{}", source.path);
            // A block ends at a blank line; a `use` under an attribute is not part of one.
            for block in source.text.split("\n\n") {
                let mut seen = Vec::new();
                let lines: Vec<&str> = block.lines().collect();
                for (at, line) in lines.iter().enumerate() {
                    let conditional = at > 0 && lines[at - 1].trim_start().starts_with("#[");
                    let Some((visibility, module, group)) = imported(line) else { continue };
                    if group.contains('{') {
                        offences.push(format!("{path}: a group inside of a group: {line}"));
                    }
                    if !conditional && seen.contains(&(visibility, module)) {
                        offences.push(format!("{path}: a second `use` of {module}"));
                    }
                    seen.push((visibility, module));
                }
            }
        }
    }
    nothing(&offences);
}

/// The visibility of a `use`, its module, and its items, as far as they are on its first line.
fn imported(line: &str) -> Option<(&str, &str, &str)> {
    let (visibility, path) = line.split_once("use ")?;
    let is_import = visibility.trim().is_empty() || visibility.trim_start().starts_with("pub");
    let (module, taken) = path.split_once("::{").or_else(|| path.trim_end_matches(';').rsplit_once("::"))?;
    is_import.then_some((visibility, module, taken))
}

//! The position of a key in the file. The crate `config` does not keep lines, so the document is parsed once more.

use std::path::Path;

use toml_edit::{Document, Item};

use super::complaint::Complaint;
use super::key::{self, KeyPath, KeyStep};

/// The operator's file.
pub(super) struct ConfigurationFile<'a> {
    pub(super) name: &'a Path,
    pub(super) text: &'a str,
    document: Document<&'a str>,
}

impl<'a> ConfigurationFile<'a> {
    /// Parses the document. A syntax error is the only complaint, because what follows it cannot be trusted.
    pub(super) fn parse(name: &'a Path, text: &'a str) -> Result<Self, Complaint> {
        // The Display of the error shows the line, and the line may contain a password.
        let document = Document::parse(text).map_err(|error| {
            let offset = error.span().map_or(text.len(), |span| span.start);
            Complaint::of_file(name, Some(position(text, offset)), one_line(error.message()))
        })?;
        Ok(Self { name, text, document })
    }

    /// Line and column of the key's value, both from 1.
    pub(super) fn position(&self, key: &KeyPath) -> Option<(usize, usize)> {
        let mut item = self.document.as_item();
        let mut offset = None;
        for step in key.steps() {
            let (next, named_at) = match step {
                KeyStep::Index(index) => (item.get(*index)?, None),
                KeyStep::Name(name) => (item.get(name)?, name_offset(item, name)),
            };
            item = next;
            // A table that exists only because of a dotted key has no position but that of its name.
            offset = item.span().map(|span| span.start).or(named_at);
        }
        Some(position(self.text, offset?))
    }

    /// Keys of the root that are written in quotes. No setting needs quotes, and `config` would read `"a.b"` as a path.
    pub(super) fn quoted_roots(&self) -> Vec<KeyPath> {
        let names = self.document.iter().map(|(name, _)| name).filter(|name| !key::is_bare(name));
        names.map(|name| KeyPath::from(vec![KeyStep::Name(name.to_owned())])).collect()
    }
}

fn name_offset(table: &Item, name: &str) -> Option<usize> {
    table.as_table_like()?.key(name)?.span().map(|span| span.start)
}

fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

fn one_line(message: &str) -> String {
    message.lines().collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::{ConfigurationFile, KeyPath};
    use std::path::Path;

    fn file(text: &str) -> Result<ConfigurationFile<'_>, String> {
        ConfigurationFile::parse(Path::new("g.toml"), text).map_err(|complaint| complaint.to_string())
    }

    #[test]
    fn every_way_to_write_a_key_has_its_place() {
        let text = "device.interval = '5s'\nlog = { filter = 'info' }\n[[client]]\nid = 'a'\n\n[[client]]\nid = 'b'\n\
                    scopes = [\n  'é', 'x',\n]\n[purge]\n";
        let file = file(text).unwrap();
        let client = KeyPath::from("client").at(1);
        for (key, place) in [
            (KeyPath::from("device"), Some((1, 1))),
            (KeyPath::from("device.interval"), Some((1, 19))),
            (KeyPath::from("log.filter"), Some((2, 18))),
            (client.clone(), Some((6, 1))),
            (client.of("scopes"), Some((8, 10))),
            (client.of("scopes").at(1), Some((9, 8))),
            (KeyPath::from("purge"), Some((11, 1))),
            (client.of("name"), None),
            (KeyPath::from("purge.every"), None),
            (KeyPath::from("log.filter.deeper"), None),
        ] {
            assert_eq!(file.position(&key), place, "{key}");
        }
    }

    #[test]
    fn a_syntax_error_names_line_and_column_and_shows_no_value() {
        for (text, told) in [
            ("[database]\nurl = \"postgres://me:hunter2@host/db\n", "g.toml:2:"),
            ("issuer = 'x'\nissuer = 'y'\n", "g.toml:2:1: duplicate key"),
            ("[log\n", "g.toml:1:5: "),
        ] {
            let complaint = file(text).err().unwrap();
            assert!(complaint.starts_with(told), "{complaint}");
            assert!(!complaint.contains("hunter2") && !complaint.contains('\n'), "{complaint}");
        }
    }
}

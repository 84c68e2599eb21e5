//! The position of a key in the file. The crate `config` does not keep lines, so the document is parsed once more.

use std::io::ErrorKind;
use std::path::Path;
use std::{env, fs};

use toml_edit::{Document, Item};

use super::complaint::{Complaint, Complaints};
use super::key::{self, KeyPath, KeyStep};
use super::syntax::{Slip, slip};

/// The operator's file.
pub(super) struct ConfigurationFile<'a> {
    pub(super) name: &'a Path,
    /// Its text, with the slips corrected that were complained about.
    pub(super) text: String,
    document: Document<String>,
}

/// The text of a file.
pub(super) fn read(name: &Path) -> Result<String, Complaint> {
    let bytes = fs::read(name).map_err(|error| {
        let why = match (error.kind(), env::current_dir()) {
            // The path may be right in another folder.
            (ErrorKind::NotFound, Ok(folder)) if name.is_relative() => {
                format!("there is no such file in {}", folder.display())
            }
            (ErrorKind::NotFound, _) => "there is no such file".to_owned(),
            (kind, _) => kind.to_string(),
        };
        Complaint::of_file(name, None, format!("cannot be read: {why}; --config or GRANTD_CONFIG names it"))
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let (read, end) = (error.as_bytes(), error.utf8_error().valid_up_to());
        let place = position(&String::from_utf8_lossy(&read[..end]), end);
        Complaint::of_file(name, Some(place), "is not UTF-8: save the file as UTF-8")
    })
}

/// With more slips than this in its notation, the file is not TOML.
const MOST_SLIPS: usize = 20;

impl<'a> ConfigurationFile<'a> {
    /// Parses the document. Adds a complaint about each slip in its notation, up to one without an evident correction: what
    /// follows that one cannot be trusted, and there is no document.
    pub(super) fn parse(name: &'a Path, text: &str, complaints: &mut Complaints) -> Option<Self> {
        let (mut text, mut parsed_to) = (text.to_owned(), None);
        for _ in 0..=MOST_SLIPS {
            // The Display of the error shows the line, and the line may contain a password.
            let error = match Document::parse(text.clone()) {
                Ok(document) => return Some(Self { name, text, document }),
                Err(error) => error,
            };
            let offset = error.span().map_or(text.len(), |span| span.start);
            let place = position(&text, offset);
            if Some(place) <= parsed_to {
                return None;
            }
            let Slip { sentence, corrected } = slip(&text, offset, error.message());
            complaints.push(Complaint::of_file(name, Some(place), sentence));
            (text, parsed_to) = (corrected?, Some(place));
        }
        None
    }

    /// Line and column of the key's value, both from 1.
    pub(super) fn position(&self, key: &KeyPath) -> Option<(usize, usize)> {
        let mut item = self.document.as_item();
        let mut offset = None;
        for step in key.steps() {
            let (next, named_at) = match step {
                // One table that should be the first of a list.
                KeyStep::Index(0) if item.is_table_like() => (item, None),
                KeyStep::Index(index) => (item.get(*index)?, None),
                KeyStep::Name(name) => {
                    // A list of tables that should be one.
                    let table = if item.is_array_of_tables() { item.get(0)? } else { item };
                    (table.get(name)?, name_offset(table, name))
                }
            };
            item = next;
            // A table that exists only because of a dotted key has no position but that of its name.
            offset = item.span().map(|span| span.start).or(named_at);
        }
        Some(position(&self.text, offset?))
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

#[cfg(test)]
mod tests {
    use super::{Complaints, ConfigurationFile, KeyPath};
    use std::path::Path;

    fn file(text: &str) -> Result<ConfigurationFile<'_>, String> {
        let mut complaints = Complaints::default();
        let file = ConfigurationFile::parse(Path::new("g.toml"), text, &mut complaints);
        complaints.or(()).map_err(|all| all.to_string())?;
        Ok(file.unwrap())
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
    fn a_file_that_cannot_be_read_is_named() {
        let told = |name: &str| super::read(Path::new(name)).unwrap_err().to_string();
        let why = "cannot be read: there is no such file; --config or GRANTD_CONFIG names it";
        assert_eq!(told("/nonexistent/g.toml"), format!("/nonexistent/g.toml: {why}"));
        let said = told("nonexistent/g.toml");
        assert!(said.starts_with("nonexistent/g.toml: cannot be read: there is no such file in /"), "{said}");
    }

    #[test]
    fn a_syntax_error_names_line_and_column_and_shows_no_value() {
        for (text, told) in [
            ("[database]\nurl = \"postgres://me:hunter2@host/db\n", "g.toml:2:"),
            ("issuer = 'x'\nissuer = 'y'\n", "g.toml:2:1: issuer is set in line 1 already"),
            ("[log\n", "g.toml:1:5: "),
            (
                "[database]\nurl = postgres://me:hunter2@host/db\n",
                "g.toml:2:7: a text needs quotes: write url = \"..\"",
            ),
        ] {
            let complaint = file(text).err().unwrap();
            assert!(complaint.starts_with(told), "{complaint}");
            assert!(!complaint.contains("hunter2") && !complaint.contains('\n'), "{complaint}");
        }
    }
}

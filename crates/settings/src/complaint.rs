//! Complaints about the configuration and their places: all of them in one message, a line for each.

use std::fmt;
use std::path::{Path, PathBuf};

use super::key::KeyPath;

/// All complaints about a configuration. Each is shown in a line that begins with its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaints(Vec<Complaint>);

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Complaint {
    place: Location,
    /// The path of the key; empty where the place is enough.
    key: String,
    sentence: String,
}

/// Where the operator can change the value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Location {
    /// The file as a whole, one of its lines, or a line and a column (both from 1).
    File(PathBuf, Option<usize>, Option<usize>),
    /// An environment variable.
    Variable(String),
    /// Neither: the value is the default.
    Default,
}

impl Complaint {
    pub(super) fn new(place: Location, key: Option<&KeyPath>, sentence: impl Into<String>) -> Self {
        let key = key.map(KeyPath::to_string).unwrap_or_default();
        Self { place, key, sentence: sentence.into() }
    }

    pub(super) fn of_file(name: &Path, position: Option<(usize, usize)>, sentence: impl Into<String>) -> Self {
        let (line, column) = position.unzip();
        Self::new(Location::File(name.to_owned(), line, column), None, sentence)
    }
}

impl Complaints {
    pub(super) fn push(&mut self, complaint: Complaint) {
        self.0.push(complaint);
    }

    /// The value if there is no complaint; otherwise all complaints in order.
    pub(super) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self.sorted()) }
    }

    /// First those of the file in its order, then those of variables.
    #[must_use]
    pub(super) fn sorted(mut self) -> Self {
        self.0.sort();
        self.0.dedup();
        self
    }
}

impl From<Complaint> for Complaints {
    fn from(alone: Complaint) -> Self {
        Self(vec![alone])
    }
}

impl std::error::Error for Complaints {}

impl fmt::Display for Complaints {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, complaint) in self.0.iter().enumerate() {
            if place > 0 {
                writeln!(to)?;
            }
            write!(to, "{complaint}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Location::File(name, line, column) => {
                write!(to, "{}:", name.display())?;
                for number in [line, column].into_iter().flatten() {
                    write!(to, "{number}:")?;
                }
                write!(to, " ")?;
            }
            Location::Variable(name) => write!(to, "{name}: ")?,
            Location::Default => {}
        }
        // The name of a variable contains the key.
        if !self.key.is_empty() && !matches!(self.place, Location::Variable(_)) {
            write!(to, "{}: ", self.key)?;
        }
        to.write_str(&self.sentence)
    }
}

#[cfg(test)]
mod tests {
    use super::{Complaint, Complaints, KeyPath, Location};
    use std::path::Path;

    #[test]
    fn each_complaint_is_a_line_that_begins_with_its_place() {
        let file = |line| Location::File("g.toml".into(), Some(line), None);
        let mut all = Complaints::default();
        all.push(Complaint::new(Location::Default, Some(&KeyPath::from("log.filter")), "is odd"));
        all.push(Complaint::new(Location::Variable("GRANTD__ISSUER".into()), Some(&KeyPath::from("issuer")), "is odd"));
        all.push(Complaint::new(file(12), Some(&KeyPath::from("client").at(1).of("id")), "is empty"));
        all.push(Complaint::new(file(3), Some(&KeyPath::from("issuer")), "is odd"));
        all.push(Complaint::new(file(3), Some(&KeyPath::from("issuer")), "is odd"));
        assert_eq!(
            all.or(()).unwrap_err().to_string(),
            "g.toml:3: issuer: is odd\ng.toml:12: client[1].id: is empty\nGRANTD__ISSUER: is odd\nlog.filter: is odd"
        );
        assert_eq!(Complaint::of_file(Path::new("g.toml"), Some((3, 9)), "no").to_string(), "g.toml:3:9: no");
        assert_eq!(Complaint::of_file(Path::new("g.toml"), None, "no").to_string(), "g.toml: no");
        assert_eq!(Complaints::default().or(7), Ok(7));
    }
}

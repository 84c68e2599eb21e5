//! Which key is meant? A path such as `client[2].scopes[0]`, as complaints name it.

use std::fmt;

/// The path of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key(Vec<Step>);

/// One step of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Into a table.
    Name(String),
    /// Into a list.
    Index(usize),
}

impl Key {
    pub(super) fn of(&self, name: &str) -> Self {
        self.and(Step::Name(name.to_owned()))
    }

    pub(super) fn at(&self, index: usize) -> Self {
        self.and(Step::Index(index))
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    pub(super) fn begins_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The list element that holds the key, `client[2]` of `client[2].scopes`.
    pub(super) fn element(&self) -> Option<Self> {
        let last = self.0.iter().rposition(|step| matches!(step, Step::Index(_)))?;
        Some(Self(self.0[..=last].to_vec()))
    }

    fn and(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }
}

impl From<&str> for Key {
    fn from(dotted: &str) -> Self {
        Self(dotted.split('.').map(|name| Step::Name(name.to_owned())).collect())
    }
}

impl From<Vec<Step>> for Key {
    fn from(steps: Vec<Step>) -> Self {
        Self(steps)
    }
}

impl From<&serde_path_to_error::Path> for Key {
    fn from(path: &serde_path_to_error::Path) -> Self {
        use serde_path_to_error::Segment;
        let step = |segment: &Segment| match segment {
            Segment::Map { key } => Some(Step::Name(key.clone())),
            Segment::Seq { index } => Some(Step::Index(*index)),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        Self(path.iter().filter_map(step).collect())
    }
}

impl From<&serde_ignored::Path<'_>> for Key {
    fn from(path: &serde_ignored::Path<'_>) -> Self {
        use serde_ignored::Path;
        match path {
            Path::Root => Self(Vec::new()),
            Path::Seq { parent, index } => Self::from(*parent).at(*index),
            Path::Map { parent, key } => Self::from(*parent).of(key),
            Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => {
                Self::from(*parent)
            }
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(to, "[{index}]")?,
                Step::Name(name) => {
                    if place > 0 {
                        to.write_str(".")?;
                    }
                    // A name that TOML has to quote is shown quoted: it may hold dots, spaces or worse.
                    if is_bare(name) { to.write_str(name)? } else { write!(to, "{name:?}")? }
                }
            }
        }
        Ok(())
    }
}

/// Whether TOML writes the name without quotes.
pub(super) fn is_bare(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn a_key_reads_as_it_is_written() {
        assert_eq!(Key::from("device.interval").to_string(), "device.interval");
        assert_eq!(Key::from("client").at(2).of("scopes").at(0).to_string(), "client[2].scopes[0]");
        assert_eq!(Key::from("log").of("a.b\u{1b}").to_string(), "log.\"a.b\\u{1b}\"");
        assert_eq!(Key::from("client").at(2).of("scopes").element(), Some(Key::from("client").at(2)));
        assert_eq!(Key::from("device.interval").element(), None);
    }
}

//! The path of a key, such as `client[2].scopes[0]`, as complaints name it.

use std::fmt;

/// The path of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyPath(Vec<KeyStep>);

/// One step of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum KeyStep {
    /// Into a table.
    Name(String),
    /// Into a list.
    Index(usize),
}

impl KeyPath {
    pub(super) fn of(&self, name: &str) -> Self {
        self.and(KeyStep::Name(name.to_owned()))
    }

    pub(super) fn at(&self, index: usize) -> Self {
        self.and(KeyStep::Index(index))
    }

    pub(super) fn steps(&self) -> &[KeyStep] {
        &self.0
    }

    pub(super) fn begins_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// Whether the value may be a secret, which no complaint repeats.
    pub(super) fn is_secret(&self) -> bool {
        let name = self.0.iter().rev().find_map(|step| match step {
            KeyStep::Name(name) => Some(name),
            KeyStep::Index(_) => None,
        });
        name.is_some_and(|name| is_secret(name))
    }

    /// The list element that contains the key: `client[2]` of `client[2].scopes`.
    pub(super) fn element(&self) -> Option<Self> {
        let last = self.0.iter().rposition(|step| matches!(step, KeyStep::Index(_)))?;
        Some(Self(self.0[..=last].to_vec()))
    }

    /// The key without its places in lists: `client.scopes` of `client[2].scopes[0]`.
    pub(super) fn family(&self) -> Self {
        Self(self.0.iter().filter(|step| matches!(step, KeyStep::Name(_))).cloned().collect())
    }

    /// The key that contains it.
    pub(super) fn parent(&self) -> Option<Self> {
        self.0.split_last().map(|(_, steps)| Self(steps.to_vec()))
    }

    /// The key as it was before these elements were removed from their lists, one after the other.
    pub(super) fn before(&self, removed: &[Self]) -> Self {
        let mut key = self.clone();
        for element in removed {
            if let Some((KeyStep::Index(gone), list)) = element.0.split_last()
                && key.0.starts_with(list)
                && let Some(KeyStep::Index(index)) = key.0.get_mut(list.len())
                && *index >= *gone
            {
                *index += 1;
            }
        }
        key
    }

    fn and(&self, step: KeyStep) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }
}

impl From<&str> for KeyPath {
    fn from(dotted: &str) -> Self {
        Self(dotted.split('.').map(|name| KeyStep::Name(name.to_owned())).collect())
    }
}

impl From<Vec<KeyStep>> for KeyPath {
    fn from(steps: Vec<KeyStep>) -> Self {
        Self(steps)
    }
}

impl From<&serde_path_to_error::Path> for KeyPath {
    fn from(path: &serde_path_to_error::Path) -> Self {
        use serde_path_to_error::Segment;
        let step = |segment: &Segment| match segment {
            Segment::Map { key } => Some(KeyStep::Name(key.clone())),
            Segment::Seq { index } => Some(KeyStep::Index(*index)),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        Self(path.iter().filter_map(step).collect())
    }
}

impl From<&serde_ignored::Path<'_>> for KeyPath {
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

impl fmt::Display for KeyPath {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                KeyStep::Index(index) => write!(to, "[{index}]")?,
                KeyStep::Name(name) => {
                    if place > 0 {
                        to.write_str(".")?;
                    }
                    // A name that TOML has to quote is shown in quotes: it may have dots, spaces or control characters.
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

/// Whether the value of a key of this name may be a secret. Addresses of databases and of receivers contain some, and where
/// the file of a secret is asked for, somebody may write the secret.
pub(super) fn is_secret(dotted: &str) -> bool {
    let name = dotted.rsplit('.').next().unwrap_or(dotted);
    name.contains("secret")
        || name.ends_with("password")
        || matches!(name, "url" | "key" | "jwks" | "root_file" | "token")
}

#[cfg(test)]
mod tests {
    use super::KeyPath;

    #[test]
    fn a_key_reads_as_it_is_written() {
        assert_eq!(KeyPath::from("device.interval").to_string(), "device.interval");
        assert_eq!(KeyPath::from("client").at(2).of("scopes").at(0).to_string(), "client[2].scopes[0]");
        assert_eq!(KeyPath::from("log").of("a.b\u{1b}").to_string(), "log.\"a.b\\u{1b}\"");
        assert_eq!(KeyPath::from("client").at(2).of("scopes").element(), Some(KeyPath::from("client").at(2)));
        assert_eq!(KeyPath::from("device.interval").element(), None);
    }

    #[test]
    fn an_element_keeps_its_place_when_others_are_removed() {
        let list = KeyPath::from("client").at(2).of("grant_types");
        let removed = [list.at(0), list.at(2)];
        for (now, before) in [(0, 1), (1, 3), (2, 4)] {
            assert_eq!(list.at(now).before(&removed), list.at(before));
        }
        let other = KeyPath::from("client").at(1).of("grant_types").at(0);
        assert_eq!(other.before(&removed), other);
    }
}

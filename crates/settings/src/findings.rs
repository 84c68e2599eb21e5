//! Findings about values that have the right type: their ranges, and keys that contradict each other.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use super::key::KeyPath;
use super::span;

/// A longer duration has the wrong unit.
pub(super) const A_YEAR: Duration = Duration::from_hours(366 * 24);

pub(super) const A_DAY: Duration = Duration::from_hours(24);

/// Something that the server refuses to run on.
pub(super) struct Finding {
    /// The key that it is about, then those on which it depends: the operator may have set any of them.
    pub(super) keys: Vec<KeyPath>,
    /// What is wrong, and how to correct it.
    pub(super) sentence: String,
}

/// What the checks of all tables found.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) refused: Vec<Finding>,
    /// What is allowed and may surprise.
    pub(super) warnings: Vec<String>,
}

impl Findings {
    pub(super) fn add(&mut self, key: impl Into<KeyPath>, sentence: impl Into<String>) {
        self.depends([key], sentence);
    }

    /// Adds a finding about the key unless the condition holds.
    pub(super) fn require(&mut self, holds: bool, key: impl Into<KeyPath>, sentence: impl Into<String>) {
        if !holds {
            self.add(key, sentence);
        }
    }

    /// The same for the first key, which depends on the others.
    pub(super) fn require_of<const N: usize>(
        &mut self,
        holds: bool,
        keys: [impl Into<KeyPath>; N],
        sentence: impl Into<String>,
    ) {
        if !holds {
            self.depends(keys, sentence);
        }
    }

    /// Adds a finding about the first key, which depends on the others.
    pub(super) fn depends(&mut self, keys: impl IntoIterator<Item = impl Into<KeyPath>>, sentence: impl Into<String>) {
        self.refused.push(Finding { keys: keys.into_iter().map(Into::into).collect(), sentence: sentence.into() });
    }

    /// Adds a warning if it applies.
    pub(super) fn warn(&mut self, applies: bool, sentence: impl Into<String>) {
        if applies {
            self.warnings.push(sentence.into());
        }
    }

    pub(super) fn within(&mut self, key: impl Into<KeyPath>, value: Duration, range: RangeInclusive<Duration>) {
        let [least, most, shown] = [*range.start(), *range.end(), value].map(span::text);
        self.require(range.contains(&value), key, format!("must be from {least} to {most}, not {shown}"));
    }

    pub(super) fn count_within<T: Copy + PartialOrd + Display>(
        &mut self,
        key: &str,
        count: T,
        range: RangeInclusive<T>,
    ) {
        let sentence = format!("must be from {} to {}, not {count}", range.start(), range.end());
        self.require(range.contains(&count), key, sentence);
    }

    /// Answers have it as a whole number of seconds.
    pub(super) fn whole_seconds(&mut self, key: impl Into<KeyPath>, span: Duration) {
        self.require(span.subsec_nanos() == 0, key, format!("must be whole seconds, not {}", span::text(span)));
    }

    pub(super) fn positive(&mut self, key: &str, span: Duration) {
        self.require(!span.is_zero(), key, "must be longer than zero");
        self.bounded(key, span);
    }

    pub(super) fn bounded(&mut self, key: &str, span: Duration) {
        let most = format!("must be at most a year ({}), not {}", span::text(A_YEAR), span::text(span));
        self.require(span <= A_YEAR, key, most);
    }

    pub(super) fn lifetime(&mut self, key: impl Into<KeyPath>, span: Duration) {
        let key = key.into();
        self.within(key.clone(), span, Duration::from_secs(1)..=A_DAY);
        self.whole_seconds(key, span);
    }

    /// No item of a list is there twice.
    pub(super) fn each_once<T: PartialEq>(&mut self, key: impl Into<KeyPath>, list: &[T]) {
        let key = key.into();
        for (place, item) in list.iter().enumerate() {
            self.require(!list[..place].contains(item), key.at(place), "is named twice");
        }
    }

    /// No two tables of a list have the same name.
    pub(super) fn unique(&mut self, list: &str, field: &str, names: &[&str]) {
        for (place, name) in names.iter().enumerate() {
            let sentence = format!("there is a {list} {name:?} already");
            self.require(!names[..place].contains(name), KeyPath::from(list).at(place).of(field), sentence);
        }
    }

    /// A path that is set names a file.
    pub(super) fn file(&mut self, key: &str, path: Option<&PathBuf>, otherwise: &str) {
        let named = path.is_none_or(|path| !path.as_os_str().is_empty());
        self.require(named, key, format!("must not be empty; leave {otherwise}"));
    }
}

/// Whether it is printable ASCII without spaces, and not empty.
pub(super) fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

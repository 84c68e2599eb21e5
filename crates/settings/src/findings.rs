//! What is wrong with values that have their types: ranges, and keys that contradict each other.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use super::key::KeyPath;
use super::span;

/// Longer than any lifetime that makes sense here: a longer one has the wrong unit.
pub(super) const A_YEAR: Duration = Duration::from_hours(366 * 24);

pub(super) const A_DAY: Duration = Duration::from_hours(24);

/// Something that the server refuses to run on.
pub(super) struct Finding {
    /// The key that it is about, then those it depends on: the operator may have set any of them.
    pub(super) keys: Vec<KeyPath>,
    /// What is wrong, and what would be right.
    pub(super) sentence: String,
}

/// Every finding.
#[derive(Default)]
pub(super) struct Findings(pub(super) Vec<Finding>);

/// A value that has a range, as complaints show it.
pub(super) trait Ranged: PartialOrd + Copy {
    fn shown(self) -> String;
}

impl Findings {
    pub(super) fn add(&mut self, key: impl Into<KeyPath>, sentence: impl Into<String>) {
        self.0.push(Finding { keys: vec![key.into()], sentence: sentence.into() });
    }

    /// Adds what is wrong with the key unless the condition holds.
    pub(super) fn require(&mut self, holds: bool, key: impl Into<KeyPath>, sentence: impl Into<String>) {
        if !holds {
            self.add(key, sentence);
        }
    }

    /// The same for a key, the first, that depends on the others.
    pub(super) fn require_of<const N: usize>(
        &mut self,
        holds: bool,
        keys: [impl Into<KeyPath>; N],
        sentence: impl Into<String>,
    ) {
        if !holds {
            self.0.push(Finding { keys: keys.map(Into::into).into(), sentence: sentence.into() });
        }
    }

    pub(super) fn within<T: Ranged>(&mut self, key: impl Into<KeyPath>, value: T, range: RangeInclusive<T>) {
        let (least, most, value_shown) = (range.start().shown(), range.end().shown(), value.shown());
        self.require(range.contains(&value), key, format!("must be from {least} to {most}, not {value_shown}"));
    }

    /// Answers carry it as a whole number of seconds.
    pub(super) fn whole_seconds(&mut self, key: impl Into<KeyPath>, span: Duration) {
        self.require(span.subsec_nanos() == 0, key, format!("must be whole seconds, not {}", span.shown()));
    }

    pub(super) fn positive(&mut self, key: &str, span: Duration) {
        self.require(!span.is_zero(), key, "must be longer than zero");
        self.bounded(key, span);
    }

    pub(super) fn bounded(&mut self, key: &str, span: Duration) {
        let most = format!("must be at most a year ({}), not {}", A_YEAR.shown(), span.shown());
        self.require(span <= A_YEAR, key, most);
    }

    pub(super) fn lifetime(&mut self, key: impl Into<KeyPath>, span: Duration) {
        let key = key.into();
        self.within(key.clone(), span, Duration::from_secs(1)..=A_DAY);
        self.whole_seconds(key, span);
    }

    /// A list holds nothing twice.
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

impl Ranged for Duration {
    fn shown(self) -> String {
        span::text(self)
    }
}

impl Ranged for u32 {
    fn shown(self) -> String {
        self.to_string()
    }
}

impl Ranged for usize {
    fn shown(self) -> String {
        self.to_string()
    }
}

/// Printable ASCII without spaces, and something of it.
pub(super) fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

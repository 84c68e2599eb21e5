//! The revision of a row, which a write names so that of two at once only one succeeds.

/// A value with the revision of the row that it was read from: a decision on it holds for that revision only.
#[derive(Clone, Debug)]
pub struct Versioned<T> {
    /// The row's revision.
    pub revision: i64,
    /// What it held.
    pub value: T,
}

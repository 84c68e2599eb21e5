//! The `sub` of a person: an opaque identifier that is never reassigned (OpenID Connect Core section 2).

/// The stable identifier of an account. It is random, so it does not show when the account was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject(String);

impl Subject {
    /// Takes an identifier that was drawn or read from a row.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The text, for `sub` and for rows.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

//! Who is the person, to a client? An opaque identifier that is never reassigned (OpenID Connect Core section 2, `sub`).

/// A user's stable identifier: random, so it tells nothing about when the account was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject(String);

impl Subject {
    /// Takes an identifier that was drawn or stored.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The text, for `sub` and for rows.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

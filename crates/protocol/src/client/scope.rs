//! Scopes (RFC 6749 section 3.3).

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use crate::wire::OAuthError;

/// A list of scope tokens without duplicates, in the order of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(Vec<String>);

/// The text is not a list of scope tokens.
#[derive(Debug, thiserror::Error)]
#[error("a scope is a list of words of printable ASCII without quotes or backslashes")]
pub struct MalformedScope;

impl Scope {
    /// Makes a scope of tokens that are known to be well-formed, such as configured ones.
    pub fn of(tokens: impl IntoIterator<Item = impl Into<String>>) -> Self {
        // With a set, the time is proportional to the length of the list.
        let mut known = HashSet::new();
        Self(tokens.into_iter().map(Into::into).filter(|token: &String| known.insert(token.clone())).collect())
    }

    /// Reads the `scope` of a request.
    pub fn requested(text: &str) -> Result<Self, OAuthError> {
        text.parse().map_err(|_| OAuthError::InvalidScope("scope has characters that no scope has".into()))
    }

    /// Whether the scope contains the token.
    pub fn contains(&self, token: &str) -> bool {
        self.0.iter().any(|has| has == token)
    }

    /// Whether the scope has no token.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tokens in their order.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The tokens as an `error_description` names them: as many as fit into a short line. Each character of a scope may
    /// stand there (RFC 6749 sections 3.3 and 5.2).
    pub fn named(&self) -> String {
        const LONGEST: usize = 200;
        let mut length = 0;
        let fits = |token: &&String| {
            length += 1 + token.len();
            length < LONGEST
        };
        let named: Vec<&str> = self.0.iter().take_while(fits).map(String::as_str).collect();
        let (names, count) = (named.join(" "), named.len());
        match (self.0.len() - count, self.0.len()) {
            (0, 1) => format!("the scope {names}"),
            (0, _) => format!("the scopes {names}"),
            _ if count == 0 => "scopes that are too long to be named".to_owned(),
            (more, _) => format!("the scopes {names} and {more} more"),
        }
    }

    /// The tokens of this scope that the other lacks.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|token| !other.contains(token)).cloned().collect())
    }

    /// The tokens that both contain, in the order of this one.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|token| other.contains(token)).cloned().collect())
    }
}

impl FromStr for Scope {
    type Err = MalformedScope;

    fn from_str(written: &str) -> Result<Self, MalformedScope> {
        let tokens = written.split(' ').filter(|token| !token.is_empty());
        let is_token = |token: &str| token.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5B | 0x5D..=0x7E));
        if tokens.clone().all(is_token) { Ok(Self::of(tokens)) } else { Err(MalformedScope) }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_collapse_and_order_stays() {
        let scope: Scope = "write openid write  read".parse().unwrap();
        assert_eq!(scope.to_string(), "write openid read");
    }

    #[test]
    fn quotes_controls_and_foreign_letters_are_malformed() {
        for wrong in ["openid\"x", "a\\b", "a\tb", "größe", "a\u{7f}"] {
            assert!(wrong.parse::<Scope>().is_err(), "{wrong:?}");
        }
    }

    /// Proves: FD-06
    #[test]
    fn scopes_are_named_in_a_line_of_bounded_length() {
        for (scope, named) in [
            ("offline_access", "the scope offline_access".to_owned()),
            ("a b", "the scopes a b".to_owned()),
            (&*"x".repeat(1000), "scopes that are too long to be named".to_owned()),
            (&*format!("a {} b", "x".repeat(500)), "the scopes a and 2 more".to_owned()),
        ] {
            assert_eq!(scope.parse::<Scope>().unwrap().named(), named);
        }
        let many: Vec<String> = (100..400).map(|number| number.to_string()).collect();
        let named = Scope::of(many).named();
        assert!(named.len() < 240 && named.ends_with(" 148 and 251 more"), "{named}");
    }

    #[test]
    fn scope_tokens_are_case_sensitive() {
        let scope: Scope = "Read".parse().unwrap();
        assert!(scope.contains("Read") && !scope.contains("read"));
    }
}

//! The audience of a token. It is never empty (RFC 9068 section 3), and has several members only when a client asked
//! for them (RFC 8707).

use serde::{Deserialize, Serialize};

/// `aud` of RFC 7519 section 4.1.3: a string for one, a list for several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "WireAudience", into = "WireAudience")]
pub struct Audience {
    first: String,
    others: Vec<String>,
}

/// The list of audiences is empty.
#[derive(Debug, thiserror::Error)]
#[error("aud is an empty list")]
pub struct NoAudience;

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum WireAudience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// The requested resources, or the default audience if there are none.
    pub fn of(resources: &[String], usual: &str) -> Self {
        match resources.split_first() {
            Some((first, others)) => Self { first: first.clone(), others: others.to_vec() },
            None => Self { first: usual.to_owned(), others: Vec::new() },
        }
    }

    /// Whether the audience contains one of these names.
    pub fn is_any_of(&self, names: &[String]) -> bool {
        std::iter::once(&self.first).chain(&self.others).any(|meant| names.contains(meant))
    }
}

impl TryFrom<WireAudience> for Audience {
    type Error = NoAudience;

    fn try_from(written: WireAudience) -> Result<Self, NoAudience> {
        match written {
            WireAudience::One(first) => Ok(Self { first, others: Vec::new() }),
            WireAudience::Several(mut all) if !all.is_empty() => Ok(Self { first: all.remove(0), others: all }),
            WireAudience::Several(_) => Err(NoAudience),
        }
    }
}

impl From<Audience> for WireAudience {
    fn from(audience: Audience) -> Self {
        if audience.others.is_empty() {
            Self::One(audience.first)
        } else {
            Self::Several(std::iter::once(audience.first).chain(audience.others).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// Proves: K-02, in the type.
    #[test]
    fn one_is_a_string_several_are_a_list_and_nobody_is_an_error() {
        for (resources, json) in [(&[][..], r#""usual""#), (&["a"], r#""a""#), (&["a", "b"], r#"["a","b"]"#)] {
            let audience = Audience::of(&named(resources), "usual");
            assert_eq!(serde_json::to_string(&audience).unwrap(), json);
            assert_eq!(serde_json::from_str::<Audience>(json).unwrap(), audience);
        }
        assert!(serde_json::from_str::<Audience>("[]").is_err());
    }

    #[test]
    fn each_of_several_is_meant_and_nobody_else() {
        let audience = Audience::of(&named(&["a", "b"]), "usual");
        assert!(audience.is_any_of(&named(&["x", "b"])) && audience.is_any_of(&named(&["a"])));
        assert!(!audience.is_any_of(&named(&["usual"])) && !audience.is_any_of(&[]));
    }
}

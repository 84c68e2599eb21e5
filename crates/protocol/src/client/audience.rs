//! The audience of a token. It is never empty (RFC 9068 section 3), and has several members only when a client asked
//! for them (RFC 8707).

use serde::{Deserialize, Serialize};

/// `aud` of RFC 7519 section 4.1.3: a string for one, a list for several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "WireAudience", into = "WireAudience")]
pub struct Audience(Vec<String>);

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum WireAudience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// The requested resources, or the default audience if there are none.
    pub fn of(resources: &[String], usual: &str) -> Self {
        Self(if resources.is_empty() { vec![usual.to_owned()] } else { resources.to_vec() })
    }

    /// Whether the audience contains one of these names.
    pub fn is_any_of(&self, names: &[String]) -> bool {
        self.0.iter().any(|meant| names.contains(meant))
    }
}

impl TryFrom<WireAudience> for Audience {
    type Error = &'static str;

    fn try_from(written: WireAudience) -> Result<Self, Self::Error> {
        match written {
            WireAudience::One(only) => Ok(Self(vec![only])),
            WireAudience::Several(all) if all.is_empty() => Err("aud is an empty list"),
            WireAudience::Several(all) => Ok(Self(all)),
        }
    }
}

impl From<Audience> for WireAudience {
    fn from(Audience(mut all): Audience) -> Self {
        if all.len() == 1 { Self::One(all.remove(0)) } else { Self::Several(all) }
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

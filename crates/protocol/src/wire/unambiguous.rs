//! Reads JSON that names no member twice. The signer and the reader of a repeated member may use different values (RFC
//! 7515 section 4, RFC 7519 section 4, RFC 8259 section 4).

use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A JSON value in which no object names a member twice.
pub(crate) struct Unambiguous(Value);

impl Unambiguous {
    /// Reads an object; `None` for anything else.
    pub(crate) fn object(json: &[u8]) -> Option<Map<String, Value>> {
        match serde_json::from_slice(json).ok()? {
            Self(Value::Object(members)) => Some(members),
            Self(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(MemberReader)
    }
}

struct MemberReader;

impl<'de> Visitor<'de> for MemberReader {
    type Value = Unambiguous;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without a repeated member")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Unambiguous(value))) = from.next_entry::<String, Unambiguous>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member is repeated"));
            }
        }
        Ok(Unambiguous(Value::Object(members)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Unambiguous(item)) = from.next_element()? {
            items.push(item);
        }
        Ok(Unambiguous(Value::Array(items)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Unambiguous(text.into()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Unambiguous(value.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Unambiguous(number.into()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Unambiguous(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Unambiguous(number.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Unambiguous(Value::Null))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_repeated_member_is_refused_at_any_depth() {
        for twice in [r#"{"a":1,"a":1}"#, r#"{"a":{"b":1,"b":2}}"#, r#"{"a":[{"b":1,"b":2}]}"#, r#"{"a":1,"\u0061":2}"#]
        {
            assert!(Unambiguous::object(twice.as_bytes()).is_none(), "{twice}");
        }
        for other in ["[]", "1", "\"a\"", "null", "{} {}", "{", ""] {
            assert!(Unambiguous::object(other.as_bytes()).is_none(), "{other}");
        }
    }

    #[test]
    fn everything_else_is_read_as_it_stands() {
        let json = r#"{"a":[1,-2,0.5,"b",true,null,{"a":{}}],"b":18446744073709551615}"#;
        let read = Unambiguous::object(json.as_bytes()).map(Value::Object);
        assert_eq!(read, serde_json::from_str(json).ok());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(json in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(read) = Unambiguous::object(&json) {
                prop_assert_eq!(Some(Value::Object(read)), serde_json::from_slice(&json).ok());
            }
        }

        #[test]
        fn deep_nesting_is_refused_without_a_crash(depth in 1_usize..3000) {
            let json = format!("{{\"a\":{}", "[".repeat(depth));
            prop_assert!(Unambiguous::object(json.as_bytes()).is_none());
        }
    }
}

//! The parameters of statements: the four types of the portable schema, and the conversions into them.

use std::net::IpAddr;
use std::time::Duration;

use serde::Serialize;

use protocol::{Digest, Scope, Subject, Timestamp};

/// A parameter, in one of the four types that the portable schema has.
#[derive(Clone)]
pub(super) enum Arg {
    Number(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Truth(bool),
}

impl Arg {
    /// Whether it is text that no column can hold: Postgres has no U+0000. A search for it finds nothing.
    pub(super) fn is_unkeepable(&self) -> bool {
        matches!(self, Self::Text(Some(text)) if text.contains('\0'))
    }
}

/// `args![a, b, c]`: the parameters of a statement in their order.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::arg::Arg::from($value)),*] };
}
pub(super) use args;

/// An object or a list as rows keep it.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("the types of this program have text keys only")
}

/// Makes a parameter of a type, and of an option of it.
macro_rules! arg_of {
    ($($type:ty => $kind:ident($value:ident => $of:expr),)+) => { $(
        impl From<$type> for Arg {
            fn from($value: $type) -> Self {
                Self::$kind(Some($of))
            }
        }

        impl From<Option<$type>> for Arg {
            fn from(value: Option<$type>) -> Self {
                Self::$kind(value.map(|$value| $of))
            }
        }
    )+ };
}

arg_of! {
    i64 => Number(value => value),
    u32 => Number(value => value.into()),
    Timestamp => Number(value => value.millis()),
    Duration => Number(value => i64::try_from(value.as_millis()).unwrap_or(i64::MAX)),
    String => Text(value => value),
    &str => Text(value => value.to_owned()),
    &String => Text(value => value.clone()),
    Subject => Text(value => value.as_str().to_owned()),
    &Subject => Text(value => value.as_str().to_owned()),
    &Scope => Text(value => value.to_string()),
    &[String] => Text(value => value.join(" ")),
    IpAddr => Text(value => value.to_string()),
    Vec<u8> => Bytes(value => value),
    &[u8] => Bytes(value => value.to_vec()),
    Digest => Bytes(value => value.as_bytes().to_vec()),
    &Digest => Bytes(value => value.as_bytes().to_vec()),
}

impl<'a, T> From<&'a Option<T>> for Arg
where
    Option<&'a T>: Into<Self>,
{
    fn from(value: &'a Option<T>) -> Self {
        value.as_ref().into()
    }
}

impl From<bool> for Arg {
    fn from(value: bool) -> Self {
        Self::Truth(value)
    }
}

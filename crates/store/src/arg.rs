//! What can a statement be given? The four types of the portable schema, and what becomes one of them.

use std::time::Duration;

use serde::Serialize;

use protocol::{Digest, Timestamp};

/// A parameter, in one of the four types that the portable schema has.
#[derive(Clone)]
pub(super) enum Arg {
    Number(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Truth(bool),
}

impl Arg {
    /// Whether it is text that no column can hold: Postgres has no U+0000. Whoever looks for it finds nothing.
    pub(super) fn is_unkeepable(&self) -> bool {
        matches!(self, Self::Text(Some(text)) if text.contains('\0'))
    }
}

/// `args![a, b, c]`: the parameters of a statement in their order.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::arg::Arg::from($value)),*] };
}
pub(super) use args;

/// An object or a list as rows keep it. Our own types have text keys alone, so it cannot fail.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("what is kept has text keys alone")
}

impl From<i64> for Arg {
    fn from(value: i64) -> Self {
        Self::Number(Some(value))
    }
}

impl From<u32> for Arg {
    fn from(value: u32) -> Self {
        Self::Number(Some(value.into()))
    }
}

impl From<Timestamp> for Arg {
    fn from(value: Timestamp) -> Self {
        Self::Number(Some(value.millis()))
    }
}

impl From<Option<Timestamp>> for Arg {
    fn from(value: Option<Timestamp>) -> Self {
        Self::Number(value.map(Timestamp::millis))
    }
}

impl From<Duration> for Arg {
    fn from(value: Duration) -> Self {
        Self::Number(i64::try_from(value.as_millis()).ok())
    }
}

impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Arg {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<&String> for Arg {
    fn from(value: &String) -> Self {
        Self::Text(Some(value.clone()))
    }
}

impl From<Option<&str>> for Arg {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(str::to_owned))
    }
}

impl From<Option<String>> for Arg {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}

impl From<&[u8]> for Arg {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(Some(value.to_vec()))
    }
}

impl From<Option<Vec<u8>>> for Arg {
    fn from(value: Option<Vec<u8>>) -> Self {
        Self::Bytes(value)
    }
}

impl From<Digest> for Arg {
    fn from(value: Digest) -> Self {
        Self::Bytes(Some(value.as_bytes().to_vec()))
    }
}

impl From<&Digest> for Arg {
    fn from(value: &Digest) -> Self {
        Self::from(*value)
    }
}

impl From<Option<Digest>> for Arg {
    fn from(value: Option<Digest>) -> Self {
        Self::Bytes(value.map(|digest| digest.as_bytes().to_vec()))
    }
}

impl From<bool> for Arg {
    fn from(value: bool) -> Self {
        Self::Truth(value)
    }
}

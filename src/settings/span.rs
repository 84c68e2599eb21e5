//! How long? Durations are written `"10m"` or `"1h 30m"` in the configuration.

use std::time::Duration;

use jiff::SignedDuration;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Error;

/// Reads `"10m"`; a bare number is refused, because its unit would be a guess.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    parse(&String::deserialize(from)?).map_err(D::Error::custom)
}

/// Writes what [`deserialize`] reads.
pub(super) fn serialize<S: Serializer>(span: &Duration, to: S) -> Result<S::Ok, S::Error> {
    text(*span).serialize(to)
}

/// Writes a database URL without its password.
pub(super) fn without_password<S: Serializer>(url: &str, to: S) -> Result<S::Ok, S::Error> {
    let mut shown = url.to_owned();
    if let Ok(mut parsed) = url::Url::parse(url)
        && parsed.password().is_some()
        && parsed.set_password(Some("redacted")).is_ok()
    {
        shown = parsed.into();
    }
    shown.serialize(to)
}

fn parse(written: &str) -> Result<Duration, String> {
    let span: SignedDuration =
        written.parse().map_err(|_| format!("{written:?} is not a duration: write it like \"90s\", \"10m\" or \"24h\""))?;
    Duration::try_from(span).map_err(|_| format!("{written:?} is negative"))
}

fn text(span: Duration) -> String {
    SignedDuration::try_from(span).map_or_else(|_| format!("{}s", span.as_secs()), |span| format!("{span:#}"))
}

/// The same for a key that may be absent.
pub(super) mod optional {
    use super::Deserialize;
    use super::Deserializer;
    use super::Duration;
    use super::Error;
    use super::Serialize;
    use super::Serializer;

    pub(in crate::settings) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
        Option::<String>::deserialize(from)?.map(|written| super::parse(&written).map_err(D::Error::custom)).transpose()
    }

    pub(in crate::settings) fn serialize<S: Serializer>(span: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
        span.map(super::text).serialize(to)
    }
}

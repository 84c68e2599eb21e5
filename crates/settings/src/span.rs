//! Durations: written `"10m"` or `"1h 30m"` in the configuration.

use std::time::Duration;

use jiff::SignedDuration;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const DAY: Duration = Duration::from_hours(24);

/// Reads `"10m"`. A number without a unit is refused, because the unit would be a guess.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    parse(&String::deserialize(from)?).map_err(D::Error::custom)
}

/// Writes what [`deserialize`] reads, through [`text`].
pub(super) fn serialize<S: Serializer>(span: &Duration, to: S) -> Result<S::Ok, S::Error> {
    text(*span).serialize(to)
}

/// Reads a duration in the form of the configuration; the complaint shows that form.
pub fn parse(written: &str) -> Result<Duration, String> {
    // A day has 24 hours here: lifetimes do not depend on summer time.
    if let Some(days) = written.strip_suffix('d').and_then(|days| days.parse::<u32>().ok()) {
        return Ok(DAY * days);
    }
    if !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("{written:?} has no unit: write \"{written}s\""));
    }
    let span: SignedDuration = written
        .parse()
        .map_err(|_| format!("{written:?} is not a duration: write it like \"90s\", \"10m\" or \"24h\""))?;
    Duration::try_from(span).map_err(|_| format!("{written:?} is negative"))
}

/// A duration in the form of the configuration.
pub fn text(span: Duration) -> String {
    if span > DAY && span.as_millis().is_multiple_of(DAY.as_millis()) {
        return format!("{}d", span.as_secs() / DAY.as_secs());
    }
    SignedDuration::try_from(span).map_or_else(|_| format!("{}s", span.as_secs()), |span| format!("{span:#}"))
}

/// The same for a key that may be absent.
pub(super) mod optional {
    use super::{Deserialize, Deserializer, Duration, Error, Serialize, Serializer};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
        Option::<String>::deserialize(from)?.map(|written| super::parse(&written).map_err(D::Error::custom)).transpose()
    }

    #[expect(clippy::ref_option, reason = "serde gives the address of the field")]
    pub(crate) fn serialize<S: Serializer>(span: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
        span.map(super::text).serialize(to)
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, parse, text};

    #[test]
    fn a_duration_has_a_unit_and_no_sign() {
        for (written, seconds) in [("90s", 90), ("10m", 600), ("1h 30m", 5400), ("24h", 86400), ("0s", 0)] {
            let span = parse(written).unwrap();
            assert_eq!(span, Duration::from_secs(seconds), "{written}");
            assert_eq!(parse(&text(span)), Ok(span), "{written}");
        }
        for wrong in ["10", "", "ten minutes", "-5s", "7 lightyears"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse("600").unwrap_err(), "\"600\" has no unit: write \"600s\"");
    }
}

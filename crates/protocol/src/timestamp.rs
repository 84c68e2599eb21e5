//! An instant as a value: milliseconds since the Unix epoch, UTC. Times are stored and compared in this form alone.

use std::time::Duration;

use serde_json::Value;

/// An instant, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Reads a NumericDate (RFC 7519 section 2): seconds, which may have a fraction. Years after 9999 are refused.
    pub(crate) fn from_numeric_date(value: &Value) -> Option<Self> {
        let seconds = value.as_f64().filter(|seconds| (0.0..253_402_300_800.0).contains(seconds))?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "below 10^15 milliseconds, and a fraction of one is nothing"
        )]
        Some(Self((seconds * 1000.0) as i64))
    }

    /// Milliseconds since the epoch, as rows store them.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down: the NumericDate of RFC 7519 section 2.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The same instant in the calendar, for people; the epoch where no calendar has it.
    pub fn utc(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default()
    }

    /// Whether it was less than `span` before `now`. An instant in the future is not: then a clock was set back, and
    /// waiting for that instant might take years.
    pub fn is_within(self, span: Duration, now: Self) -> bool {
        self <= now && now.since(self) < span
    }

    /// The time since `earlier`; zero when it is in the future, as after a clock was set back.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }
}

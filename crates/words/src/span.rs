//! Spans of time as people read them: in one unit, and only as exact as a person needs.

use std::time::Duration;

/// A span of time in words; the messages `span-*`, `ago-*` and `within-*` say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Less than a minute.
    Moment,
    /// Minutes, 1 to 119.
    Minutes(u64),
    /// Hours, 1 to 47.
    Hours(u64),
    /// Days, 2 and more.
    Days(u64),
}

impl Span {
    /// For time that has passed or that remains: it is at least this long.
    pub fn at_least(span: Duration) -> Self {
        Self::of_minutes(span.as_secs() / 60)
    }

    /// For time that must be waited: it is at most this long.
    pub fn at_most(span: Duration) -> Self {
        let started = span.as_secs() + u64::from(span.subsec_nanos() > 0);
        Self::of_minutes(started.div_ceil(60).max(1))
    }

    /// "90 minutes" says more than "1 hour", "1 hour" reads better than "60 minutes".
    fn of_minutes(minutes: u64) -> Self {
        match minutes {
            0 => Self::Moment,
            60 => Self::Hours(1),
            1..120 => Self::Minutes(minutes),
            120..2880 => Self::Hours(minutes / 60),
            _ => Self::Days(minutes / 1440),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Span;

    #[test]
    fn time_that_remains_is_never_overstated() {
        for (seconds, span) in [
            (0, Span::Moment),
            (59, Span::Moment),
            (119, Span::Minutes(1)),
            (3599, Span::Minutes(59)),
            (3600, Span::Hours(1)),
            (3660, Span::Minutes(61)),
            (86_400, Span::Hours(24)),
            (172_799, Span::Hours(47)),
            (172_800, Span::Days(2)),
        ] {
            assert_eq!(Span::at_least(Duration::from_secs(seconds)), span, "{seconds} s");
        }
    }

    #[test]
    fn time_to_wait_is_never_understated() {
        for (millis, span) in
            [(0, Span::Minutes(1)), (60_000, Span::Minutes(1)), (60_001, Span::Minutes(2)), (3_600_000, Span::Hours(1))]
        {
            assert_eq!(Span::at_most(Duration::from_millis(millis)), span, "{millis} ms");
        }
    }
}

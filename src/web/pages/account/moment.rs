//! Show an instant on a page: in UTC, and by its distance from now.

use crate::web::pages::Span;
use protocol::Timestamp;

/// An instant on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Such as `2026-11-21 12:00 UTC`: written alike in every language.
    pub utc: String,
    /// How far it is from now.
    pub away: Span,
}

impl Moment {
    /// An instant, seen from now. The page knows whether it is past.
    pub fn new(at: Timestamp, now: Timestamp) -> Self {
        let away = Span::at_least(now.since(at).max(at.since(now)));
        Self { utc: at.utc().strftime("%Y-%m-%d %H:%M UTC").to_string(), away }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_utc_and_by_its_distance() {
        let noon = Timestamp::from_millis(1_795_262_400_000);
        let minute = std::time::Duration::from_mins(1);
        for (now, away) in
            [(noon, Span::Moment), (noon + minute * 5, Span::Minutes(5)), (noon - minute, Span::Minutes(1))]
        {
            assert_eq!(Moment::new(noon, now), Moment { utc: "2026-11-21 12:00 UTC".to_owned(), away });
        }
    }
}

//! Decide when published keys are fetched again and how long they are used.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync;
use url::Url;

use crate::client_keys::fetch::{FetchError, Fetched, fetch};
use crate::telemetry::chain;
use protocol::{JwkSet, Timestamp};
use settings::ClientAssertions;

/// The keys of a client cannot be fetched, and none of the kept keys fits. The reason was logged at the fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the keys of this client cannot be fetched at present; try again")]
pub struct Unavailable;

/// How long keys are fresh if their publisher does not say, and the bounds of what it may say: a key that was withdrawn must
/// not be used for a day.
const FRESH: Duration = Duration::from_mins(10);
const LEAST_FRESH: Duration = Duration::from_mins(1);
const MOST_FRESH: Duration = Duration::from_hours(1);
/// How much longer keys are used while their publisher cannot be reached.
const KEPT: Duration = Duration::from_hours(6);
/// How soon an unknown `kid`, which anybody can write, leads to another fetch.
const LOOK_AGAIN: Duration = Duration::from_mins(1);
/// How soon a publisher that failed is asked again. Not shorter than a fetch may last, because then there would be no pause.
const RETRY: Duration = Duration::from_secs(10);

/// The keys at one URI.
pub(super) struct Published {
    uri: Url,
    held: Mutex<LastFetch>,
    /// The task that holds it fetches; the others wait for its result.
    turn: sync::Mutex<()>,
}

/// The result of the last fetch.
#[derive(Default)]
struct LastFetch {
    keys: Option<KeptKeys>,
    /// When the last fetch ended.
    tried_at: Option<Timestamp>,
    failed: bool,
}

struct KeptKeys {
    keys: Arc<JwkSet>,
    fresh_until: Timestamp,
}

/// What to do for a request.
enum FetchStep {
    Use(Arc<JwkSet>),
    Fetch,
    GiveUp,
}

impl Published {
    pub(super) fn at(uri: &Url) -> Self {
        Self { uri: uri.clone(), held: Mutex::default(), turn: sync::Mutex::new(()) }
    }

    /// The keys, which are fetched first if necessary. `suffices` says whether they include the wanted key.
    pub(super) async fn keys(
        self: &Arc<Self>,
        suffices: impl Fn(&JwkSet) -> bool,
        settings: &ClientAssertions,
        now: Timestamp,
    ) -> Result<Arc<JwkSet>, Unavailable> {
        let mut step = self.held.lock().step(&suffices, now);
        if matches!(step, FetchStep::Fetch) {
            let _turn = self.turn.lock().await;
            step = self.held.lock().step(&suffices, now);
            if matches!(step, FetchStep::Fetch) {
                // In a task of its own: others may wait for the result when this client closes its connection.
                let (this, settings) = (Arc::clone(self), settings.clone());
                let _ = tokio::spawn(async move { this.renew(&settings, now).await }).await;
                step = self.held.lock().step(&suffices, now);
            }
        }
        match step {
            FetchStep::Use(keys) => Ok(keys),
            FetchStep::Fetch | FetchStep::GiveUp => Err(Unavailable),
        }
    }

    async fn renew(&self, settings: &ClientAssertions, now: Timestamp) {
        let fetched = fetch(&self.uri, settings).await;
        match &fetched {
            Ok(fetched) => {
                tracing::info!(uri = self.uri.as_str(), keys = fetched.keys.keys().len(), "keys of a client fetched");
            }
            Err(error) => {
                tracing::warn!(uri = self.uri.as_str(), reason = chain(error), "keys of a client cannot be fetched");
            }
        }
        self.held.lock().note(fetched, now);
    }
}

impl LastFetch {
    fn step(&self, suffices: &impl Fn(&JwkSet) -> bool, now: Timestamp) -> FetchStep {
        let tried_within = |span: Duration| self.tried_at.is_some_and(|tried_at| tried_at.is_within(span, now));
        let Some(KeptKeys { keys, fresh_until }) = self.keys.as_ref().filter(|kept| now < kept.fresh_until + KEPT)
        else {
            return if tried_within(RETRY) { FetchStep::GiveUp } else { FetchStep::Fetch };
        };
        let (fresh, sufficient) = (now < *fresh_until && tried_within(MOST_FRESH), suffices(keys));
        let patience = match (fresh, sufficient) {
            (true, true) => return FetchStep::Use(Arc::clone(keys)),
            (true, false) if !self.failed => LOOK_AGAIN,
            _ => RETRY,
        };
        if !tried_within(patience) {
            return FetchStep::Fetch;
        }
        // After a failed fetch, the absence of the key proves nothing.
        if self.failed && !sufficient { FetchStep::GiveUp } else { FetchStep::Use(Arc::clone(keys)) }
    }

    fn note(&mut self, fetched: Result<Fetched, FetchError>, now: Timestamp) {
        self.tried_at = Some(now);
        self.failed = fetched.is_err();
        if let Ok(Fetched { keys, max_age }) = fetched {
            let fresh = max_age.unwrap_or(FRESH).clamp(LEAST_FRESH, MOST_FRESH);
            self.keys = Some(KeptKeys { keys: Arc::new(keys), fresh_until: now + fresh });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn fetched(max_age: Option<u64>) -> Fetched {
        Fetched { keys: JwkSet::default(), max_age: max_age.map(Duration::from_secs) }
    }

    fn step(held: &LastFetch, known: bool, seconds: i64) -> &'static str {
        match held.step(&|_| known, at(seconds)) {
            FetchStep::Use(_) => "believe",
            FetchStep::Fetch => "fetch",
            FetchStep::GiveUp => "give up",
        }
    }

    #[test]
    fn keys_are_fetched_when_they_are_not_fresh() {
        for (max_age, fresh) in [(None, 600), (Some(300), 300), (Some(0), 60), (Some(86_400), 3600)] {
            let mut held = LastFetch::default();
            assert_eq!(step(&held, true, 0), "fetch");
            held.note(Ok(fetched(max_age)), at(0));
            assert_eq!((step(&held, true, fresh - 1), step(&held, true, fresh)), ("believe", "fetch"), "{max_age:?}");
        }
    }

    #[test]
    fn an_unknown_key_is_looked_for_once_a_minute() {
        let mut held = LastFetch::default();
        held.note(Ok(fetched(None)), at(0));
        assert_eq!((step(&held, false, 59), step(&held, false, 60)), ("believe", "fetch"));
        held.note(Ok(fetched(None)), at(60));
        assert_eq!((step(&held, false, 119), step(&held, false, 120)), ("believe", "fetch"));
    }

    #[test]
    fn old_keys_are_believed_for_a_while_when_they_cannot_be_fetched() {
        let mut held = LastFetch::default();
        held.note(Ok(fetched(None)), at(0));
        held.note(Err(FetchError::TooSlow), at(600));
        assert_eq!((step(&held, true, 609), step(&held, true, 610)), ("believe", "fetch"));
        assert_eq!((step(&held, false, 609), step(&held, false, 610)), ("give up", "fetch"));
        let end = 600 + 6 * 3600;
        held.note(Err(FetchError::TooSlow), at(end - 2));
        assert_eq!((step(&held, true, end - 1), step(&held, true, end)), ("believe", "give up"));
    }

    #[test]
    fn a_publisher_that_never_answered_is_asked_again_soon() {
        let mut held = LastFetch::default();
        held.note(Err(FetchError::TooSlow), at(0));
        assert_eq!((step(&held, true, 9), step(&held, true, 10)), ("give up", "fetch"));
    }
}

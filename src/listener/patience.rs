//! Limit how long the other end may take: a short while for the head of a request, a long one between two requests.
//!
//! hyper's own limit on reading a head also runs while a connection rests. The connection of a device that polls every 10 seconds
//! would then end at the moment of a poll, and most clients give up at the first broken connection. So here the short limit
//! begins with the first byte of a request.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

use crate::listener::progress::{Phase, Progress};

/// Runs out when a phase lasts too long. It is polled in the task of its connection, so both wake together.
pub(super) struct Patience {
    progress: Arc<Progress>,
    moment: (Phase, usize),
    limits: PhaseLimits,
    sleep: Pin<Box<Sleep>>,
}

/// How long a phase may last.
#[derive(Clone, Copy, Debug)]
pub(super) struct PhaseLimits {
    /// A handshake, a head, a body, and what is discarded at the end.
    pub(super) reading: Duration,
    /// The rest between two requests.
    pub(super) rest: Duration,
}

impl Patience {
    /// For a connection that was accepted just now.
    pub(super) fn new(progress: Arc<Progress>, limits: PhaseLimits) -> Self {
        #[expect(clippy::disallowed_methods, reason = "a peer is waited for in real time")]
        let sleep = Box::pin(tokio::time::sleep(limits.reading));
        Self { moment: progress.moment(), progress, limits, sleep }
    }

    /// Done when the limit of a phase is over; names the phase. The next call begins the limit again.
    pub(super) async fn lost(&mut self) -> Phase {
        std::future::poll_fn(|context| self.poll_lost(context)).await
    }

    fn poll_lost(&mut self, context: &mut Context<'_>) -> Poll<Phase> {
        let moment = self.progress.moment();
        if moment != self.moment {
            self.begin(moment);
        }
        ready!(self.sleep.as_mut().poll(context));
        self.begin(moment);
        Poll::Ready(moment.0)
    }

    fn begin(&mut self, moment: (Phase, usize)) {
        self.moment = moment;
        let limit = if moment.0 == Phase::Idle { self.limits.rest } else { self.limits.reading };
        self.sleep.as_mut().reset(Instant::now() + limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Version;

    #[tokio::test]
    async fn patience_is_short_for_a_head_and_never_lost_with_an_answer() {
        let progress = Progress::new();
        let limits = PhaseLimits { reading: Duration::from_millis(5), rest: Duration::from_secs(60) };
        let mut patience = Patience::new(Arc::clone(&progress), limits);
        assert_eq!(patience.lost().await, Phase::Reading);
        let underway = progress.begin(Version::HTTP_11);
        assert_eq!(patience.lost().await, Phase::Answering, "the connection looks again, and goes on");
        drop(underway);
        let rests = tokio::time::timeout(Duration::from_millis(50), patience.lost()).await;
        assert!(rests.is_err(), "a rest is longer");
    }
}

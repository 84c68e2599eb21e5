//! How long may the other end take? A short while for the head of a request, a long one between two requests.
//!
//! hyper's own limit on reading a head also runs while a connection rests. A device that polls every 10 seconds on one
//! connection would then meet its end at the very moment of a poll, and most clients give up at the first broken one
//! (clients.md 7 is the list of them). So the short limit begins with the first byte of a request here.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use axum::http::Version;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;
use tokio::time::Instant;
use tokio::time::Sleep;

/// How long a connection may rest: longer than the slowest device waits between polls (`device.interval` is at most 60s),
/// and longer than proxies keep a connection that they might use again.
const REST: Duration = Duration::from_secs(120);

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The head of a request is awaited or half read.
    Reading,
    /// A request is being answered; its handler has limits of its own.
    Answering,
    /// Nobody owes anybody anything.
    Idle,
}

/// What is known of a connection, shared between its bytes and its requests.
#[derive(Debug, Default)]
pub(super) struct Progress {
    begun: AtomicUsize,
    ended: AtomicUsize,
    /// Bytes came since the last request began or ended.
    stirred: AtomicBool,
    /// HTTP/2: bytes between requests need not be a request, they may be a ping or a window update.
    multiplexed: AtomicBool,
}

/// A request that has no answer yet.
#[derive(Debug)]
pub(super) struct Underway(Arc<Progress>);

impl Progress {
    /// A head was read whole.
    pub(super) fn begin(self: &Arc<Self>, version: Version) -> Underway {
        self.multiplexed.store(version == Version::HTTP_2, Ordering::Relaxed);
        self.stirred.store(false, Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::Relaxed);
        Underway(Arc::clone(self))
    }

    /// The phase, and how many requests have begun: two rests are not one.
    fn moment(&self) -> (Phase, usize) {
        let (begun, ended) = (self.begun.load(Ordering::Relaxed), self.ended.load(Ordering::Relaxed));
        let stirred = self.stirred.load(Ordering::Relaxed) && !self.multiplexed.load(Ordering::Relaxed);
        let phase = match () {
            () if begun != ended => Phase::Answering,
            () if begun == 0 || stirred => Phase::Reading,
            () => Phase::Idle,
        };
        (phase, begun)
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.stirred.store(false, Ordering::Relaxed);
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// Runs out when a phase has lasted too long. Lives in the task of its connection, so whatever wakes one wakes both.
pub(super) struct Patience {
    progress: Arc<Progress>,
    moment: (Phase, usize),
    reading: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl Patience {
    /// For a connection that was accepted just now.
    pub(super) fn new(progress: Arc<Progress>, reading: Duration) -> Self {
        #[expect(clippy::disallowed_methods, reason = "a peer is waited for in real time")]
        let sleep = Box::pin(tokio::time::sleep(reading));
        Self { moment: progress.moment(), progress, reading, sleep }
    }

    /// Done when the limit of a phase is over; names the phase. To be asked again, it begins anew.
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
        let limit = if moment.0 == Phase::Idle { REST } else { self.reading };
        self.sleep.as_mut().reset(Instant::now() + limit);
    }
}

/// A stream that notes when bytes come.
#[derive(Debug)]
pub(super) struct Watched<T> {
    io: T,
    progress: Arc<Progress>,
}

impl<T> Watched<T> {
    pub(super) fn new(io: T, progress: Arc<Progress>) -> Self {
        Self { io, progress }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<T> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.io).poll_read(context, into);
        if into.filled().len() > before {
            self.progress.stirred.store(true, Ordering::Relaxed);
        }
        read
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_reads_answers_and_rests() {
        let progress = Arc::new(Progress::default());
        assert_eq!(progress.moment(), (Phase::Reading, 0), "the first request is owed at once");
        let stir = || progress.stirred.store(true, Ordering::Relaxed);
        stir();
        let underway = progress.begin(Version::HTTP_11);
        stir();
        assert_eq!(progress.moment(), (Phase::Answering, 1), "the bytes of a body");
        drop(underway);
        assert_eq!(progress.moment(), (Phase::Idle, 1));
        stir();
        assert_eq!(progress.moment(), (Phase::Reading, 1), "the first byte of the next head");
        drop(progress.begin(Version::HTTP_2));
        stir();
        assert_eq!(progress.moment(), (Phase::Idle, 2), "a ping is no request");
    }

    #[tokio::test]
    async fn patience_is_short_for_a_head_and_never_lost_with_an_answer() {
        let progress = Arc::new(Progress::default());
        let mut patience = Patience::new(Arc::clone(&progress), Duration::from_millis(5));
        assert_eq!(patience.lost().await, Phase::Reading);
        let underway = progress.begin(Version::HTTP_11);
        assert_eq!(patience.lost().await, Phase::Answering, "the connection looks again, and goes on");
        drop(underway);
        let rests = tokio::time::timeout(Duration::from_millis(50), patience.lost()).await;
        assert!(rests.is_err(), "a rest is longer");
    }
}

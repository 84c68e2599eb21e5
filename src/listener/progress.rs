//! What is a connection doing? Noted by its bytes and its requests, read by whoever waits for it or needs its place.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::http::Version;
use tokio::time::Instant;

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

/// Who gives way first when a place is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing is lost when it ends.
    Resting,
    /// The other end owes bytes: of a handshake, of a head, of a body.
    Slow,
    /// An answer is being made.
    Busy,
}

/// What is known of a connection, shared between its bytes and its requests.
#[derive(Debug)]
pub(super) struct Progress {
    begun: AtomicUsize,
    ended: AtomicUsize,
    /// Bodies that have not come whole.
    receiving: AtomicUsize,
    /// Bytes came since the last request began or ended.
    stirred: AtomicBool,
    /// HTTP/2: bytes between requests need not be a request, they may be a ping or a window update.
    multiplexed: AtomicBool,
    /// A body was left unread, so more of it may be on its way.
    unread: AtomicBool,
    /// All is said, and what still comes is thrown away.
    lingering: AtomicBool,
    /// When this began, in milliseconds of [`now`].
    since: AtomicU64,
}

/// A request that has no answer yet.
#[derive(Debug)]
pub(super) struct Underway(Arc<Progress>);

/// A body that has not come whole.
#[derive(Debug)]
pub(super) struct Receiving(Arc<Progress>);

/// Milliseconds since the first connection.
fn now() -> u64 {
    static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(BEGINNING.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl Progress {
    /// Of a connection that was accepted just now.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            begun: AtomicUsize::new(0),
            ended: AtomicUsize::new(0),
            receiving: AtomicUsize::new(0),
            stirred: AtomicBool::new(false),
            multiplexed: AtomicBool::new(false),
            unread: AtomicBool::new(false),
            lingering: AtomicBool::new(false),
            since: AtomicU64::new(now()),
        })
    }

    /// A head was read whole.
    pub(super) fn begin(self: &Arc<Self>, version: Version) -> Underway {
        self.multiplexed.store(version == Version::HTTP_2, Ordering::Relaxed);
        self.stirred.store(false, Ordering::Relaxed);
        self.since.store(now(), Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::Relaxed);
        Underway(Arc::clone(self))
    }

    /// A body is on its way.
    pub(super) fn receive(self: &Arc<Self>) -> Receiving {
        self.receiving.fetch_add(1, Ordering::Relaxed);
        Receiving(Arc::clone(self))
    }

    /// Bytes came.
    pub(super) fn stir(&self) {
        if !self.stirred.swap(true, Ordering::Relaxed) && self.underway() == 0 {
            self.since.store(now(), Ordering::Relaxed);
        }
    }

    /// A body is not read to its end, though a request was answered.
    pub(super) fn leave_unread(&self) {
        self.unread.store(true, Ordering::Relaxed);
    }

    /// All is said.
    pub(super) fn linger(&self) {
        self.lingering.store(true, Ordering::Relaxed);
    }

    /// Whether what still comes is thrown away.
    pub(super) fn is_lingering(&self) -> bool {
        self.lingering.load(Ordering::Relaxed)
    }

    /// Whether more may come than was read: of a body, or of a head that was refused.
    pub(super) fn expects_more(&self) -> bool {
        let half_a_head = self.moment().0 == Phase::Reading && self.stirred.load(Ordering::Relaxed);
        self.unread.load(Ordering::Relaxed) || half_a_head
    }

    /// The phase, and how many requests have begun: two rests are not one.
    pub(super) fn moment(&self) -> (Phase, usize) {
        let begun = self.begun.load(Ordering::Relaxed);
        let stirred = self.stirred.load(Ordering::Relaxed) && !self.multiplexed.load(Ordering::Relaxed);
        let phase = match () {
            () if self.underway() > 0 => Phase::Answering,
            () if begun == 0 || stirred => Phase::Reading,
            () => Phase::Idle,
        };
        (phase, begun)
    }

    /// Whether it gives way, and for how long it has been so.
    pub(super) fn standing(&self) -> (Standing, Duration) {
        let standing = match self.moment().0 {
            _ if self.is_lingering() => Standing::Slow,
            Phase::Idle => Standing::Resting,
            Phase::Reading => Standing::Slow,
            Phase::Answering if self.receiving.load(Ordering::Relaxed) >= self.underway() => Standing::Slow,
            Phase::Answering => Standing::Busy,
        };
        (standing, Duration::from_millis(now().saturating_sub(self.since.load(Ordering::Relaxed))))
    }

    fn underway(&self) -> usize {
        let ended = self.ended.load(Ordering::Relaxed);
        self.begun.load(Ordering::Relaxed).saturating_sub(ended)
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.stirred.store(false, Ordering::Relaxed);
        self.0.since.store(now(), Ordering::Relaxed);
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        self.0.receiving.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_reads_answers_and_rests() {
        let progress = Progress::new();
        let at = || (progress.moment(), progress.standing().0);
        assert_eq!(at(), ((Phase::Reading, 0), Standing::Slow), "the first request is owed at once");
        progress.stir();
        assert!(progress.expects_more(), "of its head");
        let underway = progress.begin(Version::HTTP_11);
        let receiving = progress.receive();
        progress.stir();
        assert_eq!(at(), ((Phase::Answering, 1), Standing::Slow), "the bytes of a body");
        drop(receiving);
        assert_eq!(at(), ((Phase::Answering, 1), Standing::Busy));
        drop(underway);
        assert_eq!(at(), ((Phase::Idle, 1), Standing::Resting));
        assert!(!progress.expects_more());
        progress.stir();
        assert_eq!(at(), ((Phase::Reading, 1), Standing::Slow), "the first byte of the next head");
        drop(progress.begin(Version::HTTP_2));
        progress.stir();
        assert_eq!(at(), ((Phase::Idle, 2), Standing::Resting), "a ping is no request");
        let (_answered, _awaited, _body) =
            (progress.begin(Version::HTTP_2), progress.begin(Version::HTTP_2), progress.receive());
        assert_eq!(at().1, Standing::Busy, "one of two requests is answered");
    }
}

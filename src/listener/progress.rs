//! Track the state of a connection by its bytes and its requests.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Version;
use parking_lot::Mutex;
use tokio::time::Instant;

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The server waits for the head of a request, or has read a part of it.
    Reading,
    /// The server answers a request; the handler has limits of its own.
    Answering,
    /// No request is under way or half read.
    Idle,
}

/// How easily a connection gives way when a place is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum YieldOrder {
    /// It rests: nothing is lost when it ends.
    Resting,
    /// The other end owes bytes: of a handshake, of a head, of a body.
    Slow,
    /// An answer is being made.
    Busy,
}

/// The state of a connection, shared between its stream and its requests.
#[derive(Debug)]
pub(super) struct Progress(Mutex<ProgressState>);

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one connection")]
struct ProgressState {
    /// Requests that have begun.
    begun: usize,
    /// Requests that have no answer yet.
    underway: usize,
    /// Bodies that have not arrived whole.
    receiving: usize,
    /// Bytes have arrived since the last request began or ended.
    stirred: bool,
    /// HTTP/2: bytes between requests need not be a request, they may be a ping or a window update.
    multiplexed: bool,
    /// A body was left unread, so more of it may be on its way.
    unread: bool,
    /// The last answer was sent, and what still comes is discarded.
    lingering: bool,
    /// When the present phase began.
    since: Instant,
}

/// A request that has no answer yet.
#[derive(Debug)]
pub(super) struct Underway(Arc<Progress>);

/// A body that has not arrived whole.
#[derive(Debug)]
pub(super) struct Receiving(Arc<Progress>);

impl Progress {
    /// Of a connection that was accepted just now.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(ProgressState {
            begun: 0,
            underway: 0,
            receiving: 0,
            stirred: false,
            multiplexed: false,
            unread: false,
            lingering: false,
            since: Instant::now(),
        })))
    }

    /// A head was read whole.
    pub(super) fn begin(self: &Arc<Self>, version: Version) -> Underway {
        let mut state = self.0.lock();
        state.multiplexed = version == Version::HTTP_2;
        state.begun += 1;
        state.underway += 1;
        state.turn();
        Underway(Arc::clone(self))
    }

    /// A body is on its way.
    pub(super) fn receive(self: &Arc<Self>) -> Receiving {
        self.0.lock().receiving += 1;
        Receiving(Arc::clone(self))
    }

    /// Bytes came.
    pub(super) fn stir(&self) {
        let mut state = self.0.lock();
        if !state.stirred && state.underway == 0 {
            state.since = Instant::now();
        }
        state.stirred = true;
    }

    /// A request was answered though its body is not read to the end.
    pub(super) fn leave_unread(&self) {
        self.0.lock().unread = true;
    }

    /// The last answer was sent.
    pub(super) fn linger(&self) {
        self.0.lock().lingering = true;
    }

    /// Whether what still comes is discarded.
    pub(super) fn is_lingering(&self) -> bool {
        self.0.lock().lingering
    }

    /// Whether more bytes may arrive: of a body, or of a head that was refused.
    pub(super) fn expects_more(&self) -> bool {
        let state = self.0.lock();
        state.unread || (state.phase() == Phase::Reading && state.stirred)
    }

    /// The phase, and how many requests have begun, which tells two rests apart.
    pub(super) fn moment(&self) -> (Phase, usize) {
        let state = self.0.lock();
        (state.phase(), state.begun)
    }

    /// How easily it gives way, and for how long it has been so.
    pub(super) fn standing(&self) -> (YieldOrder, Duration) {
        let state = self.0.lock();
        let order = match state.phase() {
            _ if state.lingering => YieldOrder::Slow,
            Phase::Idle => YieldOrder::Resting,
            Phase::Reading => YieldOrder::Slow,
            Phase::Answering if state.receiving >= state.underway => YieldOrder::Slow,
            Phase::Answering => YieldOrder::Busy,
        };
        (order, state.since.elapsed())
    }
}

impl ProgressState {
    fn phase(&self) -> Phase {
        if self.underway > 0 {
            Phase::Answering
        } else if self.begun == 0 || (self.stirred && !self.multiplexed) {
            Phase::Reading
        } else {
            Phase::Idle
        }
    }

    /// A request began or ended.
    fn turn(&mut self) {
        self.stirred = false;
        self.since = Instant::now();
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        let mut state = self.0.0.lock();
        state.underway -= 1;
        state.turn();
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        self.0.0.lock().receiving -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_reads_answers_and_rests() {
        let progress = Progress::new();
        let at = || (progress.moment(), progress.standing().0);
        assert_eq!(at(), ((Phase::Reading, 0), YieldOrder::Slow), "the first request is owed at once");
        progress.stir();
        assert!(progress.expects_more(), "of its head");
        let underway = progress.begin(Version::HTTP_11);
        let receiving = progress.receive();
        progress.stir();
        assert_eq!(at(), ((Phase::Answering, 1), YieldOrder::Slow), "the bytes of a body");
        drop(receiving);
        assert_eq!(at(), ((Phase::Answering, 1), YieldOrder::Busy));
        drop(underway);
        assert_eq!(at(), ((Phase::Idle, 1), YieldOrder::Resting));
        assert!(!progress.expects_more());
        progress.stir();
        assert_eq!(at(), ((Phase::Reading, 1), YieldOrder::Slow), "the first byte of the next head");
        drop(progress.begin(Version::HTTP_2));
        progress.stir();
        assert_eq!(at(), ((Phase::Idle, 2), YieldOrder::Resting), "a ping is no request");
        let (_answered, _awaited, _body) =
            (progress.begin(Version::HTTP_2), progress.begin(Version::HTTP_2), progress.receive());
        assert_eq!(at().1, YieldOrder::Busy, "one of two requests is answered");
    }
}

//! Note when bytes arrive on a stream, and discard what still arrives after the last answer.
//!
//! A socket that is closed while bytes wait to be read sends a reset, and a reset destroys an answer that the other end has not
//! read yet. So if more may come (of a body that is too large, of a head that was refused), the stream announces its end first,
//! and reads and discards what still comes, up to a time and an amount (RFC 9112 section 9.6).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use crate::listener::progress::Progress;

/// The most bytes that are read only to be discarded: a thousand times the largest form.
const MOST_THROWN_AWAY: usize = 16 * 1024 * 1024;

/// A stream whose bytes are noted.
#[derive(Debug)]
pub(super) struct WatchedStream<T> {
    io: T,
    progress: Arc<Progress>,
    linger_for: Duration,
    lingering: Option<Lingering>,
}

#[derive(Debug)]
struct Lingering {
    end: Pin<Box<Sleep>>,
    left: usize,
}

impl<T> WatchedStream<T> {
    /// The stream of a connection; `linger_for` is the longest that it discards bytes at its end.
    pub(super) fn new(io: T, progress: Arc<Progress>, linger_for: Duration) -> Self {
        Self { io, progress, linger_for, lingering: None }
    }
}

impl Lingering {
    /// Done when the other end has finished, or has sent too much or for too long.
    fn poll<T: AsyncRead + Unpin>(&mut self, io: &mut T, context: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; 16 * 1024];
        while self.left > 0 && self.end.as_mut().poll(context).is_pending() {
            let mut into = ReadBuf::new(&mut bytes);
            match ready!(Pin::new(&mut *io).poll_read(context, &mut into)) {
                Ok(()) if !into.filled().is_empty() => self.left = self.left.saturating_sub(into.filled().len()),
                _ => break,
            }
        }
        Poll::Ready(())
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for WatchedStream<T> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.io).poll_read(context, into);
        if into.filled().len() > before {
            self.progress.stir();
        }
        read
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WatchedStream<T> {
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
        let this = &mut *self;
        if this.lingering.is_none() {
            ready!(Pin::new(&mut this.io).poll_shutdown(context))?;
            if !this.progress.expects_more() {
                return Poll::Ready(Ok(()));
            }
            this.progress.linger();
        }
        let linger_for = this.linger_for;
        let lingering = this.lingering.get_or_insert_with(|| {
            #[expect(clippy::disallowed_methods, reason = "a peer is waited for in real time")]
            let end = Box::pin(tokio::time::sleep(linger_for));
            Lingering { end, left: MOST_THROWN_AWAY }
        });
        lingering.poll(&mut this.io, context).map(Ok)
    }
}

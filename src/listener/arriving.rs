//! Read the rest of a body that a handler did not read to its end, if it is small, so that the connection can be used again.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use hyper::Request;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::header::EXPECT;
use parking_lot::Mutex;

use crate::listener::progress::{Progress, Receiving};

/// The largest rest that is read, because a new connection costs more. It is more than the largest form.
const SMALL: u64 = 64 * 1024;

/// How long an answer waits for a small rest. What was sent has arrived by then.
const SOON: Duration = Duration::from_millis(100);

/// A body on its way to a handler.
struct Arriving {
    incoming: Option<Incoming>,
    receiving: Option<Receiving>,
    left: Arc<Mutex<Left>>,
}

/// What the handler left of a body.
#[derive(Default)]
struct Left {
    /// A handler began to read the body, so a client that sent `Expect: 100-continue` was told to send it.
    begun: bool,
    rest: Option<Incoming>,
}

/// The rest of a body, once its request is answered.
pub(super) struct Rest {
    left: Option<Arc<Mutex<Left>>>,
    /// The other end sends nothing until it gets `100 Continue`.
    asks_first: bool,
}

/// Gives a request the body type of handlers, and keeps what they leave of it.
pub(super) fn arriving(request: Request<Incoming>, progress: &Arc<Progress>) -> (Request<Body>, Rest) {
    let asks_first = request.headers().contains_key(EXPECT);
    let (head, incoming) = request.into_parts();
    if incoming.is_end_stream() {
        return (Request::from_parts(head, Body::empty()), Rest { left: None, asks_first });
    }
    let left = Arc::new(Mutex::new(Left::default()));
    let (incoming, receiving) = (Some(incoming), Some(progress.receive()));
    let body = Body::new(Arriving { incoming, receiving, left: Arc::clone(&left) });
    (Request::from_parts(head, body), Rest { left: Some(left), asks_first })
}

impl Rest {
    /// Reads and discards a small rest. Returns whether nothing is left after that.
    pub(super) async fn read_to_end(self) -> bool {
        let Some(left) = self.left else { return true };
        let Left { begun, rest } = std::mem::take(&mut *left.lock());
        let Some(mut rest) = rest else { return true };
        if (self.asks_first && !begun) || rest.size_hint().lower() > SMALL {
            return false;
        }
        let reading = async {
            let mut read = 0;
            while let Some(frame) = rest.frame().await {
                let Ok(frame) = frame else { return false };
                read += frame.data_ref().map_or(0, Bytes::len) as u64;
                if read > SMALL {
                    return false;
                }
            }
            true
        };
        tokio::time::timeout(SOON, reading).await.unwrap_or(false)
    }
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.left.lock().begun = true;
        let Some(incoming) = &mut self.incoming else { return Poll::Ready(None) };
        let frame = Pin::new(&mut *incoming).poll_frame(context);
        if incoming.is_end_stream() || matches!(frame, Poll::Ready(None | Some(Err(_)))) {
            (self.incoming, self.receiving) = (None, None);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        self.left.lock().rest = self.incoming.take();
    }
}

//! Serve one connection: find its client, agree on TLS, answer requests, and end it so that the other side notices.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Version};
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::listener::arriving::arriving;
use crate::listener::in_force::InForce;
use crate::listener::passed_on::{self, Peer, PeerError, RefusalLog};
use crate::listener::patience::{Patience, PhaseLimits};
use crate::listener::places::{HeldPlace, sender};
use crate::listener::progress::{Phase, Progress, Underway, YieldOrder};
use crate::listener::watched::WatchedStream;
use crate::tls::Certificate;
use crate::web::SpeaksForItself;

/// The largest head of a request. Nothing that this server needs comes near it.
const MAX_HEAD: usize = 32 * 1024;

/// How long a resting connection of HTTP/2 may take to note its end when its place is needed.
const LAST_WORD: Duration = Duration::from_millis(100);

/// Requests at once on a connection of HTTP/2, and what may be sent of their bodies before somebody reads them.
const STREAMS: u32 = 100;
const STREAM_WINDOW: u32 = 64 * 1024;
const CONNECTION_WINDOW: u32 = 256 * 1024;

/// A connection that has a place.
pub(super) struct Connection {
    pub(super) peer: SocketAddr,
    pub(super) place: HeldPlace,
    pub(super) limits: PhaseLimits,
    pub(super) in_force: watch::Receiver<Arc<InForce>>,
    pub(super) refusals: Arc<RefusalLog>,
}

impl Connection {
    /// Serves it to its end.
    pub(super) async fn serve(self, mut stream: TcpStream, mut stopped: watch::Receiver<bool>) {
        // Answers are small and written whole: waiting for more to send would delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        let begun = tokio::select! {
            begun = tokio::time::timeout(self.limits.reading, self.client(&mut stream)) => begun,
            () = self.place.asked_to_leave() => return,
            () = end(&mut stopped) => return,
        };
        let Ok(Some(client)) = begun else { return };
        let acceptor = self.in_force.borrow().certificate.as_ref().map(Certificate::acceptor);
        let Some(acceptor) = acceptor else { return self.speak(stream, client, stopped).await };
        let greeted = tokio::select! {
            greeted = tokio::time::timeout(self.limits.reading, acceptor.accept(stream)) => greeted,
            () = self.place.asked_to_leave() => return,
            () = end(&mut stopped) => return,
        };
        match greeted {
            Ok(Ok(stream)) => Box::pin(self.speak(stream, client, stopped)).await,
            Ok(Err(error)) => tracing::debug!(%error, from = %client.address.ip(), "no TLS was agreed on"),
            Err(_) => tracing::debug!(from = %client.address.ip(), "a TLS handshake took too long"),
        }
    }

    /// The client of the connection; `None` when it is refused.
    async fn client(&self, stream: &mut TcpStream) -> Option<Peer> {
        let app = Arc::clone(&self.in_force.borrow().app);
        let client = match passed_on::client(stream, self.peer, &app).await {
            Ok(client) => client,
            Err(refused) => {
                self.refusals.add(&app, self.peer.ip(), &refused);
                return None;
            }
        };
        if client.address != self.peer {
            let address = client.address.ip();
            if !self.place.is_for(sender(address, passed_on::is_trusted(&app, address))) {
                self.refusals.add(&app, address, &PeerError::Crowd);
                return None;
            }
        }
        Some(client)
    }

    /// Speaks HTTP/1.1 or HTTP/2, as the first bytes say.
    async fn speak(
        self,
        io: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        client: Peer,
        mut stopped: watch::Receiver<bool>,
    ) {
        let Self { place, limits, in_force, .. } = self;
        let (progress, from) = (Arc::clone(&place.progress), client.address.ip());
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(MAX_HEAD);
        let http2 = &mut builder.http2();
        http2.timer(TokioTimer::new()).max_header_list_size(16 * 1024).max_concurrent_streams(STREAMS);
        http2.initial_stream_window_size(STREAM_WINDOW).initial_connection_window_size(CONNECTION_WINDOW);
        let io = TokioIo::new(WatchedStream::new(io, Arc::clone(&progress), limits.reading));
        let mut patience = Patience::new(Arc::clone(&progress), limits);
        let answering = Arc::clone(&progress);
        let service = service_fn(move |request: Request<Incoming>| {
            let underway = answering.begin(request.version());
            answer(Arc::clone(&in_force.borrow()), request, client, (Arc::clone(&answering), underway))
        });
        let mut connection = pin!(builder.serve_connection(io, service));
        let (mut draining, mut leaving) = (false, false);
        loop {
            tokio::select! {
                // Patience is polled after the connection, so that it sees what the connection just did.
                biased;
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(error, %from, "a connection broke off");
                    }
                    return;
                }
                () = end(&mut stopped), if !draining => {
                    if progress.is_lingering() {
                        return;
                    }
                    draining = true;
                    connection.as_mut().graceful_shutdown();
                }
                () = place.asked_to_leave(), if !leaving => {
                    tracing::debug!(%from, "a connection gives way");
                    leaving = true;
                    let (standing, _) = progress.standing();
                    if standing == YieldOrder::Slow {
                        return;
                    }
                    connection.as_mut().graceful_shutdown();
                    if standing == YieldOrder::Resting {
                        drop(tokio::time::timeout(LAST_WORD, connection).await);
                        return;
                    }
                }
                phase = patience.lost() => match phase {
                    Phase::Reading => {
                        tracing::debug!(%from, "a request came too slowly");
                        return;
                    }
                    Phase::Idle => {
                        connection.as_mut().graceful_shutdown();
                        drop(tokio::time::timeout(limits.reading, connection).await);
                        return;
                    }
                    Phase::Answering => {}
                },
            }
        }
    }
}

/// Done when the server ends.
async fn end(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Hands a request to the router that is in force now. After a body that is not read to its end, the connection closes.
async fn answer(
    in_force: Arc<InForce>,
    mut request: Request<Incoming>,
    client: Peer,
    (progress, underway): (Arc<Progress>, Underway),
) -> Result<Response, Infallible> {
    let version = request.version();
    request.extensions_mut().insert(ConnectInfo(client.address));
    if client.is_itself {
        request.extensions_mut().insert(SpeaksForItself);
    }
    let (request, rest) = arriving(request, &progress);
    let mut answer = TowerToHyperService::new(in_force.router.clone()).call(request).await;
    // A stream of HTTP/2 ends by itself.
    if version < Version::HTTP_2 && !rest.read_to_end().await {
        progress.leave_unread();
        if let Ok(answer) = &mut answer {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
    drop(underway);
    answer
}

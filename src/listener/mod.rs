//! How do connections come in? An accept loop with a cap, a limit on waiting, TLS, and an end that drains (L-06, L-07).
//!
//! `axum::serve` has neither a limit on how long a head may take nor one on open connections, and it keeps one router
//! for good. Here every request asks what is in force at that moment, so a changed configuration breaks no connection.

mod patience;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::Service;
use hyper::service::service_fn;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::sync::watch;

use crate::app::App;
use crate::listener::patience::Patience;
use crate::listener::patience::Phase;
use crate::listener::patience::Progress;
use crate::listener::patience::Underway;
use crate::listener::patience::Watched;
use crate::tls::Certificate;
use crate::tls::TlsError;
use crate::web;

/// The largest head of a request. Nothing that this server needs comes near it.
const MAX_HEAD: usize = 32 * 1024;

/// How long the accept loop rests when the process has no file left for another connection.
const OUT_OF_FILES: Duration = Duration::from_secs(1);

/// What new requests and new connections are met with.
pub struct InForce {
    /// What handlers are given.
    pub app: Arc<App>,
    router: Router,
    certificate: Option<Certificate>,
}

impl InForce {
    /// Builds the router, and reads the certificate if there is one.
    ///
    /// # Errors
    /// When the certificate or its key cannot be used.
    pub fn of(app: Arc<App>) -> Result<Self, TlsError> {
        Ok(Self { router: web::router(&app), certificate: Certificate::read(&app.settings.tls)?, app })
    }

    /// Reads the certificate again, if there is one; `None` when its files are as they were.
    ///
    /// # Errors
    /// When it has changed and cannot be used; what was shown still is.
    pub(crate) fn look_at_certificate(&self) -> Option<Result<(), TlsError>> {
        self.certificate.as_ref()?.look_again()
    }
}

/// Answers requests until `stop` is done, then returns when the last request under way has its answer.
pub(crate) async fn listen(
    socket: TcpListener,
    in_force: watch::Receiver<Arc<InForce>>,
    stop: impl Future<Output = ()>,
) {
    let limits = in_force.borrow().app.settings.listen.clone();
    let places = Arc::new(Semaphore::new(limits.max_connections));
    let (stopping, stopped) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let (place, stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = next(&socket, &places) => accepted,
        };
        let connection = Connection { peer, patience: limits.read_timeout, in_force: in_force.clone() };
        let stopped = stopped.clone();
        tokio::spawn(async move {
            connection.serve(stream, stopped).await;
            drop(place);
        });
    }
    // The port is given back first: whoever comes now is told so at once, and can be sent to another node.
    drop((socket, stopped));
    stopping.send_replace(true);
    stopping.closed().await;
}

/// The next connection, once there is a place for it. Until then it waits in the backlog of the socket, where it costs
/// this process nothing.
async fn next(socket: &TcpListener, places: &Arc<Semaphore>) -> (OwnedSemaphorePermit, TcpStream, SocketAddr) {
    let place = Arc::clone(places).acquire_owned().await.expect("the semaphore is never closed");
    loop {
        match socket.accept().await {
            Ok((stream, peer)) => return (place, stream, peer),
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted; trying again");
                #[expect(clippy::disallowed_methods, reason = "files are given back in real time")]
                tokio::time::sleep(OUT_OF_FILES).await;
            }
        }
    }
}

/// The other end went away while it waited: no reason to rest.
fn concerns_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::ConnectionAborted;
    use io::ErrorKind::ConnectionRefused;
    use io::ErrorKind::ConnectionReset;
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

struct Connection {
    peer: SocketAddr,
    patience: Duration,
    in_force: watch::Receiver<Arc<InForce>>,
}

impl Connection {
    async fn serve(self, stream: TcpStream, mut stopped: watch::Receiver<bool>) {
        // Answers are small and written whole: waiting for more to send would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        let acceptor = self.in_force.borrow().certificate.as_ref().map(Certificate::acceptor);
        let Some(acceptor) = acceptor else { return self.speak(stream, stopped).await };
        let greeted = tokio::select! {
            greeted = tokio::time::timeout(self.patience, acceptor.accept(stream)) => greeted,
            () = end(&mut stopped) => return,
        };
        match greeted {
            Ok(Ok(stream)) => Box::pin(self.speak(stream, stopped)).await,
            Ok(Err(error)) => tracing::debug!(%error, from = %self.peer.ip(), "no TLS was agreed on"),
            Err(_) => tracing::debug!(from = %self.peer.ip(), "a TLS handshake took too long"),
        }
    }

    /// HTTP/1.1 or HTTP/2, whichever the first bytes are.
    async fn speak(self, io: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, mut stopped: watch::Receiver<bool>) {
        let Self { peer, patience: limit, in_force } = self;
        let progress = Arc::new(Progress::default());
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(MAX_HEAD);
        builder.http2().timer(TokioTimer::new()).max_header_list_size(16 * 1024);
        let io = TokioIo::new(Watched::new(io, Arc::clone(&progress)));
        let mut patience = Patience::new(Arc::clone(&progress), limit);
        let service = service_fn(move |request: Request<Incoming>| {
            let underway = progress.begin(request.version());
            answer(in_force.borrow().router.clone(), request, peer, underway)
        });
        let mut connection = pin!(builder.serve_connection(io, service));
        let mut draining = false;
        loop {
            tokio::select! {
                // The patience is asked second, so that it sees what the connection just did.
                biased;
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(error, from = %peer.ip(), "a connection broke off");
                    }
                    return;
                }
                () = end(&mut stopped), if !draining => {
                    draining = true;
                    connection.as_mut().graceful_shutdown();
                }
                phase = patience.lost() => match phase {
                    Phase::Reading => {
                        tracing::debug!(from = %peer.ip(), "a request came too slowly");
                        return;
                    }
                    Phase::Idle => {
                        connection.as_mut().graceful_shutdown();
                        drop(tokio::time::timeout(limit, connection).await);
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

/// Hands a request to the router that is in force now.
async fn answer(
    router: Router,
    mut request: Request<Incoming>,
    peer: SocketAddr,
    underway: Underway,
) -> Result<Response, Infallible> {
    request.extensions_mut().insert(ConnectInfo(peer));
    let answer = TowerToHyperService::new(router).call(request.map(Body::new)).await;
    drop(underway);
    answer
}

#[cfg(test)]
mod tests {
    use super::concerns_one_connection;
    use std::io;

    #[test]
    fn only_an_error_of_one_connection_is_passed_over() {
        assert!(concerns_one_connection(&io::ErrorKind::ConnectionAborted.into()));
        let too_many_files = 24;
        assert!(!concerns_one_connection(&io::Error::from_raw_os_error(too_many_files)));
    }
}

//! Publishes keys over HTTP, rightly and wrongly.

use std::convert::Infallible;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::serve::Listener;
use futures_util::stream::repeat_with;
use rcgen::{CertifiedKey, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The answer.
#[derive(Clone)]
pub enum Published {
    /// These keys.
    Keys(String),
    /// These keys, with this caching header.
    Kept(String, &'static str),
    /// Another status, type and text.
    Other(u16, &'static str, String),
    /// A redirect.
    Moved(String),
    /// No answer.
    Silence,
    /// More than any reader accepts.
    Flood,
}

/// The publisher, until it dies or the test ends.
pub struct Publisher {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    published: Mutex<Published>,
    asked: AtomicUsize,
}

impl Publisher {
    pub async fn of(published: Published) -> Self {
        Self::listening(published, TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    /// Over TLS, with this certificate.
    pub async fn over_tls(published: Published, certified: &CertifiedKey<KeyPair>) -> Self {
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![certified.cert.der().clone()], key).unwrap();
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::listening(published, TlsListener { socket, acceptor: Arc::new(config).into() })
    }

    fn listening(published: Published, listener: impl Listener<Addr = SocketAddr>) -> Self {
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { published: Mutex::new(published), asked: AtomicUsize::new(0) });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, shared, serving }
    }

    pub fn uri(&self) -> String {
        format!("http://127.0.0.1:{}/jwks.json", self.address.port())
    }

    /// Publishes something else from now on.
    pub fn publish(&self, published: Published) {
        *self.shared.published.lock().unwrap() = published;
    }

    /// The number of requests.
    pub fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::SeqCst)
    }

    /// Closes the socket and all connections.
    pub async fn die(&mut self) {
        self.serving.abort();
        let _ = (&mut self.serving).await;
    }
}

struct TlsListener {
    socket: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            let (stream, from) = self.socket.accept().await.unwrap();
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, from);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.socket.local_addr()
    }
}

async fn answer(State(shared): State<Arc<Shared>>) -> Response {
    shared.asked.fetch_add(1, Ordering::SeqCst);
    let published = shared.published.lock().unwrap().clone();
    let of = |status: u16, kind: &'static str, kept: Option<&'static str>, body: Body| {
        let mut response = (StatusCode::from_u16(status).unwrap(), [("content-type", kind)], body).into_response();
        if let Some(kept) = kept {
            response.headers_mut().insert("cache-control", kept.parse().unwrap());
        }
        response
    };
    match published {
        Published::Keys(jwks) => of(200, "application/jwk-set+json; charset=utf-8", None, Body::from(jwks)),
        Published::Kept(jwks, kept) => of(200, "application/json", Some(kept), Body::from(jwks)),
        Published::Other(status, kind, text) => of(status, kind, None, Body::from(text)),
        Published::Moved(to) => (StatusCode::FOUND, [("location", to)]).into_response(),
        Published::Silence => pending().await,
        Published::Flood => {
            of(200, "application/json", None, Body::from_stream(repeat_with(|| Ok::<_, Infallible>(vec![b' '; 4096]))))
        }
    }
}

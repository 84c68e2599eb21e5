//! Wait for a database that is away when the server starts, and answer health checks meanwhile.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use crate::app::{App, OpenError};
use crate::serve::ServeError;
use crate::telemetry::chain;
use crate::tls::Certificate;
use settings::Settings;
use store::{Cause, SchemaError};

/// How many connections are answered at once meanwhile. Others wait in the backlog of the socket.
const PLACES: usize = 64;
/// The pause before the next try, after the database did not answer for as long as requests wait for it.
const PAUSE: Duration = Duration::from_secs(1);

/// Opens a server as soon as its Postgres answers. Until then `/livez` says that the process lives, `/readyz` says why it is not
/// ready, and every other path answers 503 with `Retry-After`. A SQLite file that cannot be used is an error at once.
pub async fn open_when_it_answers<Opening>(
    settings: &Settings,
    socket: &TcpListener,
    open: impl Fn() -> Opening,
) -> Result<Result<App, OpenError>, ServeError>
where
    Opening: Future<Output = Result<App, OpenError>>,
{
    let tls = Certificate::read(&settings.tls)?.map(|certificate| certificate.acceptor());
    let patience = settings.listen.read_timeout;
    let (reason, told) = watch::channel("starting".to_owned());
    // Before anything is waited for, so that a silent host is known by its name.
    tracing::info!(url = database_url::shown(&settings.database.url), "opening the database");
    let opening = async {
        loop {
            let opened = open().await;
            let cause = opened.as_ref().err().and_then(cause_of);
            match (&opened, cause) {
                (Err(error), Some(cause)) if store::data_folder(&settings.database.url).is_none() => {
                    tracing::warn!(reason = %cause, error = chain(error), "waiting for the database");
                    reason.send_replace(cause.to_string());
                    #[expect(clippy::disallowed_methods, reason = "an absent database is waited for in real time")]
                    tokio::time::sleep(PAUSE).await;
                }
                _ => return opened,
            }
        }
    };
    tokio::select! {
        opened = opening => Ok(opened),
        never = answer_meanwhile(socket, tls, patience, told) => match never {},
    }
}

/// Why the database is away, if that is all that is wrong.
fn cause_of(error: &OpenError) -> Option<Cause> {
    match error {
        OpenError::Store(error) | OpenError::Schema(SchemaError::Store(error)) => error.cause(),
        _ => None,
    }
}

async fn answer_meanwhile(
    socket: &TcpListener,
    tls: Option<TlsAcceptor>,
    patience: Duration,
    reason: watch::Receiver<String>,
) -> Infallible {
    let places = Arc::new(Semaphore::new(PLACES));
    loop {
        let place = Arc::clone(&places).acquire_owned().await;
        // The server that follows reports a fault of the socket.
        let Ok((stream, _)) = socket.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let (tls, reason) = (tls.clone(), reason.clone());
        tokio::spawn(async move {
            drop(tokio::time::timeout(patience, greet(stream, tls, reason)).await);
            drop(place);
        });
    }
}

async fn greet(stream: TcpStream, tls: Option<TlsAcceptor>, reason: watch::Receiver<String>) {
    match tls {
        None => speak(stream, reason).await,
        Some(acceptor) => {
            if let Ok(stream) = acceptor.accept(stream).await {
                speak(stream, reason).await;
            }
        }
    }
}

/// Answers one request: the next one belongs to the server that follows.
async fn speak(io: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, reason: watch::Receiver<String>) {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().keep_alive(false);
    let service = service_fn(move |request: Request<Incoming>| {
        let answer = answer(request.uri().path(), &reason.borrow());
        async move { Ok::<_, Infallible>(answer) }
    });
    if let Err(error) = builder.serve_connection(TokioIo::new(io), service).await {
        tracing::debug!(error, "a connection broke off");
    }
}

fn answer(path: &str, reason: &str) -> Response {
    match path {
        "/livez" => "alive\n".into_response(),
        "/readyz" => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {reason}\n")).into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], "starting\n").into_response(),
    }
}

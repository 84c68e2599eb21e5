//! Run a server: open its socket, run the periodic tasks, and let every request finish at the end.

mod waiting;

use std::fs::{File, TryLockError};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::app::App;
use crate::listener::{self, InForce};
use crate::tls::TlsError;
use crate::{janitor, notices, renewal};
use settings::Settings;

pub use waiting::open_when_it_answers;

/// How long requests may take to finish once the end has come.
const DRAIN: Duration = Duration::from_secs(10);

/// The least time that the database has to close.
const LEAST_CLOSING: Duration = Duration::from_millis(500);

/// How many connections wait until they are accepted.
const BACKLOG: i32 = 1024;

/// The lock on a data folder, from which only this process serves. Dropping it releases the lock.
#[derive(Debug)]
pub struct DataFolder {
    _lock: File,
}

/// Why a data folder cannot be served from.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// Another daemon serves from it.
    #[error("another grantd serves from {}: SQLite is for one daemon; several share a Postgres", .0.display())]
    Taken(PathBuf),
    /// It cannot be made or locked.
    #[error("the data folder {} cannot be used", .0.display())]
    Unusable(PathBuf, #[source] io::Error),
}

impl DataFolder {
    /// Locks the folder of a SQLite database; `None` for Postgres, which several nodes share.
    pub fn lock(settings: &Settings) -> Result<Option<Self>, DataFolderError> {
        let Some(path) = store::data_folder(&settings.database.url) else { return Ok(None) };
        let opened = store::private_folder(&path).and_then(|()| File::create(path.join("grantd.lock")));
        let lock = opened.map_err(|source| DataFolderError::Unusable(path.clone(), source))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { _lock: lock })),
            Err(TryLockError::WouldBlock) => Err(DataFolderError::Taken(path)),
            Err(TryLockError::Error(source)) => Err(DataFolderError::Unusable(path, source)),
        }
    }
}

/// Why a server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The socket failed.
    #[error("the socket cannot be used")]
    Socket(#[from] io::Error),
}

/// Opens a socket that listens. `[::]` accepts IPv4 as well, whatever the default of the machine is, and on a machine without
/// IPv6 only IPv4: one configuration for every container.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    const NO_IPV6: i32 = 97; // EAFNOSUPPORT of Linux
    let every = address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED);
    match bound(address) {
        Err(error) if every && error.raw_os_error() == Some(NO_IPV6) => {
            let v4 = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), address.port());
            tracing::info!(address = %v4, "this machine has no IPv6: listening on IPv4 alone");
            bound(v4)
        }
        socket => socket,
    }
}

fn bound(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED) {
        socket.set_only_v6(false)?;
    }
    // A restart can use the port while the kernel still remembers connections of the former process.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// Serves one app, unchanged until `stop` is done.
pub async fn serve(
    app: Arc<App>,
    socket: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let (_unchanged, in_force) = watch::channel(Arc::new(InForce::of(app)?));
    serve_current(in_force, socket, stop).await
}

/// Answers requests by what is in force when they arrive, until `stop` is done; then lets those under way finish.
pub async fn serve_current(
    in_force: watch::Receiver<Arc<InForce>>,
    socket: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = socket.local_addr()?;
    let app = Arc::clone(&in_force.borrow().app);
    tracing::info!(%address, issuer = &*app.settings.issuer, tls = app.settings.tls.cert.is_some(), "listening");
    log_code_bounds(&app);
    let mut tasks = JoinSet::new();
    tasks.spawn(janitor::tidy(in_force.clone()));
    tasks.spawn(janitor::give_back_memory(in_force.clone()));
    tasks.spawn(janitor::keep_time(in_force.clone()));
    tasks.spawn(notices::deliver(in_force.clone()));
    tasks.spawn(renewal::watch(in_force.clone()));
    let db = app.db.clone();
    tasks.spawn(async move { store::follow_changes(&db).await });
    let (stopping, mut stopped) = watch::channel(None);
    let node = Arc::clone(&app.node);
    let stop = async move {
        stop.await;
        tracing::info!("stopping: requests under way are finished first");
        node.readiness.drain();
        stopping.send_replace(Some(Instant::now() + DRAIN));
    };
    let ended_by = stopped.clone();
    let drained = async {
        let ended_by = stopped.wait_for(Option::is_some).await.ok().and_then(|by| *by);
        tokio::time::sleep_until(ended_by.unwrap_or_else(Instant::now)).await;
    };
    tokio::select! {
        () = listener::listen(socket, in_force, stop) => {}
        () = drained => tracing::warn!("some requests did not finish in time"),
    }
    tasks.abort_all();
    // The process ends even if the database does not answer.
    let left = ended_by.borrow().map_or(DRAIN, |by| by.saturating_duration_since(Instant::now()));
    app.db.close_within(left.max(LEAST_CLOSING)).await;
    Ok(())
}

/// Logs how many codes may be live before new ones get longer, and before none can be given (requirement E-04).
fn log_code_bounds(app: &App) {
    let (format, wrong_codes) = (app.registry.user_codes.of_server(), app.settings.limits.wrong_codes_server);
    let (_, length, max_length) = format.size();
    let (live, most_live) = (format.most_live(length, wrong_codes), format.most_live(max_length, wrong_codes));
    tracing::info!(wrong_codes, length, live, max_length, most_live, "user codes");
}

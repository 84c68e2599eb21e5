//! Accept connections: places, limits on waiting, TLS, and an end that drains (requirements L-06, L-07).
//!
//! `axum::serve` limits neither the time of a head nor the number of connections, and it keeps one router for good. Here each
//! request uses the router that is in force at that moment, so a changed configuration breaks no connection.

mod arriving;
mod connection;
mod in_force;
mod passed_on;
mod patience;
mod places;
mod progress;
mod watched;

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::listener::connection::Connection;
pub use crate::listener::in_force::InForce;
use crate::listener::passed_on::{PeerError, RefusalLog};
use crate::listener::patience::PhaseLimits;
use crate::listener::places::{Places, sender};

/// How long the accept loop rests when the process has no file left for another connection.
const OUT_OF_FILES: Duration = Duration::from_secs(1);

/// Answers requests until `stop` is done, then returns when the last request under way has its answer.
pub(crate) async fn listen(
    socket: TcpListener,
    in_force: watch::Receiver<Arc<InForce>>,
    stop: impl Future<Output = ()>,
) {
    let settings = in_force.borrow().app.settings.listen.clone();
    let limits = PhaseLimits { reading: settings.read_timeout, rest: settings.idle_timeout };
    let places = Places::new(&settings);
    let refusals = Arc::new(RefusalLog::default());
    let (stopping, stopped) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = next(&socket, &places) => accepted,
        };
        let app = Arc::clone(&in_force.borrow().app);
        let sender = sender(peer.ip(), passed_on::is_trusted(&app, peer.ip()));
        // Until there is a place, others wait in the backlog of the socket, where they cost this process nothing.
        let place = tokio::select! {
            () = &mut stop => break,
            place = places.take(sender) => place,
        };
        let Some(place) = place else {
            refusals.add(&app, peer.ip(), &PeerError::Crowd);
            continue;
        };
        let (in_force, refusals) = (in_force.clone(), Arc::clone(&refusals));
        let connection = Connection { peer, place, limits, in_force, refusals };
        tokio::spawn(connection.serve(stream, stopped.clone()));
    }
    // Close the port first: new connections are refused at once, so that a balancer can use another node.
    drop((socket, stopped));
    stopping.send_replace(true);
    stopping.closed().await;
}

/// The next connection. A socket for both families gives the address of an IPv4 peer as an IPv4-mapped one.
async fn next(socket: &TcpListener, places: &Places) -> (TcpStream, SocketAddr) {
    loop {
        match socket.accept().await {
            Ok((stream, peer)) => return (stream, SocketAddr::new(peer.ip().to_canonical(), peer.port())),
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted; trying again");
                places.give_way();
                #[expect(clippy::disallowed_methods, reason = "files are given back in real time")]
                tokio::time::sleep(OUT_OF_FILES).await;
            }
        }
    }
}

/// Whether the other end went away while it waited, which is no reason to rest.
fn concerns_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
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

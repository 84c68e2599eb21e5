//! Find the client of a connection: the peer, or the client that a trusted proxy names in a PROXY header.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::app::App;
use crate::clock::OnceAMinute;
use protocol::{LONGEST_PROXY_LINE, ProxyFlaw, ProxyHead, ProxyProtocol, client_in_proxy_line};

/// The client at the other end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    /// Its address.
    pub(super) address: SocketAddr,
    /// It speaks for itself: what it says of other addresses does not count.
    pub(super) is_itself: bool,
}

/// Why a connection is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum PeerError {
    #[error("it comes from no address in proxies.trusted")]
    Untrusted,
    #[error(transparent)]
    Flaw(#[from] ProxyFlaw),
    #[error("it ended before its PROXY header")]
    Ended(#[from] io::Error),
    /// None of the connections that its address holds rests.
    #[error("its address holds listen.max_connections_per_address: if it is a proxy, name it in proxies.trusted")]
    Crowd,
}

/// Logs refused connections, each kind at most once a minute as a warning: strangers can cause as many as they like.
#[derive(Debug, Default)]
pub(super) struct RefusalLog {
    proxies: OnceAMinute,
    strangers: OnceAMinute,
    crowds: OnceAMinute,
}

/// Whether an address is one of the proxies.
pub(super) fn is_trusted(app: &App, address: IpAddr) -> bool {
    app.settings.proxies.trusted.iter().any(|network| network.contains(&address))
}

/// Reads the PROXY header of the version that the settings name. Reads nothing if they name none.
pub(super) async fn client(stream: &mut TcpStream, peer: SocketAddr, app: &App) -> Result<Peer, PeerError> {
    let protocol = app.settings.proxies.protocol;
    if protocol == ProxyProtocol::None {
        return Ok(Peer { address: peer, is_itself: false });
    }
    let trusted = is_trusted(app, peer.ip());
    // A health check on this machine is no proxy: it may connect, but may not name a client.
    if !trusted && !peer.ip().is_loopback() {
        return Err(PeerError::Untrusted);
    }
    let named = match protocol {
        ProxyProtocol::V1 => client_in_proxy_line(&line(stream).await?)?,
        ProxyProtocol::V2 | ProxyProtocol::None => {
            let mut head = [0; ProxyHead::LENGTH];
            stream.read_exact(&mut head).await?;
            let head = ProxyHead::parse(head)?;
            let mut block = vec![0; head.length];
            stream.read_exact(&mut block).await?;
            head.client(&block)?
        }
    };
    match named {
        Some(_) if !trusted => Err(PeerError::Untrusted),
        Some(client) => {
            let address = SocketAddr::new(client.ip().to_canonical(), client.port());
            Ok(Peer { address, is_itself: false })
        }
        None => Ok(Peer { address: peer, is_itself: true }),
    }
}

/// Reads a line without its end, and not a byte of what follows it.
async fn line(stream: &mut TcpStream) -> Result<Vec<u8>, PeerError> {
    let mut line = Vec::with_capacity(LONGEST_PROXY_LINE);
    while !line.ends_with(b"\r\n") {
        let begins_otherwise = !b"PROXY ".starts_with(&line[..line.len().min(6)]);
        if begins_otherwise {
            return Err(ProxyFlaw::Absent.into());
        }
        if line.len() == LONGEST_PROXY_LINE {
            return Err(ProxyFlaw::Malformed.into());
        }
        line.push(stream.read_u8().await?);
    }
    line.truncate(line.len() - 2);
    Ok(line)
}

impl RefusalLog {
    /// Logs a refusal.
    pub(super) fn add(&self, app: &App, peer: IpAddr, refused: &PeerError) {
        let told = match refused {
            // Balancers check so whether a port is open.
            PeerError::Ended(_) => None,
            PeerError::Untrusted => self.strangers.due(app.clock.now()),
            PeerError::Flaw(_) => self.proxies.due(app.clock.now()),
            PeerError::Crowd => self.crowds.due(app.clock.now()),
        };
        if let Some(held_back) = told {
            tracing::warn!(from = %peer, reason = %refused, held_back, "a connection is refused");
        } else {
            tracing::debug!(from = %peer, reason = %refused, "a connection is refused");
        }
    }
}

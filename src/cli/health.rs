//! `grantd health`: asks the server on this machine whether it is ready, for health checks of containers, which have no curl.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use tokio::io::{AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::cli::{ConfigFile, block_on, output};
use protocol::{ProxyHead, ProxyProtocol};
use settings::Settings;

/// How long to wait for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn run(options: &ConfigFile) -> anyhow::Result<ExitCode> {
    let settings = options.settings()?;
    block_on(async {
        let listening = reachable(settings.listen.address).await;
        let address = introduced(listening, settings.proxies.protocol).await?;
        let (url, client) = way_to(address, &settings);
        let client = client.no_proxy().timeout(PATIENCE).build()?;
        let (said, code) = match client.get(&url).send().await {
            Ok(answer) if answer.status().is_success() => ("ready".to_owned(), ExitCode::SUCCESS),
            Ok(answer) => {
                let status = answer.status();
                // The reason, if the answer is from grantd.
                let said = answer.text().await.ok().filter(|said| said.starts_with("not ready") && said.len() < 100);
                let said = said.map_or_else(|| format!("not ready: {status}"), |said| said.trim_end().to_owned());
                (said, ExitCode::FAILURE)
            }
            Err(_) => (format!("nobody answers at {url}"), ExitCode::FAILURE),
        };
        Ok(output::verdict(said, code)?)
    })
}

/// The URL to ask, and a client that accepts the certificate there. A server on loopback is on this machine, and its
/// certificate is for another name. Any other address has to prove that it is the issuer's host.
fn way_to(address: SocketAddr, settings: &Settings) -> (String, reqwest::ClientBuilder) {
    let client = reqwest::Client::builder();
    if settings.tls.cert.is_none() {
        return (format!("http://{address}/readyz"), client);
    }
    if address.ip().is_loopback() {
        return (format!("https://{address}/readyz"), client.tls_danger_accept_invalid_certs(true));
    }
    let host = settings.issuer.url().host_str().unwrap_or_default();
    (format!("https://{host}:{}/readyz", address.port()), client.resolve(host, address))
}

/// The address at which this machine reaches a listener.
async fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        // Either may be missing in a container.
        IpAddr::V6(ip) if ip.is_unspecified() => {
            let v4 = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), listen.port());
            let connected = timeout(PATIENCE, TcpStream::connect(v4)).await;
            if matches!(connected, Ok(Ok(_))) { v4.ip() } else { Ipv6Addr::LOCALHOST.into() }
        }
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// The address to connect to. If the server expects a PROXY header (`proxies.protocol`), it is an address of this process,
/// which sends a header without a client and then passes the bytes on.
async fn introduced(server: SocketAddr, protocol: ProxyProtocol) -> io::Result<SocketAddr> {
    let words: &'static [u8] = match protocol {
        ProxyProtocol::None => return Ok(server),
        ProxyProtocol::V1 => b"PROXY UNKNOWN\r\n",
        ProxyProtocol::V2 => &ProxyHead::LOCAL,
    };
    let here = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = here.local_addr()?;
    tokio::spawn(async move {
        while let Ok((mut asking, _)) = here.accept().await {
            let Ok(mut server) = TcpStream::connect(server).await else { continue };
            if server.write_all(words).await.is_ok() {
                drop(copy_bidirectional(&mut asking, &mut server).await);
            }
        }
    });
    Ok(address)
}

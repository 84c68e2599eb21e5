//! The PROXY protocol: the client of a connection is the one that the balancer names before the first byte.

use std::fs;
use std::net::SocketAddr;

use protocol::ProxyProtocol;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use testkit::{Daemon, Server, command, secs};

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// A server whose proxies speak a version.
async fn spoken(protocol: ProxyProtocol) -> Server {
    Server::with(|settings| settings.proxies.protocol = protocol).await
}

/// The head of version 2 for a client at 198.51.100.7, with something behind the addresses.
fn v2() -> Vec<u8> {
    [SIGNATURE, b"\x21\x11\0\x10\xc6\x33\x64\x07\x0a\0\0\x01\xc8\x22\x01\xbb\x04\0\x01x"].concat()
}

/// The answer to some bytes until the server closes; empty if it closes without an answer.
async fn answer(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    drop(stream.write_all(bytes).await);
    let mut read = Vec::new();
    let ended = tokio::time::timeout(secs(20), stream.read_to_end(&mut read)).await;
    drop(ended.expect("the connection is closed"));
    String::from_utf8_lossy(&read).into_owned()
}

/// The same for a request for a code behind these bytes; and the address that the server writes down for it.
async fn seen_as(server: &Server, before: &[u8], line: &str) -> Option<String> {
    seen_at(server, server.address, before, line).await
}

async fn seen_at(server: &Server, address: SocketAddr, before: &[u8], line: &str) -> Option<String> {
    let request = format!(
        "POST /device_authorization HTTP/1.1\r\nHost: login.example.test\r\nConnection: close\r\nContent-Length: 12\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n{line}\r\nclient_id=tv"
    );
    let told = answer(address, &[before, request.as_bytes()].concat()).await;
    if told.is_empty() {
        return None;
    }
    assert!(told.starts_with("HTTP/1.1 200 "), "{told}");
    let id = told.split("x-request-id: ").nth(1).unwrap().split('\r').next().unwrap().to_owned();
    let events = server.events_of("grant_created").await;
    events.into_iter().find(|event| event.request_id.as_ref() == Some(&id)).unwrap().address
}

/// Proves: FE-10: a balancer names the client of a connection, and headers of the client count for nothing.
#[tokio::test]
async fn the_client_is_whom_the_balancer_names() {
    let spoofed = "X-Forwarded-For: 1.2.3.4\r\n";
    let server = spoken(ProxyProtocol::V2).await;
    assert_eq!(seen_as(&server, &v2(), spoofed).await.unwrap(), "198.51.100.7");
    let local = [SIGNATURE, b"\x20\0\0\0"].concat();
    assert_eq!(seen_as(&server, &local, spoofed).await.unwrap(), "127.0.0.1", "who speaks for itself names nobody");
    let unknown = [SIGNATURE, b"\x21\0\0\0"].concat();
    assert_eq!(seen_as(&server, &unknown, spoofed).await.unwrap(), "127.0.0.1", "nor does who is not known");
    let mapped =
        [SIGNATURE, b"\x21\x21\0\x24", &[0; 10], b"\xff\xff\xc6\x33\x64\x08", &[0; 16], b"\0\x09\0\x09"].concat();
    assert_eq!(seen_as(&server, &mapped, spoofed).await.unwrap(), "198.51.100.8");
    let proxy_behind = [SIGNATURE, b"\x21\x11\0\x0c\x7f\0\0\x01\x7f\0\0\x01\0\x09\0\x09"].concat();
    assert_eq!(seen_as(&server, &proxy_behind, spoofed).await.unwrap(), "1.2.3.4", "a trusted one that was named");

    let server = spoken(ProxyProtocol::V1).await;
    let line = b"PROXY TCP4 198.51.100.9 10.0.0.1 51234 443\r\n";
    assert_eq!(seen_as(&server, line, spoofed).await.unwrap(), "198.51.100.9");
    assert_eq!(seen_as(&server, b"PROXY UNKNOWN\r\n", spoofed).await.unwrap(), "127.0.0.1");
    assert_eq!(seen_as(&server, b"PROXY TCP6 2001:db8::7 ::1 9 9\r\n", "").await.unwrap(), "2001:db8::7");
}

/// Proves: FE-10: a connection without the header, with another or with half of one is refused without a word.
#[tokio::test]
async fn what_does_not_begin_with_the_header_is_refused() {
    let get = "GET /livez HTTP/1.1\r\nHost: login.example.test\r\nConnection: close\r\n\r\n";
    let server = spoken(ProxyProtocol::V2).await;
    let version_1 = format!("PROXY TCP4 198.51.100.9 10.0.0.1 51234 443\r\n{get}");
    let datagram = [SIGNATURE, b"\x21\x12\0\x0c\xc6\x33\x64\x07\x0a\0\0\x01\xc8\x22\x01\xbb", get.as_bytes()].concat();
    let short = [SIGNATURE, b"\x21\x11\0\x04\xc6\x33\x64\x07", get.as_bytes()].concat();
    for bytes in [get.as_bytes(), version_1.as_bytes(), &datagram, &short, SIGNATURE] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut read = Vec::new();
        drop(tokio::time::timeout(secs(20), stream.read_to_end(&mut read)).await.expect("it is closed"));
        assert!(read.is_empty(), "{:?}: {}", String::from_utf8_lossy(bytes), String::from_utf8_lossy(&read));
    }
    assert!(answer(server.address, &[&v2(), get.as_bytes()].concat()).await.ends_with("alive\n"));
    let server = spoken(ProxyProtocol::V1).await;
    for bytes in [get.as_bytes(), &v2(), b"PROXY TCP4 1.2.3.4\r\n", &[b'P'; 200], &b"PROXY UNKNOWN ".repeat(20)] {
        assert_eq!(answer(server.address, bytes).await, "", "{}", String::from_utf8_lossy(bytes));
    }
}

/// Proves: FE-10: an address that is not trusted names nobody, also on this machine; a health check there is answered.
#[tokio::test]
async fn only_a_trusted_balancer_names_anybody() {
    let server = Server::with(|settings| {
        settings.proxies.protocol = ProxyProtocol::V2;
        settings.proxies.trusted = vec!["10.0.0.0/8".parse().unwrap()];
    })
    .await;
    assert_eq!(seen_as(&server, &v2(), "").await, None);
    let local = [SIGNATURE, b"\x20\0\0\0"].concat();
    assert_eq!(seen_as(&server, &local, "X-Forwarded-For: 1.2.3.4\r\n").await.unwrap(), "127.0.0.1");
}

/// Proves: FE-10 FE-09: the log says why connections are refused, and the health check of a container works.
#[tokio::test]
async fn refusals_are_told_and_health_is_answered() {
    for version in ["v1", "v2"] {
        let mut daemon = Daemon::start_with("", &[("GRANTD__PROXIES__PROTOCOL", version)]).await;
        let get = b"GET /livez HTTP/1.1\r\nHost: login.example.test\r\n\r\n";
        assert_eq!(answer(daemon.address, get).await, "");
        let told = daemon.says("a connection is refused").await;
        assert!(told.contains("WARN") && told.contains("127.0.0.1") && told.contains("PROXY header"), "{told}");
        let mut health = command("health", &daemon.config);
        let health = health.env("GRANTD__PROXIES__PROTOCOL", version).output().unwrap();
        assert!(health.status.success(), "{health:?}");
    }
}

/// Proves: FE-10: the header comes before TLS.
#[tokio::test]
async fn the_header_comes_before_tls() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["login.example.test".to_owned()]).unwrap();
    fs::write(folder.path().join("cert.pem"), made.cert.pem()).unwrap();
    fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(folder.path().join("key.pem"), private).unwrap();
    let (cert, key) = (folder.path().join("cert.pem").display().to_string(), folder.path().join("key.pem"));
    let key = key.display().to_string();
    let variables =
        [("GRANTD__PROXIES__PROTOCOL", "v2"), ("GRANTD__TLS__CERT", &cert[..]), ("GRANTD__TLS__KEY", &key[..])];
    let daemon = Daemon::start_with("", &variables).await;
    let health = command("health", &daemon.config).envs(variables).output().unwrap();
    assert!(health.status.success(), "{health:?}");
}

/// Proves: FE-09: one socket takes IPv6 and IPv4, and an IPv4 peer on it is what it is.
#[tokio::test]
async fn one_socket_takes_both_families() {
    let socket = grantd::serve::bind("[::]:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    let has_ipv6 = socket.local_addr().unwrap().is_ipv6();
    let server = Server::on_socket(socket, |_| {}).await;
    let mut seen = Vec::new();
    for address in ["127.0.0.1", "::1"].into_iter().take(if has_ipv6 { 2 } else { 1 }) {
        let address = SocketAddr::new(address.parse().unwrap(), port);
        seen.push(seen_at(&server, address, b"", "X-Forwarded-For: 198.51.100.7\r\n").await.unwrap());
    }
    assert_eq!(seen[0], "198.51.100.7", "127.0.0.1 is trusted, also in the clothes of IPv6");
    if !has_ipv6 {
        eprintln!("not tried: this machine has no IPv6");
        assert!(std::env::var_os("GRANTD_TEST_REQUIRE_ALL").is_none(), "it has to be tried");
        return;
    }
    assert_eq!(seen[1], "::1", "which nobody named as a proxy");
}

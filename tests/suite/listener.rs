//! The listener: slow, many, odd and encrypted connections (requirements L-06, L-07).

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use testkit::{Answer, Daemon, Server, secs};

const ALIVE: &str = "GET /livez HTTP/1.1\r\nHost: login.example.test\r\n\r\n";

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[expect(clippy::disallowed_methods, reason = "sockets know no clock but the real one")]
async fn pause(span: Duration) {
    tokio::time::sleep(span).await;
}

/// A server with little patience.
async fn impatient() -> Server {
    Server::with(|settings| settings.listen.read_timeout = millis(300)).await
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

/// The bytes until the other end closes. A reset is an end too.
async fn rest(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let ended = timeout(secs(20), stream.read_to_end(&mut read)).await;
    drop(ended.expect("the connection is closed"));
    String::from_utf8_lossy(&read).into_owned()
}

/// The bytes up to a text.
async fn until(stream: &mut TcpStream, end: &str) -> String {
    let mut read = String::new();
    while !read.ends_with(end) {
        let mut more = [0; 1024];
        let count = timeout(secs(20), stream.read(&mut more)).await.expect("an answer comes").unwrap();
        assert_ne!(count, 0, "closed after {read:?}");
        read.push_str(std::str::from_utf8(&more[..count]).unwrap());
    }
    read
}

/// The status of the answer to some bytes; 0 if the connection is closed without one.
async fn status(address: SocketAddr, bytes: &[u8]) -> u16 {
    let mut stream = connect(address).await;
    drop(stream.write_all(bytes).await);
    let mut read = [0; 12];
    match timeout(secs(20), stream.read_exact(&mut read)).await.expect("an answer comes") {
        Ok(_) => std::str::from_utf8(&read[9..]).unwrap().parse().unwrap(),
        Err(_) => 0,
    }
}

/// Proves: N73 L-07: slow heads.
#[tokio::test]
async fn a_head_that_never_ends_is_cut_off() {
    let server = impatient().await;
    let mut silent = connect(server.address).await;
    let mut slow = connect(server.address).await;
    for byte in ALIVE.as_bytes().iter().take(30) {
        if slow.write_all(&[*byte]).await.is_err() {
            break;
        }
        pause(millis(30)).await;
    }
    assert_eq!(rest(&mut slow).await, "");
    assert_eq!(rest(&mut silent).await, "");
}

/// A device may rest between two polls; its second request has to come as fast as its first.
#[tokio::test]
async fn a_connection_may_rest_between_requests() {
    let server = impatient().await;
    let mut stream = connect(server.address).await;
    for _ in 0..2 {
        stream.write_all(ALIVE.as_bytes()).await.unwrap();
        assert!(until(&mut stream, "alive\n").await.starts_with("HTTP/1.1 200"));
        pause(millis(700)).await;
    }
    stream.write_all(b"GET /li").await.unwrap();
    assert_eq!(rest(&mut stream).await, "", "half a head");
}

/// Proves: L-07: slow bodies.
#[tokio::test]
async fn a_body_that_never_ends_is_told_so() {
    let server = impatient().await;
    let mut stream = connect(server.address).await;
    let head = "POST /token HTTP/1.1\r\nHost: login.example.test\r\nContent-Length: 100\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant_type=";
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("application/json") && answer.contains("no-store"), "{answer}");
    assert!(answer.contains("\"error\":\"invalid_request\""), "{answer}");
}

/// Proves: L-07 W-09: slow forms of people get a page.
#[tokio::test]
async fn a_form_that_never_ends_is_told_so_in_a_page() {
    let server = impatient().await;
    for path in ["/login", "/device", "/logout"] {
        let mut stream = connect(server.address).await;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: login.example.test\r\nContent-Length: 100\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\nusername="
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(answer.contains("text/html") && answer.contains("no-store"), "{answer}");
        assert!(answer.contains("Your form did not arrive") && answer.contains("class=\"reference\""), "{answer}");
    }
}

/// Proves: L-07: the cap.
#[tokio::test]
async fn one_connection_too_many_waits_for_its_turn() {
    let server = Server::with(|settings| settings.listen.max_connections = 1).await;
    let mut first = connect(server.address).await;
    first.write_all(&ALIVE.as_bytes()[..20]).await.unwrap();
    let mut second = connect(server.address).await;
    second.write_all(ALIVE.as_bytes()).await.unwrap();
    let mut byte = [0];
    assert!(timeout(millis(300), second.read(&mut byte)).await.is_err(), "no place yet");
    first.write_all(&ALIVE.as_bytes()[20..]).await.unwrap();
    until(&mut first, "alive\n").await;
    assert!(until(&mut second, "alive\n").await.starts_with("HTTP/1.1 200"), "the first rests now, and gives way");
    assert_eq!(rest(&mut first).await, "");
}

/// Proves: L-07: the end.
#[tokio::test]
async fn a_request_under_way_is_answered_though_the_server_ends() {
    let server = Server::spawn().await;
    let (address, _database) = (server.address, server.database.clone());
    let mut idle = connect(address).await;
    idle.write_all(ALIVE.as_bytes()).await.unwrap();
    until(&mut idle, "alive\n").await;
    let mut stream = connect(address).await;
    let head = "POST /token HTTP/1.1\r\nHost: login.example.test\r\nContent-Length: 20\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant_type";
    stream.write_all(head.as_bytes()).await.unwrap();
    pause(millis(200)).await;
    drop(server);
    assert_eq!(rest(&mut idle).await, "", "whoever rests is sent away");
    assert!(TcpStream::connect(address).await.is_err(), "nobody new comes in");
    stream.write_all(b"=nonsense!").await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 4"));
}

/// Proves: N73: odd paths and odd heads.
#[tokio::test]
async fn odd_requests_are_turned_away_and_never_a_fault() {
    let server = Server::spawn().await;
    for path in ["/token/", "//token", "/TOKEN", "/token;x", "/device/../token", "/%74oken/", "/token%2f", "/."] {
        let request = format!("POST {path} HTTP/1.1\r\nHost: login.example.test\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(status(server.address, request.as_bytes()).await, 404, "{path}");
    }
    let host = "Host: login.example.test\r\n";
    let long = "a".repeat(64 * 1024);
    for (request, expected) in [
        (format!("GET https://login.example.test/jwks.json HTTP/1.1\r\n{host}\r\n"), 200),
        (format!("GET https://evil.example/jwks.json HTTP/1.1\r\n{host}\r\n"), 421),
        (format!("GET /jwks.json HTTP/1.0\r\n{host}\r\n"), 200),
        ("GET /jwks.json HTTP/1.0\r\n\r\n".to_owned(), 421),
        ("GET /jwks.json HTTP/1.1\r\n\r\n".to_owned(), 400),
        (format!("GET /livez HTTP/1.1\r\n{host}X-Long: {long}\r\n\r\n"), 431),
        (format!("GET /livez HTTP/1.1\r\n{host}{}\r\n", "X-Many: a\r\n".repeat(200)), 431),
        (format!("GET /{long} HTTP/1.1\r\n{host}\r\n"), 431),
        (format!("GET /livez HTTP/1.1\r\n{host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), 400),
        (format!("GET /li vez HTTP/1.1\r\n{host}\r\n"), 400),
        ("nonsense\r\n\r\n".to_owned(), 400),
        (format!("GET /livez HTTP/7.3\r\n{host}\r\n"), 400),
    ] {
        let shown: String = request.chars().take(80).collect();
        assert_eq!(status(server.address, request.as_bytes()).await, expected, "{shown:?}");
    }
}

/// Proves: N73: if a request has two lengths, the chunks count, and nothing after them becomes another request.
#[tokio::test]
async fn a_body_with_two_lengths_smuggles_nothing() {
    let server = Server::spawn().await;
    let mut stream = connect(server.address).await;
    let request = "POST /token HTTP/1.1\r\nHost: login.example.test\r\nContent-Length: 3\r\n\
                   Transfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n\
                   3\r\na=b\r\n0\r\n\r\nGET /livez HTTP/1.1\r\nHost: login.example.test\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let answers = rest(&mut stream).await;
    assert!(answers.starts_with("HTTP/1.1 400"), "{answers}");
    assert!(answers.matches("HTTP/1.1 ").count() <= 2 && !answers.contains("HTTP/1.1 5"), "{answers}");
}

fn certificate(folder: &Path) {
    let made = rcgen::generate_simple_self_signed(["login.example.test".to_owned()]).unwrap();
    fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    fs::set_permissions(folder.join("key.pem"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

/// Proves: L-06: TLS, HTTP/2 and HTTP/1.1 over it, and no plain HTTP beside it.
#[tokio::test]
async fn with_a_certificate_it_speaks_tls_and_http_2() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path());
    let server = Server::with(|settings| {
        settings.listen.read_timeout = millis(500);
        settings.tls.cert = Some(folder.path().join("cert.pem"));
        settings.tls.key = Some(folder.path().join("key.pem"));
    })
    .await;
    let client = || reqwest::Client::builder().no_proxy().tls_danger_accept_invalid_certs(true);
    let url = format!("https://{}", server.address);
    for (client, version) in [
        (client().build().unwrap(), reqwest::Version::HTTP_2),
        (client().http1_only().build().unwrap(), reqwest::Version::HTTP_11),
        (client().tls_version_max(reqwest::tls::Version::TLS_1_2).build().unwrap(), reqwest::Version::HTTP_2),
    ] {
        let alive = client.get(format!("{url}/livez")).send().await.unwrap();
        assert_eq!((alive.status().as_u16(), alive.version()), (200, version));
        pause(millis(700)).await;
        let answer = Answer::of(client.get(format!("{url}/jwks.json")).send().await.unwrap()).await;
        assert_eq!(answer.status, 421, "its peer is known, and it asked for another host: {}", answer.body);
    }
    assert!(reqwest::get(format!("http://{}/livez", server.address)).await.is_err());
    assert_eq!(rest(&mut connect(server.address).await).await, "", "a handshake that never begins");
}

/// Proves: L-07: a process without a file left goes on when it has some again.
#[tokio::test]
async fn running_out_of_files_does_not_end_it() {
    let mut daemon = Daemon::start_with_files(48).await;
    let mut many = Vec::new();
    for _ in 0..60 {
        many.push(connect(daemon.address).await);
    }
    daemon.says("no connection can be accepted").await;
    drop(many);
    assert_eq!(status(daemon.address, ALIVE.as_bytes()).await, 200);
}

//! Which connections end when no more can be held: idle ones first, then slow ones (requirement L-07).

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use testkit::{Server, secs};

const ALIVE: &str = "GET /livez HTTP/1.1\r\nHost: login.example.test\r\n\r\n";

/// Asks on a connection; whether it was answered.
async fn alive(stream: &mut TcpStream) -> bool {
    let mut read = String::new();
    let asked = async {
        stream.write_all(ALIVE.as_bytes()).await.ok()?;
        while !read.ends_with("alive\n") {
            let mut more = [0; 1024];
            let count = stream.read(&mut more).await.ok().filter(|count| *count > 0)?;
            read.push_str(std::str::from_utf8(&more[..count]).unwrap());
        }
        Some(())
    };
    tokio::time::timeout(secs(20), asked).await.expect("it is answered or closed").is_some()
}

async fn resting(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    assert!(alive(&mut stream).await, "everybody is let in while others rest");
    stream
}

/// Whether the other end has closed it.
async fn is_closed(stream: &mut TcpStream) -> bool {
    let mut byte = [0];
    let read = tokio::time::timeout(Duration::from_millis(20), stream.read(&mut byte)).await;
    read.is_ok_and(|read| read.map_or(true, |count| count == 0))
}

/// A server with places for twenty strangers, and much patience.
async fn small() -> Server {
    Server::with(|settings| {
        settings.listen.max_connections = 20;
        settings.listen.read_timeout = secs(60);
        settings.proxies.trusted.clear();
    })
    .await
}

/// Proves: FA-11: a hundred connections that rest keep nobody out: the one that rested longest gives way.
#[tokio::test]
async fn connections_that_rest_give_way_when_no_place_is_left() {
    let server = Server::with(|settings| {
        settings.listen.max_connections = 100;
        settings.proxies.trusted.clear();
    })
    .await;
    let mut resters = Vec::new();
    for _ in 0..110 {
        resters.push(resting(server.address).await);
    }
    assert!(is_closed(&mut resters[0]).await, "the longest rest ends first");
    assert!(alive(&mut resters[109]).await && alive(&mut resters[60]).await, "a short one goes on");
}

/// Proves: FA-11: heads that do not come hold a place no longer than others need it.
#[tokio::test]
async fn slow_heads_give_way_too() {
    let server = small().await;
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(b"POST /to").await.unwrap();
        slow.push(stream);
    }
    resting(server.address).await;
}

/// Proves: FA-11: bodies that do not come are slow too, and quick clients still get their answers.
#[tokio::test]
async fn slow_bodies_give_way_too() {
    let server = small().await;
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let head = "POST /token HTTP/1.1\r\nHost: login.example.test\r\nContent-Length: 100\r\n\
                    Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant_type=";
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    resting(server.address).await;
}

/// Proves: FA-11: one address holds a bounded share. Its new connection replaces an idle one; otherwise it is refused,
/// and the log says so.
#[tokio::test]
async fn one_address_holds_a_bounded_share_and_a_trusted_proxy_does_not() {
    let server = Server::with(|settings| {
        settings.listen.max_connections_per_address = 5;
        settings.proxies.trusted.clear();
    })
    .await;
    let mut resters = Vec::new();
    for _ in 0..8 {
        resters.push(resting(server.address).await);
    }
    assert!(is_closed(&mut resters[0]).await, "the longest rest of this address ends first");
    drop(resters);
    let begun = || async {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(b"GET /li").await.unwrap();
        stream
    };
    // Heads that are not overdue yet: nobody gives way.
    let mut heads = Vec::new();
    let mut refused = false;
    for _ in 0..40 {
        let mut head = begun().await;
        refused |= is_closed(&mut head).await;
        heads.push(head);
        if refused {
            break;
        }
    }
    assert!(refused, "a connection too many is refused");
    drop(heads);

    let server = Server::with(|settings| settings.listen.max_connections_per_address = 5).await;
    let mut many = Vec::new();
    for _ in 0..20 {
        many.push(resting(server.address).await);
    }
    assert!(alive(&mut many[0]).await, "a trusted proxy is not counted");
}

/// Proves: FB-09: a connection rests for as long as the key says, by default longer than balancers keep theirs.
#[tokio::test]
async fn how_long_a_connection_rests_is_a_key() {
    let server = Server::with(|settings| settings.listen.idle_timeout = Duration::from_millis(300)).await;
    let mut stream = resting(server.address).await;
    let mut byte = [0];
    let read = tokio::time::timeout(secs(20), stream.read(&mut byte)).await.expect("it ends by itself");
    assert_eq!(read.unwrap(), 0);
    let google_keeps_a_connection = secs(600);
    assert!(Server::settings(&server.database).listen.idle_timeout > google_keeps_a_connection);
}

/// Proves: FB-09: the last answer of a connection says that it is the last, in HTTP/1.1, to HTTP/1.0 and at the
/// server's end.
#[tokio::test]
async fn the_last_answer_says_so() {
    let server = Server::spawn().await;
    let address = server.address;
    let answer_to = |request: String| async move {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut read = Vec::new();
        while !read.ends_with(b"alive\n") {
            assert_ne!(stream.read_buf(&mut read).await.unwrap(), 0, "it is answered");
        }
        String::from_utf8(read).unwrap().to_lowercase()
    };
    let host = "Host: login.example.test\r\n";
    let kept = answer_to(format!("GET /livez HTTP/1.1\r\n{host}\r\n")).await;
    assert!(!kept.contains("connection: close"), "{kept}");
    let asked = answer_to(format!("GET /livez HTTP/1.1\r\n{host}Connection: close\r\n\r\n")).await;
    assert!(asked.contains("\r\nconnection: close\r\n"), "{asked}");
    let old = answer_to(format!("GET /livez HTTP/1.0\r\n{host}Connection: keep-alive\r\n\r\n")).await;
    assert!(old.contains("\r\nconnection: keep-alive\r\n"), "{old}");

    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /token HTTP/1.1\r\n{host}Content-Length: 20\r\nExpect: 100-continue\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let go_on = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut read = [0; 25];
    stream.read_exact(&mut read).await.unwrap();
    assert_eq!(&read, go_on, "a handler waits for the body");
    let mut other = resting(address).await;
    drop(server);
    let mut byte = [0];
    assert_eq!(other.read(&mut byte).await.unwrap_or(0), 0, "the server ends, and whoever rests is sent away");
    stream.write_all(b"grant_type=nonsense!").await.unwrap();
    let mut read = String::new();
    stream.read_to_string(&mut read).await.unwrap();
    assert!(read.starts_with("HTTP/1.1 400") && read.contains("\r\nconnection: close\r\n"), "{read}");
}

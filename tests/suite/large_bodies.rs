//! A body that is larger than any form is answered 413, and the answer arrives (RFC 9110 section 15.5.14).

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use testkit::{Answer, Server, secs};

const LARGE: usize = 3_000_000;

/// The endpoints that read a body, its type, and the answer to one that is too large.
const ENDPOINTS: [(&str, &str); 9] = [
    ("/token", "application/x-www-form-urlencoded"),
    ("/device_authorization", "application/x-www-form-urlencoded"),
    ("/introspect", "application/x-www-form-urlencoded"),
    ("/revoke", "application/x-www-form-urlencoded"),
    ("/userinfo", "application/x-www-form-urlencoded"),
    ("/login", "application/x-www-form-urlencoded"),
    ("/login", "application/json"),
    ("/device", "application/x-www-form-urlencoded"),
    ("/logout", "application/x-www-form-urlencoded"),
];

fn head(path: &str, content_type: &str, length: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: login.example.test\r\nContent-Type: {content_type}\r\n{length}\r\n\r\n")
}

/// Writes a whole body and only then reads, as simple clients do, and a proxy that does not buffer.
async fn written_whole(stream: &mut TcpStream, head: &str, body: &[u8]) -> String {
    stream.write_all(head.as_bytes()).await.unwrap();
    for part in body.chunks(64 * 1024) {
        stream.write_all(part).await.expect("the connection takes the whole body");
        tokio::task::yield_now().await;
    }
    let mut answer = Vec::new();
    let read = tokio::time::timeout(secs(20), stream.read_to_end(&mut answer)).await.expect("the connection is closed");
    read.expect("the connection is not cut off");
    String::from_utf8(answer).unwrap()
}

/// Proves: FB-10: a client that writes three megabytes before it reads still gets its answer, from every endpoint.
#[tokio::test]
async fn the_answer_to_a_body_that_is_too_large_arrives() {
    let server = Server::spawn().await;
    let body = vec![b'a'; LARGE];
    for (path, content_type) in ENDPOINTS {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let head = head(path, content_type, &format!("Content-Length: {LARGE}"));
        let answer = written_whole(&mut stream, &head, &body).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{path}: {answer}");
        assert!(answer.to_lowercase().contains("\r\nconnection: close\r\n"), "{path}: {answer}");
    }
}

/// Proves: FB-10: the same when nobody says how long the body will be.
#[tokio::test]
async fn the_answer_to_a_body_in_too_many_chunks_arrives() {
    let server = Server::spawn().await;
    let chunk = format!("{:x}\r\n{}\r\n", 50_000, "a".repeat(50_000));
    let body = format!("{}0\r\n\r\n", chunk.repeat(LARGE / 50_000));
    for (path, content_type) in ENDPOINTS {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let head = head(path, content_type, "Transfer-Encoding: chunked");
        let answer = written_whole(&mut stream, &head, body.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{path}: {answer}");
    }
}

/// Proves: FB-10: HTTP/2 too, where the connection goes on.
#[tokio::test]
async fn the_answer_arrives_in_http_2() {
    let server = Server::on_localhost().await;
    let client = reqwest::Client::builder().no_proxy().http2_prior_knowledge();
    let client = client.resolve("localhost", server.address).build().unwrap();
    let url = format!("http://localhost:{}", server.address.port());
    for (path, content_type) in ENDPOINTS {
        let large = client.post(format!("{url}{path}")).header("content-type", content_type).body(vec![b'a'; LARGE]);
        let answer = large.send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.version()), (413, reqwest::Version::HTTP_2), "{path}");
        let next = client.get(format!("{url}/livez")).send().await.unwrap();
        assert_eq!(next.status().as_u16(), 200);
    }
}

/// Proves: FB-10: other answers that do not wait for a body arrive as well, and a small rest ends no connection.
#[tokio::test]
async fn an_answer_that_needs_no_body_arrives_before_it() {
    let server = Server::spawn().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let missing = head("/nowhere", "text/plain", &format!("Content-Length: {LARGE}"));
    let answer = written_whole(&mut stream, &missing, &vec![b'a'; LARGE]).await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    let small = format!("{}{}", head("/nowhere", "text/plain", "Content-Length: 20000"), "a".repeat(20_000));
    let next = "GET /livez HTTP/1.1\r\nHost: login.example.test\r\nConnection: close\r\n\r\n";
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let answers = written_whole(&mut stream, &format!("{small}{next}"), b"").await;
    assert!(answers.starts_with("HTTP/1.1 404 ") && answers.ends_with("alive\n"), "{answers}");
}

/// Proves: FB-10: a client that asks before sending (`Expect: 100-continue`) gets the answer and sends nothing.
#[tokio::test]
async fn who_asks_first_is_told_without_sending_the_body() {
    let server = Server::spawn().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let length = format!("Content-Length: {LARGE}\r\nExpect: 100-continue");
    let head = head("/token", "application/x-www-form-urlencoded", &length);
    let answer = written_whole(&mut stream, &head, b"").await;
    assert!(answer.starts_with("HTTP/1.1 413 ") && !answer.contains("100 Continue"), "{answer}");
}

/// Proves: FB-10: reading on has an end, in time: `listen.read_timeout`.
#[tokio::test]
async fn a_slow_rest_of_a_body_is_not_read_for_ever() {
    let server = Server::with(|settings| settings.listen.read_timeout = Duration::from_millis(200)).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = head("/token", "application/x-www-form-urlencoded", &format!("Content-Length: {LARGE}"));
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
    let sending = async {
        while stream.write_all(b"a").await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(secs(20), sending).await.expect("the server closes in its own time");
}

/// Proves: FB-10: a form of a person that is too large is a page.
#[tokio::test]
async fn a_person_is_told_in_a_page() {
    let server = Server::spawn().await;
    let answer = server.request("POST", "/login").header("content-type", "application/x-www-form-urlencoded");
    let answer = Answer::of(answer.body("a".repeat(20_000)).send().await.unwrap()).await;
    assert_eq!((answer.status, answer.header("content-type")), (413, "text/html; charset=utf-8"), "{answer:?}");
}

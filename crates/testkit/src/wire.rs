//! Sends bytes that no HTTP library would send.

use std::net::SocketAddr;

use reqwest::header::{HeaderMap, HeaderName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{Answer, secs};

/// A connection to a test server.
pub struct Wire(TcpStream);

impl Wire {
    pub async fn to(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    /// Sends the head of a `POST` with a form, and the headers about the length of its body.
    pub async fn post(mut self, path: &str, length: &str) -> Self {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: login.example.test\r\n\
             content-type: application/x-www-form-urlencoded\r\n{length}\r\n\r\n"
        );
        self.send(head.as_bytes()).await;
        self
    }

    /// Sends bytes as they are. A server that does not want them may have closed the connection: the answer will show it.
    pub async fn send(&mut self, bytes: &[u8]) {
        drop(self.0.write_all(bytes).await);
    }

    /// Reads the answer until the server closes the connection, which must happen within ten seconds.
    pub async fn answer(mut self) -> Answer {
        let mut bytes = Vec::new();
        let read = tokio::time::timeout(secs(10), self.0.read_to_end(&mut bytes)).await;
        let text = String::from_utf8(bytes).unwrap();
        assert!(read.is_ok(), "the server keeps the connection open after {text:?}");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = HeaderMap::new();
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        Answer { status, headers, body: body.to_owned() }
    }
}

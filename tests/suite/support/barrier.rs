//! How does a test hold a process at a named point? It listens, every point of the process calls, and nobody goes on
//! while the call is held (`src/failpoints.rs`).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::support::secs;

/// Where the points of a process call. All may pass but the one that is to be held next.
pub struct Barrier {
    address: SocketAddr,
    next: Arc<Mutex<Option<String>>>,
    held: mpsc::UnboundedReceiver<Held>,
}

/// A process that stands still; it goes on when this is dropped.
pub struct Held(#[expect(dead_code, reason = "what the process waits for is its end")] TcpStream);

impl Barrier {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let next: Arc<Mutex<Option<String>>> = Arc::default();
        let (reached, held) = mpsc::unbounded_channel();
        let wanted = Arc::clone(&next);
        tokio::spawn(async move {
            while let Ok((mut call, _)) = listener.accept().await {
                let mut point = String::new();
                // A process that is killed may call and say nothing.
                if call.read_to_string(&mut point).await.is_err() {
                    continue;
                }
                let mut next = wanted.lock().unwrap();
                if next.as_ref() == Some(&point) {
                    *next = None;
                    drop(reached.send(Held(call)));
                }
            }
        });
        Self { address, next, held }
    }

    /// The variable that makes a process call here.
    pub fn variable(&self) -> (&'static str, String) {
        ("GRANTD_FAILPOINTS", self.address.to_string())
    }

    /// The next one to reach this point shall be held.
    pub fn hold(&self, point: &str) {
        *self.next.lock().unwrap() = Some(point.to_owned());
    }

    /// Waits until it is there.
    pub async fn held(&mut self) -> Held {
        timeout(secs(60), self.held.recv()).await.expect("the point is never reached").unwrap()
    }
}

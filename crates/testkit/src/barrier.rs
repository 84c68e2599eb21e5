//! Holds a process at a named point: the process connects to the test there, and continues when the test lets it
//! (`crates/store/src/failpoints.rs`).

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::secs;

/// The socket that the points of a process call. All calls pass, except those that are to be held next.
pub struct Barrier {
    address: SocketAddr,
    calls: Arc<Mutex<Calls>>,
    held: mpsc::UnboundedReceiver<Held>,
}

/// The calls so far, and those that are to be held.
#[derive(Default)]
struct Calls {
    of: HashMap<String, usize>,
    wanted: String,
    to_hold: usize,
}

impl Calls {
    /// Counts a call. True if it is to be held.
    fn count(&mut self, point: String) -> bool {
        let is_held = self.to_hold > 0 && self.wanted == point;
        self.to_hold -= usize::from(is_held);
        *self.of.entry(point).or_default() += 1;
        is_held
    }
}

/// A process that is held. It continues when this is dropped.
pub struct Held(#[expect(dead_code, reason = "what the process waits for is its end")] TcpStream);

impl Barrier {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let calls: Arc<Mutex<Calls>> = Arc::default();
        let (reached, held) = mpsc::unbounded_channel();
        let counted = Arc::clone(&calls);
        tokio::spawn(async move {
            while let Ok((mut call, _)) = listener.accept().await {
                let mut point = String::new();
                // A process that is killed may connect and send nothing.
                if call.read_to_string(&mut point).await.is_err() {
                    continue;
                }
                if counted.lock().unwrap().count(point) {
                    drop(reached.send(Held(call)));
                }
            }
        });
        Self { address, calls, held }
    }

    /// The environment variable that makes a process call here.
    pub fn variable(&self) -> (&'static str, String) {
        ("GRANTD_FAILPOINTS", self.address.to_string())
    }

    /// Holds the next process that reaches this point.
    pub fn hold(&self, point: &str) {
        self.hold_many(point, 1);
    }

    /// Holds the next processes that reach this point.
    pub fn hold_many(&self, point: &str, count: usize) {
        let mut calls = self.calls.lock().unwrap();
        point.clone_into(&mut calls.wanted);
        calls.to_hold = count;
    }

    /// How often this point was reached.
    pub fn calls(&self, point: &str) -> usize {
        self.calls.lock().unwrap().of.get(point).copied().unwrap_or_default()
    }

    /// Waits until the process has arrived.
    pub async fn held(&mut self) -> Held {
        timeout(secs(60), self.held.recv()).await.expect("the point is never reached").unwrap()
    }
}

//! A client that sends requests over connections that stay open, each as fast as it gets answers.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

/// What is sent, and what is done with the answers. A lane is one connection.
pub trait Job {
    /// The next request of a lane; `None` ends it.
    fn next(&mut self, lane: usize) -> Option<Vec<u8>>;

    /// Whether the answer is the one that this job expects.
    fn answered(&mut self, lane: usize, answer: &Answer) -> bool;
}

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    /// A member of a JSON object, if it is a text.
    pub fn text(&self, name: &str) -> Option<String> {
        let object: serde_json::Value = serde_json::from_slice(&self.body).ok()?;
        Some(object.get(name)?.as_str()?.to_owned())
    }
}

/// How long the answers took.
pub struct Load {
    pub elapsed: Duration,
    /// In microseconds, sorted.
    pub latencies: Vec<u32>,
}

impl Load {
    pub fn count(&self) -> usize {
        self.latencies.len()
    }

    pub fn rate(&self) -> f64 {
        self.count() as f64 / self.elapsed.as_secs_f64()
    }

    /// A percentile, in milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let place = (self.count() * percent / 100).min(self.count().saturating_sub(1));
        self.latencies.get(place).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }
}

/// Runs a job over this many lanes until it ends.
pub async fn run(server: SocketAddr, lanes: usize, job: Rc<RefCell<dyn Job>>) -> Load {
    let (local, latencies) = (LocalSet::new(), Rc::new(RefCell::new(Vec::new())));
    let began = Instant::now();
    let lanes = (0..lanes).map(|lane| {
        let (job, latencies) = (Rc::clone(&job), Rc::clone(&latencies));
        local.spawn_local(async move {
            let mut connection = TcpStream::connect(server).await.unwrap();
            connection.set_nodelay(true).unwrap();
            let mut buffer = Vec::with_capacity(8192);
            loop {
                let Some(request) = job.borrow_mut().next(lane) else { return };
                let sent = Instant::now();
                connection.write_all(&request).await.unwrap();
                let answer = receive(&mut connection, &mut buffer).await;
                latencies.borrow_mut().push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
                let is_right = job.borrow_mut().answered(lane, &answer);
                assert!(is_right, "{} {}", answer.status, String::from_utf8_lossy(&answer.body));
            }
        })
    });
    let lanes: Vec<_> = lanes.collect();
    local
        .run_until(async {
            for lane in lanes {
                lane.await.unwrap();
            }
        })
        .await;
    let elapsed = began.elapsed();
    let mut latencies = latencies.take();
    latencies.sort_unstable();
    Load { elapsed, latencies }
}

async fn receive(connection: &mut TcpStream, buffer: &mut Vec<u8>) -> Answer {
    buffer.clear();
    let head = loop {
        assert!(connection.read_buf(buffer).await.unwrap() > 0, "the server hung up");
        if let Some(end) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end;
        }
    };
    let text = std::str::from_utf8(&buffer[..head]).unwrap();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
    let length = text.lines().filter_map(|line| line.split_once(':'));
    let length = length.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length: usize = length.map(|(_, value)| value.trim().parse().unwrap()).next().unwrap_or(0);
    while buffer.len() < head + 4 + length {
        assert!(connection.read_buf(buffer).await.unwrap() > 0, "the server hung up");
    }
    Answer { status, body: buffer[head + 4..head + 4 + length].to_vec() }
}

/// A form as a request.
pub fn post(path: &str, port: u16, form: &str) -> Vec<u8> {
    let length = form.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost:{port}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {length}\r\n\r\n{form}"
    )
    .into_bytes()
}

pub fn get(path: &str, port: u16) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost:{port}\r\n\r\n").into_bytes()
}

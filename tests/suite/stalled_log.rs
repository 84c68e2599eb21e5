//! Nobody reads the log: every request still gets its answer, and a later reader learns what is missing.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};

use futures_util::{StreamExt, stream};
use serde_json::Value;
use tempfile::TempDir;

use testkit::{eventually, secs};

/// A daemon whose standard error is a pipe that nobody reads.
struct Unread {
    process: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Unread {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_grantd"));
        command.arg("serve").current_dir(folder.path()).env_clear();
        command.env("GRANTD__LISTEN__ADDRESS", address.to_string());
        command.env("GRANTD__ISSUER", format!("http://localhost:{}", address.port()));
        command.env("GRANTD__LOG__FORMAT", "json");
        let process = command.stderr(Stdio::piped()).spawn().unwrap();
        let daemon = Self { process, address, _folder: folder };
        let client = client();
        eventually(async || {
            client.get(format!("http://{address}/readyz")).send().await.is_ok_and(|answer| answer.status() == 200)
        })
        .await;
        daemon
    }

    /// Sends so many requests that their log lines fill the pipe and the queue before it.
    async fn answers(&self, requests: usize) {
        let client = client();
        let host = format!("localhost:{}", self.address.port());
        let ask = |_| {
            let request = client.get(format!("http://{}/jwks.json", self.address)).header("host", &host);
            async { request.send().await.unwrap().status().as_u16() }
        };
        let answers: Vec<u16> = stream::iter(0..requests).map(ask).buffer_unordered(16).collect().await;
        assert_eq!(answers, vec![200; requests]);
    }

    fn terminate(&self) {
        assert!(Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap().success());
    }
}

fn client() -> reqwest::Client {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    reqwest::Client::builder().no_proxy().timeout(secs(60)).build().unwrap()
}

impl Drop for Unread {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Proves: FE-06
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_nobody_reads_stops_no_request_and_says_later_what_is_missing() {
    let mut daemon = Unread::start().await;
    daemon.answers(4000).await;
    let log = BufReader::new(daemon.process.stderr.take().unwrap());
    let reading = std::thread::spawn(move || log.lines().map_while(Result::ok).collect::<Vec<String>>());
    daemon.answers(1).await;
    daemon.terminate();
    assert!(daemon.process.wait().unwrap().success());
    let lines = reading.join().unwrap();
    let objects: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).expect(line)).collect();
    let says = |text: &'static str| {
        objects.iter().filter(move |line| line["message"].as_str().is_some_and(|said| said.contains(text)))
    };
    assert_eq!(says("listening").count(), 1, "the beginning was written");
    let missing: Vec<&Value> = says("log lines are missing here").collect();
    assert!(!missing.is_empty() && missing.iter().all(|line| line["dropped"].as_u64().unwrap() > 0), "{missing:?}");
    assert!(missing.iter().all(|line| line["level"] == "WARN" && line["timestamp"].is_string()), "{missing:?}");
    assert_eq!(says("stopping").count(), 1, "the end was written");
}

/// Proves: FE-06: the end of such a server does not wait for a reader of its log.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_nobody_reads_does_not_keep_a_server_from_ending() {
    let mut daemon = Unread::start().await;
    daemon.answers(500).await;
    daemon.terminate();
    assert!(daemon.process.wait().unwrap().success());
}

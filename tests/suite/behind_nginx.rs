//! grantd behind nginx, with the configuration of docs/operating.md.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use testkit::{Daemon, eventually, installed, request};

/// nginx, which ends with the test.
struct Nginx {
    process: Child,
    folder: TempDir,
    address: SocketAddr,
}

impl Nginx {
    /// Starts it with the configuration of the page, in front of this address. What is told to a server with a
    /// certificate is left out.
    async fn start(program: &Path, page: &str, grantd: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let of_tls = |line: &&str| !line.trim().starts_with("ssl_certificate");
        let page = page.lines().filter(of_tls).collect::<Vec<_>>().join("\n");
        let page = page.replace("server 127.0.0.1:8080;", &format!("server {grantd};"));
        let page = page.replace("listen 443 ssl http2;", &format!("listen {address};"));
        let here = folder.path().display();
        let kept =
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|of| format!("{of}_temp_path {here}/{of};"));
        let configuration = format!(
            "daemon off;\npid {here}/pid;\nerror_log {here}/error.log;\nevents {{}}\nhttp {{\n{}\n{page}\n}}\n",
            kept.join("\n")
        );
        fs::write(folder.path().join("nginx.conf"), configuration).unwrap();
        let mut nginx = Command::new(program);
        nginx.arg("-e").arg(folder.path().join("error.log")).arg("-c").arg(folder.path().join("nginx.conf"));
        let process = nginx.stdin(Stdio::null()).spawn().unwrap();
        let nginx = Self { process, folder, address };
        eventually(async || request(nginx.address, "GET", "/livez").send().await.is_ok()).await;
        nginx
    }

    async fn status(&self, path: &str) -> u16 {
        request(self.address, "GET", path).send().await.unwrap().status().as_u16()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("error.log")).unwrap()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end with the process that it began as, and only if that one is asked.
        drop(Command::new("kill").arg(self.process.id().to_string()).status());
        drop(self.process.wait());
    }
}

/// Proves: FD-12
#[tokio::test]
async fn the_logs_of_nginx_hold_no_user_code() {
    let Some(program) = installed("nginx") else { return };
    let page = include_str!("../../docs/operating.md");
    let page = page.split_once("```nginx\n").unwrap().1.split("```").next().unwrap();
    let mut daemon = Daemon::start("").await;
    let nginx = Nginx::start(&program, page, daemon.address).await;
    let link = "/device?user_code=BCDF-GHJK";
    assert_eq!(nginx.status(link).await, 303);
    assert!(daemon.stop());
    assert_eq!(nginx.status(link).await, 502);
    assert_eq!(nginx.status("/jwks.json").await, 502);
    let log = nginx.log();
    assert!(log.contains("/jwks.json"), "the log is written: {log}");
    assert!(!log.contains("BCDF") && !log.contains("user_code"), "{log}");
    // Without its own `location` the page's address would be in it.
    let bare = page.replace("location = /device ", "location = /elsewhere ");
    let nginx = Nginx::start(&program, &bare, daemon.address).await;
    assert_eq!(nginx.status(link).await, 502);
    assert!(nginx.log().contains("BCDF-GHJK"));
}

//! A database that goes away: a proxy between the server and Postgres that the test can cut, silence and restore.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use url::Url;

/// The proxy.
pub struct Proxy {
    /// The URL of the database through this proxy.
    pub url: String,
    shared: Arc<Shared>,
}

struct Shared {
    link: watch::Sender<Link>,
    refused: watch::Sender<u32>,
}

/// What the proxy does with the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Passes it on.
    Up,
    /// Drops every connection, new ones too.
    Cut,
    /// Keeps connections and passes nothing on, as a broken network does.
    Silent,
    /// Passes bytes on until a commit: the commit is lost, and every connection is cut.
    CutBeforeCommit,
    /// The same, but the commit arrives, and only its answer is lost.
    CutAfterCommit,
}

impl Proxy {
    pub async fn before(database: &str) -> Self {
        let mut url = Url::parse(database).unwrap();
        let socket = url.query_pairs().find(|(name, _)| name == "host").map(|(_, folder)| PathBuf::from(&*folder));
        let port = url.port().unwrap_or(5432);
        let socket = socket.map(|folder| folder.join(format!(".s.PGSQL.{port}")));
        let host = format!("{}:{port}", url.host_str().unwrap_or("localhost"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        url.set_query(Some("sslmode=disable"));
        let shared = Arc::new(Shared { link: watch::Sender::new(Link::Up), refused: watch::Sender::new(0) });
        let accepting = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *accepting.link.borrow() == Link::Cut {
                    accepting.refused.send_modify(|count| *count += 1);
                    continue;
                }
                let shared = Arc::clone(&accepting);
                if let Some(path) = &socket {
                    let server = UnixStream::connect(path).await.unwrap();
                    tokio::spawn(async move { pass(client, server, &shared).await });
                } else {
                    let server = TcpStream::connect(&host).await.unwrap();
                    tokio::spawn(async move { pass(client, server, &shared).await });
                }
            }
        });
        Self { url: url.into(), shared }
    }

    pub fn set(&self, link: Link) {
        self.shared.link.send_replace(link);
    }

    /// Waits until the server has tried to connect once more, in vain.
    pub async fn refused_another(&self) {
        let mut refused = self.shared.refused.subscribe();
        let before = *refused.borrow_and_update();
        refused.wait_for(|count| *count > before).await.unwrap();
    }

    /// Whether the commit came that the proxy waited for.
    pub fn is_cut(&self) -> bool {
        *self.shared.link.borrow() == Link::Cut
    }
}

/// Passes bytes in both directions until one end closes, or the link is cut.
async fn pass(client: TcpStream, server: impl AsyncRead + AsyncWrite + Unpin + Send, shared: &Shared) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let mut link = shared.link.subscribe();
    let (mut question, mut answer) = (vec![0; 8192], vec![0; 8192]);
    let mut answer_is_lost = false;
    loop {
        let now = *link.borrow_and_update();
        if now == Link::Cut {
            return;
        }
        tokio::select! {
            changed = link.changed() => if changed.is_err() { return },
            read = from_client.read(&mut question), if now != Link::Silent => {
                let Some(bytes) = read.ok().filter(|read| *read > 0).map(|read| &question[..read]) else { return };
                let commits = bytes.windows(6).any(|word| word == b"COMMIT");
                if commits && now == Link::CutBeforeCommit {
                    shared.link.send_replace(Link::Cut);
                    return;
                }
                answer_is_lost = commits && now == Link::CutAfterCommit;
                if to_server.write_all(bytes).await.is_err() { return }
            }
            read = from_server.read(&mut answer), if now != Link::Silent => {
                let Some(bytes) = read.ok().filter(|read| *read > 0).map(|read| &answer[..read]) else { return };
                if answer_is_lost {
                    shared.link.send_replace(Link::Cut);
                    return;
                }
                if to_client.write_all(bytes).await.is_err() { return }
            }
        }
    }
}

//! A database that goes away: a proxy between the server and Postgres that the test can cut, silence and restore.

use std::collections::HashSet;
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
    /// Passes bytes on until a commit, or a statement that is a script: it is lost, and every connection is cut.
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
    let (mut scripts, mut answer_is_lost) = (HashSet::new(), false);
    loop {
        let now = *link.borrow_and_update();
        if now == Link::Cut {
            return;
        }
        tokio::select! {
            changed = link.changed() => if changed.is_err() { return },
            read = from_client.read(&mut question), if now != Link::Silent => {
                let Some(bytes) = read.ok().filter(|read| *read > 0).map(|read| &question[..read]) else { return };
                let commits = commits(bytes, &mut scripts);
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

/// Whether one of these messages of a client commits: a simple query, or the execution of a statement that is a script of the
/// store. Notes the names of such statements (Postgres manual, chapter "Message Formats").
fn commits(mut messages: &[u8], scripts: &mut HashSet<Vec<u8>>) -> bool {
    let (mut commits, has) = (false, |body: &[u8], words: &[u8]| body.windows(words.len()).any(|found| found == words));
    while let [kind, a, b, c, d, rest @ ..] = messages {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        let Some((body, next)) = rest.split_at_checked(length.saturating_sub(4)) else { break };
        let mut texts = body.split(|byte| *byte == 0);
        let (first, second) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
        match kind {
            b'Q' => commits |= has(body, b"COMMIT"),
            b'P' if has(body, b"WITH decided AS") => drop(scripts.insert(first.to_owned())),
            b'B' => commits |= scripts.contains(second),
            _ => {}
        }
        messages = next;
    }
    commits
}

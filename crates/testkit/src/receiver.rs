//! A receiver of webhooks that verifies signatures by its own computation.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use settings::{Settings, WebhookSettings};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::eventually;

/// What a receiver does with a delivery.
#[derive(Clone, Debug)]
pub enum Mood {
    /// Accepts it.
    Takes,
    /// Answers with this status.
    Answers(u16),
    /// Redirects.
    Moves(String),
    /// Never answers.
    Hangs,
}

/// A delivery, as it came.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub headers: HeaderMap,
    pub body: String,
}

/// The receiver, until it dies or the test ends.
pub struct Receiver {
    pub address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    serving: JoinHandle<()>,
}

struct Shared {
    mood: Mood,
    came: Vec<Delivery>,
}

impl Receiver {
    pub async fn in_mood(mood: Mood) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap(), mood)
    }

    /// A receiver at the address of one that has died.
    pub async fn at(address: SocketAddr) -> Self {
        Self::on(TcpListener::bind(address).await.unwrap(), Mood::Takes)
    }

    fn on(listener: TcpListener, mood: Mood) -> Self {
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Mutex::new(Shared { mood, came: Vec::new() }));
        let router = Router::new().fallback(receive).with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, shared, serving }
    }

    /// Closes the socket, and gives its address.
    pub async fn die(self) -> SocketAddr {
        self.serving.abort();
        let _ = self.serving.await;
        self.address
    }

    /// Changes the mood, and gives the number of deliveries so far.
    pub fn turn(&self, mood: Mood) -> usize {
        let mut shared = self.shared.lock().unwrap();
        shared.mood = mood;
        shared.came.len()
    }

    /// A `[[webhook]]` for this receiver.
    pub fn webhook(&self, name: &str, events: &[&str]) -> WebhookSettings {
        webhook_at(self.address, name, events)
    }

    /// Settings in which this is the only webhook.
    pub fn told(&self) -> impl FnOnce(&mut Settings) + use<> {
        let webhook = self.webhook("mailer", &[]);
        |settings| settings.webhook = vec![webhook]
    }

    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.lock().unwrap().came.clone()
    }

    /// The events of this name.
    pub fn of(&self, name: &str) -> Vec<Value> {
        self.deliveries().iter().map(Delivery::json).filter(|body| body["type"] == name).collect()
    }

    /// Waits until this many events of this name came, and gives them.
    pub async fn receives(&self, name: &str, count: usize) -> Vec<Value> {
        eventually(async || self.of(name).len() >= count).await;
        let came = self.of(name);
        assert_eq!(came.len(), count, "{came:#?}");
        came
    }
}

/// A `[[webhook]]` for an address.
pub fn webhook_at(address: SocketAddr, name: &str, events: &[&str]) -> WebhookSettings {
    WebhookSettings {
        name: name.to_owned(),
        url: format!("http://{address}/hooks/grantd").parse().unwrap(),
        secret_file: std::path::PathBuf::new(),
        events: events.iter().map(|event| (*event).to_owned()).collect(),
    }
}

async fn receive(State(shared): State<Arc<Mutex<Shared>>>, headers: HeaderMap, body: Bytes) -> Response {
    let mood = {
        let mut shared = shared.lock().unwrap();
        shared.came.push(Delivery { headers, body: String::from_utf8(body.to_vec()).unwrap() });
        shared.mood.clone()
    };
    match mood {
        Mood::Takes => StatusCode::NO_CONTENT.into_response(),
        Mood::Answers(status) => (StatusCode::from_u16(status).unwrap(), "what nobody reads").into_response(),
        Mood::Moves(to) => (StatusCode::TEMPORARY_REDIRECT, [("location", to)]).into_response(),
        Mood::Hangs => pending().await,
    }
}

impl Delivery {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.headers)).to_str().unwrap()
    }

    /// Whether it is signed with a secret, as docs/notices.md tells receivers to verify it.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let signed = format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let mut signatures = self.header("webhook-signature").split(' ');
        signatures.any(|signature| {
            let signature = signature.strip_prefix("v1,").and_then(|encoded| STANDARD.decode(encoded).ok());
            signature.is_some_and(|signature| hmac::verify(&key, signed.as_bytes(), &signature).is_ok())
        })
    }
}

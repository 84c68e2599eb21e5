//! A small server of RFC 8628 in memory, for the auditor alone: right in every row, or wrong in exactly one way.
//!
//! It shares nothing with grantd but the strict reading of a form, and lives by the wall's clock, as audited servers do.

mod afterwards;
mod pages;
mod requests;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::Response;
use grantd::entropy::{Entropy, SystemEntropy};
use protocol::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use afterwards::Issued;
use requests::Asked;

/// The one thing that it does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    NeverSlowsDown,
    SlowDownKillsTheGrant,
    IssuesTwiceInARace,
    RedeemsACodeTwice,
    OtherClientsRedeem,
    DenialIsLostAfterAnApproval,
    PendingIs403,
    TokensMayBeStored,
    GetIsProcessed,
    WrongIssuer,
    ExpiredIsPending,
    DuplicatesAreAccepted,
    OpeningTheLinkApproves,
    PagesCanBeFramed,
    SecretsAreNotAskedFor,
    OldRefreshTokensWork,
    OtherClientsRefresh,
    RefreshingWidensTheScope,
    OtherClientsRevoke,
    AnybodyIntrospects,
}

/// It runs until it is dropped.
pub struct FaultyServer {
    pub issuer: String,
    serving: JoinHandle<()>,
}

struct Shop {
    issuer: String,
    fault: Option<Fault>,
    expires_in: u64,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    /// By device code.
    grants: BTreeMap<String, Grant>,
    /// By the token.
    tokens: BTreeMap<String, Issued>,
    sessions: BTreeSet<String>,
}

struct Grant {
    client: String,
    user_code: String,
    expires_at: Timestamp,
    status: Status,
    interval: Duration,
    polled_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Pending,
    Approved,
    Denied,
    Redeemed,
    /// By [`Fault::SlowDownKillsTheGrant`].
    Killed,
}

impl FaultyServer {
    /// On a port of its own; codes live for `expires_in` seconds.
    pub async fn start(fault: Option<Fault>, expires_in: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let shop = Shop { issuer: issuer.clone(), fault, expires_in, held: Mutex::default() };
        let router = Router::new().fallback(answer).with_state(Arc::new(shop));
        let serving = tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self { issuer, serving }
    }
}

impl Drop for FaultyServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shop {
    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }
}

async fn answer(State(shop): State<Arc<Shop>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let asked = Asked { head, body: to_bytes(body, usize::MAX).await.unwrap() };
    match asked.head.uri.path() {
        "/.well-known/oauth-authorization-server" | "/.well-known/openid-configuration" => requests::metadata(&shop),
        "/device_authorization" => requests::device_authorization(&shop, &asked).unwrap_or_else(requests::error),
        "/token" => tokens::token(&shop, &asked).await.unwrap_or_else(requests::error),
        "/revoke" => afterwards::revoke(&shop, &asked).unwrap_or_else(requests::error),
        "/introspect" => afterwards::introspect(&shop, &asked).unwrap_or_else(requests::error),
        _ => pages::page(&shop, &asked),
    }
}

/// 256 random bits in hexadecimal.
fn random() -> String {
    SystemEntropy.identifier() + &SystemEntropy.identifier()
}

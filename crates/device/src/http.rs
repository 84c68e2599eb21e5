//! HTTP for the device: no redirects, at most ten seconds a request and 64 KiB a body.

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use crate::error::DeviceError;
use crate::issuer::{is_this_machine, issuer_url};
use crate::messages::ErrorResponse;
use crate::printable::printable;
use crate::proof_key::ProofKey;
use crate::timekeeper::Timekeeper;
use protocol::{Secret, Timestamp};

const TIMEOUT: Duration = Duration::from_secs(10);
const LARGEST_BODY: usize = 64 * 1024;

/// The client for one issuer.
#[derive(Clone, Debug)]
pub struct Http {
    client: reqwest::Client,
    proving: Option<Proving>,
}

/// A key to prove, and the sources of the time and of the random name in each proof.
#[derive(Clone, Debug)]
struct Proving {
    key: Arc<ProofKey>,
    now: fn() -> Timestamp,
    name: fn() -> String,
}

impl Http {
    /// A client for `issuer`: directly if that is on this machine, otherwise through the proxy of the environment.
    pub fn new(issuer: &str) -> Result<Self, DeviceError> {
        let issuer = issuer_url(issuer)?;
        let client = http_client(&issuer, TIMEOUT, concat!("grantd/", env!("CARGO_PKG_VERSION")));
        Ok(Self { client: client.map_err(DeviceError::NoHttp)?, proving: None })
    }

    /// The same client, which proves a key with every form and every access token (RFC 9449 section 4). `name` makes a random
    /// name for each proof.
    #[must_use]
    pub fn proving(self, key: Arc<ProofKey>, now: fn() -> Timestamp, name: fn() -> String) -> Self {
        Self { proving: Some(Proving { key, now, name }), ..self }
    }

    /// Whether it proves a key.
    pub(super) fn proves(&self) -> bool {
        self.proving.is_some()
    }

    /// GETs `url`, with an access token if one is given (RFC 6750 section 2.1, RFC 9449 section 7.1).
    pub(super) async fn get(&self, url: &Url, token: Option<&Secret>) -> Result<Answer, DeviceError> {
        let request = || self.client.get(url.clone());
        match (token, &self.proving) {
            (None, _) => ask(request(), url).await,
            (Some(token), None) => ask(request().bearer_auth(token.reveal()), url).await,
            (Some(token), Some(proving)) => {
                let with_token = || request().header("authorization", format!("DPoP {}", token.reveal()));
                proving.ask("GET", url, Some(token), with_token).await
            }
        }
    }

    /// GETs `url`, and again after one, two and four seconds while it does not answer. This is for requests after the tokens
    /// have come: without it a lost connection would cost the person the whole sign-in.
    pub(super) async fn get_patiently(
        &self,
        url: &Url,
        token: Option<&Secret>,
        time: &impl Timekeeper,
    ) -> Result<Answer, DeviceError> {
        for seconds in [1, 2, 4] {
            match self.get(url, token).await.and_then(Answer::not_unavailable) {
                Err(error) if error.may_pass() => time.wait(Duration::from_secs(seconds)).await,
                done => return done,
            }
        }
        self.get(url, token).await.and_then(Answer::not_unavailable)
    }

    /// POSTs a form to `url`, with an `Authorization` header if one is given.
    pub(super) async fn post(
        &self,
        url: &Url,
        form: &[(&str, &str)],
        authorization: Option<String>,
    ) -> Result<Answer, DeviceError> {
        let request = || {
            let request = self.client.post(url.clone()).form(form);
            match &authorization {
                Some(authorization) => request.header("authorization", authorization),
                None => request,
            }
        };
        match &self.proving {
            None => ask(request(), url).await,
            Some(proving) => proving.ask("POST", url, None, request).await,
        }
    }
}

impl Proving {
    /// Sends a request with a proof, and once more if the server wants its nonce in the proof (RFC 9449 sections 8 and 9).
    async fn ask(
        &self,
        method: &str,
        url: &Url,
        token: Option<&Secret>,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<Answer, DeviceError> {
        let ask_once = async || {
            let proof = self.key.proof(method, url, token, (self.now)(), &(self.name)())?;
            let answer = ask(request().header("dpop", proof), url).await?;
            if let Some(nonce) = &answer.nonce {
                self.key.take_nonce(nonce.clone());
            }
            Ok::<Answer, DeviceError>(answer)
        };
        let answer = ask_once().await?;
        let is_refused = answer.refusal().is_some_and(|refusal| refusal.error == "use_dpop_nonce");
        if answer.nonce.is_some() && (is_refused || answer.wants_nonce) { ask_once().await } else { Ok(answer) }
    }
}

/// A complete answer.
pub(super) struct Answer {
    pub(super) endpoint: Url,
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
    /// `DPoP-Nonce`
    nonce: Option<String>,
    /// Whether a challenge of a resource asks for it (RFC 9449 section 9).
    wants_nonce: bool,
}

impl Answer {
    /// The body as a message.
    pub(super) fn message<T: DeserializeOwned>(&self) -> Result<T, DeviceError> {
        serde_json::from_slice(&self.body).map_err(|error| DeviceError::unexpected(&self.endpoint, error.to_string()))
    }

    /// The OAuth error in the body, whatever the status: some servers send errors with 200.
    pub(super) fn refusal(&self) -> Option<ErrorResponse> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The answer, unless it is a 5xx.
    pub(super) fn not_unavailable(self) -> Result<Self, DeviceError> {
        if self.status.is_server_error() {
            return Err(DeviceError::Unavailable { endpoint: self.endpoint, status: self.status.as_u16() });
        }
        Ok(self)
    }

    /// The message of a 200 answer; any other is an error.
    pub(super) fn granted<T: DeserializeOwned>(self) -> Result<T, DeviceError> {
        let answer = self.not_unavailable()?;
        match answer.refusal() {
            Some(refusal) => Err(refusal.into()),
            None if answer.status == StatusCode::OK => answer.message(),
            None => Err(DeviceError::unexpected(&answer.endpoint, format!("status {}", answer.status.as_u16()))),
        }
    }
}

async fn ask(request: RequestBuilder, url: &Url) -> Result<Answer, DeviceError> {
    let lost =
        |error: reqwest::Error| DeviceError::Network { endpoint: url.clone(), reason: cause_of(&error, TIMEOUT) };
    let mut response = request.header("accept", "application/json").send().await.map_err(lost)?;
    let status = response.status();
    let text = |name| response.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let nonce = text("dpop-nonce").map(Cow::into_owned);
    let wants_nonce = text("www-authenticate").is_some_and(|challenge| challenge.contains("use_dpop_nonce"));
    let body = read_body(&mut response, LARGEST_BODY).await.map_err(lost)?;
    let body = body.ok_or_else(|| DeviceError::unexpected(url, "the body is larger than 64 KiB"))?;
    Ok(Answer { endpoint: url.clone(), status, body, nonce, wants_nonce })
}

/// The body of a response; `None` if it has more than `limit` bytes.
pub async fn read_body(response: &mut Response, limit: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > limit {
            return Ok(None);
        }
    }
    Ok(Some(body))
}

/// An HTTP client for the server at `issuer` that follows no redirect: directly if it is on this machine, otherwise through
/// the proxy of the environment.
///
/// # Errors
/// When this machine cannot have one.
pub fn http_client(issuer: &Url, timeout: Duration, user_agent: &str) -> Result<reqwest::Client, String> {
    // It fails if the process has a provider already. Any provider will do.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let builder = || {
        let builder = reqwest::Client::builder().redirect(Policy::none()).timeout(timeout).user_agent(user_agent);
        if is_this_machine(issuer) { builder.no_proxy() } else { builder }
    };
    // A bare container has no certificate store. Without TLS that does not matter, and an empty store trusts no one.
    let client = match builder().build() {
        Err(_) if issuer.scheme() == "http" => builder().tls_certs_only([]).build(),
        built => built,
    };
    client.map_err(|error| cause_of(&error, timeout))
}

/// The innermost cause of an error. The outer ones only say that a request failed.
pub fn cause_of(error: &reqwest::Error, timeout: Duration) -> String {
    if error.is_timeout() {
        return format!("no answer within {} seconds", timeout.as_secs());
    }
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    printable(&cause.to_string())
}

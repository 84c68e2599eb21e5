//! HTTP as the device speaks it: no redirects, ten seconds a request, 64 KiB a body.

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use crate::error::DeviceError;
use crate::issuer::{is_this_machine, issuer_url};
use crate::messages::ErrorResponse;
use crate::printable::printable;
use crate::proof_key::ProofKey;
use crate::secret::Secret;
use crate::timekeeper::Timekeeper;
use protocol::Timestamp;

const TIMEOUT: Duration = Duration::from_secs(10);
const LARGEST_BODY: usize = 64 * 1024;

/// The client for one issuer.
#[derive(Clone, Debug)]
pub struct Http {
    client: reqwest::Client,
    proving: Option<Proving>,
}

/// A key to prove, and what goes into its proofs: the time, and a random name for each.
#[derive(Clone, Debug)]
struct Proving {
    key: Arc<ProofKey>,
    now: fn() -> Timestamp,
    name: fn() -> String,
}

impl Http {
    /// A client that asks `issuer` directly when that is this machine, and through the environment's proxy otherwise.
    pub fn new(issuer: &str) -> Result<Self, DeviceError> {
        let issuer = issuer_url(issuer)?;
        let client = http_client(&issuer, TIMEOUT, concat!("grantd/", env!("CARGO_PKG_VERSION")));
        Ok(Self { client: client.map_err(DeviceError::NoHttp)?, proving: None })
    }

    /// The same client, proving a key with every form and every access token (RFC 9449 section 4). `name` gives a random
    /// name for each proof.
    #[must_use]
    pub fn proving(self, key: Arc<ProofKey>, now: fn() -> Timestamp, name: fn() -> String) -> Self {
        Self { proving: Some(Proving { key, now, name }), ..self }
    }

    /// Whether a key is proven.
    pub(super) fn proves(&self) -> bool {
        self.proving.is_some()
    }

    /// GETs `url`, with an access token where one is given (RFC 6750 section 2.1, RFC 9449 section 7.1).
    pub(super) async fn get(&self, url: &Url, token: Option<&Secret>) -> Result<Answer, DeviceError> {
        let request = || self.client.get(url.clone());
        match (token, &self.proving) {
            (None, _) => ask(request(), url).await,
            (Some(token), None) => ask(request().bearer_auth(token.expose()), url).await,
            (Some(token), Some(proving)) => {
                let with_token = || request().header("authorization", format!("DPoP {}", token.expose()));
                proving.ask("GET", url, Some(token), with_token).await
            }
        }
    }

    /// GETs `url` again after one, two and four seconds while it does not answer: for what follows on tokens, because a
    /// lost connection there would cost the person the whole walk.
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

    /// POSTs a form to `url`, with HTTP Basic credentials where they are given.
    pub(super) async fn post(
        &self,
        url: &Url,
        form: &[(&str, &str)],
        basic: Option<(String, String)>,
    ) -> Result<Answer, DeviceError> {
        let request = || {
            let request = self.client.post(url.clone()).form(form);
            match &basic {
                Some((id, secret)) => request.basic_auth(id, Some(secret)),
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
    /// Asks with a proof, and once more when the server wants its nonce in it (RFC 9449 sections 8 and 9).
    async fn ask(
        &self,
        method: &str,
        url: &Url,
        token: Option<&Secret>,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<Answer, DeviceError> {
        let mut asked = 0;
        loop {
            let proof = self.key.proof(method, url, token, (self.now)(), &(self.name)())?;
            let mut answer = ask(request().header("dpop", proof), url).await?;
            asked += 1;
            let nonce = answer.nonce.take();
            let told = answer.refusal().is_some_and(|refusal| refusal.error == "use_dpop_nonce");
            let again = nonce.is_some() && (told || answer.wants_nonce);
            if let Some(nonce) = nonce {
                self.key.take_nonce(nonce);
            }
            if !again || asked > 1 {
                return Ok(answer);
            }
        }
    }
}

/// A whole answer.
pub(super) struct Answer {
    pub(super) endpoint: Url,
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
    /// `DPoP-Nonce`
    nonce: Option<String>,
    /// Whether a challenge asks for it, as a resource does (RFC 9449 section 9).
    wants_nonce: bool,
}

impl Answer {
    /// The body as a message.
    pub(super) fn message<T: DeserializeOwned>(&self) -> Result<T, DeviceError> {
        serde_json::from_slice(&self.body).map_err(|error| DeviceError::unexpected(&self.endpoint, error.to_string()))
    }

    /// The OAuth error in the body with any status: some servers send theirs with 200.
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
        |error: &reqwest::Error| DeviceError::Network { endpoint: url.clone(), reason: cause_of(error, TIMEOUT) };
    let mut response = request.header("accept", "application/json").send().await.map_err(|error| lost(&error))?;
    let status = response.status();
    let text = |name| response.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let nonce = text("dpop-nonce").map(Cow::into_owned);
    let wants_nonce = text("www-authenticate").is_some_and(|challenge| challenge.contains("use_dpop_nonce"));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(DeviceError::unexpected(url, "the body is larger than 64 KiB"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { endpoint: url.clone(), status, body, nonce, wants_nonce })
}

/// An HTTP client for the server at `issuer` that follows no redirect: directly when it is on this machine, through the
/// environment's proxy otherwise.
///
/// # Errors
/// Why there can be none on this machine.
pub fn http_client(issuer: &Url, timeout: Duration, user_agent: &str) -> Result<reqwest::Client, String> {
    // An error says that the process has a provider already, and any will do.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let builder = || {
        let builder = reqwest::Client::builder().redirect(Policy::none()).timeout(timeout).user_agent(user_agent);
        if is_this_machine(issuer) { builder.no_proxy() } else { builder }
    };
    // A bare container has no certificate store, which matters only where TLS is spoken; an empty store trusts no one.
    let client = match builder().build() {
        Err(_) if issuer.scheme() == "http" => builder().tls_certs_only([]).build(),
        built => built,
    };
    client.map_err(|error| cause_of(&error, timeout))
}

/// The innermost cause of an error: the outer ones say little more than that a request failed.
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

//! HTTP for the rows: odd requests too, no redirects, whole answers.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::Value;
use tokio::sync::Mutex;
use url::{Url, form_urlencoded};

use crate::observations::Stop;
use crate::time::pause;
use device::{cause_of, http_client, printable, read_body};

pub(super) const FORM: &str = "application/x-www-form-urlencoded";
const USER_AGENT: &str = concat!("grantd-audit/", env!("CARGO_PKG_VERSION"));
const TIMEOUT: Duration = Duration::from_secs(30);
const LARGEST_BODY: usize = 512 * 1024;
/// The way to one server.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    http: reqwest::Client,
    patience: Duration,
    /// Held by the one request that waits for a limit to pass. The others wait behind it, in the order in which they came.
    limited: Arc<Mutex<()>>,
}

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Question {
    method: Method,
    url: Url,
    headers: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
}

/// A complete answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Wire {
    /// A way to the server at `issuer`: directly when it is on this machine, through the environment's proxy otherwise.
    /// A limit on requests (429) is obeyed as long as `patience` lasts.
    ///
    /// # Errors
    /// Why there can be no HTTP client on this machine.
    pub(super) fn to(issuer: &Url, patience: Duration) -> Result<Self, String> {
        Ok(Self { http: http_client(issuer, TIMEOUT, USER_AGENT)?, patience, limited: Arc::default() })
    }

    /// Asks, and asks again when a limit on requests (429) has passed, as `Retry-After` says. What a server does at its
    /// limits is not what a row is about, so a row that gets no other answer is not tried.
    pub(super) async fn ask(&self, question: &Question) -> Result<Answer, Stop> {
        let mut answer = self.ask_once(question).await?;
        if answer.status != 429 {
            return Ok(answer);
        }
        let _turn = self.limited.lock().await;
        let mut left = self.patience;
        while answer.status == 429 {
            let wait = answer.header("retry-after").parse().map_or(Duration::ZERO, Duration::from_secs);
            let wait = wait.max(Duration::from_secs(1));
            left = left.checked_sub(wait).ok_or_else(|| {
                let (path, wait) = (question.url.path(), wait.as_secs());
                Stop::not_tried(format!("429: {path} takes no more requests for {wait} s (--patience)"))
            })?;
            pause(wait).await;
            answer = self.ask_once(question).await?;
        }
        Ok(answer)
    }

    async fn ask_once(&self, question: &Question) -> Result<Answer, Stop> {
        let path = question.url.path();
        let lost =
            |error: reqwest::Error| Stop::failed(format!("no answer from {path}: {}", cause_of(&error, TIMEOUT)));
        let mut request = self.http.request(question.method.clone(), question.url.clone());
        for (name, value) in &question.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = &question.body {
            request = request.body(body.clone());
        }
        let mut response = request.send().await.map_err(lost)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = read_body(&mut response, LARGEST_BODY).await.map_err(lost)?;
        let body = body.ok_or_else(|| Stop::failed(format!("{path} sends more than 512 KiB")))?;
        Ok(Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() })
    }
}

impl Question {
    pub(super) fn new(method: Method, url: &Url) -> Self {
        Self { method, url: url.clone(), headers: vec![("accept", "*/*".to_owned())], body: None }
    }

    pub(super) fn get(url: &Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// A POST of a form.
    pub(super) fn post(url: &Url, form: &[(&str, &str)]) -> Self {
        Self::new(Method::POST, url).body(Some(FORM), encoded(form))
    }

    /// These bytes with this media type, or without one.
    pub(super) fn body(mut self, content_type: Option<&str>, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        match content_type {
            Some(content_type) => self.header("content-type", content_type),
            None => self,
        }
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(has, _)| *has != name);
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn maybe_header(self, name: &'static str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.header(name, value),
            None => self,
        }
    }

    /// The value of a field of its form.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        let body = self.body.as_deref()?;
        form_urlencoded::parse(body).find(|(has, _)| has == name).map(|(_, value)| value.into_owned())
    }

    /// Adds parameters to the URL.
    pub(super) fn query(mut self, parameters: &[(&str, &str)]) -> Self {
        self.url.query_pairs_mut().extend_pairs(parameters);
        self
    }
}

impl Answer {
    /// The JSON object in the body.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok().filter(Value::is_object)
    }

    /// A member that is a string.
    pub(super) fn text(&self, member: &str) -> Option<String> {
        Some(self.json()?.get(member)?.as_str()?.to_owned())
    }

    /// The OAuth error code, if it is an error; empty otherwise.
    pub(super) fn error(&self) -> String {
        self.text("error").unwrap_or_default()
    }

    /// A header; empty if it is absent.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| str::from_utf8(value.as_bytes()).ok()).unwrap_or("")
    }

    /// Whether its media type is JSON.
    pub(super) fn is_json(&self) -> bool {
        let media = self.header("content-type").split(';').next().unwrap_or_default().trim();
        media.eq_ignore_ascii_case("application/json") || media.to_ascii_lowercase().ends_with("+json")
    }

    /// Whether caches are forbidden to store it.
    pub(super) fn is_not_stored(&self) -> bool {
        let mut values = self.headers.get_all("cache-control").iter().map(HeaderValue::as_bytes);
        values.any(|value| {
            value.split(|byte| *byte == b',').any(|part| part.trim_ascii().eq_ignore_ascii_case(b"no-store"))
        })
    }

    /// Whether it is a success.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status) && self.error().is_empty()
    }

    /// Whether tokens came.
    pub(super) fn has_tokens(&self) -> bool {
        self.text("access_token").is_some()
    }

    /// The status and the kind of answer, for the report, without any secret.
    pub(super) fn brief(&self) -> String {
        let error: String = printable(&self.error()).chars().take(40).collect();
        match (error.is_empty(), self.has_tokens(), self.text("device_code").is_some()) {
            (false, ..) => format!("{} {error}", self.status),
            (_, true, _) => format!("{} with tokens", self.status),
            (_, _, true) => format!("{} with codes", self.status),
            _ => self.status.to_string(),
        }
    }
}

/// `form` as the body of a POST.
pub(super) fn encoded<T: AsRef<str>>(form: &[(T, T)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

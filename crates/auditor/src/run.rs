//! The state of an audit, and the walk of a device in single steps.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{Mutex, OnceCell};
use url::Url;

use crate::leftovers::Leftovers;
use crate::metadata::{Metadata, issuer_url};
use crate::observations::Stop;
use crate::person::{Page, Visitor};
use crate::time::{now, pause};
use crate::wire::{Answer, Question, Wire};
use crate::{CannotAudit, Client, Decision, Plan};
use device::DEVICE_CODE_GRANT;
use protocol::Timestamp;

/// RFC 8628 section 3.2: the interval if the server names none.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);
/// Longer than the interval, because clocks and networks are not exact.
const MARGIN: Duration = Duration::from_millis(300);

/// A running audit.
pub(super) struct AuditRun {
    pub(super) plan: Arc<Plan>,
    pub(super) wire: Wire,
    pub(super) metadata: Metadata,
    /// Tokens that rows only look at.
    pub(super) shared: Arc<OnceCell<Result<Tokens, Stop>>>,
    /// What its requests left at the server.
    pub(super) left: Mutex<Leftovers>,
    /// How many requests of all rows nobody could deny.
    pub(super) left_waiting: Arc<AtomicUsize>,
}

/// A request that waits for a person.
pub(super) struct Pending {
    pub(super) client: Client,
    pub(super) device_code: String,
    pub(super) user_code: String,
    pub(super) uri: Url,
    pub(super) complete: Option<Url>,
    pub(super) expires_in: Duration,
    pub(super) interval: Duration,
    pub(super) asked_at: Timestamp,
    /// When the last poll was answered.
    polled_at: Mutex<Option<Timestamp>>,
}

/// A token response.
#[derive(Clone, Debug)]
pub(super) struct Tokens {
    pub(super) answer: Answer,
    pub(super) client: Client,
    pub(super) access: String,
    pub(super) refresh: Option<String>,
    pub(super) id_token: Option<String>,
}

impl AuditRun {
    /// Finds the server.
    pub(super) async fn begin(plan: Plan) -> Result<Self, CannotAudit> {
        let issuer = issuer_url(&plan.issuer)?;
        let wire = Wire::to(&issuer, plan.patience).map_err(CannotAudit::NoHttp)?;
        let metadata = Metadata::discover(&issuer, &wire).await?;
        let metadata = metadata.ok_or_else(|| CannotAudit::NotDiscovered(plan.issuer.clone()))?;
        let (plan, shared, left, left_waiting) = (Arc::new(plan), <_>::default(), <_>::default(), <_>::default());
        Ok(Self { plan, wire, metadata, shared, left, left_waiting })
    }

    /// The same audit for one row, which ends what it leaves.
    pub(super) fn of_one_row(&self) -> Self {
        Self {
            plan: Arc::clone(&self.plan),
            wire: self.wire.clone(),
            metadata: self.metadata.clone(),
            shared: Arc::clone(&self.shared),
            left: Mutex::default(),
            left_waiting: Arc::clone(&self.left_waiting),
        }
    }

    pub(super) async fn ask(&self, question: &Question) -> Result<Answer, Stop> {
        let answer = self.wire.ask(question).await?;
        self.left.lock().await.learn(question, &answer);
        Ok(answer)
    }

    // --- The clients ---

    pub(super) fn main(&self) -> &Client {
        &self.plan.clients.main
    }

    pub(super) fn other(&self) -> Result<&Client, Stop> {
        self.plan.clients.other.as_ref().ok_or_else(|| Stop::skipped("needs another client (--other-client-id)"))
    }

    pub(super) fn confidential(&self) -> Result<&Client, Stop> {
        let clients = [Some(self.main()), self.plan.clients.other.as_ref()];
        let confidential = clients.into_iter().flatten().find(|client| client.secret.is_some());
        confidential.ok_or_else(|| Stop::skipped("needs a client with a secret (--client-secret-file)"))
    }

    pub(super) fn without_grant(&self) -> Result<&Client, Stop> {
        let client = self.plan.clients.without_grant.as_ref();
        client.ok_or_else(|| Stop::skipped("needs a client without the device grant (--bare-client-id)"))
    }

    /// A POST of `form` by `client`, authenticated by Basic, or in the body if the server offers only that.
    pub(super) fn by(&self, client: &Client, url: &Url, form: &[(&str, &str)]) -> Question {
        let (mut body, authorization) = client.authentication(self.metadata.wants_secret_in_body());
        body.extend_from_slice(form);
        Question::post(url, &body).maybe_header("authorization", authorization)
    }

    /// The parameters of a device authorization request beside the client: the scope, if one is asked for.
    pub(super) fn scope_parameter(&self) -> Vec<(&str, &str)> {
        self.plan.scope.iter().map(|scope| ("scope", scope.as_str())).collect()
    }

    // --- The device ---

    /// Asks for codes as `client` (RFC 8628 section 3.1).
    pub(super) async fn authorize(&self, client: &Client) -> Result<Answer, Stop> {
        self.ask(&self.by(client, &self.metadata.device_authorization_endpoint, &self.scope_parameter())).await
    }

    /// Codes of the main client.
    pub(super) async fn pending(&self) -> Result<Pending, Stop> {
        self.pending_of(self.main()).await
    }

    /// Codes of any client.
    pub(super) async fn pending_of(&self, client: &Client) -> Result<Pending, Stop> {
        let answer = self.authorize(client).await?;
        pending_in(client, &answer)
    }

    /// A token request of `client` for a device code (RFC 8628 section 3.4).
    pub(super) fn poll_question(&self, client: &Client, device_code: &str) -> Question {
        self.by(client, &self.metadata.token_endpoint, &poll_form(device_code))
    }

    /// Polls at once.
    pub(super) async fn poll_now(&self, pending: &Pending) -> Result<Answer, Stop> {
        let answer = self.ask(&self.poll_question(&pending.client, &pending.device_code)).await?;
        *pending.polled_at.lock().await = Some(now());
        Ok(answer)
    }

    /// Polls when the interval has passed since the last poll.
    pub(super) async fn poll(&self, pending: &Pending) -> Result<Answer, Stop> {
        self.poll_after(pending, pending.interval).await
    }

    /// Polls when `wait` has passed since the last poll.
    pub(super) async fn poll_after(&self, pending: &Pending, wait: Duration) -> Result<Answer, Stop> {
        let polled_at = *pending.polled_at.lock().await;
        if let Some(polled_at) = polled_at {
            pause((wait + MARGIN).saturating_sub(now().since(polled_at))).await;
        }
        self.poll_now(pending).await
    }

    /// Redeems an approved request. If the server answers that it still waits, this polls once more, five seconds later.
    pub(super) async fn redeem(&self, pending: &Pending) -> Result<Tokens, Stop> {
        let mut answer = self.poll(pending).await?;
        if is_waiting(&answer) {
            answer = self.poll_after(pending, pending.interval + Duration::from_secs(5)).await?;
        }
        let tokens = tokens_in(&answer, &pending.client)
            .ok_or_else(|| Stop::failed(format!("no tokens after the approval: {}", answer.brief())))?;
        self.left.lock().await.issued(&tokens.client, tokens.refresh.as_ref().unwrap_or(&tokens.access));
        Ok(tokens)
    }

    /// The scope of the tokens: what the response says, or else what was asked for.
    pub(super) fn granted_scope(&self, tokens: &Tokens) -> String {
        tokens.answer.text("scope").or_else(|| self.plan.scope.clone()).unwrap_or_default()
    }

    // --- The person ---

    /// Lets the person decide.
    pub(super) async fn decide(&self, pending: &Pending, decision: Decision) -> Result<(), Stop> {
        let decided = self.plan.person.decide(&self.wire, &pending.uri, &pending.user_code, decision).await;
        self.is_left_as_it_is(pending, decided.is_err()).await;
        decided
    }

    /// A browser that can do what people do not: go back, open two pages, look at headers.
    pub(super) fn visitor(&self) -> Result<Visitor, Stop> {
        self.plan.person.visitor(&self.wire)
    }

    /// A browser, and the page on which it has to decide about `pending`.
    pub(super) async fn at_decision(&self, pending: &Pending) -> Result<(Visitor, Page), Stop> {
        let mut visitor = self.visitor()?;
        let page = self.reach_decision(&mut visitor, pending).await?;
        Ok((visitor, page))
    }

    /// The page on which a browser has to decide about `pending`, for a row that decides there.
    pub(super) async fn reach_decision(&self, visitor: &mut Visitor, pending: &Pending) -> Result<Page, Stop> {
        let page = visitor.reach_decision(&pending.uri, &pending.user_code).await.map_err(Stop::skipped);
        self.is_left_as_it_is(pending, page.is_err()).await;
        page
    }

    /// Tokens of a new walk of `client`.
    pub(super) async fn signed_in_as(&self, client: &Client) -> Result<Tokens, Stop> {
        let pending = self.pending_of(client).await?;
        self.decide(&pending, Decision::Approve).await?;
        self.redeem(&pending).await
    }

    /// Tokens of a new walk of the main client.
    pub(super) async fn signed_in(&self) -> Result<Tokens, Stop> {
        self.signed_in_as(self.main()).await
    }

    /// Tokens that the rows share. A row must not spend or revoke them.
    pub(super) async fn shared_tokens(&self) -> Result<&Tokens, Stop> {
        let signed_in = async {
            let tokens = self.signed_in().await;
            if tokens.is_ok() {
                self.left.lock().await.keep_last();
            }
            tokens
        };
        self.shared.get_or_init(|| signed_in).await.as_ref().map_err(Clone::clone)
    }
}

impl Tokens {
    /// The refresh token, which not every server issues.
    pub(super) fn refresh(&self) -> Result<&str, Stop> {
        self.refresh.as_deref().ok_or_else(|| Stop::not_supported("no refresh token came with the tokens"))
    }
}

/// The parameters of a poll, without the client.
pub(super) fn poll_form(device_code: &str) -> [(&str, &str); 2] {
    [("grant_type", DEVICE_CODE_GRANT), ("device_code", device_code)]
}

/// The codes in an answer.
pub(super) fn pending_in(client: &Client, answer: &Answer) -> Result<Pending, Stop> {
    let no_codes = || Stop::failed(format!("no codes: {}", answer.brief()));
    let said = answer.json().filter(|_| answer.is_success()).ok_or_else(no_codes)?;
    let text = |member: &str| said.get(member).and_then(Value::as_str).map(str::to_owned);
    let uri = |member: &str| text(member).and_then(|uri| Url::parse(&uri).ok());
    let seconds = |member: &str| said.get(member).and_then(Value::as_u64).map(Duration::from_secs);
    Ok(Pending {
        client: client.clone(),
        device_code: text("device_code").ok_or_else(no_codes)?,
        user_code: text("user_code").ok_or_else(no_codes)?,
        uri: uri("verification_uri").ok_or_else(|| Stop::failed("it names no verification_uri"))?,
        complete: uri("verification_uri_complete"),
        expires_in: seconds("expires_in").unwrap_or_default(),
        interval: seconds("interval").unwrap_or(DEFAULT_INTERVAL).max(Duration::from_secs(1)),
        asked_at: now(),
        polled_at: Mutex::new(None),
    })
}

/// The tokens in an answer.
pub(super) fn tokens_in(answer: &Answer, client: &Client) -> Option<Tokens> {
    Some(Tokens {
        access: answer.text("access_token").filter(|_| answer.is_success())?,
        refresh: answer.text("refresh_token"),
        id_token: answer.text("id_token"),
        client: client.clone(),
        answer: answer.clone(),
    })
}

/// Whether an answer says that the person has not decided yet.
pub(super) fn is_waiting(answer: &Answer) -> bool {
    matches!(answer.error().as_str(), "authorization_pending" | "slow_down")
}

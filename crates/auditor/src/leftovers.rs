//! What a row leaves at the server: requests that wait for a person, and tokens. It is ended when the row is over, so that
//! an audit meets no limit because of itself, and leaves nothing that somebody has to tidy up.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use url::Url;

use crate::client::Client;
use crate::run::{AuditRun, Pending};
use crate::wire::{Answer, Question};
use crate::{Decision, Person};

/// The requests and the tokens of one row, as its requests and their answers showed.
#[derive(Debug, Default)]
pub(super) struct Leftovers {
    /// Requests that wait, by their device codes.
    waiting: BTreeMap<String, Waiting>,
    tokens: Vec<Issued>,
}

/// A request that waits for a person.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) user_code: String,
    pub(super) uri: Url,
}

/// A token, and the client that got it.
#[derive(Debug)]
pub(super) struct Issued {
    pub(super) client: Client,
    pub(super) token: String,
}

impl Leftovers {
    /// Notes what an answer shows: codes that came, and codes that have ended.
    pub(super) fn learn(&mut self, question: &Question, answer: &Answer) {
        let uri = answer.text("verification_uri").and_then(|uri| Url::parse(&uri).ok());
        if let (true, Some(device_code), Some(user_code), Some(uri)) =
            (answer.is_success(), answer.text("device_code"), answer.text("user_code"), uri)
        {
            self.waiting.insert(device_code, Waiting { user_code, uri });
        }
        let has_ended = answer.has_tokens() || ["access_denied", "expired_token"].contains(&answer.error().as_str());
        if let Some(device_code) = question.field("device_code").filter(|_| has_ended) {
            self.forget(&device_code);
        }
    }

    /// It is not ours to end any more.
    pub(super) fn forget(&mut self, device_code: &str) {
        self.waiting.remove(device_code);
    }

    pub(super) fn issued(&mut self, client: &Client, token: &str) {
        self.tokens.push(Issued { client: client.clone(), token: token.to_owned() });
    }

    /// Keeps the last tokens, which other rows use too.
    pub(super) fn keep_last(&mut self) {
        self.tokens.pop();
    }

    /// What is left now.
    pub(super) fn take(&mut self) -> (Vec<Waiting>, Vec<Issued>) {
        let Self { waiting, tokens } = std::mem::take(self);
        (waiting.into_values().collect(), tokens)
    }
}

impl AuditRun {
    /// Somebody decided on this request, or could not, and then it waits on.
    pub(super) async fn is_left_as_it_is(&self, pending: &Pending, waits: bool) {
        self.left.lock().await.forget(&pending.device_code);
        self.left_waiting.fetch_add(usize::from(waits), Ordering::Relaxed);
    }

    /// Denies the requests that still wait, and revokes the tokens. A person at a terminal is not asked for that.
    pub(super) async fn tidy(&self) {
        let (mut waiting, tokens) = self.left.lock().await.take();
        while let Some(request) = waiting.pop() {
            let person = &self.plan.person;
            let denied = match person {
                Person::Http(_) | Person::Command(_) => {
                    person.decide(&self.wire, &request.uri, &request.user_code, Decision::Deny).await.is_ok()
                }
                Person::Interactive(_) | Person::Nobody => false,
            };
            if !denied {
                // One more try could be one wrong code too many for the person.
                self.left_waiting.fetch_add(1 + waiting.len(), Ordering::Relaxed);
                break;
            }
        }
        if let Ok(revocation) = self.metadata.endpoint("revocation_endpoint") {
            for issued in tokens {
                // It may have ended already. What cannot be revoked expires.
                drop(self.wire.ask(&self.by(&issued.client, &revocation, &[("token", &issued.token)])).await);
            }
        }
    }

    /// Revokes the shared tokens, and gives the number of requests that nobody could deny.
    pub(super) async fn end(&self) -> usize {
        if let Some(Ok(tokens)) = self.shared.get() {
            self.left.lock().await.issued(&tokens.client, tokens.refresh.as_ref().unwrap_or(&tokens.access));
        }
        self.tidy().await;
        self.left_waiting.load(Ordering::Relaxed)
    }
}

//! Webhooks: list their state and the notices that wait for them, show a secret, and send a test notice.

use zeroize::Zeroizing;

use crate::app::open_webhooks;
use crate::clock::{Clock, SystemClock};
use crate::entropy::{Entropy, SystemEntropy};
use crate::flow::operator::{Operator, OperatorError};
use crate::webhooks::{SendError, Webhook};
use protocol::{WebhookSecret, display_text, test_notice_body};
use settings::Settings;
use store::{UndeliveredNotice, WebhookStanding};

/// The most notices that are listed.
const MOST_NOTICES: u32 = 1000;

/// A webhook of the configuration or of the database.
pub(crate) struct WebhookReport {
    pub(crate) name: String,
    /// The events that it subscribes to; an empty list means all. `None`: it is not configured any more.
    pub(crate) events: Option<Vec<String>>,
    /// `None`: no notice was sent to it yet.
    pub(crate) standing: Option<WebhookStanding>,
}

/// A test notice and its answer.
pub(crate) struct TestNotice {
    pub(crate) id: String,
    pub(crate) answer: Result<u16, SendError>,
}

/// Every webhook of the configuration in its order, then those that are not configured any more.
pub(crate) async fn list(operator: &Operator) -> Result<Vec<WebhookReport>, OperatorError> {
    let mut standings = store::webhook_standings(&operator.db).await?;
    let mut reports = Vec::new();
    for webhook in &operator.settings.webhook {
        let standing = standings.extract_if(.., |standing| standing.webhook == webhook.name).next();
        reports.push(WebhookReport { name: webhook.name.clone(), events: Some(webhook.events.clone()), standing });
    }
    reports.extend(standings.into_iter().map(|standing| WebhookReport {
        name: standing.webhook.clone(),
        events: None,
        standing: Some(standing),
    }));
    Ok(reports)
}

/// The notices that wait or were given up, for one webhook or for all.
pub(crate) async fn undelivered(
    operator: &Operator,
    webhook: Option<&str>,
) -> Result<Vec<UndeliveredNotice>, OperatorError> {
    if let Some(name) = webhook
        && !list(operator).await?.iter().any(|report| report.name == name)
    {
        return Err(OperatorError::UnknownWebhook(display_text(name, 64)));
    }
    Ok(store::undelivered_notices(&operator.db, webhook, MOST_NOTICES).await?)
}

/// A webhook of the configuration.
fn find(settings: &Settings, name: &str) -> Result<Webhook, OperatorError> {
    let found = open_webhooks(settings)?.find(name).cloned();
    found.ok_or_else(|| OperatorError::UnknownWebhook(display_text(name, 64)))
}

/// Sends a test notice.
pub(crate) async fn test(settings: &Settings, name: &str) -> Result<TestNotice, OperatorError> {
    let webhook = find(settings, name)?;
    signing(&webhook)?;
    let (id, now) = (SystemEntropy.identifier(), SystemClock.now());
    let body = test_notice_body(&id, now, &settings.issuer);
    let answer = webhook.send(&id, &body, now, settings.notices.timeout).await;
    Ok(TestNotice { id, answer })
}

/// The secret that a receiver verifies signatures with.
pub(crate) fn secret(settings: &Settings, name: &str) -> Result<Zeroizing<String>, OperatorError> {
    Ok(signing(&find(settings, name)?)?.reveal())
}

fn signing(webhook: &Webhook) -> Result<&WebhookSecret, OperatorError> {
    webhook.secret().ok_or_else(|| OperatorError::NoWebhookSecret(display_text(&webhook.name, 64)))
}

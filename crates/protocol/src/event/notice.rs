//! The notices that webhooks get of events: the body, and how often delivery is tried (requirement U-15, RFC 10027
//! sections 6.1.6 and 6.1.16).
//!
//! A notice contains what the audit table has, and also who the person is and where the device asked from: enough to
//! write to them. It holds no secret, because no event does.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::Subject;
use crate::event::audit_event::{AuditEvent, Event};
use crate::network::Network;
use crate::timestamp::Timestamp;

/// The events that have a notice, and its names. A name never changes its meaning. An event that is not listed here is
/// never sent.
const NOTICES: &[(Event, &str)] = &[
    (Event::GrantApproved, "device.approved"),
    (Event::GrantDenied, "device.denied"),
    (Event::GrantReported, "device.reported"),
    (Event::GrantRedeemed, "device.signed_in"),
    (Event::GrantRevoked, "device.revoked"),
    (Event::GrantReplayed, "alarm.device_code_replayed"),
    (Event::CampaignSuspected, "alarm.campaign_suspected"),
    (Event::RefreshTokenReused, "alarm.refresh_token_reused"),
    (Event::CodeEntryLocked, "alarm.code_entry_locked"),
    (Event::LoginThrottled, "alarm.login_throttled"),
    (Event::LoginLocked, "alarm.login_locked"),
    (Event::TokensRevoked, "tokens.revoked"),
    (Event::IncidentRevoked, "incident.revoked"),
    (Event::CodesGuessed, "alarm.codes_guessed"),
    (Event::PasswordChanged, "user.password_changed"),
    (Event::SignedOutEverywhere, "user.signed_out_everywhere"),
    (Event::UserPasswordSet, "user.password_set"),
    (Event::UserDisabled, "user.disabled"),
    (Event::UserDeleted, "user.deleted"),
];

/// The notice that tests a webhook.
pub const TEST_NOTICE: &str = "webhook.test";

/// The delay after the first failure. It doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// The name of the notice of an event, if it has one.
pub fn notice_name(event: Event) -> Option<&'static str> {
    NOTICES.iter().find(|(told, _)| *told == event).map(|(_, name)| *name)
}

/// The names of all notices.
pub fn notice_names() -> impl Iterator<Item = &'static str> {
    NOTICES.iter().map(|(_, name)| *name)
}

/// What is known besides the event when it happens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeFacts {
    /// The grant, if the event names only its result.
    pub grant_id: Option<String>,
    /// The client, if the event does not name it.
    pub client_id: Option<String>,
    /// The name of the client.
    pub client_name: Option<String>,
    /// The person, if the event does not name them.
    pub subject: Option<String>,
    /// The user name of the person.
    pub username: Option<String>,
    /// The e-mail address of the person.
    pub email: Option<String>,
    /// The granted scope.
    pub scope: Option<String>,
    /// When the device asked.
    pub requested_at: Option<Timestamp>,
    /// The network address that the device asked from.
    pub requested_from: Option<String>,
    /// The `User-Agent` of the device.
    pub user_agent: Option<String>,
}

/// The body of a notice: `type`, `timestamp` and `data`, as in the Standard Webhooks. Members without a value are null,
/// so that every member is always present.
pub fn notice_body(name: &str, event: &AuditEvent, facts: &NoticeFacts, issuer: &str, account_url: &str) -> String {
    let network = |address: &str| address.parse().ok().map(|address| Network::of(address).to_string());
    let address = event.source.address.map(|address| address.to_string());
    let said = |fact: &str| event.detail.get(fact).and_then(Value::as_str).map(str::to_owned);
    json!({
        "type": name,
        "timestamp": written(event.at),
        "data": {
            "id": event.id,
            "event": event.event.name(),
            "issuer": issuer,
            "client": event.client_id.as_ref().or(facts.client_id.as_ref()),
            "client_name": facts.client_name,
            "sub": event.subject.as_ref().map(Subject::as_str).or(facts.subject.as_deref()),
            "username": facts.username,
            "email": facts.email,
            "grant": event.grant_id.as_ref().or(facts.grant_id.as_ref()),
            "family": event.family_id,
            "scope": said("scope").or(facts.scope.clone()),
            "device": {
                "requested_at": facts.requested_at.map(written),
                "address": facts.requested_from,
                "network": facts.requested_from.as_deref().and_then(network),
                "user_agent": facts.user_agent,
            },
            "origin": {
                "channel": event.source.channel.name(),
                "address": address,
                "network": address.as_deref().and_then(network),
                "request": event.source.request_id,
            },
            "detail": event.detail,
            "account_url": account_url,
        },
    })
    .to_string()
}

/// The body of the notice that tests a webhook.
pub fn test_notice_body(id: &str, at: Timestamp, issuer: &str) -> String {
    json!({"type": TEST_NOTICE, "timestamp": written(at), "data": {"id": id, "issuer": issuer}}).to_string()
}

/// The delay after this number of failures: doubled each time, with a limit. Up to half of it is subtracted at random
/// (`random`), so that simultaneous failures are not all tried again at once.
pub fn notice_backoff(failures: u32, random: u32) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
    let wait = doubled.min(LONGEST_WAIT);
    let chance = f64::from(random) / (f64::from(u32::MAX) + 1.0);
    wait.mul_f64(1.0 - chance / 2.0)
}

fn written(at: Timestamp) -> Option<String> {
    jiff::Timestamp::from_millisecond(at.millis()).ok().map(|at| format!("{at:.3}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::audit_event::{Channel, Source};

    /// Proves: U-15.
    #[test]
    fn a_notice_says_who_what_when_and_from_where() {
        let source = Source {
            channel: Channel::Page,
            actor: None,
            address: Some("198.51.100.7".parse().unwrap()),
            request_id: Some("00000000000000aa".to_owned()),
        };
        let at = Timestamp::from_millis(1_795_262_400_000);
        let event = AuditEvent::new("e1".to_owned(), Event::GrantApproved, &source, at);
        let event = event.of_client("tv").of_subject(&Subject::new("s1")).with("scope", "openid read");
        let facts = NoticeFacts {
            client_name: Some("Television".to_owned()),
            username: Some("anna".to_owned()),
            requested_at: Some(at - Duration::from_secs(60)),
            requested_from: Some("2001:db8:1:2:3::4".to_owned()),
            ..NoticeFacts::default()
        };
        let body = notice_body("device.approved", &event, &facts, "https://id.example", "https://id.example/account");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            body,
            json!({
                "type": "device.approved", "timestamp": "2026-11-21T12:00:00.000Z",
                "data": {
                    "id": "e1", "event": "grant_approved", "issuer": "https://id.example", "client": "tv",
                    "client_name": "Television", "sub": "s1", "username": "anna", "email": null, "grant": null,
                    "family": null, "scope": "openid read",
                    "device": {
                        "requested_at": "2026-11-21T11:59:00.000Z", "address": "2001:db8:1:2:3::4",
                        "network": "2001:db8:1:2::/64", "user_agent": null
                    },
                    "origin": {
                        "channel": "page", "address": "198.51.100.7", "network": "198.51.100.7",
                        "request": "00000000000000aa"
                    },
                    "detail": {"scope": "openid read"}, "account_url": "https://id.example/account"
                }
            })
        );
    }

    #[test]
    fn names_are_unique_and_no_event_has_two() {
        for (place, (event, name)) in NOTICES.iter().enumerate() {
            let before = &NOTICES[..place];
            assert!(before.iter().all(|(other, taken)| other != event && taken != name), "{name}");
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_.".contains(&byte)), "{name}");
            assert_eq!(notice_name(*event), Some(*name));
        }
        assert_eq!(notice_name(Event::LoginFailed), None);
    }

    #[test]
    fn waits_double_up_to_an_hour_and_chance_takes_off_half_at_most() {
        for (failures, longest) in [(1, 10), (2, 20), (3, 40), (9, 2560), (10, 3600), (40, 3600), (u32::MAX, 3600)] {
            assert_eq!(notice_backoff(failures, 0), Duration::from_secs(longest), "{failures}");
            let least = notice_backoff(failures, u32::MAX);
            assert!(least >= Duration::from_secs(longest) / 2 && least < Duration::from_secs(longest), "{failures}");
        }
    }
}

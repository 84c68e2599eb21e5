//! What does the audit table tell of the requests in a window? It is read once, in the order of time; nothing is written.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;

use crate::protocol::{Fate, RequestFilter, SeenRequest, Timestamp};
use crate::store::{self, Db, RecordedEvent, WantedEvents};

/// Rows that are read at once.
const PAGE: u32 = 1000;
/// What people and devices may still do after the last request of the window was made: its code lives for half an hour at most.
const DECIDING: Duration = Duration::from_mins(35);
/// What is told of a request and its people. Named by text: a name that this version does not know yet matches nothing.
const TELLING: [&str; 8] = [
    "grant_created",
    "grant_claimed",
    "grant_approved",
    "grant_denied",
    "grant_reported",
    "grant_redeemed",
    "grant_revoked",
    "tokens_revoked",
];

/// From when to when.
pub(super) struct Window {
    /// The first instant.
    pub(super) since: Timestamp,
    /// The first instant that does not belong to it.
    pub(super) until: Timestamp,
}

/// The requests that were made in a window, and what became of them.
pub(super) async fn read(db: &Db, window: &Window, filter: &RequestFilter) -> anyhow::Result<Vec<SeenRequest>> {
    let mut requests: Vec<SeenRequest> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let wanted = WantedEvents {
        events: TELLING.iter().map(ToString::to_string).collect(),
        client_id: filter.client_id.clone(),
        ..WantedEvents::default()
    };
    let (mut at, mut id) = (window.since, String::new());
    loop {
        let page = store::next_audit_events(db, &wanted, at, &id, PAGE).await?;
        let Some(last) = page.last() else { return Ok(requests) };
        (at, id) = (Timestamp::from_millis(last.at), last.id.clone());
        for event in page {
            let Some(grant) = event.grant_id.clone() else { continue };
            if let Some(place) = places.get(&grant) {
                note(&mut requests[*place], event);
            } else if event.event == "grant_created" && Timestamp::from_millis(event.at) < window.until {
                let request = asked(grant.clone(), event);
                if filter.admits(&request) {
                    places.insert(grant, requests.len());
                    requests.push(request);
                }
            }
        }
        // Sign-ins are revoked later, too: whoever asks about old ones reads on to the end.
        if places.is_empty() && at >= window.until + DECIDING {
            return Ok(requests);
        }
    }
}

fn asked(grant_id: String, event: RecordedEvent) -> SeenRequest {
    let detail: Value = serde_json::from_str(&event.detail).unwrap_or_default();
    let text = |fact: &str| detail.get(fact).and_then(Value::as_str).map(str::to_owned);
    SeenRequest {
        grant_id,
        at: Timestamp::from_millis(event.at),
        client_id: event.client_id.unwrap_or_default(),
        address: event.address.and_then(|address| address.parse().ok()),
        user_agent: text("user_agent"),
        jkt: text("jkt"),
        person: None,
        fate: Fate::default(),
    }
}

fn note(request: &mut SeenRequest, event: RecordedEvent) {
    let fate = &mut request.fate;
    match event.event.as_str() {
        "grant_approved" => fate.approved = true,
        "grant_denied" => fate.denied = true,
        "grant_reported" => fate.reported = true,
        "grant_redeemed" => fate.redeemed = true,
        "grant_revoked" | "tokens_revoked" => fate.revoked = true,
        _ => {}
    }
    if event.subject.is_some() {
        request.person = event.subject;
    }
}

//! Incidents: find the requests of devices that belong together, end them, and release what the detector holds (RFC 10027
//! section 6.1.6, requirements P-05 and B-06).

use std::collections::HashMap;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::entropy::{Entropy, SystemEntropy};
use crate::flow::operator::audit_log::EventPages;
use crate::flow::operator::{Operator, OperatorError};
use protocol::{DeviceRequest, Event, RequestFilter, RequestOutcome, Subject, Timestamp, display_text};
use store::{Campaign, Ended, RecordedEvent, WantedEvents};

/// For so long after the last request of the window, people and devices may still act on it: a code lives for half an
/// hour at most.
const DECIDING: Duration = Duration::from_mins(35);
/// The events of a request and of its people. They are text, because rows may have names that this version does not know.
const EVENTS: [&str; 8] = [
    "grant_created",
    "grant_claimed",
    "grant_approved",
    "grant_denied",
    "grant_reported",
    "grant_redeemed",
    "grant_revoked",
    "tokens_revoked",
];
/// Grants that end in one transaction: few enough that no login waits for it.
const BATCH: usize = 50;

/// The requests of an incident: those that were made in a window and pass a filter.
pub(crate) struct IncidentScope {
    pub(crate) since: Timestamp,
    /// The first instant after the window.
    pub(crate) until: Timestamp,
    pub(crate) filter: RequestFilter,
}

/// What ended, or would end.
pub(crate) struct IncidentReport {
    /// The id of the incident, which the events have; `None`: nothing ended.
    pub(crate) incident: Option<String>,
    pub(crate) requests: usize,
    pub(crate) ended: Ended,
}

/// Reads the requests and their outcomes from the audit table, once and in the order of time.
pub(crate) async fn find_requests(
    operator: &Operator,
    scope: &IncidentScope,
) -> Result<Vec<DeviceRequest>, OperatorError> {
    let mut requests: Vec<DeviceRequest> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let wanted = WantedEvents {
        events: EVENTS.iter().map(ToString::to_string).collect(),
        client_id: scope.filter.client_id.clone(),
        ..WantedEvents::default()
    };
    let mut pages = EventPages::since(&operator.db, &wanted, scope.since);
    while let Some(page) = pages.next().await? {
        let read_to = page.last().map(|event| Timestamp::from_millis(event.at));
        for event in page {
            let Some(grant) = event.grant_id.clone() else { continue };
            if let Some(place) = places.get(&grant) {
                note(&mut requests[*place], event);
            } else if event.event == "grant_created" && Timestamp::from_millis(event.at) < scope.until {
                let request = request_of(grant.clone(), event);
                if scope.filter.admits(&request) {
                    places.insert(grant, requests.len());
                    requests.push(request);
                }
            }
        }
        // Tokens may be revoked much later, so once a request was found, everything is read.
        if places.is_empty() && read_to >= Some(scope.until + DECIDING) {
            break;
        }
    }
    Ok(requests)
}

fn request_of(grant_id: String, event: RecordedEvent) -> DeviceRequest {
    DeviceRequest {
        grant_id,
        at: Timestamp::from_millis(event.at),
        user_agent: event.fact("user_agent"),
        jkt: event.fact("jkt"),
        client_id: event.client_id.unwrap_or_default(),
        address: event.address.and_then(|address| address.parse().ok()),
        person: None,
        outcome: RequestOutcome::default(),
    }
}

fn note(request: &mut DeviceRequest, event: RecordedEvent) {
    let outcome = &mut request.outcome;
    match event.event.as_str() {
        "grant_approved" => outcome.approved = true,
        "grant_denied" => outcome.denied = true,
        "grant_reported" => outcome.reported = true,
        "grant_redeemed" => outcome.redeemed = true,
        "grant_revoked" | "tokens_revoked" => outcome.revoked = true,
        _ => {}
    }
    if event.subject.is_some() {
        request.person = event.subject;
    }
}

/// The username of the person of a request, if the account still exists.
pub(crate) async fn username_of(operator: &Operator, request: &DeviceRequest) -> Result<Option<String>, OperatorError> {
    let Some(subject) = &request.person else { return Ok(None) };
    Ok(store::find_user(&operator.db, &Subject::new(subject.as_str())).await?.map(|user| user.username))
}

/// Counts the requests and the tokens that would end. If that is confirmed, ends them in small transactions, each with
/// its own events.
pub(crate) async fn revoke(
    operator: &Operator,
    scope: &IncidentScope,
    is_confirmed: bool,
) -> Result<IncidentReport, OperatorError> {
    let requests = find_requests(operator, scope).await?;
    let grants: Vec<&str> = requests.iter().map(|request| request.grant_id.as_str()).collect();
    let (filter, now) = (&scope.filter, SystemClock.now());
    let alive = store::find_incident(&operator.db, &grants, now).await?;
    if !is_confirmed {
        return Ok(IncidentReport { incident: None, requests: requests.len(), ended: alive });
    }
    let incident = SystemEntropy.identifier();
    let begun = operator
        .event(Event::IncidentRevoked)
        .with("incident", incident.as_str())
        .with("client", filter.client_id.clone())
        .with("network", filter.network.map(|network| network.to_string()))
        .with("user_agent", filter.user_agent.clone())
        .with("key", filter.jkt.clone())
        .with("since", format!("{:.3}", scope.since.utc()))
        .with("until", format!("{:.3}", scope.until.utc()))
        .with("grants", alive.grants)
        .with("families", alive.families);
    store::add_audit_event(&operator.db, &begun).await?;
    let mut ended = Ended::default();
    for batch in grants.chunks(BATCH) {
        let of = store::revoke_incident(&operator.db, &incident, batch, &operator.source(), now).await?;
        ended.grants += of.grants;
        ended.families += of.families;
    }
    Ok(IncidentReport { incident: Some(incident), requests: requests.len(), ended })
}

/// The campaigns that the detector suspects or holds.
pub(crate) async fn list_suspected(operator: &Operator) -> Result<Vec<Campaign>, OperatorError> {
    Ok(store::suspected_campaigns(&operator.db).await?)
}

/// Lets people approve requests of this client from this network again.
pub(crate) async fn release(operator: &Operator, client: &str, origin: &str) -> Result<(), OperatorError> {
    let released = operator.event(Event::CampaignReleased).of_client(client).with("origin", origin);
    if store::release_campaign(&operator.db, client, origin, &released).await? {
        return Ok(());
    }
    Err(OperatorError::NotHeld { client: display_text(client, 80), origin: origin.to_owned() })
}

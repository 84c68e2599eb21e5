//! How is a campaign ended? First it is shown what would be ended; then, if that is said to be meant, it is ended in small
//! transactions, each of which holds its own events.

use crate::cli::by_operator;
use crate::cli::incident::reading::Window;
use crate::cli::incident::{Revoke, printed};
use crate::device::printable_json;
use crate::entropy::{Entropy, SystemEntropy};
use crate::protocol::{Channel, Event, RequestFilter, SeenRequest, Source, Timestamp};
use crate::store::{self, Db, Ended};

/// Grants that are ended in one transaction: few enough that nobody who signs in waits for it.
const BATCH: usize = 50;

/// Says what would be ended, or ends it.
pub(super) async fn revoke(
    db: &Db,
    requests: &[SeenRequest],
    window: &Window,
    filter: &RequestFilter,
    options: &Revoke,
    now: Timestamp,
) -> anyhow::Result<()> {
    let grants: Vec<&str> = requests.iter().map(|request| request.grant_id.as_str()).collect();
    let alive = store::find_incident(db, &grants, now).await?;
    if !options.yes {
        tell(options, "would be ended", None, requests.len(), alive);
        if !options.selected.json {
            println!("nothing was changed: say it again with --yes to end them");
        }
        return Ok(());
    }
    let incident = SystemEntropy.identifier();
    let begun = by_operator(Event::IncidentRevoked, now)
        .with("incident", incident.as_str())
        .with("client", filter.client_id.clone())
        .with("network", filter.network.map(|network| network.to_string()))
        .with("user_agent", filter.user_agent.clone())
        .with("key", filter.jkt.clone())
        .with("since", format!("{:.3}", printed(window.since)?))
        .with("until", format!("{:.3}", printed(window.until)?))
        .with("grants", alive.grants)
        .with("families", alive.families);
    store::add_audit_event(db, &begun).await?;
    let mut ended = Ended::default();
    for batch in grants.chunks(BATCH) {
        let of = store::revoke_incident(db, &incident, batch, &Source::local(Channel::Cli), now).await?;
        ended.grants += of.grants;
        ended.families += of.families;
    }
    tell(options, "were ended", Some(&incident), requests.len(), ended);
    Ok(())
}

fn tell(options: &Revoke, what: &str, incident: Option<&str>, requests: usize, ended: Ended) {
    let Ended { grants, families } = ended;
    if options.selected.json {
        let line = serde_json::json!({
            "dry_run": incident.is_none(), "incident": incident, "requests": requests, "grants": grants,
            "families": families,
        });
        println!("{}", printable_json(&line));
        return;
    }
    println!("{requests} requests match");
    println!("{grants} that wait for a person or their device {what}");
    println!("{families} devices that are signed in {what}");
    if let Some(incident) = incident {
        println!("incident {incident}");
    }
}

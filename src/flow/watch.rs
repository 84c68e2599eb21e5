//! Write an approval, and count it if the detector of campaigns is enabled (requirement B-06).

use crate::app::App;
use crate::flow::alarm::log_alarm;
use protocol::{AuditEvent, Channel, DeviceGrant, Event, Source, origin_of};
use store::{ApprovalOutcome, StoreError, Watch};

/// Writes an approval. The detector counts the people who approve for one client and one network, and raises an alarm
/// if there are many.
pub(super) async fn write_approval(
    app: &App,
    revision: i64,
    next: &DeviceGrant,
    approved: &AuditEvent,
) -> Result<ApprovalOutcome, StoreError> {
    let (detector, now) = (&app.settings.detector, app.clock.now());
    let origin = origin_of(next.origin.address).to_string();
    let alarm = app.event(Event::CampaignSuspected, &Source::local(Channel::Server)).of_client(&next.client_id);
    let alarm = alarm.with("origin", origin.as_str()).with("held", detector.hold);
    let watch = Watch { now, since: now - detector.within, people: detector.people, hold: detector.hold, alarm };
    let counted = if detector.enabled { Some(&watch) } else { None };
    let (outcome, is_suspected) = store::approve_device_grant(&app.db, revision, next, approved, counted).await?;
    if is_suspected {
        log_alarm(&watch.alarm, "many people approve what one sender asks");
    }
    Ok(outcome)
}

//! Write an approval, and count it if the detector of campaigns is enabled (requirement B-06).

use crate::app::App;
use crate::flow::alarm::log_alarm;
use protocol::{AuditEvent, Channel, DeviceGrant, Event, Source, Subject, origin_of};
use store::{ApprovalOutcome, StoreError, Watch};

/// Writes an approval. The detector counts the people who approve for one client and one network, and raises an alarm
/// if there are many.
pub(super) async fn write_approval(
    app: &App,
    revision: i64,
    next: &DeviceGrant,
    approved: &AuditEvent,
    subject: &Subject,
) -> Result<ApprovalOutcome, StoreError> {
    let detector = &app.settings.detector;
    if !detector.enabled {
        let is_written = store::approve_device_grant(&app.db, revision, next, approved).await?;
        return Ok(if is_written { ApprovalOutcome::Won } else { ApprovalOutcome::Lost });
    }
    let (client_id, origin) = (next.client_id.clone(), origin_of(next.origin.address).to_string());
    let alarm = app.event(Event::CampaignSuspected, &Source::local(Channel::Server)).of_client(&client_id);
    let alarm = alarm.with("origin", origin.as_str()).with("held", detector.hold);
    let now = app.clock.now();
    let watch = Watch {
        client_id,
        origin,
        subject: subject.clone(),
        now,
        since: now - detector.within,
        people: detector.people,
        hold: detector.hold,
        alarm,
    };
    let (watched, is_suspected) = store::approve_watched_grant(&app.db, revision, next, approved, &watch).await?;
    if is_suspected {
        log_alarm(&watch.alarm, "many people approve what one sender asks");
    }
    Ok(watched)
}

//! Is this approval one of many for one sender? What the detector of campaigns counts (requirement B-06).

use crate::app::App;
use crate::protocol::{AuditEvent, Channel, DeviceGrant, Event, Source, Timestamp, origin_of};
use crate::store::{self, SignIn, Watch, Watched};
use crate::web::pages::PageError;
use crate::web::pages::decision::choice::Written;

/// Writes an approval, and has it counted if the detector is switched on.
pub(super) async fn written(
    app: &App,
    revision: i64,
    next: &DeviceGrant,
    approved: &AuditEvent,
    sign_in: &SignIn,
    now: Timestamp,
) -> Result<Written, PageError> {
    let Some(watch) = watched(app, next, sign_in, now) else {
        return Ok(Written::won(store::approve_device_grant(&app.db, revision, next, approved).await?));
    };
    let (watched, alarm) = store::approve_watched_grant(&app.db, revision, next, approved, &watch).await?;
    if alarm {
        tracing::warn!(
            client = watch.client_id,
            origin = watch.origin,
            hold = watch.hold,
            alarm = Event::CampaignSuspected.name(),
            "many people approve what one sender asks"
        );
    }
    match watched {
        Watched::Won => Ok(Written::Yes),
        Watched::Lost => Ok(Written::Lost),
        Watched::Held => Err(PageError::Held),
    }
}

fn watched(app: &App, grant: &DeviceGrant, sign_in: &SignIn, now: Timestamp) -> Option<Watch> {
    let detector = &app.settings.detector;
    let origin = origin_of(grant.origin.address).to_string();
    let alarm = app.event(Event::CampaignSuspected, &Source::local(Channel::Server)).of_client(&grant.client_id);
    let alarm = alarm.with("origin", origin.as_str()).with("held", detector.hold);
    detector.enabled.then(|| Watch {
        client_id: grant.client_id.clone(),
        origin,
        subject: sign_in.subject.clone(),
        now,
        since: now - detector.within,
        people: detector.people,
        hold: detector.hold,
        alarm,
    })
}

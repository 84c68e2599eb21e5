//! Read what an account has: the devices and browsers that are signed in, and what happened (requirement U-14).

use crate::app::App;
use crate::flow::FlowError;
use protocol::{DeviceGrant, Event, Standing, Subject, Timestamp};
use store::{RecordedEvent, SignedInBrowser, SignedInDevice};

/// The most devices, and the most browsers, that are listed. A person who has more can still sign all of them out.
const MOST: u32 = 200;

/// What an account has.
pub(crate) struct AccountOverview {
    /// The devices that are signed in, the one that was used last first.
    pub(crate) devices: Vec<SignedInDevice>,
    /// Whether there are more devices than are listed.
    pub(crate) has_more_devices: bool,
    /// The approved grants that no device has come for yet.
    pub(crate) waiting: Vec<DeviceGrant>,
    /// The browsers in which the person is logged in.
    pub(crate) browsers: Vec<SignedInBrowser>,
    /// When the password was set.
    pub(crate) password_set_at: Timestamp,
}

/// Reads an account; `None` when there is none any more.
pub(crate) async fn overview(app: &App, subject: &Subject) -> Result<Option<AccountOverview>, FlowError> {
    let (db, now) = (&app.db, app.clock.now());
    let mut devices = store::list_signed_in_devices(db, subject, now, MOST + 1).await?;
    let has_more_devices = devices.len() > MOST as usize;
    devices.truncate(MOST as usize);
    let approved = store::list_approved_grants(db, subject, MOST).await?;
    let waiting = approved.into_iter().map(|found| found.value);
    let waiting = waiting.filter(|grant| grant.standing(now) == Standing::Approved).collect();
    let browsers = store::signed_in_browsers(db, subject, now, MOST).await?;
    let password_set_at = store::password_set_at(db, subject).await?;
    Ok(password_set_at.map(|password_set_at| AccountOverview {
        devices,
        has_more_devices,
        waiting,
        browsers,
        password_set_at,
    }))
}

/// Reads the newest events of these kinds about a person, the newest first.
pub(crate) async fn activity(
    app: &App,
    subject: &Subject,
    kinds: &[Event],
    most: u32,
) -> Result<Vec<RecordedEvent>, FlowError> {
    Ok(store::account_activity(&app.db, subject, kinds, most).await?)
}

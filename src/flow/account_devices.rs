//! Name, sign out and disown the devices that are signed in as a person (requirements U-14, K-10).

use std::net::IpAddr;

use crate::app::App;
use crate::flow::alarm::log_alarm;
use crate::flow::session::{AccountOutcome, is_recent};
use crate::flow::{EndUser, FlowError};
use protocol::{AuditEvent, Event, Network, Subject, display_text};
use store::{SignedInDevice, StoreError};

/// Characters of a name that somebody gives their device; the field says so too.
const LONGEST_NAME: usize = 64;

/// What a person does with one of their devices.
pub(crate) enum DeviceChange<'a> {
    /// Give it a name, or take its name away.
    Rename(&'a str),
    /// Sign it out.
    SignOut,
    /// Say "I did not do this": sign it out, and tell the operator who asked for it.
    Disown,
}

/// Finds a device of a person by its handle, also one that is signed out.
pub(crate) async fn find_device(
    app: &App,
    subject: &Subject,
    handle: &str,
) -> Result<Option<SignedInDevice>, StoreError> {
    store::find_signed_in_device(&app.db, subject, handle).await
}

/// Changes one device, which its handle names.
pub(crate) async fn change_device(
    app: &App,
    user: &EndUser<'_>,
    handle: &str,
    change: DeviceChange<'_>,
) -> Result<AccountOutcome, FlowError> {
    let Some(device) = find_device(app, user.subject(), handle).await? else { return Ok(AccountOutcome::NotFound) };
    match change {
        DeviceChange::Rename(name) => {
            let name = Some(display_text(name, LONGEST_NAME)).filter(|name| !name.is_empty());
            let renamed = event(app, Event::DeviceRenamed, user, &device);
            store::rename_device(&app.db, user.subject(), handle, name.as_deref(), &renamed).await?;
        }
        DeviceChange::SignOut => {
            let revoked = event(app, Event::TokensRevoked, user, &device).with("by", "person");
            if store::sign_out_device(&app.db, user.subject(), handle, &revoked).await? {
                tracing::info!(subject = user.subject().as_str(), family = handle, "a person signed a device out");
            }
        }
        DeviceChange::Disown => disown(app, user, &device).await?,
    }
    Ok(AccountOutcome::Done)
}

/// Signs out the devices of a client, or all devices. For all devices, the login must be recent.
pub(crate) async fn sign_out_devices(
    app: &App,
    user: &EndUser<'_>,
    client_id: Option<&str>,
) -> Result<AccountOutcome, FlowError> {
    if client_id.is_none() && !is_recent(app, &user.session.sign_in, app.clock.now()) {
        return Ok(AccountOutcome::LoginTooOld);
    }
    let revoked = user.event(app, Event::TokensRevoked).with("by", "person");
    let revoked = client_id.into_iter().fold(revoked, AuditEvent::of_client);
    let devices = store::sign_out_devices(&app.db, user.subject(), client_id, &revoked).await?;
    tracing::info!(subject = user.subject().as_str(), devices, "a person signed their devices out");
    Ok(AccountOutcome::Done)
}

async fn disown(app: &App, user: &EndUser<'_>, device: &SignedInDevice) -> Result<(), StoreError> {
    let address = device.requested_from.as_deref().and_then(|address| address.parse::<IpAddr>().ok());
    let reported = event(app, Event::GrantReported, user, device)
        .with("address", device.requested_from.clone())
        .with("network", address.map(|address| Network::of(address).to_string()));
    let revoked = event(app, Event::TokensRevoked, user, device).with("by", "person");
    if store::report_device(&app.db, user.subject(), &device.id, &reported, &revoked).await? {
        log_alarm(&reported, "a person disowned a device that is signed in as them: its tokens are revoked");
    }
    Ok(())
}

fn event(app: &App, event: Event, user: &EndUser<'_>, device: &SignedInDevice) -> AuditEvent {
    user.event(app, event).of_family(&device.id).of_client(&device.client_id)
}

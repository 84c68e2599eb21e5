//! Which device is this, and shall it stay signed in? `/account/devices/{handle}` (requirement U-14).

use std::net::IpAddr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;

use super::views::{Device, DeviceName, DeviceStanding};
use super::{AccountPage, Moment, app_name, handle, log_in_first, see};
use crate::app::App;
use crate::web::browser::Browser;
use crate::web::display_names::{resource_name, scope_words};
use crate::web::hop::Hop;
use crate::web::pages::PageError;
use crate::web::pages::frame::page;
use crate::web::pages::views::Frame;
use crate::web::posted_form::PostedForm;
use protocol::{AuditEvent, Channel, Event, Network, Source, Subject, Timestamp, device_name, display_text};
use store::{SignedInDevice, StoreError};

/// Characters of a name that somebody gives their device; the field says so too.
const LONGEST_NAME: usize = 64;

/// `GET /account/devices/{handle}`
pub(in crate::web) async fn show(
    State(app): State<Arc<App>>,
    Path(presented): Path<String>,
    mut browser: Browser,
) -> Result<Response, PageError> {
    let handle = handle(&presented)?;
    let Some(sign_in) = browser.sign_in() else {
        return log_in_first(&app, &mut browser, AccountPage::Device(handle.to_owned())).await;
    };
    let now = app.clock.now();
    let device = found(&app, &sign_in.subject, handle, now).await?;
    Ok(browser.answer(&app, page(&view(&app, &browser, device, now))))
}

/// `POST /account/devices/{handle}`: gives it a name, signs it out, or says that it is somebody else's.
pub(in crate::web) async fn change(
    State(app): State<Arc<App>>,
    Extension(hop): Extension<Hop>,
    Path(presented): Path<String>,
    PostedForm { browser, form }: PostedForm,
) -> Result<Response, PageError> {
    let handle = handle(&presented)?;
    let here = AccountPage::Device(handle.to_owned());
    let Some(sign_in) = browser.sign_in() else { return Ok(see(&app, &browser, &here)) };
    let subject = &sign_in.subject;
    let device = found(&app, subject, handle, app.clock.now()).await?;
    let source = hop.source(Channel::Page);
    match form.get("action") {
        Some("rename") => {
            let name = Some(display_text(form.get("name").unwrap_or_default(), LONGEST_NAME));
            let name = name.filter(|name| !name.is_empty());
            let renamed = about(&app, Event::DeviceRenamed, &source, &device).of_subject(subject);
            store::rename_device(&app.db, subject, handle, name.as_deref(), &renamed).await?;
        }
        Some("sign_out") => {
            let revoked = about(&app, Event::TokensRevoked, &source, &device).of_subject(subject).with("by", "person");
            if store::sign_out_device(&app.db, subject, handle, &revoked).await? {
                tracing::info!(subject = subject.as_str(), family = handle, "somebody signed a device out");
            }
        }
        Some("report") => report(&app, subject, &device, &source).await?,
        _ => return Err(PageError::Malformed),
    }
    Ok(see(&app, &browser, &here))
}

/// "I did not do this": the device is signed out, and who asked for it is told to the operator.
async fn report(app: &App, subject: &Subject, device: &SignedInDevice, source: &Source) -> Result<(), StoreError> {
    let alarm = Event::GrantReported;
    let network = device.requested_from.as_deref().and_then(|address| address.parse::<IpAddr>().ok()).map(Network::of);
    let network = network.map(|network| network.to_string());
    let reported = about(app, alarm, source, device).of_subject(subject).with("address", device.requested_from.clone());
    let reported = reported.with("network", network.clone());
    let revoked = about(app, Event::TokensRevoked, source, device).of_subject(subject).with("by", "person");
    if store::report_device(&app.db, subject, &device.id, &reported, &revoked).await? {
        tracing::warn!(
            alarm = alarm.name(),
            subject = subject.as_str(),
            client = device.client_id,
            family = device.id,
            network = network.as_deref().unwrap_or("unknown"),
            "somebody knows nothing of a device that is signed in as them: tokens revoked"
        );
    }
    Ok(())
}

fn about(app: &App, event: Event, source: &Source, device: &SignedInDevice) -> AuditEvent {
    app.event(event, source).of_family(&device.id).of_client(&device.client_id)
}

async fn found(app: &App, subject: &Subject, handle: &str, now: Timestamp) -> Result<SignedInDevice, PageError> {
    store::find_signed_in_device(&app.db, subject, handle, now).await?.ok_or(PageError::NotFound)
}

fn view(app: &App, browser: &Browser, device: SignedInDevice, now: Timestamp) -> Device {
    let calls_itself = device.user_agent.as_deref().and_then(device_name);
    let standing = if device.is_reported {
        DeviceStanding::Reported
    } else if device.is_over {
        DeviceStanding::SignedOut
    } else {
        DeviceStanding::SignedIn {
            ends: Moment::new(device.ends_at, now),
            unless_used: device.idle_until.map(|until| Moment::new(until, now)),
            is_off: app.registry.clients.find(&device.client_id).is_none(),
        }
    };
    Device {
        frame: Frame::new(app, browser),
        app: app_name(app, &device.client_id),
        scopes: device.scope.tokens().map(|token| scope_words(app, token)).collect(),
        resources: device.resources.iter().map(|uri| resource_name(app, uri)).collect(),
        action: AccountPage::Device(device.id).path(app),
        name: DeviceName::of(device.name.clone(), device.user_agent.as_deref()),
        given_name: device.name.unwrap_or_default(),
        calls_itself,
        address: device.requested_from,
        first_used: Moment::new(device.first_used_at, now),
        last_used: Moment::new(device.last_used_at, now),
        standing,
    }
}

//! The page of one device: `/account/devices/{handle}` (requirement U-14).

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

use super::views::{DeviceName, DevicePage, DeviceStanding};
use super::{Moment, Receipt, app_name, log_in_first, see, see_done};
use crate::app::App;
use crate::flow::account_devices::{DeviceChange, change_device, find_device};
use crate::flow::session::AccountOutcome;
use crate::web::browser::Browser;
use crate::web::display_names::{resource_name, scope_words};
use crate::web::pages::PageError;
use crate::web::pages::account_page::{AccountPage, device_handle};
use crate::web::pages::frame::page;
use crate::web::pages::views::Frame;
use crate::web::posted_form::PostedForm;
use protocol::device_name;
use store::SignedInDevice;

/// `GET /account/devices/{handle}`
pub(in crate::web) async fn show(
    State(app): State<Arc<App>>,
    Path(presented): Path<String>,
    query: RawQuery,
    mut browser: Browser,
) -> Result<Response, PageError> {
    let handle = device_handle(&presented)?;
    let Some(sign_in) = browser.sign_in() else {
        return log_in_first(&app, &mut browser, AccountPage::Device(handle.to_owned())).await;
    };
    let device = find_device(&app, &sign_in.subject, handle).await?.ok_or(PageError::NotFound)?;
    let receipt = Receipt::of(&app, &browser, &query);
    Ok(browser.answer(&app, page(&view(&app, &browser, device, receipt))))
}

/// `POST /account/devices/{handle}`
pub(in crate::web) async fn change(
    State(app): State<Arc<App>>,
    Path(presented): Path<String>,
    PostedForm { browser, form }: PostedForm,
) -> Result<Response, PageError> {
    let handle = device_handle(&presented)?;
    let here = AccountPage::Device(handle.to_owned());
    let Some(user) = browser.end_user() else { return Ok(see(&app, &browser, &here)) };
    let change = match form.get("action") {
        Some("rename") => DeviceChange::Rename(form.get("name").unwrap_or_default()),
        Some("sign_out") => DeviceChange::SignOut,
        Some("report") => DeviceChange::Disown,
        _ => return Err(PageError::Malformed),
    };
    let is_name = matches!(change, DeviceChange::Rename(_));
    if let AccountOutcome::NotFound = change_device(&app, &user, handle, change).await? {
        return Err(PageError::NotFound);
    }
    // That a device is signed out, its page says in any case.
    Ok(if is_name { see_done(&app, &browser, &here, Receipt::Name) } else { see(&app, &browser, &here) })
}

fn view(app: &App, browser: &Browser, device: SignedInDevice, receipt: Option<Receipt>) -> DevicePage {
    let now = app.clock.now();
    let standing = if device.is_reported {
        DeviceStanding::Reported
    } else if device.is_over(now) {
        DeviceStanding::SignedOut
    } else {
        DeviceStanding::SignedIn {
            ends: Moment::new(device.ends_at, now),
            unless_used: device.idle_until.map(|until| Moment::new(until, now)),
            is_off: app.registry.clients.find(&device.client_id).is_none(),
        }
    };
    let frame = Frame::new(app, browser);
    DevicePage {
        scopes: device.scope.tokens().map(|token| scope_words(app, frame.language, token)).collect(),
        frame,
        receipt,
        app: app_name(app, &device.client_id),
        resources: device.resources.iter().map(|uri| resource_name(app, uri)).collect(),
        action: AccountPage::Device(device.id).path(app),
        name: DeviceName::of(device.name.clone(), device.user_agent.as_deref()),
        given_name: device.name.unwrap_or_default(),
        calls_itself: device.user_agent.as_deref().and_then(device_name),
        address: device.requested_from,
        first_used: Moment::new(device.first_used_at, now),
        last_used: Moment::new(device.last_used_at, now),
        standing,
    }
}

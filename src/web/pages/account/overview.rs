//! Show the overview of an account: what is signed in, where and since when. `GET /account`.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::views::{AuthorizedApp, DeviceName, ListedBrowser, ListedDevice, OverviewPage, WaitingDevice};
use super::{Moment, Receipt, activity, app_name, log_in_first};
use crate::app::App;
use crate::flow::account_overview::overview;
use crate::web::browser::Browser;
use crate::web::pages::PageError;
use crate::web::pages::account_page::AccountPage;
use crate::web::pages::frame::page;
use crate::web::pages::views::Frame;
use protocol::{DeviceGrant, State as GrantState, Timestamp, device_name, display_text};
use store::{SignedInBrowser, SignedInDevice};

/// How many of the newest events this page shows.
const LATELY: u32 = 5;

/// `GET /account`
pub(in crate::web) async fn show(
    State(app): State<Arc<App>>,
    query: RawQuery,
    mut browser: Browser,
) -> Result<Response, PageError> {
    let Some(sign_in) = browser.sign_in() else {
        return log_in_first(&app, &mut browser, AccountPage::Overview).await;
    };
    let account = overview(&app, &sign_in.subject).await?.ok_or(PageError::NotFound)?;
    let now = app.clock.now();
    let template = OverviewPage {
        frame: Frame::new(&app, &browser),
        receipt: Receipt::of(&app, &browser, &query),
        username: display_text(&sign_in.username, 64),
        only_devices: if account.has_more_devices { Some(account.devices.len()) } else { None },
        apps: grouped(&app, account.waiting, account.devices, now),
        browsers: listed(account.browsers, &browser, now),
        password_set: Moment::new(account.password_set_at, now),
        deeds: activity::of(&app, &sign_in.subject, LATELY).await?,
    };
    Ok(browser.answer(&app, page(&template)))
}

/// Each application once with its devices beneath: the grants that wait first, then the devices in their order.
fn grouped(app: &App, waiting: Vec<DeviceGrant>, devices: Vec<SignedInDevice>, now: Timestamp) -> Vec<AuthorizedApp> {
    let mut apps = Vec::new();
    for grant in waiting {
        let GrantState::Approved(_, approval) = &grant.state else { continue };
        let name = grant.origin.user_agent.as_deref().and_then(device_name);
        let allowed = Moment::new(approval.at, now);
        of_client(app, &mut apps, grant.client_id).waiting.push(WaitingDevice { id: grant.id, name, allowed });
    }
    for device in devices {
        let listed = ListedDevice {
            url: AccountPage::Device(device.id).path(app),
            name: DeviceName::of(device.name, device.user_agent.as_deref()),
            last_used: Moment::new(device.last_used_at, now),
            address: device.requested_from,
        };
        of_client(app, &mut apps, device.client_id).devices.push(listed);
    }
    apps
}

/// The place of a client's application in the list.
fn of_client<'a>(app: &App, apps: &'a mut Vec<AuthorizedApp>, client_id: String) -> &'a mut AuthorizedApp {
    let place = apps.iter().position(|known| known.client_id == client_id).unwrap_or_else(|| {
        apps.push(AuthorizedApp {
            name: app_name(app, &client_id),
            is_off: app.registry.clients.find(&client_id).is_none(),
            client_id,
            devices: Vec::new(),
            waiting: Vec::new(),
        });
        apps.len() - 1
    });
    &mut apps[place]
}

/// This browser first.
fn listed(browsers: Vec<SignedInBrowser>, this: &Browser, now: Timestamp) -> Vec<ListedBrowser> {
    let listed = |browser: SignedInBrowser| ListedBrowser {
        handle: browser.digest.hex(),
        is_this: browser.digest == this.digest(),
        name: browser.user_agent.as_deref().and_then(device_name),
        since: Moment::new(browser.auth_time, now),
        address: browser.address,
    };
    let mut browsers: Vec<ListedBrowser> = browsers.into_iter().map(listed).collect();
    browsers.sort_by_key(|browser| !browser.is_this);
    browsers
}

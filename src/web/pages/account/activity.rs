//! What happened in this account lately? The events that are about its person, in plain words (requirement U-14).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::views::{Activity, Deed, What};
use super::{AccountPage, Moment, app_name, log_in_first};
use crate::app::App;
use crate::web::browser::Browser;
use crate::web::pages::PageError;
use crate::web::pages::frame::page;
use crate::web::pages::views::Frame;
use protocol::{Channel, Event, Subject, Timestamp};
use store::{AccountEvent, StoreError};

/// How many events the page shows.
const MOST: u32 = 100;

/// What people are told of. An alarm comes with the end of the tokens, which is what they are told.
const TOLD: &[Event] = &[
    Event::GrantApproved,
    Event::GrantDenied,
    Event::GrantReported,
    Event::GrantRedeemed,
    Event::TokensRevoked,
    Event::LoginSucceeded,
    Event::LoginFailed,
    Event::LoginThrottled,
    Event::LoginLocked,
    Event::CodeEntryLocked,
    Event::SessionEnded,
    Event::SignedOutEverywhere,
    Event::PasswordChanged,
    Event::UserPasswordSet,
    Event::UserDisabled,
    Event::UserEnabled,
    Event::UserUnlocked,
    Event::UserAdded,
];

/// `GET /account/activity`
pub(in crate::web) async fn show(State(app): State<Arc<App>>, mut browser: Browser) -> Result<Response, PageError> {
    let Some(sign_in) = browser.sign_in() else {
        return log_in_first(&app, &mut browser, AccountPage::Activity).await;
    };
    let deeds = of(&app, &sign_in.subject, MOST, app.clock.now()).await?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let only = (deeds.len() >= most).then_some(most);
    let frame = Frame::new(&app, &browser);
    Ok(browser.answer(&app, page(&Activity { frame, deeds, only })))
}

/// The newest of what somebody is told of.
pub(super) async fn of(app: &App, subject: &Subject, most: u32, now: Timestamp) -> Result<Vec<Deed>, StoreError> {
    let events = store::account_activity(&app.db, subject, TOLD, most).await?;
    let told = |event: AccountEvent| {
        let what = what(app, &event)?;
        Some(Deed { what, at: Moment::new(Timestamp::from_millis(event.at), now), address: event.address })
    };
    Ok(events.into_iter().filter_map(told).collect())
}

/// Who denied a request: its person, or what a device sent. A report is told by itself, and who picked a wrong number was
/// told there and then.
fn denied(client: String, detail: &str) -> Option<What> {
    let detail: Value = serde_json::from_str(detail).ok()?;
    match &detail["by"] {
        Value::Null => Some(What::Denied(client)),
        by if by == "wrong_pins" => Some(What::WrongPins(client)),
        _ => None,
    }
}

/// An event in words for its person. What another version of this program wrote may have none.
fn what(app: &App, event: &AccountEvent) -> Option<What> {
    let known = TOLD.iter().find(|known| known.name() == event.event)?;
    let client = event.client_id.as_deref().map(|client_id| app_name(app, client_id));
    let is_operator = event.channel == Channel::Cli.name();
    Some(match known {
        Event::GrantApproved => What::Allowed(client?),
        Event::GrantDenied => denied(client?, &event.detail)?,
        Event::GrantReported => What::Reported(client?),
        Event::GrantRedeemed => What::DeviceSignedIn(client?),
        Event::TokensRevoked => ended(client, &event.detail)?,
        Event::LoginSucceeded => What::LoggedIn,
        Event::LoginFailed => What::LoginFailed,
        Event::LoginThrottled => What::LoginThrottled,
        Event::LoginLocked => What::LoginLocked,
        Event::CodeEntryLocked => What::CodesLocked,
        Event::SessionEnded => What::SessionsEnded,
        Event::SignedOutEverywhere if is_operator => What::SignedOutByOperator,
        Event::SignedOutEverywhere => What::SignedOutEverywhere,
        Event::PasswordChanged => What::PasswordChanged,
        Event::UserPasswordSet => What::PasswordSet,
        Event::UserDisabled => What::Disabled,
        Event::UserEnabled => What::Enabled,
        Event::UserUnlocked => What::Unlocked,
        Event::UserAdded => What::Added,
        _ => return None,
    })
}

/// Whose tokens ended, and why. An access token by itself is no device.
fn ended(client: Option<String>, detail: &str) -> Option<What> {
    let detail: Value = serde_json::from_str(detail).ok()?;
    match (client, detail["by"].as_str()) {
        _ if detail["token"] == "access_token" => None,
        (Some(client), Some("reuse")) => Some(What::Misused(client)),
        (Some(client), _) if detail["devices"].is_number() => Some(What::AppSignedOut(client)),
        (Some(client), _) => Some(What::DeviceSignedOut(client)),
        (None, _) => Some(What::DevicesSignedOut),
    }
}

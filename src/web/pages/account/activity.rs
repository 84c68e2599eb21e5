//! Show what happened lately in an account: the events about its person, in plain words (requirement U-14).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::views::{ActivityPage, Deed};
use super::{Moment, app_name, log_in_first};
use crate::app::App;
use crate::flow::FlowError;
use crate::flow::account_overview::activity;
use crate::web::browser::Browser;
use crate::web::pages::PageError;
use crate::web::pages::account_page::AccountPage;
use crate::web::pages::frame::page;
use crate::web::pages::views::Frame;
use protocol::{Channel, Event, Subject, Timestamp};
use store::RecordedEvent;

/// How many events the page shows.
const MOST: u32 = 100;

/// The events that people see, and the usual message of each. An alarm comes with the end of the tokens, and people see that.
pub(super) const MESSAGES: &[(Event, &str)] = &[
    (Event::GrantApproved, "account_activity-allowed"),
    (Event::GrantDenied, "account_activity-denied"),
    (Event::GrantReported, "account_activity-reported"),
    (Event::GrantRedeemed, "account_activity-device-signed-in"),
    (Event::TokensRevoked, "account_activity-device-signed-out"),
    (Event::LoginSucceeded, "account_activity-logged-in"),
    (Event::LoginFailed, "account_activity-login-failed"),
    (Event::LoginThrottled, "account_activity-login-throttled"),
    (Event::LoginLocked, "account_activity-login-locked"),
    (Event::CodeEntryLocked, "account_activity-codes-locked"),
    (Event::SessionEnded, "account_activity-sessions-ended"),
    (Event::SignedOutEverywhere, "account_activity-signed-out-everywhere"),
    (Event::PasswordChanged, "account_activity-password-changed"),
    (Event::UserPasswordSet, "account_activity-password-set"),
    (Event::UserDisabled, "account_activity-disabled"),
    (Event::UserEnabled, "account_activity-enabled"),
    (Event::UserUnlocked, "account_activity-unlocked"),
    (Event::UserAdded, "account_activity-added"),
];

/// `GET /account/activity`
pub(in crate::web) async fn show(State(app): State<Arc<App>>, mut browser: Browser) -> Result<Response, PageError> {
    let Some(sign_in) = browser.sign_in() else {
        return log_in_first(&app, &mut browser, AccountPage::Activity).await;
    };
    let deeds = of(&app, &sign_in.subject, MOST).await?;
    let only = if deeds.len() >= MOST as usize { Some(MOST as usize) } else { None };
    let frame = Frame::new(&app, &browser);
    Ok(browser.answer(&app, page(&ActivityPage { frame, deeds, only })))
}

/// The newest events that a person sees.
pub(super) async fn of(app: &App, subject: &Subject, most: u32) -> Result<Vec<Deed>, FlowError> {
    let (shown, now): (Vec<Event>, _) = (MESSAGES.iter().map(|(event, _)| *event).collect(), app.clock.now());
    let events = activity(app, subject, &shown, most).await?;
    let deed = |event: RecordedEvent| {
        Some(Deed {
            message: message(&event)?,
            app: event.client_id.as_deref().map(|client_id| app_name(app, client_id)),
            at: Moment::new(Timestamp::from_millis(event.at), now),
            address: event.address,
        })
    };
    Ok(events.into_iter().filter_map(deed).collect())
}

/// The message of an event. An event of another version may have none.
fn message(event: &RecordedEvent) -> Option<&'static str> {
    let (known, usual) = MESSAGES.iter().find(|(known, _)| known.name() == event.event)?;
    let detail: Value = serde_json::from_str(&event.detail).unwrap_or_default();
    let by = detail["by"].as_str();
    Some(match known {
        Event::GrantDenied if by == Some("wrong_pins") => "account_activity-wrong-pins",
        // A report has a message of its own, and a person who picked a wrong number saw that on the page.
        Event::GrantDenied if by.is_some() => return None,
        // An access token by itself is no device.
        Event::TokensRevoked if detail["token"] == "access_token" => return None,
        Event::TokensRevoked if event.client_id.is_none() => "account_activity-devices-signed-out",
        Event::TokensRevoked if by == Some("reuse") => "account_activity-misused",
        Event::TokensRevoked if detail["devices"].is_number() => "account_activity-app-signed-out",
        Event::SignedOutEverywhere if event.channel == Channel::Cli.name() => "account_activity-signed-out-by-operator",
        _ => usual,
    })
}

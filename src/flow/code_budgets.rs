//! The budgets that wrong codes are paid from (RFC 8628 section 5.1; requirements E-01, E-03 and E-04).
//!
//! # When the server closes
//!
//! `limits.wrong_codes_server` bounds all wrong codes in the lifetime of a code, because the length of codes is
//! computed from it. Beyond it, a new session gets status 429. A session is **known**, and goes on, once its end user
//! has entered a right code in it. A new login of the same person in the same browser does not change that; a logout or
//! five wrong codes end it. All known sessions together may enter the same number of wrong codes again: an attacker,
//! who can make one right code by starting a device, must not get an endless supply from it. So the server accepts at
//! most twice the number. During the second half every new code has ten characters.
//!
//! In the lifetime of a code an account may use up a tenth of the server's number, and a network or site a quarter. So
//! nobody closes the server alone.

use std::time::Duration;

use crate::app::App;
use crate::flow::{EndUser, live_codes};
use protocol::{Event, Source, Timestamp};
use store::{Budget, ServerBudget, StoreError};

const DAY: Duration = Duration::from_hours(24);
const NEW: &str = "wrong codes on the server";
const KNOWN: &str = "wrong codes of known sessions";

/// The budgets of an account and its network, and those of the server in the order in which they are used. A budget of
/// the server is as large as the operator wants, or as the live codes allow where codes cannot grow any more; a known
/// session has two.
pub(super) async fn budgets(
    app: &App,
    user: &EndUser<'_>,
    now: Timestamp,
) -> Result<(Vec<Budget>, Vec<ServerBudget>), StoreError> {
    let limit = wrong_codes_accepted(app, now).await?;
    let lifetime = app.settings.device.expires_in;
    let names = if user.session.right_code_at.is_some() { &[NEW, KNOWN][..] } else { &[NEW][..] };
    let of_server = names.iter().map(|name| ServerBudget { name, limit, lifetime }).collect();
    Ok((personal(app, user, limit), of_server))
}

/// Until when the account or the network has no try left. A closed server is another matter: it opens sooner or later, and a
/// right code of a known session is accepted all the same.
pub(super) async fn spent_until(app: &App, user: &EndUser<'_>) -> Result<Option<Timestamp>, StoreError> {
    let now = app.clock.now();
    let limit = wrong_codes_accepted(app, now).await?;
    store::spent_until(&app.db, &personal(app, user, limit), now).await
}

fn personal(app: &App, user: &EndUser<'_>, of_server: u32) -> Vec<Budget> {
    let (limits, lifetime) = (&app.settings.limits, app.settings.device.expires_in);
    let window = limits.wrong_codes_window;
    // Every session has five tries.
    let (of_account, of_place) = ((of_server / 10).max(5), (of_server / 4).max(5));
    let account = |name, limit, window| Budget { name, holder: user.subject().as_str().to_owned(), limit, window };
    let mut budgets = vec![
        account("wrong codes of an account", limits.wrong_codes_account.min(of_account), window),
        account("wrong codes of an account in a day", limits.wrong_codes_account_day, DAY),
    ];
    let of_places = |name, each, window| {
        let usual = Budget::of_places(name, user.address, each, None, window);
        usual.map(|budget| Budget { limit: budget.limit.min(of_place), ..budget })
    };
    // The server's number is for the lifetime of a code, which may hold several windows.
    if lifetime > window {
        budgets.push(account("wrong codes of an account in the life of a code", of_account, lifetime));
    }
    budgets.extend(of_places("wrong codes from a network", limits.wrong_codes_network, window));
    if lifetime > window {
        budgets.extend(of_places("wrong codes from a network in the life of a code", of_place, lifetime));
    }
    budgets
}

/// How many wrong codes the server accepts in the lifetime of a code.
async fn wrong_codes_accepted(app: &App, now: Timestamp) -> Result<u32, StoreError> {
    let demand = app.settings.limits.code_demand();
    let mut accepted = demand.wanted;
    for look in app.registry.user_codes.that_cannot_grow(demand) {
        let live = live_codes::beside(app, look, now).await?;
        accepted = accepted.min(app.registry.user_codes.bound(look, live.count, demand).guesses);
    }
    // At least one: no code is issued that would leave none.
    Ok(accepted.max(1))
}

/// Raises the alarm that codes are guessed, once in the lifetime of a code, and makes new codes longer.
pub(super) async fn raise_alarm(app: &App, source: &Source, now: Timestamp) -> Result<(), StoreError> {
    if app.limits.guessing.alarm_is_up(&app.db, now).await? {
        return Ok(());
    }
    let lifetime = app.settings.device.expires_in;
    // The request that finds the server closed is not the cause: the events of wrong codes name the guessers.
    let server = Source { address: None, ..source.clone() };
    let limit = wrong_codes_accepted(app, now).await?;
    let alarm = app.event(Event::CodesGuessed, &server).with("wrong_codes", limit);
    let alarm = alarm.with("until", (now + lifetime).seconds());
    if store::raise_guessing_alarm(&app.db, lifetime, &alarm, now).await? {
        tracing::warn!(wrong_codes = limit, "codes are guessed: new sessions may enter none, and new codes are longer");
    }
    app.limits.guessing.alarm_was_raised(now, now + lifetime);
    Ok(())
}

//! Who pays for a code that is tried, and what happens when the server bears no more? Requirements E-01, E-03 and E-04.
//!
//! # When the server closes
//!
//! All wrong codes of a code's life together are bounded by `limits.wrong_codes_server`, because the length of codes is
//! reckoned from it. Beyond it, whoever is new meets a page with status 429. A session is **known**, and goes on, once who is
//! signed in in it has entered a right code in it; a new login of the same person in it changes nothing, a sign-out or
//! five wrong codes end it. Known sessions have as many wrong codes again of their own, all together: somebody who
//! makes one right by starting a device of their own must not have an endless supply. So the server never bears more
//! than twice the number, the second half at ten characters for every code that was given out since.
//!
//! No account spends more than a tenth of the server's number in the life of a code, and no network or site more than a quarter,
//! so that nobody closes it alone.

use std::net::IpAddr;
use std::time::Duration;

use crate::app::App;
use crate::flow::live_codes;
use crate::protocol::{AuditEvent, Event, Source, Subject, Timestamp};
use crate::store::{self, Budget, ServerBudget, StoreError};

const DAY: Duration = Duration::from_hours(24);
const NEW: &str = "wrong codes on the server";
const KNOWN: &str = "wrong codes of known sessions";

/// What the session of who tries has to pay with.
pub(super) struct Budgets {
    /// Of who tries, and of where they are.
    pub(super) personal: Vec<Budget>,
    /// Of the server, in the order in which they are spent.
    pub(super) of_server: Vec<ServerBudget>,
}

/// The budgets that a try is paid from. Those of the server are as large as the operator wants, or as the live codes allow
/// where codes cannot grow any more; a known session has two.
pub(super) async fn budgets(
    app: &App,
    subject: &Subject,
    address: IpAddr,
    is_known: bool,
    now: Timestamp,
) -> Result<Budgets, StoreError> {
    let limit = wrong_codes_borne(app, now).await?;
    let lifetime = app.settings.device.expires_in;
    let names = if is_known { &[NEW, KNOWN][..] } else { &[NEW][..] };
    let of_server = names.iter().map(|name| ServerBudget { name, limit, lifetime }).collect();
    Ok(Budgets { personal: personal(app, subject, address, limit), of_server })
}

/// A part of what the server bears, and five in any case: a session has so many tries.
fn share_of(borne: u32, part: u32) -> u32 {
    (borne / part).max(5)
}

fn personal(app: &App, subject: &Subject, address: IpAddr, borne: u32) -> Vec<Budget> {
    let (limits, lifetime) = (&app.settings.limits, app.settings.device.expires_in);
    let (of_account, of_place) = (share_of(borne, 10), share_of(borne, 4));
    let budget = |name, holder: &str, limit, window| Budget { name, holder: holder.to_owned(), limit, window };
    let (account, window) = (subject.as_str(), limits.wrong_codes_window);
    let mut budgets = vec![
        budget("wrong codes of an account", account, limits.wrong_codes_account.min(of_account), window),
        budget("wrong codes of an account in a day", account, limits.wrong_codes_account_day, DAY),
    ];
    let of_places = |name, each, window| {
        let usual = Budget::of_places(name, address, each, None, window);
        usual.map(|budget| Budget { limit: budget.limit.min(of_place), ..budget })
    };
    // The server's number is for the life of a code, which may hold several windows.
    if lifetime > window {
        budgets.push(budget("wrong codes of an account in the life of a code", account, of_account, lifetime));
    }
    budgets.extend(of_places("wrong codes from a network", limits.wrong_codes_network, window));
    if lifetime > window {
        budgets.extend(of_places("wrong codes from a network in the life of a code", of_place, lifetime));
    }
    budgets
}

async fn wrong_codes_borne(app: &App, now: Timestamp) -> Result<u32, StoreError> {
    let demand = app.settings.limits.code_demand();
    let mut borne = demand.wanted;
    for look in app.registry.user_codes.that_cannot_grow(demand) {
        let live = live_codes::beside(app, look, now).await?;
        borne = borne.min(app.registry.user_codes.bound(look, live.count, demand).guesses);
    }
    // One at least: no code is given out that would leave none.
    Ok(borne.max(1))
}

/// Tells the operator, once in the life of a code, and makes new codes longer.
pub(super) async fn raise_alarm(app: &App, source: &Source, now: Timestamp) -> Result<(), StoreError> {
    if app.limits.guessing.alarm_is_up(&app.db, now).await? {
        return Ok(());
    }
    let lifetime = app.settings.device.expires_in;
    // Who met the closed door is no more to blame than anybody else: what led there is in the events of wrong codes.
    let server = Source { address: None, ..source.clone() };
    let limit = wrong_codes_borne(app, now).await?;
    let alarm: AuditEvent = app.event(Event::CodesGuessed, &server).with("wrong_codes", limit);
    let alarm = alarm.with("until", (now + lifetime).seconds());
    if store::raise_guessing_alarm(&app.db, lifetime, &alarm, now).await? {
        tracing::warn!(wrong_codes = limit, "codes are guessed: new sessions may enter none, and new codes are longer");
    }
    app.limits.guessing.alarm_was_raised(now, now + lifetime);
    Ok(())
}

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

use std::net::IpAddr;
use std::time::Duration;

use crate::app::App;
use crate::protocol::AuditEvent;
use crate::protocol::Event;
use crate::protocol::Source;
use crate::protocol::Subject;
use crate::protocol::Timestamp;
use crate::store;
use crate::store::Budget;
use crate::store::Holder;
use crate::store::ServerBudget;
use crate::store::StoreError;

const DAY: Duration = Duration::from_hours(24);
const NEW: &str = "wrong codes on the server";
const KNOWN: &str = "wrong codes of known sessions";

/// The budgets of who tries, and of where they are.
pub(super) fn personal(app: &App, subject: &Subject, address: IpAddr) -> Vec<Budget> {
    let limits = &app.settings.limits;
    let budget = |name, holder: &str, limit, window| Budget { name, holder: holder.to_owned(), limit, window };
    let (account, window) = (subject.as_str(), limits.wrong_codes_window);
    let mut budgets = vec![
        budget("wrong codes of an account", account, limits.wrong_codes_account, window),
        budget("wrong codes of an account in a day", account, limits.wrong_codes_account_day, DAY),
    ];
    budgets.extend(Budget::of_places("wrong codes from a network", address, limits.wrong_codes_network, None, window));
    budgets
}

/// The budgets of the server that are open to this session, in the order in which they are spent. They are as large as
/// the operator wants, or as the live codes allow where codes cannot grow any more.
pub(super) async fn of_server(app: &App, is_known: bool, now: Timestamp) -> Result<Vec<ServerBudget>, StoreError> {
    let limit = wrong_codes_borne(app, now).await?;
    let lifetime = app.settings.device.expires_in;
    let names = if is_known { &[NEW, KNOWN][..] } else { &[NEW][..] };
    Ok(names.iter().map(|name| ServerBudget { name, limit, lifetime }).collect())
}

async fn wrong_codes_borne(app: &App, now: Timestamp) -> Result<u32, StoreError> {
    let limits = &app.settings.limits;
    let (wanted, most) = (limits.wrong_codes_server, limits.pending_server);
    // Several nodes may exceed the limit of live grants by a little: so twice as many.
    if app.user_codes.guesses(u64::from(most) * 2, wanted) == wanted {
        return Ok(wanted);
    }
    let (live, _) = app.live_grants.count(&app.db, &Holder::Server, most, now).await?;
    // One at least: no code is given out that would leave none.
    Ok(app.user_codes.guesses(live, wanted).max(1))
}

/// Tells the operator, once in the life of a code, and makes new codes longer.
pub(super) async fn raise_alarm(app: &App, source: &Source, now: Timestamp) -> Result<(), StoreError> {
    if app.guessing.alarm_is_up(&app.db, now).await? {
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
    app.guessing.alarm_was_raised(now, now + lifetime);
    Ok(())
}

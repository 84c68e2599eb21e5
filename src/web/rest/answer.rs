//! What does a code ask for, and what is decided about it? `GET` and `POST` of the code page by a program.
//!
//! A code that is looked up here costs what it costs on the page (requirements E-01, U-03), also when it is only looked at.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::protocol::{DeviceGrant, Form, Secret, Standing};
use crate::store::{self, StoreError, Versioned};
use crate::web::TRIES;
use crate::web::form::read_form;
use crate::web::hop::Hop;
use crate::web::pages::code_entry::{Tried, enter_code, lock_out, look_up};
use crate::web::pages::decision::choice::{Answer, Asked, Lack, Written, deny};
use crate::web::pages::decision::{Given, approve};
use crate::web::pages::{PageError, number_match};
use crate::web::rest::caller::Caller;
use crate::web::rest::described::described;
use crate::web::rest::refusal::Refusal;
use crate::web::rest::told::{Shape, Told};
use crate::web::waiting::Entry;

/// What the code in the query asks for; without one, only the csrf value to answer with.
pub(super) async fn look(app: &Arc<App>, request: Request, shape: Shape) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let hop = Hop::of(&parts)?.of_program();
    let mut caller = Caller::of(app, &parts).await?;
    let query = Form::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let query = query.map_err(|_| Refusal::Wanting("the query cannot be read"))?;
    let (csrf, typed) = (caller.browser.csrf(app), query.get("user_code").unwrap_or_default().trim());
    let told = Told::new(app, &caller.browser, shape);
    if typed.is_empty() {
        return Ok(told.right(&csrf, typed).into_response());
    }
    let looked_up = match app.registry.user_codes.parse(typed) {
        Ok(code) => look_up(app, &mut caller.browser, &caller.sign_in.subject, &code, &hop).await?,
        Err(_) => no_code(app, &mut caller).await?,
    };
    Ok(match right(app, &mut caller, looked_up, &hop).await? {
        Some(grant) => told.right(&csrf, typed).with("request", described(app, &caller, &grant, &hop)).into_response(),
        None => told.not_found(&csrf, typed, caller.is_program()).into_response(),
    })
}

/// Allows or denies what a code asks for.
pub(super) async fn decide(app: &Arc<App>, request: Request, shape: Shape) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let hop = Hop::of(&parts)?.of_program();
    // First, however long it takes: the session is looked up when there is something to decide.
    let form = read_form(&parts.headers, body, app.settings.listen.read_timeout).await?;
    let mut caller = Caller::of(app, &parts).await?;
    let form = caller.sent(app, form)?;
    let typed = form.get("user_code").unwrap_or_default().trim();
    if typed.is_empty() {
        return Err(Refusal::Wanting("user_code is missing"));
    }
    let choice = Choice::of(&form)?;
    let csrf = caller.browser.csrf(app);
    let told = Told::new(app, &caller.browser, shape);
    let entered = match app.registry.user_codes.parse(typed) {
        Ok(code) => enter_code(app, &mut caller.browser, &caller.sign_in.subject, &code, Entry::Typed, &hop).await?,
        Err(_) => no_code(app, &mut caller).await?,
    };
    let Some(handle) = right(app, &mut caller, entered, &hop).await? else {
        return Ok(told.not_found(&csrf, typed, caller.is_program()).into_response());
    };
    Ok(match decided(app, &mut caller, &handle, choice, &form, &hop).await? {
        Decided::Stands(None) => told.done(&csrf, typed).into_response(),
        Decided::Stands(Some(pin)) => told.done(&csrf, typed).with("initiationPin", pin).into_response(),
        Decided::TooLate => told.not_found(&csrf, typed, caller.is_program()).into_response(),
    })
}

/// What a program says of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
    Allow,
    Deny,
}

impl Choice {
    fn of(form: &Form) -> Result<Self, Refusal> {
        match form.get("decision") {
            // What cannot become an approval on any page is said before a code is claimed for it.
            Some("allow") if form.get("device_present") != Some("true") => {
                Err(Refusal::Wanting("device_present must be true: the device is with the person who allows it"))
            }
            Some("allow") => Ok(Self::Allow),
            Some("deny") => Ok(Self::Deny),
            _ => Err(Refusal::Wanting("decision must be allow or deny")),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// What became of it.
enum Decided {
    /// It is decided; with the PIN that the person carries to the device, if it asks for one.
    Stands(Option<String>),
    /// Somebody else was faster, or it has expired.
    TooLate,
}

async fn decided(
    app: &App,
    caller: &mut Caller,
    handle: &Secret,
    choice: Choice,
    form: &Form,
    hop: &Hop,
) -> Result<Decided, Refusal> {
    for _ in 0..TRIES {
        let Some(found) = store::find_by_handle(&app.db, &handle.digest()).await? else {
            return Ok(Decided::TooLate);
        };
        let now = app.clock.now();
        if found.value.standing(now) != Standing::Undecided {
            return Ok(Decided::TooLate);
        }
        let shows_pin = choice == Choice::Allow && found.value.initiation.pin;
        let written = match choice {
            Choice::Deny => deny(app, found, now, &hop.person()).await?,
            Choice::Allow if number_match::is_missed(app, &found.value, form) => {
                match number_match::deny_missed(app, found, now, &hop.person()).await? {
                    Written::Yes => {
                        let words = "another number than the device's: the request is denied";
                        return Err(Refusal::Forbidden("wrong_number", words));
                    }
                    written => written,
                }
            }
            Choice::Allow => allow(app, caller, found, handle, form, hop).await?,
        };
        match written {
            Written::Yes => {
                let (subject, choice) = (caller.sign_in.subject.as_str(), choice.name());
                tracing::info!(subject, choice, from = %hop.address, "a program decided");
                return Ok(Decided::Stands(if shows_pin { pin(app, caller, handle).await? } else { None }));
            }
            Written::Unneeded => return Ok(Decided::TooLate),
            // Or whoever decides may not do so any more.
            Written::Lost => caller.look_again(app).await?,
        }
    }
    Err(StoreError::Overtaken.into())
}

/// What the person carries to the device.
async fn pin(app: &App, caller: &Caller, handle: &Secret) -> Result<Option<String>, Refusal> {
    let found = store::find_by_handle(&app.db, &handle.digest()).await?;
    let pin = found.and_then(|found| number_match::pin(app, &caller.browser, &found.value, handle));
    Ok(pin.map(|pin| pin.grouped().to_owned()))
}

async fn allow(
    app: &App,
    caller: &Caller,
    found: Versioned<DeviceGrant>,
    handle: &Secret,
    form: &Form,
    hop: &Hop,
) -> Result<Written, Refusal> {
    let now = app.clock.now();
    let client = app.registry.clients.find(&found.value.client_id);
    let allowed = client.map_or(app.settings.device.max_auth_age, |client| client.approval.max_auth_age);
    if !found.value.accepts_login(caller.sign_in.auth_time, allowed, now) {
        return Err(Refusal::LoginRequired);
    }
    let answer = match Answer::read(app, &found.value, form, hop) {
        Ok(answer) => answer,
        Err(PageError::NotFound) => return Ok(Written::Unneeded),
        Err(error) => return Err(error.into()),
    };
    if let Some(lack) = answer.lacks() {
        return Err(lacking(&lack));
    }
    let initiated = number_match::initiated(app, &found.value, handle, answer.pick);
    let given = Given { scope: answer.scope, asked: Asked::ByProgram, initiated };
    match approve(app, found, &caller.sign_in, given, now, hop).await {
        Err(PageError::NotFound) => Ok(Written::Unneeded),
        written => Ok(written?),
    }
}

fn lacking(lack: &Lack) -> Refusal {
    match lack {
        Lack::Nearness => {
            Refusal::Forbidden("other_network", "the device is in another network: it can only be denied")
        }
        Lack::Device => Refusal::Wanting("device_present must be true"),
        Lack::OtherNetwork => Refusal::Wanting("other_network must be true: the device is in another network"),
        Lack::Scope => Refusal::Wanting("one scope.NAME at least must be true"),
        Lack::Number => Refusal::Wanting("match_number must be the number that the device shows"),
    }
}

/// What cannot be a code is looked up nowhere, and yet one of the few that a session has.
async fn no_code<T>(app: &App, caller: &mut Caller) -> Result<Tried<T>, Refusal> {
    Ok(if caller.browser.count_code(app).await? { Tried::Unknown } else { Tried::Locked })
}

/// What a code leads to; `None` for one that leads nowhere.
async fn right<T>(app: &App, caller: &mut Caller, tried: Tried<T>, hop: &Hop) -> Result<Option<T>, Refusal> {
    match tried {
        Tried::Right(found) => Ok(Some(found)),
        Tried::Unknown => Ok(None),
        Tried::Exhausted(until) | Tried::Closed(until) => Err(Refusal::until(app, until)),
        Tried::Locked => {
            let guessed = lock_out(app, &mut caller.browser, hop).await?;
            Err(if guessed { Refusal::LockedOut } else { Refusal::LoginRequired })
        }
    }
}

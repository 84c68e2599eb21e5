//! `GET` and `POST` of the code page by a program: show what a code asks for, and decide on it (RFC 8628 section 6.2).
//!
//! A code costs the same as on the page (requirements E-01, U-03), also when it is only looked at.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::flow::EndUser;
use crate::flow::consent::{ConsentSource, MissingAnswer};
use crate::flow::decide::{self, Choice};
use crate::flow::decision_outcome::DecisionOutcome;
use crate::flow::enter_code::{CodeOutcome, CodeRefusal, enter_code, lock_out, look_up};
use crate::flow::number_match::approval_pin;
use crate::web::form::read_form;
use crate::web::rest::caller::Caller;
use crate::web::rest::code_answer::{AnswerFormat, CodeAnswer};
use crate::web::rest::described::described;
use crate::web::rest::error::RestError;
use protocol::{CodeEntry, Form};

/// Shows what the code in the query asks for; without a code, only the csrf value to answer with.
pub(super) async fn look(app: &Arc<App>, request: Request, format: AnswerFormat) -> Result<Response, RestError> {
    let (parts, _) = request.into_parts();
    let caller = Caller::of(app, &parts).await?;
    let query = Form::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let query = query.map_err(|_| RestError::malformed("the query cannot be read"))?;
    let (csrf, typed) = (caller.browser.csrf(app), query.get("user_code").unwrap_or_default().trim());
    let answer = CodeAnswer::new(app, &caller.browser, format);
    if typed.is_empty() {
        return Ok(answer.right(&csrf, typed).into_response());
    }
    let user = caller.end_user()?;
    Ok(match found(app, &user, look_up(app, &user, typed).await?).await? {
        Some(grant) => {
            answer.right(&csrf, typed).with("request", described(app, &caller, &user, &grant)).into_response()
        }
        None => answer.not_found(&csrf, typed, caller.is_program()).into_response(),
    })
}

/// Approves or denies what a code asks for.
pub(super) async fn decide(app: &Arc<App>, request: Request, format: AnswerFormat) -> Result<Response, RestError> {
    let (parts, body) = request.into_parts();
    // The body comes first, however long it takes: the session is looked up when there is something to decide.
    let form = read_form(app, &parts.headers, body).await?;
    let caller = Caller::of(app, &parts).await?;
    let form = caller.sent(app, form)?;
    let typed = form.get("user_code").unwrap_or_default().trim();
    if typed.is_empty() {
        return Err(RestError::malformed("user_code is missing"));
    }
    let choice = choice(&form)?;
    let csrf = caller.browser.csrf(app);
    let answer = CodeAnswer::new(app, &caller.browser, format);
    let user = caller.end_user()?;
    let entered = enter_code(app, &user, typed, CodeEntry::Typed).await?;
    let Some(handle) = found(app, &user, entered).await? else {
        return Ok(answer.not_found(&csrf, typed, caller.is_program()).into_response());
    };
    match decide::decide(app, &user, &handle, choice, &form).await? {
        DecisionOutcome::Decided(grant) => {
            let answer = answer.done(&csrf, typed);
            // The person carries it to the device.
            let pin = approval_pin(app, user.digest(), &grant, &handle);
            Ok(pin.into_iter().fold(answer, |answer, pin| answer.with("initiationPin", pin.grouped())).into_response())
        }
        DecisionOutcome::Unchanged
        | DecisionOutcome::TooLate
        | DecisionOutcome::NotFound
        | DecisionOutcome::ClientNotAllowed
        | DecisionOutcome::OtherAccount => Ok(answer.not_found(&csrf, typed, caller.is_program()).into_response()),
        DecisionOutcome::WrongNumber => {
            Err(RestError::Refused(403, "wrong_number", "another number than the device's: the request is denied"))
        }
        DecisionOutcome::Incomplete(_, answers) => Err(missing(&answers.missing)),
        DecisionOutcome::UnknownScope => Err(RestError::malformed("a scope was ticked that is not to be chosen")),
        DecisionOutcome::LoginRequired => Err(RestError::LOGIN_REQUIRED),
        DecisionOutcome::Held => Err(RestError::HELD),
    }
}

fn choice(form: &Form) -> Result<Choice, RestError> {
    match form.get("decision") {
        // What cannot become an approval on any page is refused before a code is claimed for it.
        Some("allow") if form.get("device_present") != Some("true") => {
            Err(RestError::malformed("device_present must be true: the device is with the person who allows it"))
        }
        Some("allow") => Ok(Choice::Approve(ConsentSource::Program)),
        Some("deny") => Ok(Choice::Deny),
        _ => Err(RestError::malformed("decision must be allow or deny")),
    }
}

/// Names every answer that is missing.
fn missing(answers: &[MissingAnswer]) -> RestError {
    let description = |answer: &MissingAnswer| match answer {
        MissingAnswer::Nearness => "the device is in another network: it can only be denied",
        MissingAnswer::DevicePresent => "device_present must be true",
        MissingAnswer::OtherNetwork => "other_network must be true: the device is in another network, or may be",
        MissingAnswer::Scope | MissingAnswer::ChangedScope => "one scope.NAME at least must be true",
        MissingAnswer::Number => "match_number must be the number that the device shows",
    };
    if let [MissingAnswer::Nearness] = answers {
        return RestError::Refused(403, "other_network", description(&MissingAnswer::Nearness));
    }
    RestError::Incomplete(answers.iter().map(description).collect())
}

/// What a code leads to; `None` for one that leads nowhere.
async fn found<T>(app: &App, user: &EndUser<'_>, outcome: CodeOutcome<T>) -> Result<Option<T>, RestError> {
    match outcome {
        CodeOutcome::Found(found) => Ok(Some(found)),
        CodeOutcome::Refused(CodeRefusal::Unknown) => Ok(None),
        CodeOutcome::Refused(CodeRefusal::Exhausted(until) | CodeRefusal::Closed(until)) => {
            Err(RestError::TooMany(until.since(app.clock.now())))
        }
        CodeOutcome::SessionLocked => {
            Err(if lock_out(app, user).await?.is_some() { RestError::LOCKED_OUT } else { RestError::LOGIN_REQUIRED })
        }
    }
}

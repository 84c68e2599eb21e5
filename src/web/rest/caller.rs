//! Find out who answers for a person: the session of a page, or one that a program began with two headers.

use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::app::App;
use crate::flow::{EndUser, may_enter_codes};
use crate::web::browser::Browser;
use crate::web::cookies::cookie;
use crate::web::hop::Hop;
use crate::web::posted_form::same_origin;
use crate::web::rest::refusal::Refusal;
use protocol::{Form, Secret};

/// The browser or the program that answers for somebody who is logged in.
pub(super) struct Caller {
    pub(super) browser: Browser,
    /// The token that stands for the session, if it is a program's own.
    token: Option<Secret>,
}

impl Caller {
    /// The person whose session these cookies name, if the login is recent enough to give a device access (requirement U-13).
    pub(super) async fn of(app: &App, parts: &Parts) -> Result<Self, Refusal> {
        // Another site must not even have codes looked up in somebody's name.
        if !same_origin(&parts.headers, app) {
            return Err(Refusal::foreign(app));
        }
        let is_logged_in = |browser: &Browser| browser.sign_in().is_some_and(|sign_in| may_enter_codes(app, sign_in));
        if let Some(token) = token(app, &parts.headers) {
            let browser = Browser::of_program(app, &token, parts).await?;
            if is_logged_in(&browser) {
                return Ok(Self { browser, token: Some(token) });
            }
        }
        let browser = Browser::of(app, parts).await?;
        if is_logged_in(&browser) { Ok(Self { browser, token: None }) } else { Err(Refusal::LoginRequired) }
    }

    /// Who is signed in, for the use cases.
    pub(super) fn end_user(&self, hop: &Hop) -> Result<EndUser<'_>, Refusal> {
        self.browser.end_user(hop).ok_or(Refusal::LoginRequired)
    }

    /// Whether the session is a program's own, which relaxes what an answer has to say.
    pub(super) fn is_program(&self) -> bool {
        self.token.is_some()
    }

    /// The form, if it came from who holds the session (requirement W-06).
    pub(super) fn sent(&self, app: &App, form: Form) -> Result<Form, Refusal> {
        let csrf = form.get("csrf").unwrap_or_default();
        let is_token = self.token.as_ref().is_some_and(|token| token.same_as(csrf));
        if !(is_token || self.browser.was_shown(app, csrf)) {
            return Err(Refusal::csrf(app));
        }
        if !self.is_program() {
            return Ok(form);
        }
        // Where nobody is asked, nobody can say so; the event of the approval tells through which channel it came.
        Ok(["device_present", "other_network"].into_iter().fold(form, |form, tick| form.or(tick, "true")))
    }
}

/// The token of a program's own session.
pub(super) fn token(app: &App, headers: &HeaderMap) -> Option<Secret> {
    let compatibility = &app.settings.compatibility;
    if compatibility.authenticate_paths.is_empty() {
        return None;
    }
    cookie(headers, &compatibility.session_cookie).filter(|token| !token.is_empty()).map(Secret::presented)
}
